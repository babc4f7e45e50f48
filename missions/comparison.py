"""Two days side by side: what is new, gone, higher, lower or otherwise, and by which instrument."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.dated import DatedOperation
from missions.front_page import FrontPage, OperationOnDay, front_page
from missions.models import AuthorizedStrength, Mission, Operation


class ChangeKind(models.TextChoices):
    NEW = "new", _("New")
    FIRST_RECORD = "first_record", _("First record")
    GONE = "gone", _("No longer listed")
    UP = "up", _("Higher")
    DOWN = "down", _("Lower")
    TERMS = "terms", _("Other terms")
    SAME = "same", _("Unchanged")


@dataclass(frozen=True)
class ComparedOperation:
    """One operation on two days; ``before`` or ``after`` is None where it was not listed on that day."""

    operation: Operation
    before: DatedOperation | None
    after: DatedOperation | None
    numbers: Sequence[AuthorizedStrength]
    began: Sequence[Mission]
    ended: Sequence[Mission]
    is_before_records: bool

    @property
    def kind(self) -> ChangeKind:
        if self.after is None:
            return ChangeKind.GONE
        if self.before is None:
            return ChangeKind.FIRST_RECORD if self.is_before_records else ChangeKind.NEW
        earlier, later = _number(self.before), _number(self.after)
        if (earlier is None and later is not None) or (self.before.status is None and self.after.status is not None):
            return ChangeKind.FIRST_RECORD
        if earlier is not None and later is not None and earlier != later:
            return ChangeKind.UP if later > earlier else ChangeKind.DOWN
        return ChangeKind.SAME if _terms(self.before) == _terms(self.after) else ChangeKind.TERMS

    @property
    def is_changed(self) -> bool:
        return bool(self.kind != ChangeKind.SAME or self.numbers or self.began or self.ended)


def compare(first: datetime.date, second: datetime.date) -> list[ComparedOperation]:
    """Every operation listed on ``first`` or on the later ``second``, with what changed between them. Seven queries."""
    page = front_page(first)
    earlier, later = _listed(page), _listed(front_page(second))
    order = {**later, **earlier}
    numbers = _numbers_between(order, first, second)
    return [
        ComparedOperation(
            operation=shown.operation,
            before=earlier[key].operation if key in earlier else None,
            after=later[key].operation if key in later else None,
            numbers=numbers[key],
            began=_only_in(later.get(key), earlier.get(key)),
            ended=_only_in(earlier.get(key), later.get(key)),
            is_before_records=page.records_begin is not None,
        )
        for key, shown in order.items()
    ]


def _listed(page: FrontPage) -> dict[int, OperationOnDay]:
    return {each.operation.pk: each for each in (*page.rows, *page.others)}


def _numbers_between(
    operations: Iterable[int], first: datetime.date, second: datetime.date
) -> dict[int, list[AuthorizedStrength]]:
    """The numbers that came into force after ``first`` and until ``second``, earliest first."""
    found: defaultdict[int, list[AuthorizedStrength]] = defaultdict(list)
    begun = AuthorizedStrength.objects.standing().filter(
        operation__in=operations, effective_from__gt=first, effective_from__lte=second
    )
    for version in begun:
        found[cast(int, version.operation_id)].append(version)
    return found


def _only_in(one: OperationOnDay | None, other: OperationOnDay | None) -> list[Mission]:
    """Missions under way on one day alone, of an operation that is listed on both."""
    if one is None or other is None:
        return []
    known = {mission.pk for mission in other.missions}
    return [mission for mission in one.missions if mission.pk not in known]


def _number(operation: DatedOperation | None) -> int | None:
    return operation.authorized if operation else None


def _terms(operation: DatedOperation) -> tuple[Any, ...]:
    return operation.status, operation.is_armed, operation.languages
