"""The answer of the officer's police service: endorsed, or not released."""

import datetime
from typing import Any

from django.db import transaction

from core.actors import Actor
from core.text.dates import today_here
from deployments.domain import releases
from deployments.domain.application_moves import lock, mail_applicant, move
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.limits.days import horizon, planned_tour
from deployments.limits.gate import locked_transaction
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Posting,
    Release,
)
from officers.domain.coordination import requires_coordinator

__all__ = ["decline_release", "endorse"]


@requires_coordinator
@locked_transaction
def endorse(
    application: Application,
    *,
    by: Actor,
    first_day: datetime.date | None = None,
    last_day: datetime.date | None = None,
    reason: str = "",
    today: datetime.date | None = None,
) -> Application:
    """Endorse as the coordinator of the officer's police service, and release the officer for the posting.

    Where no days are named, the release lasts from today to the end of the planned tour, and two years at least. A
    release of these very days may be there already.

    Raises: NotPermitted, ImpossibleTransition, and what ``releases.give`` raises.
    """
    lock(application, by=by)
    usual = usual_release(application.posting, today or today_here())
    days: dict[str, Any] = {"first_day": first_day or usual.first_day, "last_day": last_day or usual.last_day}
    detail = {name: str(day) for name, day in days.items()}
    move(application, ApplicationVerb.ENDORSE, by=by, reason=reason, detail=detail)
    given = Release.objects.in_force().filter(officer=application.officer, posting=application.posting, **days)
    if application.officer.police_service.needs_release and not given.exists():
        releases.give(application.officer, by=by, posting=application.posting, today=today, **days)
    return mail_applicant(application, "application_moved")


def usual_release(posting: Posting, today: datetime.date) -> Span:
    """The days of a release for which none are named: from today, or an earlier departure, to the planned return."""
    planned = planned_tour(posting, today)
    two_years = today + datetime.timedelta(days=730)
    return Span(min(today, planned.first_day), min(max(two_years, planned.last_day), horizon(today)))


@requires_coordinator
@transaction.atomic
def decline_release(application: Application, *, by: Actor, reason: str) -> Application:
    """Do not release the officer, as the coordinator of the officer's police service.

    Raises: NotPermitted, ImpossibleTransition, and Refusal without a reason.
    """
    lock(application, by=by)
    move(application, ApplicationVerb.DECLINE_RELEASE, by=by, reason=reason)
    return mail_applicant(application, "application_ended")
