"""What changed in authorized numbers and terms: each dated version beside the one before it, latest first."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from django.utils.translation import gettext as _

from core.text.dates import in_words
from missions.models import AuthorizedStrength, Operation, OperationTerms

MAX_CHANGES = 200
OperationVersion = TypeVar("OperationVersion", AuthorizedStrength, OperationTerms)


@dataclass(frozen=True)
class OperationChange:
    """One change of an operation: its first day, its words, its instrument, when it was recorded.

    ``is_first``: it begins the records, and its own first day is not known, so that it tells of no change.
    """

    operation: Operation
    day: datetime.date
    words: str
    source: str
    recorded_at: datetime.datetime
    anchor: str
    is_first: bool = False


@dataclass(frozen=True)
class ChangeList:
    """What changed, and the numbers with which the records begin; ``since`` is the last day of any of them."""

    changed: Sequence[OperationChange]
    first: Sequence[OperationChange]
    since: datetime.date | None


def change_list(today: datetime.date) -> ChangeList:
    """The changes until ``today``, apart from first records, which change nothing."""
    found = changes(today)
    return ChangeList(
        changed=[each for each in found if not each.is_first],
        first=[each for each in found if each.is_first],
        since=found[0].day if found else None,
    )


def changes(today: datetime.date) -> list[OperationChange]:
    """Changes of published operations that have begun by ``today``, the latest first; at most MAX_CHANGES."""
    found = [*_numbers(today), *_terms(today)]
    return sorted(found, key=lambda change: (change.day, change.recorded_at, change.anchor), reverse=True)[:MAX_CHANGES]


def _pairs(versions: Iterable[OperationVersion]) -> Iterator[tuple[OperationVersion | None, OperationVersion]]:
    """Each version with the one before it of the same operation; None where it is the first."""
    latest: dict[int | None, OperationVersion] = {}
    for version in versions:
        yield latest.get(version.operation_id), version
        latest[version.operation_id] = version


def _numbers(today: datetime.date) -> Iterator[OperationChange]:
    versions = AuthorizedStrength.objects.standing().filter(operation__is_published=True, effective_from__lte=today)
    for before, after in _pairs(versions.select_related("operation").order_by("operation_id", "effective_from")):
        operation = cast(Operation, after.operation)  # the query leaves out numbers of other records
        yield OperationChange(
            operation, after.effective_from, _number_words(operation, before, after), after.instrument_name,
            after.recorded_at, f"number-{after.pk}", is_first=before is None and not after.is_first_day_known,
        )  # fmt: skip


def _number_words(operation: Operation, before: AuthorizedStrength | None, after: AuthorizedStrength) -> str:
    day = in_words(after.effective_from)
    since = _("in force from %(day)s") if after.is_first_day_known else _("on record since %(day)s")
    values = {"name": operation.name, "number": after.maximum, "since": since % {"day": day}}
    if after.maximum is None:
        return _("%(name)s: no number in force any more, %(since)s") % values
    if before is None or before.maximum is None:
        return _("%(name)s: up to %(number)s, %(since)s") % values
    return _("%(name)s: up to %(number)s from %(before)s, %(since)s") % {**values, "before": before.maximum}


def _terms(today: datetime.date) -> Iterator[OperationChange]:
    versions = OperationTerms.objects.standing().filter(operation__is_published=True, effective_from__lte=today)
    for before, after in _pairs(versions.select_related("operation").order_by("operation_id", "effective_from")):
        if before is None or before.status == after.status:
            continue
        values = {
            "name": after.operation.name,
            "status": after.get_status_display(),
            "before": before.get_status_display(),
            "day": in_words(after.effective_from),
        }
        words = _("%(name)s: %(status)s, before %(before)s, from %(day)s") % values
        yield OperationChange(after.operation, after.effective_from, words, "", after.recorded_at, f"terms-{after.pk}")
