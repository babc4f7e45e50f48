"""What the front page shows on a day: the rows of the table, and every operation with its missions."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from missions import queries
from missions.dated import DatedMission, DatedOperation
from missions.models import OperationCategory, TermsStatus


@dataclass(frozen=True)
class OperationOnDay:
    """An operation with its missions on a day: those under way, those that have ended by then, those yet to begin.

    ``is_recorded``: the day is not before the first number or terms on record, so that the operation's own summary,
    which speaks of the present, may be shown there.
    """

    operation: DatedOperation
    missions: Sequence[DatedMission]
    ended: Sequence[DatedMission]
    later: Sequence[DatedMission]
    is_recorded: bool


@dataclass(frozen=True)
class FrontPage:
    """``rows`` are the current operations, ``others`` the specialized postings and other opportunities.

    ``records_begin`` is the first day with a number on record, where the day lies before it; else None.
    ``unchanged_since`` is the last day on which a number or terms of any operation began, None where nothing had begun.
    """

    rows: Sequence[OperationOnDay]
    others: Sequence[OperationOnDay]
    records_begin: datetime.date | None
    unchanged_since: datetime.date | None

    def of(self, category: OperationCategory) -> list[OperationOnDay]:
        return [each for each in self.others if each.operation.category == category]


def on_day(operation: DatedOperation, missions: Iterable[DatedMission], day: datetime.date) -> OperationOnDay:
    """``operation`` with its ``missions`` as they are on ``day``."""
    begun: list[DatedMission] = []
    later: list[DatedMission] = []
    for mission in missions:
        (begun if queries.has_begun(mission, operation, day) else later).append(mission)
    first = [known for known in (operation.terms_from, operation.numbers_from) if known]
    return OperationOnDay(
        operation,
        missions=[mission for mission in begun if not queries.is_over(mission, day)],
        ended=[mission for mission in begun if queries.is_over(mission, day)],
        later=later,
        is_recorded=not first or min(first) <= day,
    )


def front_page(day: datetime.date) -> FrontPage:
    """The front page of ``day``. Three queries, however many operations there are."""
    operations, missions = queries.listed_operations(day), defaultdict(list)
    for mission in queries.listed_missions(day) if operations else ():
        missions[mission.operation_id].append(mission)
    found = [on_day(each, missions[each.pk], day) for each in operations]
    current = [each for each in found if each.operation.category == OperationCategory.CURRENT]
    first = min((each.operation.numbers_from for each in current if each.operation.numbers_from), default=None)
    return FrontPage(
        rows=[each for each in current if _has_row(each)],
        others=[each for each in found if each not in current and _is_offered(each, first, day)],
        records_begin=first if first and day < first else None,
        unchanged_since=max((begun for each in found for begun in _begun(each.operation)), default=None),
    )


def _begun(operation: DatedOperation) -> list[datetime.date]:
    """The days on which what is in force of ``operation`` began."""
    return [begun for begun in (operation.authorized_from, operation.status_from) if begun]


def _has_row(shown: OperationOnDay) -> bool:
    """Not closed, with a number in force; before the first number, what was under way by other records all the same."""
    operation = shown.operation
    if operation.status == TermsStatus.CLOSED:
        return False
    if operation.authorized is not None:
        return True
    is_ahead = operation.numbers_from is not None and operation.authorized_from is None
    return is_ahead and bool(operation.status or shown.missions)


def _is_offered(shown: OperationOnDay, first: datetime.date | None, day: datetime.date) -> bool:
    """Not closed, and on record by the day: by terms, or by a mission under way; without any terms, from the first record."""
    operation = shown.operation
    if operation.status is not None:
        return operation.status != TermsStatus.CLOSED
    if operation.terms_from is not None:
        return bool(shown.missions)
    return first is not None and first <= day
