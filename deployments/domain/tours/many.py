"""Many tours at once, as lists bring them: judged in one sweep over what was read once, then written in bulk."""

import datetime
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.actors import SYSTEM, Actor
from core.database.bulk import create_rows
from core.history.acts import ActOn, record_acts
from core.refusals import require
from core.text.dates import today_here
from deployments.domain.tours.new_days import (
    OfficerTaken,
    TakesNobody,
    check_open,
    closed_on,
    end_hold,
    named_together,
    taken_words,
)
from deployments.domain.tours.released import ReleaseMissing, WithoutRoom, is_firm
from deployments.domain.tours.reservations import check_hold, check_recordable
from deployments.domain.verbs.tours import LIVE, MAY_DEPLOY, TourVerb
from deployments.domain.waivers import NotCleared, OfficerRefusal, raise_together
from deployments.eligibility.many import Files
from deployments.limits.levels import chain_of, closed_spans_of, levels_of_chains
from deployments.limits.refusals import CapacityExceeded
from deployments.limits.releases import Releases
from deployments.limits.rule import Level, Shortfall, Span, headroom, next_first_day, since_records
from deployments.models import Deployment, DeploymentState, Posting

__all__ = ["NewTour", "Sweep", "insert_tours"]

NO_LIMIT = 2_000_000


class _Room:
    """A level on every day of a stretch: how many more fit."""

    def __init__(self, level: Level, days: Span) -> None:
        self.level, self.first = level, days.first_day.toordinal()
        self.free = array("l", bytes(8 * days.days))
        for step in headroom(level, days.first_day, days.last_day):
            room = NO_LIMIT if step.room is None else step.room
            start, stop = step.day.toordinal() - self.first, step.last_day.toordinal() - self.first + 1
            self.free[start:stop] = array("l", [room]) * (stop - start)

    def _slice(self, span: Span) -> slice:
        return slice(span.first_day.toordinal() - self.first, span.last_day.toordinal() - self.first + 1)

    def fits(self, span: Span) -> bool:
        return min(self.free[self._slice(span)]) >= 1

    def change(self, span: Span, step: int) -> None:
        place = self._slice(span)
        place = slice(max(place.start, 0), place.stop)
        self.free[place] = array("l", map(step.__add__, self.free[place]))

    def shortfall(self, span: Span) -> Shortfall:
        """The first stretch without room, with number and count of its tightest day."""
        days = range(*self._slice(span).indices(len(self.free)))
        first = next(day for day in days if self.free[day] < 1)
        last = first
        while last + 1 in days and self.free[last + 1] < 1:
            last += 1
        tightest = min(range(first, last + 1), key=lambda day: self.free[day])
        on = [datetime.date.fromordinal(self.first + day) for day in (first, last, tightest)]
        number = self.level.number_on(on[2]) or 0
        return Shortfall(self.level, on[0], on[1], number, number - self.free[tightest])


