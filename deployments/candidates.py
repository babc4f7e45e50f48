"""Reads an officer's profile and a posting's requirements into the values of deployments.eligibility."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from deployments.capacity import Span
from deployments.eligibility import Candidate, Eligibility, Held, Rated, Requirements, assess
from deployments.models import Application, Deployment, DeploymentState, Posting
from deployments.openings import planned_tour
from officers.models import Officer
from officers.ranks import level_of

PROFILE = ("language_ratings", "grants__qualification", "unavailabilities", "deployments")
REQUIREMENTS = ("language_requirements", "qualification_requirements__qualification")


def candidate(officer: Officer, *, except_tour: Deployment | None = None) -> Candidate:
    """The officer's profile as values; ``except_tour`` is a tour that does not stand in its own way."""
    tours = [
        Span(tour.first_day, tour.last_day)
        for tour in officer.deployments.all()
        if tour.state != DeploymentState.CANCELLED and tour != except_tour
    ]
    return Candidate(
        birth_date=officer.birth_date,
        member_since=officer.member_since,
        retired_on=officer.retired_on,
        rank_level=level_of(officer.rank),
        has_conviction=officer.has_convictions,
        has_open_investigation=officer.has_open_investigations,
        languages=tuple(Rated(r.language, r.reading, r.writing, r.speaking) for r in officer.language_ratings.all()),
        qualifications=tuple(
            Held(g.qualification.code, g.valid_from, g.valid_until, g.grade, g.verified_at is not None)
            for g in officer.grants.all()
        ),
        unavailable=tuple(Span(u.first_day, u.last_day) for u in officer.unavailabilities.all()),
        tours=tuple(tours),
    )


def requirements(posting: Posting) -> Requirements:
    """What the posting asks for, as values."""
    return Requirements(
        min_age=posting.min_age,
        max_age=posting.max_age,
        min_service_years=posting.min_service_years,
        max_retired_years=posting.max_retired_years,
        min_rank_level=level_of(posting.min_rank),
        max_rank_level=level_of(posting.max_rank),
        languages=tuple(
            Rated(r.language, r.reading, r.writing, r.speaking) for r in posting.language_requirements.all()
        ),
        qualifications=tuple(
            (r.qualification.code, str(r), r.accepted_grades()) for r in posting.qualification_requirements.all()
        ),
        rest_months=settings.REST_MONTHS,
    )


def eligibility(
    officer: Officer,
    posting: Posting,
    tour: Span | None = None,
    *,
    waived: Iterable[str] = (),
    except_tour: Deployment | None = None,
    today: datetime.date | None = None,
) -> Eligibility:
    """How ``officer`` meets ``posting`` for ``tour`` (the planned one where none is named)."""
    days = tour or planned_tour(posting, today or timezone.localdate())
    return assess(candidate(officer, except_tour=except_tour), requirements(posting), days, waived=waived)


def eligibility_of(
    application: Application, tour: Span | None = None, *, today: datetime.date | None = None
) -> Eligibility:
    """How the applicant meets the posting, with the waivers of the application counted in.

    Who was selected is tested for the days of the own tour, and that tour does not stand in its own way.
    """
    waived = [waiver.requirement for waiver in application.waivers.all()]
    own = application.deployment
    days = tour or (Span(own.first_day, own.last_day) if own else None)
    return eligibility(application.officer, application.posting, days, waived=waived, except_tour=own, today=today)


def with_profiles(officers: Iterable[Officer]) -> list[Officer]:
    """The officers with all that eligibility reads, in a constant number of queries."""
    listed = list(officers)
    prefetch_related_objects(listed, *PROFILE)
    return listed
