"""Checks for newly occupied days: the officer is free, the terms take people, every level has room."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.history.acts import record_act
from core.refusals import Refusal
from core.text.dates import ONE_DAY
from deployments.domain.application_moves import expire_with_hold
from deployments.domain.authority.terms import terms_in_force
from deployments.domain.tours.successor_rows import end_links
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import TourVerb, move
from deployments.domain.waivers import OfficerRefusal
from deployments.eligibility.rule import Finding
from deployments.limits.days import horizon
from deployments.limits.levels import closed_spans, levels_above
from deployments.limits.refusals import CapacityExceeded, days_words
from deployments.limits.rule import (
    Level,
    Shortfall,
    Span,
    newly_occupied,
    next_first_day,
    shortfalls,
    since_records,
)
from deployments.models import Deployment, DeploymentState, Posting, PostingStatus
from missions.models import Mission, Operation, TermsStatus
from officers.models import Officer

__all__ = ["OfficerTaken", "RoomQuery", "TakesNobody", "make_room", "no_room", "other_tour"]


class OfficerTaken(OfficerRefusal):
    """The officer has another tour on one of the days (rule 10)."""

    code = "officer_taken"
    instead = ("last_day",)

    @property
    def findings(self) -> list[Finding]:  # type: ignore[override]
        """The other tour as one finding among others."""
        mend = _("Other days mend it, or another end of that tour.")
        return [Finding("other-tour", _("No other tour of duty in these days"), str(self), mend=mend)]


class TakesNobody(Refusal):
    """Terms of the operation or the mission take nobody on some of the days (rule 6); ``full`` is what they lack in room."""

    code = "takes_nobody"
    instead = ("last_day",)

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons), field="first_day")
        self.full: CapacityExceeded | None = None

    def __str__(self) -> str:
        return " ".join(self.sentences())

    def sentences(self) -> list[str]:
        return [self.reason, *(self.full.sentences() if self.full else [])]

    @property
    def reason(self) -> str:
        """The terms alone."""
        return str(self.message)

    def as_json(self) -> dict[str, Any]:
        return {**(self.full.as_json() if self.full else {}), **super().as_json()}


@dataclass(frozen=True)
class RoomQuery:
    """A tour as it would be: who, where, on which days. ``current`` is the tour that occupies some of them already."""

    officer: Officer
    posting: Posting
    days: Span
    today: datetime.date
    current: Deployment | None = None

    @property
    def new_days(self) -> list[Span]:
        """The days that the tour does not occupy yet, earliest first."""
        now = Span(self.current.first_day, self.current.last_day) if self.current else None
        return newly_occupied(now, self.days)

    @property
    def is_extension(self) -> bool:
        """Whether the tour goes on: the new days all follow its present last day, and some of its days stay."""
        if self.current is None or self.days.first_day > self.current.last_day:
            return False
        return [each.first_day for each in self.new_days] == [self.current.last_day + ONE_DAY]

    @property
    def other_tours(self) -> QuerySet[Deployment]:
        """The officer's other tours, by their days."""
        others = Deployment.objects.consuming().filter(officer=self.officer).order_by("first_day")
        return others.exclude(pk=self.current.pk) if self.current else others


def make_room(query: RoomQuery) -> None:
    """Make sure of room on every newly occupied day. Holds that have run out are ended where they are in the way (rule 7).

    No query where no day is new.

    Raises: OfficerTaken, TakesNobody, CapacityExceeded.
    """
    new_days = query.new_days
    if not new_days:
        return
    _free_officer(query, new_days)
    if (refusal := no_room(query)) is not None:
        raise refusal


def no_room(query: RoomQuery) -> TakesNobody | CapacityExceeded | None:
    """The refusal of new days on which terms take nobody, a level is full, or both; None where there is room.

    Call it inside the transaction of an act: holds that have run out are ended where they are in the way.
    """
    new_days = since_records(query.posting.mission.operation.records_from, query.new_days)
    if not new_days:
        return None
    closed = closed_on(query.posting, new_days, closed_spans(query.posting))
    since = new_days[0].first_day
    levels = levels_above(query.posting, since=since, exclude=query.current)
    found = shortfalls(levels, new_days)
    if found and _end_lapsed_holds(query, new_days):
        levels = levels_above(query.posting, since=since, exclude=query.current)
        found = shortfalls(levels, new_days)
    return named_together(closed, _without_room(query, levels, found) if found else None)


def other_tour(query: RoomQuery) -> OfficerTaken | None:
    """The refusal of days on which the officer has another tour whose hold has not lapsed. One query where a day is new."""
    new_days = query.new_days
    for tour in _on(query.other_tours, new_days) if new_days else ():
        if not is_lapsed(tour, query.today):
            return OfficerTaken(taken_words(tour), field="officer")
    return None


def check_open(posting: Posting) -> None:
    """Raise Refusal for a posting that is a draft or stood down."""
    if posting.status != PostingStatus.OPEN:
        raise Refusal(
            _("The posting %(posting)s takes nobody: %(status)s.")
            % {"posting": posting.reference, "status": posting.get_status_display().lower()},
            code="posting_not_open",
            field="posting",
        )


