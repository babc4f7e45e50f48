"""Nobody goes who did not say yes: a tour that an application brought is made firm after the officer accepted it."""

from django.utils.translation import gettext as _

from core.refusals import Refusal
from deployments.models import Application, ApplicationState, Deployment

__all__ = ["application_not_accepted"]


class NotAccepted(Refusal):
    """The application that brought the tour waits for the officer's answer, or has ended."""

    code = "not_accepted"


def application_not_accepted(tour: Deployment) -> Application | None:
    """The application that brought ``tour``, where it is not an accepted one; else None. One query."""
    return Application.objects.filter(deployment=tour).exclude(state=ApplicationState.ACCEPTED).first()


def require_accepted(tour: Deployment) -> None:
    """Raise NotAccepted where ``tour`` comes from an application that was not accepted, or that ended."""
    application = application_not_accepted(tour)
    if application is None:
        return
    if application.state == ApplicationState.SELECTED:
        raise NotAccepted(_("The officer has not accepted this tour yet, and does it on the page of the application."))
    words = _(
        "The application that brought this tour has ended (%(state)s): reinstate it, and select the officer anew."
    )
    raise NotAccepted(words % {"state": application.get_state_display()})
