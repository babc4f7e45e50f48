"""Who follows whom in a posting: successors, gaps and overlaps of tours."""

import datetime
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import Count, Q, QuerySet

from core.text.dates import ONE_DAY
from deployments.limits.levels import levels_of
from deployments.limits.rule import FOREVER, Excess, over_strength
from deployments.models import Deployment, DeploymentState, Posting
from missions.models import Operation

STAGES = (30, 60, 90, 120)
HANDOVER = datetime.timedelta(days=30)
RECENT = datetime.timedelta(days=60)
LIVE = frozenset(DeploymentState.live_states())


class Timed(Protocol):
    """A tour, or the row of one: what successors are found by."""

    @property
    def pk(self) -> int: ...

    @property
    def posting_id(self) -> int: ...

    @property
    def first_day(self) -> datetime.date: ...

    @property
    def last_day(self) -> datetime.date: ...


T = TypeVar("T", bound=Timed)


def lasting(today: datetime.date) -> QuerySet[Deployment]:
    """Tours to come, under way or just over: those among which successors are found."""
    return Deployment.objects.consuming().filter(last_day__gte=today - RECENT)


def successors(tours: Iterable[T], until: datetime.date = FOREVER) -> dict[int, T]:
    """The tour that takes over from another in the same posting, by the primary key of the one before.

    The tours that end first are served first, each by the earliest departure that nobody has yet: one that begins after
    its own tour did, at most HANDOVER before it ends. Nobody is sought for tours that end after ``until``.
    """
    by_posting: dict[int, list[T]] = defaultdict(list)
    for tour in tours:
        by_posting[tour.posting_id].append(tour)
    return {key: follower for there in by_posting.values() for key, follower in _paired(there, until)}


def _paired(tours: list[T], until: datetime.date) -> Iterable[tuple[int, T]]:
    """``free`` leads from each place in the order of departures towards the next that nobody has yet."""
    departing = sorted(tours, key=attrgetter("first_day", "pk"))
    first_days = [tour.first_day for tour in departing]
    free = list(range(len(departing) + 1))
    for ending in sorted((tour for tour in tours if tour.last_day <= until), key=attrgetter("last_day", "pk")):
        earliest = max(ending.last_day - HANDOVER, ending.first_day + ONE_DAY)
        place = bisect_left(first_days, earliest)
        while free[place] != place:
            free[place] = place = free[free[place]]
        if place < len(departing):
            free[place] = place + 1
            yield ending.pk, departing[place]


def gap_after(tour: Deployment, successor: Deployment) -> int:
    """Days on which nobody is there between the two; negative: days on which both are."""
    return (successor.first_day - tour.last_day).days - 1


class EndingTour(NamedTuple):
    """A tour by what succession needs, without its officer."""

    pk: int
    posting_id: int
    first_day: datetime.date
    last_day: datetime.date
    state: str


def unfollowed(today: datetime.date) -> list[EndingTour]:
    """Live tours that end from ``today`` within the last of STAGES and that nobody follows, the first to end first.

    One query. It leaves out whoever neither ends by then nor departs late enough to follow one of those.
    """
    until = today + max(STAGES) * ONE_DAY
    counts = Q(last_day__lte=until) | Q(first_day__gte=today - RECENT - HANDOVER)
    rows = list(map(EndingTour._make, lasting(today).filter(counts).order_by().values_list(*EndingTour._fields)))
    followed = successors(rows, until)
    alone = (row for row in rows if today <= row.last_day <= until and row.state in LIVE and row.pk not in followed)
    return sorted(alone, key=attrgetter("last_day", "pk"))


@dataclass(frozen=True)
class Relay:
    """A tour with the one that takes over from it; ``days_left`` until its last day, negative once it is over."""

    tour: Deployment
    successor: Deployment | None
    days_left: int

    @property
    def is_live(self) -> bool:
        return self.tour.state in LIVE

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


def paired(operation: Operation, today: datetime.date) -> list[tuple[int, int | None]]:
    """The operation's tours to come, under way or just over, by posting and first day: each tour's primary key with that
    of the one that takes over. One query.
    """
    tours = lasting(today).filter(posting__mission__operation=operation)
    rows = tours.values_list("pk", "posting_id", "first_day", "last_day", named=True)
    listed = list(rows.order_by("posting__reference", "first_day", "pk"))
    followed = successors(listed)
    return [(row.pk, followed[row.pk].pk if row.pk in followed else None) for row in listed]


def relays(pairs: Iterable[tuple[int, int | None]], today: datetime.date) -> list[Relay]:
    """The tours of ``pairs`` with those who take over from them, in the same order. One query."""
    listed = list(pairs)
    wanted = {key for pair in listed for key in pair if key is not None}
    tours = Deployment.objects.select_related("officer__user", "posting").in_bulk(wanted)
    return [relay_of(tours[key], tours[follower] if follower else None, today) for key, follower in listed]


def relay_of(tour: Deployment, successor: Deployment | None, today: datetime.date) -> Relay:
    return Relay(tour, successor, (tour.last_day - today).days)


def coming(operations: Iterable[Operation], today: datetime.date) -> dict[int, Coming]:
    """How the tours of each operation end, by its primary key. Five queries for all of them."""
    operations = list(operations)
    levels = levels_of(operations, today)
    postings = dict(Posting.objects.values_list("pk", "mission__operation"))
    there = Deployment.objects.on(today).filter(state__in=LIVE).order_by()
    within = {f"within_{days}": Count("pk", filter=Q(last_day__lte=today + days * ONE_DAY)) for days in STAGES}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for row in there.values("posting").annotate(under_way=Count("pk"), **within):
        counts[postings[row["posting"]]].update({name: n for name, n in row.items() if name != "posting"})
    alone = Counter(postings[tour.posting_id] for tour in unfollowed(today) if tour.first_day <= today)
    return {
        each.pk: Coming(
            counts[each.pk]["under_way"],
            tuple(counts[each.pk][stage] for stage in within),
            unfollowed=alone[each.pk],
            over=next(iter(over_strength(levels[each.pk], today)), None),
        )
        for each in operations
    }
