"""What has to be true before an application goes on, and what happens to its place when it does not."""

from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.waivers import not_cleared, raise_together
from deployments.eligibility.candidate import eligibility_of
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.days import planned_tour
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, DeploymentState


def require_release_given(application: Application) -> None:
    """Raise Refusal while the officer's police service, if it releases its officers, has not endorsed."""
    service = application.officer.police_service
    if service.needs_release and application.state == ApplicationState.SUBMITTED:
        raise Refusal(
            _("%(service)s releases its officers: wait for its coordinator's endorsement.") % {"service": service.name},
            code="release_missing",
        )


def require_eligible(application: Application, tour: Span | None = None) -> None:
    """Raise Refusal with every requirement that is neither met nor waived for ``tour`` (the planned one if None)."""
    unmet = eligibility_of(application, tour).unmet
    if unmet:
        raise Refusal(
            _("Requirements are not met: %(list)s. Waive them with a reason, or screen out.")
            % {"list": "; ".join(str(finding) for finding in unmet)},
            code="requirements_not_met",
        )


def free_place(application: Application, *, reason: str) -> None:
    """Cancel the tour that ``application`` reserved, if it did, inside the transaction of the act that ends it."""
    deployment = application.deployment
    if deployment is not None and deployment.state == DeploymentState.RESERVED:
        tours.cancel(deployment, by=SYSTEM, reason=reason, is_told=False)


def require_cleared_applicant(act: ClearanceAct, application: Application, tour: Span | None = None) -> None:
    """Raise NotCleared with everything that ``act`` asks and that is neither met nor waived, for ``tour``.

    Where none is named, it is the tour that the applicant has, or the one that is planned. Another tour on the days, and
    missing room, are named along with it where the act takes a place.
    """
    today = today_here()
    own = application.deployment
    planned = planned_tour(application.posting, today)
    days = tour or (Span(own.first_day, own.last_day) if own else planned)
    officer, posting = application.officer, application.posting
    unmet = not_cleared(act, officer, posting, days, application=application, tour=own)
    if unmet and act == ClearanceAct.SELECT:
        query = tours.RoomQuery(officer, posting, days, today)
        tours.refuse_together([tours.other_tour(query), unmet], query)
    raise_together([unmet])
