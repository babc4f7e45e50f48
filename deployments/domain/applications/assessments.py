"""Recording an assessment: date, kind, outcome and until when it holds; nothing more is kept."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
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
    valid_until: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Assessment:
    """Add a result to an application that is screened in or further on.

    Raises: NotPermitted, and Refusal for a day to come, an end before it, the very same result once more, or an
    application in another state.
    """
    lock(application)
    if not ApplicationVerb.RECORD_ASSESSMENT.facts.allows(application.state):
        raise Refusal(
            _("Assessments are recorded once the application is screened in, and until the selection."),
            code="impossible_transition",
        )
    if held_on > (today or today_here()):
        raise Refusal(_("The assessment has not been held yet."), code="bad_value", field="held_on")
    if valid_until is not None and valid_until < held_on:
        raise Refusal(_("The result would end before the assessment was held."), code="bad_value", field="valid_until")
    result = {"kind": kind, "held_on": held_on, "outcome": outcome, "valid_until": valid_until}
    if application.assessments.filter(**result).exists():
        raise Refusal(_("This result is recorded already."), code="nothing_changes", field="outcome")
    made = Assessment.objects.create(application=application, recorded_by_id=by.pk, **result)
    record_act(
        application, ApplicationVerb.RECORD_ASSESSMENT, by=by, kind=kind, outcome=outcome, held_on=held_on.isoformat()
    )
    return made
