"""Rows of extension requests. An act on the tour may leave a request without a point, and declines it then."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.mail.outbox import queue_mail
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Deployment, DeploymentState, ExtensionRequest, ExtensionState


def open_request(deployment: Deployment) -> ExtensionRequest | None:
    """The extension that is asked for and not decided, held until the end of the transaction."""
    waiting = ExtensionRequest.objects.select_for_update(of=("self",)).filter(
        deployment=deployment, state=ExtensionState.OPEN
    )
    return waiting.select_related("deployment__officer__user", "deployment__posting").first()


def close_request(asked: ExtensionRequest, state: str) -> None:
    asked.state, asked.decided_at = state, timezone.now()
    asked.save(update_fields=["state", "decided_at"])


def decline_request(asked: ExtensionRequest, *, by: Actor, reason: str, **detail: str) -> ExtensionRequest:
    """Decline the request, and record why: the officer reads it in the story of the tour."""
    close_request(asked, ExtensionState.DECLINED)
    last_day = asked.last_day.isoformat()
    record_act(asked.deployment, TourVerb.DECLINE_EXTENSION, by=by, reason=reason, last_day=last_day, **detail)
    return asked


def decline_overtaken(tour: Deployment, *, by: Actor) -> None:
    """Decline the request for ``tour`` that has no point any more: the tour is over, or lasts to that day as it is.

    The officer is told why.
    """
    asked = open_request(tour)
    if asked is None:
        return
    is_live = tour.state in DeploymentState.live_states()
    if is_live and tour.last_day < asked.last_day:
        return
    with translation.override(tour.officer.user.language):
        reason = _("The tour lasts to that day already.") if is_live else _("The tour is over.")
    decline_request(asked, by=by, reason=reason)
    queue_mail(
        to=tour.officer.user,
        template="deployments/extension_overtaken",
        context={"asked": asked, "reason": reason},
    )
