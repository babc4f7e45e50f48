"""What has to be true before an application goes on: the release is given, and the requirements are met or waived."""

from django.utils.translation import gettext as _

from core.refusals import Refusal
from deployments.eligibility.candidate import eligibility_of
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState

S = ApplicationState


def require_release_given(application: Application) -> None:
    """Raises Refusal while the officer's police service, if it releases its officers, has not endorsed."""
    service = application.officer.police_service
    if service.needs_release and application.state == S.SUBMITTED:
        raise Refusal(
            _("%(service)s releases its officers: wait for its coordinator's endorsement.") % {"service": service.name},
            code="release_missing",
        )


def require_eligible(application: Application, tour: Span | None = None) -> None:
    """Raises Refusal with every requirement that is neither met nor waived for ``tour`` (the planned one if None)."""
    unmet = eligibility_of(application, tour).unmet
    if unmet:
        raise Refusal(
            _("Requirements are not met: %(list)s. Waive them with a reason, or screen out.")
            % {"list": "; ".join(str(finding) for finding in unmet)},
            code="requirements_not_met",
        )
