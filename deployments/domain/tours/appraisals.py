"""How the work of a tour is judged, once."""

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.records import locked_tour
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, require_possible
from deployments.models import Appraisal, Deployment

__all__ = ["record_appraisal"]


@requires(MAY_DEPLOY)
@transaction.atomic
def record_appraisal(
    deployment: Deployment,
    *,
    by: Actor,
    outcome: str,
    given_on: datetime.date,
    remarks: str = "",
    today: datetime.date | None = None,
) -> Appraisal:
    """How the work of the tour is judged, once. Raises NotPermitted, and Refusal for a tour that has not begun or is
    closed, a day to come, or a second appraisal.
    """
    tour = locked_tour(deployment, by=by)
    require_no_stake(by, tour)
    require_possible(tour, TourVerb.RECORD_APPRAISAL)
    if given_on > (today or today_here()):
        raise Refusal(_("The appraisal has not been given yet."), code="bad_value", field="given_on")
    try:
        with transaction.atomic():
            made = Appraisal.objects.create(
                deployment=tour, outcome=outcome, given_on=given_on, remarks=remarks, recorded_by_id=by.pk
            )
    except IntegrityError:
        raise Refusal(_("The tour has its appraisal already."), code="appraised_already") from None
    record_act(tour, TourVerb.RECORD_APPRAISAL, by=by, outcome=outcome, given_on=given_on.isoformat())
    tell_officer(tour, TourVerb.RECORD_APPRAISAL)
    return made