class Sweep:
    """Judges new tours one after the other, each with all before it in place. Reads everything once, writes nothing."""

    def __init__(self, tours: Sequence[Deployment], today: datetime.date) -> None:
        self.today = today
        self.days = Span(min(t.first_day for t in tours), max(t.last_day for t in tours))
        postings = {tour.posting_id: tour.posting for tour in tours}
        self.levels = levels_of_chains(postings.values(), self.days.first_day)
        self.closed = closed_spans_of(postings.values())
        self.lapsed = self._lapsed_holds()
        self.rooms: dict[tuple[str, int], _Room] = {}
        self.taken: dict[int, list[Span]] = defaultdict(list)
        self.files = Files.of_tours((tour for tour in tours if tour.state in LIVE), today)
        self.releases = Releases(tour.officer for tour in tours if is_firm(tour))
        self._read_officers(tours)
        self._free_lapsed()

    def _lapsed_holds(self) -> list[Deployment]:
        """Holds that have run out and give way: those on one of the days."""
        lapsed = Deployment.objects.filter(state=DeploymentState.RESERVED, hold_until__lt=self.today)
        near = lapsed.filter(last_day__gte=self.days.first_day, first_day__lte=self.days.last_day)
        return list(near.select_related("officer__user", "posting__mission__operation"))

    def _read_officers(self, tours: Sequence[Deployment]) -> None:
        officers = {tour.officer_id for tour in tours}
        lapsed = {tour.pk for tour in self.lapsed}
        rows = Deployment.objects.consuming().filter(
            last_day__gte=self.days.first_day, first_day__lte=self.days.last_day
        )
        for pk, officer, first_day, last_day in rows.order_by().values_list("pk", "officer", "first_day", "last_day"):
            if officer in officers and pk not in lapsed:
                self.taken[officer].append(Span(first_day, last_day))

    def _free_lapsed(self) -> None:
        levels = {(level.kind, level.key): level for chain in self.levels.values() for level in chain}
        for tour in self.lapsed:
            span = Span(max(tour.first_day, self.days.first_day), min(tour.last_day, self.days.last_day))
            for kind, record in chain_of(tour.posting).items():
                if (kind, record.pk) in levels:
                    self._room(levels[kind, record.pk]).change(span, 1)

    def _room(self, level: Level) -> _Room:
        key = level.kind, level.key
        if key not in self.rooms:
            self.rooms[key] = _Room(level, self.days)
        return self.rooms[key]

    def take(self, tour: Deployment) -> None:
        """Put ``tour`` in place. Raises as ``record_tour``."""
        span = Span(tour.first_day, tour.last_day)
        check_recordable(tour, self.today)
        check_hold(tour, self.today)
        if tour.state in LIVE:
            check_open(tour.posting)
        if tour.state == DeploymentState.CANCELLED:
            return
        answered = since_records(tour.posting.mission.operation.records_from, [span])
        found = [refusal for refusal in self._of_officer(tour, span, answered) if refusal is not None]
        rooms = (self._without_room(tour.posting, new) for new in answered)
        room = next((refusal for refusal in rooms if refusal is not None), None)
        raise_together([*found, WithoutRoom(room) if found and room else None])
        if room is not None:
            raise room
        self.taken[tour.officer_id].append(span)
        for new in answered:
            for level in self.levels[tour.posting_id]:
                self._room(level).change(new, -1)

    def _of_officer(self, tour: Deployment, span: Span, answered: Sequence[Span]) -> Iterator[OfficerRefusal | None]:
        """What is found about the officer: another tour, no release, and what clearance asks of a live tour."""
        for other in self.taken[tour.officer_id]:
            if other.first_day <= span.last_day and span.first_day <= other.last_day:
                yield OfficerTaken(taken_words(other), field="officer")
                break
        if is_firm(tour):
            missing = self.releases.missing(tour.officer, tour.posting, answered)
            yield ReleaseMissing(tour.officer, missing) if missing else None
        if tour.state in LIVE:
            for new in answered:
                found = self.files.findings(tour.officer, tour.posting, new)
                yield NotCleared(found) if found else None

    def _without_room(self, posting: Posting, span: Span) -> TakesNobody | CapacityExceeded | None:
        closed = closed_on(posting, [span], self.closed[posting.pk])
        levels = self.levels[posting.pk]
        full = [room for level in levels if not (room := self._room(level)).fits(span)]
        if not full:
            return closed
        not_before = max(span.first_day, self.today)
        ahead = next_first_day(levels, self.closed[posting.pk], span.days, not_before)
        return named_together(closed, CapacityExceeded([room.shortfall(span) for room in full], ahead))


@dataclass(frozen=True)
class NewTour:
    """A tour that was judged, with the reason that its history keeps."""

    tour: Deployment
    reason: str = ""


def insert_tours(tours: Iterable[NewTour], *, by: Actor, today: datetime.date | None = None) -> None:
    """Write judged tours with their history; holds that have run out on their days end first.

    Call it behind the gate. Raises NotPermitted, and IntegrityError for what the guards refuse.
    """
    require(by, MAY_DEPLOY)
    # Earliest first: the guards count those who are there on the days of each or later, and nobody is later yet.
    tours = sorted(tours, key=lambda new: new.tour.first_day)
    rows = [new.tour for new in tours]
    days = Span(min(t.first_day for t in rows), max(t.last_day for t in rows))
    lapsed = Deployment.objects.filter(state=DeploymentState.RESERVED, hold_until__lt=today or today_here())
    near = lapsed.filter(last_day__gte=days.first_day, first_day__lte=days.last_day)
    for hold in near.select_related("officer__user", "posting"):
        end_hold(hold, by=SYSTEM)
    for tour in rows:
        tour.created_by_id = by.pk
    create_rows(Deployment, rows)
    record_acts((_act(new) for new in tours), by=by)


def _act(new: NewTour) -> ActOn:
    tour = new.tour
    days = {"first_day": tour.first_day.isoformat(), "last_day": tour.last_day.isoformat()}
    return ActOn(tour, TourVerb.RECORD, new.reason, to_state=tour.state, detail=days)
