"""The applicants of a posting side by side: by state, with what they meet, beside the room on the planned days."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from core.text.dates import today_here
from core.text.folded import named
from deployments.eligibility.candidate import (
    REQUIREMENTS,
    assessments_for,
    candidate,
    judged,
    profiles_for,
    requirements,
    who_could_meet,
)
from deployments.eligibility.rule import Eligibility, Finding, Requirements, assess, years_between
from deployments.limits.days import planned_tour
from deployments.limits.levels import closed_by_level, levels_of_chains
from deployments.limits.rule import Level, Span, binding_level, next_first_day
from deployments.models import Application, ApplicationState, Posting, PostingStatus
from deployments.queries.languages import languages_of
from deployments.queries.standing_days import DaysOfLevel, as_read, within
from officers.models import Officer

SHOWN_STATES = [*ApplicationState.open_states(), ApplicationState.ACCEPTED]
MOST_SHOWN = 50
MOST_OF_ROSTER = 25
MOST_LOOKED_AT, AT_ONCE = 250, 50


@dataclass(frozen=True)
class Applicant:
    """An application beside what its officer brings, for the days of ``tour``."""

    application: Application
    eligibility: Eligibility
    tour: Span

    @property
    def officer(self) -> Officer:
        return self.application.officer

    @property
    def met(self) -> int:
        return sum(finding.is_met for finding in self.eligibility.findings)

    @property
    def total(self) -> int:
        return len(self.eligibility.findings)

    @property
    def waived(self) -> list[Finding]:
        """Requirements that are not met and that staff waived."""
        return [f for f in self.eligibility.findings if not f.is_met and f.code in self.eligibility.waived]

    @property
    def languages(self) -> list[str]:
        """Each language with its levels: reading, writing, speaking."""
        return languages_of(self.officer, self.tour.last_day)

    @property
    def service_years(self) -> int | None:
        """Whole years of service on the day of departure."""
        since = self.officer.member_since
        until = min(self.tour.first_day, self.officer.retired_on or self.tour.first_day)
        return max(0, years_between(since, until)) if since else None

    @property
    def away(self) -> list[Span]:
        """When the officer cannot go, of the days of the tour."""
        spans = [Span(u.first_day, u.last_day) for u in self.officer.unavailabilities.all()]
        return [s for s in spans if s.first_day <= self.tour.last_day and s.last_day >= self.tour.first_day]


@dataclass(frozen=True)
class StateGroup:
    """The applicants in one state: how many there are, and the first of them by the day since when they are in it."""

    state: ApplicationState
    count: int
    applicants: tuple[Applicant, ...]


@dataclass(frozen=True)
class PlannedRoom:
    """The room on the planned days: each level at its tightest, and the first day on which the tour fits all of them.

    ``closed`` are those of these days on which terms take nobody.
    """

    levels: tuple[tuple[Level, DaysOfLevel], ...]
    next_day: datetime.date | None
    closed: tuple[Span, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether no tour on all of these days has room."""
        return bool(self.closed) or self.left == 0

    @property
    def left(self) -> int | None:
        """Places left on these days at every level together; None where nothing limits or nobody is taken."""
        if self.closed:
            return None
        rooms = [step.room for _level, step in self.levels if step.room is not None]
        return max(0, min(rooms)) if rooms else None


def with_requirements() -> QuerySet[Posting]:
    return Posting.objects.select_related("mission__operation__programme").prefetch_related(
        *REQUIREMENTS, "assessment_requirements"
    )


