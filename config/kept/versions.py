"""The versions a kept page depends on: the content revision, the gate's revision, and the next moment of change."""

import datetime
from typing import Any, NamedTuple

from django.db import Error, OperationalError, connection
from django.utils import timezone

from core.database import patience
from core.revision import TABLE
from deployments.models import Gate
from deployments.openings.moments import next_moment

WITHIN = 1.0  # seconds for an answer that takes a fraction of a thousandth
QUERY = f"SELECT (SELECT token FROM {TABLE} WHERE id = 1), (SELECT revision FROM {Gate._meta.db_table} WHERE id = 1)"


class Versions(NamedTuple):
    """``content``: a token; ``room``: how many changes that could touch a limit there have been."""

    content: str
    room: int


def current() -> Versions | None:
    """Both revisions in one query; None where either is missing, so that nothing is kept then."""
    try:
        found = _asked()
    except Error:
        return None
    return None if None in found else Versions(*found)


def _asked() -> tuple[Any, ...]:
    """Asks the database. The query shows by itself whether the connection still lives: no other is sent to find out."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return _row()
        except OperationalError:
            connection.close()
    return _row()


def _row() -> tuple[Any, ...]:
    with patience.for_one_answer(WITHIN), connection.cursor() as cursor:
        cursor.execute(QUERY)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def next_change(now: datetime.datetime) -> datetime.datetime:
    """When pages change without anybody: the next midnight, or an opening that opens, closes or is about to close."""
    tomorrow = timezone.localdate(now) + datetime.timedelta(days=1)
    midnight = timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time()))
    return min(midnight, next_moment(now) or midnight)