def is_lapsed(tour: Deployment, today: datetime.date) -> bool:
    """Whether the hold of a reservation has run out: ``hold_until`` is its last day, inclusive."""
    return tour.state == DeploymentState.RESERVED and tour.hold_until is not None and tour.hold_until < today


def end_hold(tour: Deployment, *, by: Actor) -> None:
    """End a reservation whose hold has run out: its days are free again, and the application it came from has ended."""
    before = move(tour, TourVerb.EXPIRE)
    end_links(tour, by=by)
    tour.save(update_fields=["state", "relieves", "changed_at"])
    record_act(tour, TourVerb.EXPIRE, by=by, from_state=before, to_state=tour.state, hold_until=str(tour.hold_until))
    if not expire_with_hold(tour, by=by):
        tell_officer(tour, TourVerb.EXPIRE)


def _free_officer(query: RoomQuery, new_days: Sequence[Span]) -> None:
    """End the officer's lapsed holds on these days. Raises OfficerTaken, which names another tour by its days alone."""
    for tour in _on(query.other_tours, new_days):
        if is_lapsed(tour, query.today):
            end_hold(tour, by=SYSTEM)
            continue
        raise OfficerTaken(taken_words(tour), field="officer")


def taken_words(tour: Deployment | Span) -> str:
    """What is said of the officer's other tour: its days alone."""
    return _("The officer has another tour %(days)s.") % {"days": days_words(tour.first_day, tour.last_day)}


def _on(tours: QuerySet[Deployment], spans: Sequence[Span]) -> list[Deployment]:
    """Those of ``tours`` that occupy a day of ``spans``."""
    near = tours.filter(last_day__gte=spans[0].first_day, first_day__lte=spans[-1].last_day)
    return [
        tour
        for tour in near.select_related("officer__user", "posting__mission__operation")
        if any(tour.first_day <= span.last_day and tour.last_day >= span.first_day for span in spans)
    ]


def named_together(closed: TakesNobody | None, full: CapacityExceeded | None) -> TakesNobody | CapacityExceeded | None:
    """One refusal of days on which terms take nobody and of levels that are full; None where there is room."""
    if closed is None:
        return full
    closed.full = full
    return closed


def closed_on(posting: Posting, new_days: Sequence[Span], closed: Sequence[Span]) -> TakesNobody | None:
    """The refusal of those of ``new_days`` on which terms take nobody, with each stretch of them; None without any."""
    found: list[Span] = []
    for terms in closed:
        for span in new_days:
            first, last = max(terms.first_day, span.first_day), min(terms.last_day, span.last_day)
            if first <= last and not any(each.first_day <= first and last <= each.last_day for each in found):
                found.append(Span(first, last))
    return (
        TakesNobody([closed_words(posting, days) for days in sorted(found, key=lambda days: days.first_day)])
        if found
        else None
    )


def closed_words(posting: Posting, days: Span) -> str:
    """Which record takes nobody on all of ``days``, and how it stands: the operation, where both close."""
    standing = [
        (record, first)
        for record in (posting.mission.operation, posting.mission)
        if (first := terms_in_force(record, days.first_day)) and first.status != TermsStatus.ACTIVE
    ]
    on_last_day = [each for each in standing if _is_closed(each[0], days.last_day)]
    record, terms = (on_last_day or standing)[0]
    return _("%(record)s takes nobody new %(days)s: %(status)s.") % {
        "record": record,
        "days": days_words(days.first_day, days.last_day),
        "status": terms.get_status_display().lower(),
    }


def _is_closed(record: Operation | Mission, day: datetime.date) -> bool:
    terms = terms_in_force(record, day)
    return terms is not None and terms.status != TermsStatus.ACTIVE


def _end_lapsed_holds(query: RoomQuery, new_days: Sequence[Span]) -> bool:
    """Expires the holds that have run out on these days, anywhere in the programme; whether there were any."""
    lapsed = Deployment.objects.filter(
        state=DeploymentState.RESERVED,
        hold_until__lt=query.today,
        posting__mission__operation__programme=query.posting.mission.operation.programme_id,
    )
    released = [tour for tour in _on(lapsed, new_days) if tour != query.current]
    for tour in released:
        end_hold(tour, by=SYSTEM)
    return bool(released)


def _without_room(query: RoomQuery, levels: Sequence[Level], found: Sequence[Shortfall]) -> CapacityExceeded:
    """The refusal, with the days that would do: for days added to the end of a tour, how far it can go at present."""
    since = min(each.first_day for each in found)
    if query.is_extension:
        return CapacityExceeded(found, _next_first_day(query, levels, since, length=1), since - ONE_DAY)
    not_before = max(query.new_days[0].first_day, query.today)
    return CapacityExceeded(found, _next_first_day(query, levels, not_before, length=query.days.days))


def _next_first_day(
    query: RoomQuery, levels: Sequence[Level], not_before: datetime.date, *, length: int
) -> datetime.date | None:
    """The first day from which ``length`` days fit, within the ten years that an act may name; else None."""
    own = [
        Span(*days) for days in query.other_tours.filter(last_day__gte=not_before).values_list("first_day", "last_day")
    ]
    day = next_first_day(levels, closed_spans(query.posting), length, not_before, own)
    in_sight = day is not None and day + (length - 1) * ONE_DAY <= horizon(query.today)
    return day if in_sight else None
