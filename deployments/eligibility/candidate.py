"""Reads an officer's profile and a posting's requirements into the values of deployments.eligibility.rule."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.utils import timezone

from deployments.eligibility.clearance import assessment_findings
from deployments.eligibility.rule import (
    SKILLS,
    Candidate,
    Eligibility,
    Finding,
    Held,
    Rated,
    Requirements,
    Result,
    Tested,
    assess,
    months_before,
)
from deployments.eligibility.waived import Given, Known, what_counts
from deployments.limits.days import planned_tour
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
    Deployment,
    DeploymentState,
    Posting,
)
from deployments.models.posting import REQUIREMENT_COLUMNS
from officers.models import LanguageRating, Officer, QualificationGrant, Unavailability
from officers.ranks import level_of

PROFILE = ("language_ratings", "grants__qualification", "unavailabilities", "deployments", "assessments")
REQUIREMENTS = ("language_requirements", "qualification_requirements__qualification")


def profiles_for(tour: Span, prefix: str = "") -> list[Any]:
    """What to prefetch for eligibility on the days of ``tour``: of the officers' tours those that are not long over."""
    since = months_before(tour.first_day, settings.REST_MONTHS)
    recent = Prefetch(f"{prefix}deployments", Deployment.objects.filter(last_day__gte=since))
    return [recent, *(f"{prefix}{name}" for name in PROFILE if name != "deployments")]


def who_could_meet(wanted: Requirements, tour: Span) -> Q:
    """Officers whom no language, qualification, declaration, absence or tour rules out; the rest is for ``assess``."""
    own = {"officer": OuterRef("pk")}
    at_once = {"first_day__lte": tour.last_day, "last_day__gte": tour.first_day}
    found = Q(has_convictions=False, has_open_investigations=False)
    found &= Q(~Exists(Unavailability.objects.filter(**own, **at_once)))
    found &= Q(~Exists(Deployment.objects.consuming().filter(**own, **at_once)))
    for asked in wanted.languages:
        found &= speaks(asked, tour.last_day)
    for code, _name, grades in wanted.qualifications:
        held = QualificationGrant.objects.filter(**own, qualification__code=code).through(
            tour.first_day, tour.first_day
        )
        if code in wanted.verified:
            held = held.filter(verified_at__isnull=False)
        found &= Q(Exists(held.filter(grade__in=grades) if grades else held))
    return found


def speaks(asked: Rated, last_day: datetime.date) -> Q:
    """Officers with the level asked for: by the latest assessment that holds on ``last_day``, else by their own rating.

    The same rule as ``deployments.eligibility.rule.level_for``, for the database.
    """
    least = {f"{skill}__gte": getattr(asked, skill) for skill in SKILLS}
    tests = Assessment.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=last_day),
        kind=AssessmentKind.LANGUAGE,
        language=asked.language,
        outcome=AssessmentOutcome.PASSED,
        reading__isnull=False,
    )
    own = tests.filter(officer=OuterRef("pk"))
    latest = tests.filter(officer=OuterRef("officer")).order_by("-held_on", "-pk").values("pk")[:1]
    rated = LanguageRating.objects.filter(officer=OuterRef("pk"), language=asked.language, **least)
    return Q(Exists(own.filter(pk=Subquery(latest), **least))) | (Q(~Exists(own)) & Q(Exists(rated)))


def tested(results: Iterable[Assessment]) -> tuple[Tested, ...]:
    """The language assessments of ``results`` that were passed with a level, the latest first."""
    found = []
    for each in sorted(results, key=lambda each: (str(each.held_on), each.pk), reverse=True):
        if each.held_on is None or each.outcome != AssessmentOutcome.PASSED:
            continue
        if each.reading is not None and each.writing is not None and each.speaking is not None:
            rating = Rated(each.language, each.reading, each.writing, each.speaking)
            found.append(Tested(rating, each.held_on, each.valid_until))
    return tuple(found)


def candidate(
    officer: Officer, *, except_tour: Deployment | None = None, tours: Iterable[Span] | None = None
) -> Candidate:
    """The officer's profile as values; ``except_tour`` is a tour that is not counted against itself.

    With ``tours`` given, those count, and neither tours nor absences are read.
    """
    away = [] if tours is not None else [Span(u.first_day, u.last_day) for u in officer.unavailabilities.all()]
    found = (
        tours
        if tours is not None
        else [
            Span(tour.first_day, tour.last_day)
            for tour in officer.deployments.all()
            if tour.state != DeploymentState.CANCELLED and tour != except_tour
        ]
    )
    return candidate_of(
        officer,
        languages=tuple(Rated(r.language, r.reading, r.writing, r.speaking) for r in officer.language_ratings.all()),
        tested=tested(officer.assessments.all()),
        qualifications=tuple(
            Held(g.qualification.code, g.valid_from, g.valid_until, g.grade, g.verified_at is not None)
            for g in officer.grants.all()
        ),
        unavailable=tuple(away),
        tours=tuple(found),
    )


