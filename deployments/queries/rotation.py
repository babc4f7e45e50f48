"""Who follows whom in a posting: named and likely successors, gaps and overlaps of tours."""

import datetime
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from core.text.dates import ONE_DAY
from deployments.limits.levels import levels_of
from deployments.limits.rule import FOREVER, Excess, over_strength
from deployments.models import Deployment, DeploymentState, Posting
from missions.models import Operation

STAGES = (30, 60, 90, 120)
RECENT = datetime.timedelta(days=60)
LIVE = frozenset(DeploymentState.live_states())


class EndingTour(NamedTuple):
    """A tour by what succession needs, without its officer.

    ``relieves_id`` is the tour that it is named to take over from, ``relieved_by`` the one that is named to take over
    from it, ``transferred_to`` the one into which its officer moves on.
    """

    pk: int
    posting_id: int
    first_day: datetime.date
    last_day: datetime.date
    state: str
    relieves_id: int | None = None
    relieved_by: int | None = None
    transferred_to: int | None = None


class Follower(NamedTuple):
    """The tour that takes over: named by somebody, or likely by its days alone."""

    pk: int
    is_named: bool


class Unnamed(NamedTuple):
    """A tour for which nobody is named to take over; ``has_likely`` where the days suggest somebody."""

    tour: EndingTour
    has_likely: bool


def reach() -> datetime.timedelta:
    """How long before or after the end of a tour a likely successor begins, at most."""
    return datetime.timedelta(days=settings.SUCCESSOR_DAYS)


def lasting(today: datetime.date) -> QuerySet[Deployment]:
    """Tours to come, under way or just over: those among which successors are found."""
    return Deployment.objects.consuming().filter(last_day__gte=today - RECENT)


def rows_of(tours: QuerySet[Deployment]) -> list[EndingTour]:
    """The tours by what succession needs. One query."""
    return list(map(EndingTour._make, tours.values_list(*EndingTour._fields)))


def followers(tours: Iterable[EndingTour], until: datetime.date = FOREVER) -> dict[int, Follower]:
    """Who takes over from each tour, by the primary key of the one before: who is named, else who is likely.

    Likely is a live tour of the same posting that is named for nobody, whose officer does not move on, and that begins
    at most ``reach()`` before or after the end. The tours that end first are served first, each by the earliest such
    departure that nobody has yet. Nobody is sought for tours that end after ``until``.
    """
    by_posting: dict[int, list[EndingTour]] = defaultdict(list)
    found = {}
    for tour in tours:
        by_posting[tour.posting_id].append(tour)
        if tour.relieved_by is not None:
            found[tour.pk] = Follower(tour.relieved_by, is_named=True)
    for there in by_posting.values():
        found |= {key: Follower(follower, is_named=False) for key, follower in _likely(there, until)}
    return found


def _likely(tours: list[EndingTour], until: datetime.date) -> Iterable[tuple[int, int]]:
    """``free`` leads from each place in the order of departures towards the next that nobody has yet."""
    candidates = (t for t in tours if t.state in LIVE and t.relieves_id is None and t.transferred_to is None)
    departing = sorted(candidates, key=attrgetter("first_day", "pk"))
    first_days = [tour.first_day for tour in departing]
    free = list(range(len(departing) + 1))
    seeking = (tour for tour in tours if tour.relieved_by is None and tour.last_day <= until)
    for ending in sorted(seeking, key=attrgetter("last_day", "pk")):
        earliest = max(ending.last_day - reach(), ending.first_day + ONE_DAY)
        place = bisect_left(first_days, earliest)
        while free[place] != place:
            free[place] = place = free[free[place]]
        if place < len(departing) and departing[place].first_day - ending.last_day <= reach():
            free[place] = place + 1
            yield ending.pk, departing[place].pk


def gap_after(tour: Deployment, successor: Deployment) -> int:
    """Days on which nobody is there between the two; negative: days on which both are."""
    return (successor.first_day - tour.last_day).days - 1


