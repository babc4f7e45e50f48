"""What a page showed of a record: an act from it is refused where somebody else acted on the record meanwhile.

The page carries a token (``shown_state``). Before the act all of it is compared, and once more when the act writes its
history, under the locks of the act: so that nobody comes between. What the act itself writes does not count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.refusals import StalePage


class ChangedMeanwhile(StalePage):
    """Somebody acted on the record, or edited it, after the page was shown."""


@dataclass
class _Expected:
    """The latest act on a record that the page knew, and what the act that is under way has written itself."""

    record: tuple[int, int]
    latest: str
    own: list[int] = field(default_factory=list)


_expected: ContextVar[_Expected | None] = ContextVar("expected", default=None)


def shown_state(record: Model) -> str:
    """A token that changes with every act on the record, and with every edit of it."""
    versions = getattr(record, "history", None) if hasattr(type(record), "history") else None
    edited = versions.order_by("-history_id").values_list("history_id", flat=True).first() if versions else None
    return f"{_latest(_acts(_key(record)))}-{edited or 0}"


@contextmanager
def only_as_shown(record: Model, token: str) -> Iterator[None]:
    """Raise ChangedMeanwhile where the record is not as ``token`` says; "" asks nothing."""
    if not token:
        yield
        return
    if shown_state(record) != token:
        raise ChangedMeanwhile("")
    before = _expected.set(_Expected(_key(record), token.partition("-")[0]))
    try:
        yield
    finally:
        _expected.reset(before)


def check_as_shown(entry: HistoryEntry) -> None:
    """Raise ChangedMeanwhile where ``entry`` is about the record that a page showed, and others acted on it since."""
    expected = _expected.get()
    if expected is None or expected.record != (entry.content_type_id, entry.object_id):
        return
    if _latest(_acts(expected.record).exclude(pk__in=expected.own)) != expected.latest:
        raise ChangedMeanwhile("")


def note_own(entry: HistoryEntry) -> None:
    """Keep that ``entry`` was written by the act itself."""
    expected = _expected.get()
    if expected is not None and expected.record == (entry.content_type_id, entry.object_id):
        expected.own.append(entry.pk)


def _key(record: Model) -> tuple[int, int]:
    return ContentType.objects.get_for_model(record).pk, record.pk


def _acts(record: tuple[int, int]) -> QuerySet[HistoryEntry]:
    """The acts on a record; that somebody looked at it changes nothing."""
    found = HistoryEntry.objects.filter(content_type=record[0], object_id=record[1])
    return found.exclude(verb=CoreVerb.VIEW).order_by("-pk")


def _latest(acts: QuerySet[HistoryEntry]) -> str:
    return str(acts.values_list("pk", flat=True).first() or 0)