def candidate_of(officer: Officer, **parts: Any) -> Candidate:
    """The columns of the officer's own record as values, with the ``parts`` that other tables hold."""
    return Candidate(
        birth_date=officer.birth_date,
        member_since=officer.member_since,
        retired_on=officer.retired_on,
        rank_level=level_of(officer.rank),
        has_conviction=officer.has_convictions,
        has_open_investigation=officer.has_open_investigations,
        **parts,
    )


def requirements(posting: Posting, *, assessments: frozenset[str] = frozenset()) -> Requirements:
    """What the posting asks for, as values; ``assessments`` are the kinds that it needs, where clearance asks."""
    qualifications = list(posting.qualification_requirements.all())
    return requirements_of(
        posting,
        languages=tuple(
            Rated(r.language, r.reading, r.writing, r.speaking) for r in posting.language_requirements.all()
        ),
        qualifications=tuple((r.qualification.code, str(r), r.accepted_grades()) for r in qualifications),
        verified=frozenset(r.qualification.code for r in qualifications if r.must_be_verified),
        assessments=assessments,
    )


def requirements_of(posting: Posting, **parts: Any) -> Requirements:
    """The columns of the posting's own record as values, with the ``parts`` that other tables hold."""
    own: dict[str, Any] = {name: getattr(posting, name) for pair in REQUIREMENT_COLUMNS for name in pair}
    ranks: dict[str, Any] = {f"{name}_level": level_of(own.pop(name)) for name in ("min_rank", "max_rank")}
    return Requirements(
        **own,
        **ranks,
        rest_months=settings.REST_MONTHS,
        **parts,
    )


def eligibility(
    officer: Officer,
    posting: Posting,
    tour: Span | None = None,
    *,
    today: datetime.date | None = None,
) -> Eligibility:
    """How ``officer`` meets ``posting`` for ``tour`` (the planned one where none is named)."""
    days = tour or planned_tour(posting, today or timezone.localdate())
    return assess(candidate(officer), requirements(posting), days)


def eligibility_of(
    application: Application, tour: Span | None = None, *, today: datetime.date | None = None
) -> Eligibility:
    """How the applicant meets the posting, with the waivers of the application counted in.

    Who was selected is tested for the days of the own tour, and that tour is not counted against itself.
    """
    own, today = application.deployment, today or timezone.localdate()
    days = tour or (Span(own.first_day, own.last_day) if own else planned_tour(application.posting, today))
    return judged(application, requirements(application.posting), days, today=today)


def eligibility_with_assessments(application: Application, tour: Span) -> Eligibility:
    """How the applicant meets the posting, and the assessments that it needs, for ``tour``; waivers are counted in."""
    posting = application.posting
    needed = assessments_for(application, posting, tour)
    return judged(application, requirements(posting), tour, today=timezone.localdate(), further=needed)


def judged(
    application: Application,
    wanted: Requirements,
    tour: Span,
    *,
    today: datetime.date,
    further: Iterable[Finding] = (),
) -> Eligibility:
    """How the applicant meets ``wanted``, then ``further`` findings, and which waivers count for what is found.

    The own tour is not counted against itself.
    """
    own = candidate(application.officer, except_tour=application.deployment)
    waived = what_counts(_given(application, today), Known(own, wanted, tour, results_of(application)))
    found = (*assess(own, wanted, tour).findings, *further)
    return Eligibility(tuple(map(waived.worded, found)), waived.counting)


def _given(application: Application, today: datetime.date) -> list[Given]:
    """What is waived: with the application, or for its officer and posting, in force today."""
    by_act = (
        Given(waiver.finding, waiver.on_record)
        for waiver in application.officer.waivers.all()
        if waiver.posting_id == application.posting_id and waiver.withdrawn_at is None and waiver.last_day >= today
    )
    return [*(Given(waiver.requirement, waiver.on_record) for waiver in application.waivers.all()), *by_act]


def results_of(application: Application) -> tuple[Result, ...]:
    """The applicant's latest result of each kind, and of each language."""
    latest = {}
    held = [each for each in application.officer.assessments.all() if each.outcome]
    for each in sorted(held, key=lambda each: (str(each.held_on), each.pk)):
        is_own = each.application_id == application.pk
        found = Result(each.kind, each.outcome, each.valid_until, each.language, is_of_posting=is_own)
        latest[each.kind, each.language] = found
    return tuple(latest.values())


def assessments_for(application: Application, posting: Posting, tour: Span) -> list[Finding]:
    """The applicant's results in the assessments that ``posting`` needs for ``tour``; which are missing or failed."""
    kinds = frozenset(
        each.kind
        for each in posting.assessment_requirements.all()
        if each.kind != AssessmentKind.FIREARMS or posting.is_armed is not False
    )
    return assessment_findings(requirements(posting, assessments=kinds), results_of(application), tour)


def with_profiles(officers: Iterable[Officer]) -> list[Officer]:
    """The officers with all that eligibility reads, in a constant number of queries."""
    listed = list(officers)
    prefetch_related_objects(listed, *PROFILE)
    return listed