def groups_of(posting: Posting, tour: Span) -> list[StateGroup]:
    """Open and accepted applications to ``posting``, by state in the order of an application's life.

    Everybody where there are no more than MOST_SHOWN, else as many of each state as that allows. Nine queries, however
    many there are.
    """
    counts = counts_of([posting])[posting.pk]
    states = [state for state in SHOWN_STATES if counts[state]]
    is_crowded = sum(counts[state] for state in states) > MOST_SHOWN
    most = max(1, MOST_SHOWN // len(states)) if is_crowded else MOST_SHOWN
    place = Window(RowNumber(), partition_by=F("state"), order_by=["state_since", "pk"])
    shown = posting.applications.filter(state__in=SHOWN_STATES).annotate(place=place)
    by_state = defaultdict(list)
    for each in applicants(shown.filter(place__lte=most).order_by("state_since", "pk"), posting, tour):
        by_state[each.application.state].append(each)
    return [StateGroup(ApplicationState(state), counts[state], tuple(by_state[state])) for state in states]


def in_state(posting: Posting, state: str) -> QuerySet[Application]:
    """The posting's applications in one state, who waits longest first."""
    return posting.applications.filter(state=state).order_by("state_since", "pk")


def counts_of(postings: Iterable[Posting]) -> dict[int, dict[str, int]]:
    """How many applications each posting has in each state, drafts left out. One query."""
    found: dict[int, dict[str, int]] = {posting.pk: defaultdict(int) for posting in postings}
    rows = Application.objects.filter(posting__in=list(found)).exclude(state=ApplicationState.DRAFT).order_by()
    for key, state, number in rows.values_list("posting", "state").annotate(number=Count("pk")):
        found[key][state] = number
    return found


def applicants(chosen: QuerySet[Application], posting: Posting, tour: Span) -> list[Applicant]:
    """The applications of ``posting`` with all that is compared; ``posting`` comes from ``with_requirements``."""
    whole = chosen.select_related("officer__user", "officer__police_service", "deployment").prefetch_related(
        "waivers", "officer__waivers", *profiles_for(tour, "officer__")
    )
    wanted = requirements(posting)
    return [Applicant(each, _assessed(each, posting, wanted, tour), tour) for each in whole]


def room_for(posting: Posting, tour: Span, today: datetime.date) -> PlannedRoom:
    """The room for one more tour in ``posting`` on the days of ``tour``."""
    levels = levels_of_chains([posting], since=min(tour.first_day, today))[posting.pk]
    tightest = [found for level in levels if (found := binding_level([level], tour.first_day, tour.last_day))]
    closed = closed_by_level(posting)
    not_before = max(tour.first_day, today)
    return PlannedRoom(
        tuple((level, as_read(step, level, within(tour, closed[level.kind]))) for level, step in tightest),
        next_first_day(levels, closed["posting"], tour.days, not_before),
        tuple(within(tour, closed["posting"])),
    )


def fitting_roster(posting: Posting, tour: Span) -> list[Applicant]:
    """Qualified officers of other postings whose roster entry lasts to the end of ``tour`` and who meet everything here.

    Left out is whoever has a running application here already. At most MOST_OF_ROSTER, who runs out first first; they
    are sought among the first MOST_LOOKED_AT whom the database does not rule out.
    """
    here = Application.objects.filter(
        officer=OuterRef("officer"), posting=posting, state__in=ApplicationState.running_states()
    )
    elsewhere = Application.objects.filter(state=ApplicationState.QUALIFIED, qualified_until__gte=tour.last_day)
    wanted = requirements(posting)
    could = Officer.objects.filter(who_could_meet(wanted, tour))
    chosen = elsewhere.exclude(posting=posting).filter(~Exists(here), officer__in=could)
    whole = chosen.select_related("officer__user", "officer__police_service", "posting").prefetch_related(
        *profiles_for(tour, "officer__")
    )
    found: dict[int, Applicant] = {}
    for start in range(0, MOST_LOOKED_AT, AT_ONCE):
        some = list(whole.order_by("qualified_until", "pk")[start : start + AT_ONCE])
        for each in some:
            eligibility = assess(candidate(each.officer), wanted, tour)
            if eligibility.is_eligible:
                found.setdefault(each.officer_id, Applicant(each, eligibility, tour))
        if len(some) < AT_ONCE or len(found) >= MOST_OF_ROSTER:
            break
    return list(found.values())[:MOST_OF_ROSTER]


def on_roster() -> QuerySet[Application]:
    """The stand-by roster, the first to run out first."""
    qualified = Application.objects.filter(state=ApplicationState.QUALIFIED).order_by("qualified_until", "pk")
    return qualified.select_related("officer__user", "officer__police_service", "posting")


def matches(entries: Sequence[Application], today: datetime.date) -> dict[int, list[Posting]]:
    """The open postings that each entry of the roster fits, by its primary key.

    A posting is open when it is published as an opening and its planned tour is not over; an officer's own applications
    are left out. The roster entry must last to the end of the planned tour.
    """
    officers = {entry.officer_id for entry in entries}
    running = set(
        Application.objects.filter(officer__in=officers, state__in=ApplicationState.running_states()).values_list(
            "officer", "posting"
        )
    )
    seeking = with_requirements().filter(status=PostingStatus.OPEN, closes_at__isnull=False)
    ahead = seeking.filter(Q(tour_last_day=None) | Q(tour_last_day__gt=today)).order_by("reference")
    wanted = [(posting, requirements(posting), planned_tour(posting, today)) for posting in ahead]
    return {
        entry.pk: [
            posting
            for posting, asked, tour in wanted
            if (entry.officer_id, posting.pk) not in running
            and entry.qualified_until
            and entry.qualified_until >= tour.last_day
            and assess(candidate(entry.officer), asked, tour).is_eligible
        ]
        for entry in entries
    }


def comparison(chosen: Sequence[Applicant]) -> list[tuple[str, list[str]]]:
    """What to read side by side: a label, and what each of ``chosen`` has."""
    rows = [
        (gettext("State"), [each.application.get_state_display() for each in chosen]),
        (gettext("Police service"), [str(each.officer.police_service) for each in chosen]),
        (gettext("Rank"), [each.officer.rank for each in chosen]),
        (
            gettext("Service in years"),
            ["" if each.service_years is None else str(each.service_years) for each in chosen],
        ),
        (gettext("Languages (reading/writing/speaking)"), ["; ".join(each.languages) for each in chosen]),
        (gettext("Requirements met"), [f"{each.met}/{each.total}" for each in chosen]),
    ]
    codes = {finding.code: str(finding.label) for each in chosen for finding in each.eligibility.findings}
    rows += [(label, [_result(each, code) for each in chosen]) for code, label in codes.items()]
    kinds = {a.kind: a.get_kind_display() for each in chosen for a in each.officer.assessments.all() if a.outcome}
    for kind, label in kinds.items():
        rows.append((gettext("Assessment: %(kind)s") % {"kind": label}, [_outcome(each, kind) for each in chosen]))
    return rows


def _assessed(application: Application, posting: Posting, wanted: Requirements, tour: Span) -> Eligibility:
    """How the applicant meets ``wanted``; a place held by this very application is not counted against it."""
    needed = assessments_for(application, posting, tour)
    return judged(application, wanted, tour, today=today_here(), further=needed)


def _result(applicant: Applicant, code: str) -> str:
    finding = next((f for f in applicant.eligibility.findings if f.code == code), None)
    if finding is None or finding.is_met:
        return gettext("Met")
    label = gettext("Waived") if code in applicant.eligibility.waived else gettext("Not met")
    return named(label, finding.reason)


def _outcome(applicant: Applicant, kind: str) -> str:
    """The latest result of one kind; "" where there is none."""
    held = [a for a in applicant.officer.assessments.all() if a.kind == kind and a.outcome]
    return f"{held[-1].get_outcome_display()} ({held[-1].held_on})" if held else ""
