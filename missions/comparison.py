"""Two days side by side: what is new, gone, higher, lower or otherwise, and by which instrument."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from missions.front_page import OperationOnDay, front_page
from missions.models import AuthorizedStrength, Mission, Operation


class ChangeKind(models.TextChoices):
    NEW = "new", _("New")
    FIRST_RECORD = "first_record", _("First number on record")
    GONE = "gone", _("No longer listed")
    UP = "up", _("Higher")
    DOWN = "down", _("Lower")
    TERMS = "terms", _("Same number, other terms")
    SAME = "same", _("Unchanged")


@dataclass(frozen=True)
class ComparedOperation:
    """One operation on two days; ``before`` or ``after`` is None where it was not listed on that day."""

    operation: Operation
    before: Operation | None
    after: Operation | None
    numbers: Sequence[AuthorizedStrength]
    began: Sequence[Mission]
    ended: Sequence[Mission]

    @property
    def kind(self) -> ChangeKind:
        if self.after is None:
            return ChangeKind.GONE
        earlier, later = _number(self.before), _number(self.after)
        if earlier is None and later is not None:
            is_known = self.before is None and self.after.is_first_day_known
            return ChangeKind.NEW if is_known else ChangeKind.FIRST_RECORD
        if self.before is None:
            return ChangeKind.NEW
        if earlier is not None and later is not None and earlier != later:
            return ChangeKind.UP if later > earlier else ChangeKind.DOWN
        return ChangeKind.SAME if _terms(self.before) == _terms(self.after) else ChangeKind.TERMS

    @property
    def is_changed(self) -> bool:
        return bool(self.kind != ChangeKind.SAME or self.numbers or self.began or self.ended)


def compare(first: datetime.date, second: datetime.date) -> list[ComparedOperation]:
    """Every operation listed on ``first`` or on the later ``second``, with what changed between them. Seven queries."""
    earlier, later = _listed(first), _listed(second)
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
        )
        for key, shown in order.items()
    ]


def _listed(day: datetime.date) -> dict[int, OperationOnDay]:
    page = front_page(day)
    return {each.operation.pk: each for each in (*page.rows, *page.others)}


def _numbers_between(
    operations: Iterable[int], first: datetime.date, second: datetime.date
) -> dict[int, list[AuthorizedStrength]]:
    """The numbers that came into force after ``first`` and until ``second``, earliest first."""
    found = defaultdict(list)
    begun = AuthorizedStrength.objects.standing().filter(
        operation__in=operations, effective_from__gt=first, effective_from__lte=second
    )
    for version in begun:
        found[version.operation_id].append(version)
    return found


def _only_in(one: OperationOnDay | None, other: OperationOnDay | None) -> list[Mission]:
    known = {mission.pk for mission in other.missions} if other else set()
    return [mission for mission in one.missions if mission.pk not in known] if one else []


def _number(operation: Operation | None) -> int | None:
    return operation.authorized if operation else None


def _terms(operation: Operation) -> tuple:
    return operation.status, operation.is_armed, operation.languages
