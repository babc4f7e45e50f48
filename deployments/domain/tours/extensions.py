"""The extension that is asked for: found, decided and told. What happens to its tour decides on it as well."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.history.acts import record_act
from core.mail.outbox import queue_mail
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Deployment, DeploymentState, ExtensionRequest, ExtensionState


def open_extension(deployment: Deployment) -> ExtensionRequest | None:
    """The extension that is asked for and not decided, held until the end of the transaction."""
    waiting = ExtensionRequest.objects.select_for_update(of=("self",)).filter(
        deployment=deployment, state=ExtensionState.OPEN
    )
    return waiting.select_related("deployment__officer__user", "deployment__posting").first()


def decide(asked: ExtensionRequest, state: str) -> None:
    asked.state, asked.decided_at = state, timezone.now()
    asked.save(update_fields=["state", "decided_at"])


def declined(asked: ExtensionRequest, *, by, reason: str, **detail: str) -> ExtensionRequest:
    """Not granted, and why: in the history, which the officer reads as the story of the tour."""
    decide(asked, ExtensionState.DECLINED)
    last_day = asked.last_day.isoformat()
    record_act(asked.deployment, TourVerb.DECLINE_EXTENSION, by=by, reason=reason, last_day=last_day, **detail)
    return asked


def overtaken(tour: Deployment, *, by) -> None:
    """Declines the extension that has no point any more: the tour is over, or lasts to that day as it is."""
    asked = open_extension(tour)
    if asked is None:
        return
    is_live = tour.state in DeploymentState.live_states()
    if is_live and tour.last_day < asked.last_day:
        return
    with translation.override(tour.officer.user.language):
        reason = _("The tour lasts to that day already.") if is_live else _("The tour is over.")
    declined(asked, by=by, reason=reason)


def tell_of(asked: ExtensionRequest, template: str, **words: str) -> None:
    """Queues a mail to the officer in the transaction of the act."""
    queue_mail(to=asked.deployment.officer.user, template=f"deployments/{template}", context={"asked": asked, **words})
