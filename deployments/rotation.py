"""Who follows whom in a posting: successors, gaps and overlaps of tours."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db.models import QuerySet

from deployments.capacity import Excess, Level, over_strength
from deployments.levels import levels_of
from deployments.models import Deployment, DeploymentState
from missions.models import Operation

STAGES = (30, 60, 90, 120)
HANDOVER = datetime.timedelta(days=30)
RECENT = datetime.timedelta(days=60)


class Timed(Protocol):
    """A tour, or the row of one: what successors are found by."""

    pk: int
    posting_id: int
    first_day: datetime.date
    last_day: datetime.date


T = TypeVar("T", bound=Timed)


def lasting(today: datetime.date) -> QuerySet[Deployment]:
    """Tours to come, under way or just over: those among which successors are found."""
    return Deployment.objects.consuming().filter(last_day__gte=today - RECENT)


def successors(tours: Iterable[T]) -> dict[int, T]:
    """The tour that takes over from another in the same posting, by the primary key of the one before.

    The tours that end first are served first, each by the earliest departure that nobody has yet: one that begins after
    its own tour did, at most HANDOVER before it ends.
    """
    by_posting: dict[int, list[T]] = defaultdict(list)
    for tour in tours:
        by_posting[tour.posting_id].append(tour)
    return {key: follower for there in by_posting.values() for key, follower in _paired(there)}


def _paired(tours: list[T]) -> Iterable[tuple[int, T]]:
    waiting = sorted(tours, key=lambda tour: (tour.first_day, tour.pk))
    for ending in sorted(tours, key=lambda tour: (tour.last_day, tour.pk)):
        earliest = ending.last_day - HANDOVER
        fits = (tour for tour in waiting if tour.first_day >= earliest and tour.first_day > ending.first_day)
        follower = next(fits, None)
        if follower is not None:
            waiting.remove(follower)
            yield ending.pk, follower


def gap_after(tour: Deployment, successor: Deployment) -> int:
    """Days on which nobody is there between the two; negative: days on which both are."""
    return (successor.first_day - tour.last_day).days - 1


def without_successor(today: datetime.date, within: int = max(STAGES)) -> list[tuple[int, datetime.date]]:
    """Primary key and last day of live tours that end from ``today`` within so many days and that nobody follows.

    One query, the first to end first.
    """
    rows = lasting(today).values_list("pk", "posting_id", "first_day", "last_day", "state", named=True).order_by()
    listed = list(rows)
    followed = successors(listed)
    until = today + datetime.timedelta(days=within)
    live = DeploymentState.live_states()
    return sorted(
        (
            (row.pk, row.last_day)
            for row in listed
            if row.state in live and today <= row.last_day <= until and row.pk not in followed
        ),
        key=lambda found: (found[1], found[0]),
    )


@dataclass(frozen=True)
class Relay:
    """A tour with the one that takes over from it; ``days_left`` until its last day, negative once it is over."""

    tour: Deployment
    successor: Deployment | None
    days_left: int

    @property
    def is_live(self) -> bool:
        return self.tour.state in DeploymentState.live_states()

    @property
    def stage(self) -> int | None:
        """The nearest of STAGES that a live tour has reached; None further ahead, past or ended."""
        return next((stage for stage in STAGES if self.is_live and 0 <= self.days_left <= stage), None)

    @property
    def gap(self) -> int | None:
        """Days on which nobody is there before the successor; None without one or without a gap."""
        days = gap_after(self.tour, self.successor) if self.successor else 0
        return days if days > 0 else None

    @property
    def overlap(self) -> int | None:
        """Days on which the successor is there too; None without a successor or without such days."""
        days = -gap_after(self.tour, self.successor) if self.successor else 0
        return days if days > 0 else None


@dataclass(frozen=True)
class Coming:
    """How an operation's tours end: under way, ending within each of STAGES, and without successor among the last."""

    under_way: int
    ending: tuple[int, ...]
    unfollowed: int
    over: Excess | None


def relays(operation: Operation, today: datetime.date) -> list[Relay]:
    """The operation's tours to come, under way or just over, by posting and first day. One query."""
    tours = lasting(today).filter(posting__mission__operation=operation)
    whole = list(tours.select_related("officer__user", "posting").order_by("posting__reference", "first_day", "pk"))
    followed = successors(whole)
    return [Relay(tour, followed.get(tour.pk), (tour.last_day - today).days) for tour in whole]


def coming(operations: Iterable[Operation], today: datetime.date) -> dict[int, Coming]:
    """How the tours of each operation end, by its primary key. Three queries for all of them."""
    operations = list(operations)
    levels = levels_of(operations, today)
    columns = ("pk", "posting_id", "first_day", "last_day", "state", "posting__mission__operation_id")
    rows = list(lasting(today).values_list(*columns, named=True).order_by())
    followed = successors(rows)
    by_operation = defaultdict(list)
    for row in rows:
        if row.state in DeploymentState.live_states() and row.first_day <= today <= row.last_day:
            by_operation[row.posting__mission__operation_id].append(row)
    return {each.pk: _coming(by_operation[each.pk], followed, levels[each.pk], today) for each in operations}


def _coming(there: list, followed: dict, level: Level, today: datetime.date) -> Coming:
    left = [(row.last_day - today).days for row in there]
    soon = [row for row in there if (row.last_day - today).days <= max(STAGES)]
    return Coming(
        under_way=len(there),
        ending=tuple(sum(days <= stage for days in left) for stage in STAGES),
        unfollowed=sum(row.pk not in followed for row in soon),
        over=next(iter(over_strength(level, today)), None),
    )