def unfollowed(today: datetime.date) -> list[Unnamed]:
    """Live tours that end from ``today`` within the last of STAGES and for which nobody is named, first to end first.

    One query. It leaves out whoever neither ends by then nor departs late enough to follow one of those.
    """
    until = today + max(STAGES) * ONE_DAY
    counts = Q(last_day__lte=until) | Q(first_day__gte=today - RECENT - reach())
    rows = rows_of(lasting(today).filter(counts).order_by())
    found = followers(rows, until)
    alone = (row for row in rows if today <= row.last_day <= until and row.state in LIVE and row.relieved_by is None)
    return [Unnamed(row, row.pk in found) for row in sorted(alone, key=attrgetter("last_day", "pk"))]


@dataclass(frozen=True)
class Relay:
    """A tour with the one that takes over from it, named or only likely; ``days_left`` until its last day, negative once
    it is over.
    """

    tour: Deployment
    successor: Deployment | None
    days_left: int
    is_named: bool = False

    @property
    def named(self) -> Deployment | None:
        return self.successor if self.is_named else None

    @property
    def likely(self) -> Deployment | None:
        return None if self.is_named else self.successor

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
    """How an operation's tours end: under way, ending within each of STAGES, among the last those without a named
    successor, and how many of these have a likely one.
    """

    under_way: int
    ending: tuple[int, ...]
    unfollowed: int
    likely: int
    over: Excess | None


def paired(operation: Operation, today: datetime.date) -> list[tuple[int, Follower | None]]:
    """The operation's tours to come, under way or just over, by posting and first day: each tour's primary key with who
    takes over. One query.
    """
    tours = lasting(today).filter(posting__mission__operation=operation)
    listed = rows_of(tours.order_by("posting__reference", "first_day", "pk"))
    found = followers(listed)
    return [(row.pk, found.get(row.pk)) for row in listed]


def paired_in(posting: Posting, today: datetime.date) -> list[tuple[int, Follower | None]]:
    """The same for the live tours of one posting, next home first. One query."""
    rows = rows_of(lasting(today).filter(posting=posting).order_by("last_day", "pk"))
    found = followers(rows)
    return [(row.pk, found.get(row.pk)) for row in rows if row.state in LIVE]


def relays(pairs: Iterable[tuple[int, Follower | None]], today: datetime.date) -> list[Relay]:
    """The tours of ``pairs`` with those who take over from them, in the same order. One query."""
    listed = list(pairs)
    wanted = {key for key, _follower in listed} | {follower.pk for _key, follower in listed if follower}
    tours = Deployment.objects.select_related("officer__user", "posting").in_bulk(wanted)
    return [relay_of(tours[key], follower, tours, today) for key, follower in listed]


def relays_of(tours: Iterable[Deployment], today: datetime.date) -> dict[int, Relay]:
    """The same for any tours, by their primary keys: also who was named for one that is long over. Three queries."""
    listed = list(tours)
    rows = rows_of(lasting(today).filter(posting__in={tour.posting_id for tour in listed}).order_by())
    found = followers(rows)
    for after in Deployment.objects.filter(relieves__in=[tour.pk for tour in listed]).only("pk", "relieves"):
        if after.relieves_id is not None:
            found[after.relieves_id] = Follower(after.pk, is_named=True)
    wanted = {found[tour.pk].pk for tour in listed if tour.pk in found}
    others = Deployment.objects.select_related("officer__user").in_bulk(wanted)
    return {tour.pk: relay_of(tour, found.get(tour.pk), others, today) for tour in listed}


def relay_of(
    tour: Deployment, follower: Follower | None, tours: Mapping[int, Deployment], today: datetime.date
) -> Relay:
    """``tours`` holds the one that follows, by its primary key."""
    days_left = (tour.last_day - today).days
    if follower is None:
        return Relay(tour, None, days_left)
    return Relay(tour, tours[follower.pk], days_left, follower.is_named)


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
    there_now = [each for each in unfollowed(today) if each.tour.first_day <= today]
    alone = Counter(postings[each.tour.posting_id] for each in there_now)
    likely = Counter(postings[each.tour.posting_id] for each in there_now if each.has_likely)
    return {
        each.pk: Coming(
            counts[each.pk]["under_way"],
            tuple(counts[each.pk][stage] for stage in within),
            unfollowed=alone[each.pk],
            likely=likely[each.pk],
            over=next(iter(over_strength(levels[each.pk], today)), None),
        )
        for each in operations
    }
