"""Recording an assessment with the application in which it was held."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal, requires
from deployments.domain import assessments
from deployments.domain.application_moves import lock
from deployments.domain.verbs.applications import MAY_ASSESS, ApplicationVerb
from deployments.models import Application, Assessment

__all__ = ["record_assessment"]


@requires(MAY_ASSESS)
@transaction.atomic
def record_assessment(
    application: Application,
    *,
    by: Actor,
    kind: str,
    held_on: datetime.date,
    outcome: str,
    language: str = "",
    reading: int | None = None,
    writing: int | None = None,
    speaking: int | None = None,
    valid_until: datetime.date | None = None,
    remark: str = "",
    today: datetime.date | None = None,
) -> Assessment:
    """Record a result of the officer as part of an application that is screened in or further on.

    Raises: as ``assessments.record``, and Refusal for an application in another state.
    """
    lock(application, by=by)
    if not ApplicationVerb.RECORD_ASSESSMENT.facts.allows(application.state):
        raise Refusal(
            _("Assessments are recorded once the application is screened in, and until the selection."),
            code="impossible_transition",
        )
    return assessments.record(
        application.officer,
        by=by,
        kind=kind,
        held_on=held_on,
        outcome=outcome,
        language=language,
        reading=reading,
        writing=writing,
        speaking=speaking,
        valid_until=valid_until,
        remark=remark,
        application=application,
        today=today,
    )
