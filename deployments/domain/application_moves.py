"""One step of an application: conditional on its state, with its history and its mail in the same transaction.

Acts on applications use it, and acts on tours that end the application behind a reservation.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.history.acts import record_act
from core.mail.outbox import queue_mail
from deployments.domain.verbs.applications import ApplicationVerb, ImpossibleForApplication
from deployments.limits.days import check_reason
from deployments.models import Application, ApplicationState, Deployment

S = ApplicationState


def move(
    application: Application,
    verb: ApplicationVerb,
    *,
    by,
    reason: str = "",
    reason_code: str = "",
    target: str = "",
    show: bool = True,
    detail: dict | None = None,
    **values,
) -> None:
    """One step: conditional on the state, so that of two at the same time one is refused; history in the same act."""
    facts = verb.facts
    if facts.needs_reason:
        check_reason(reason)
    before = application.state
    to_state = target or facts.target
    if before in S.open_states():
        values["last_open_state"] = before
    if show:
        values["shown_state"] = to_state
    if len(facts.reasons) == 1:
        reason_code = facts.reasons[0]
    now = timezone.now()
    moved = Application.objects.filter(pk=application.pk, state=before, state__in=facts.sources).update(
        state=to_state, state_since=now, changed_at=now, reason_code=reason_code, **values
    )
    application.refresh_from_db()
    if not moved:
        raise ImpossibleForApplication(verb, application.state)
    record_act(
        application,
        verb,
        by=by,
        reason=reason,
        from_state=before,
        to_state=to_state,
        code=reason_code,
        **(detail or {}),
    )


def tell(application: Application, template: str) -> Application:
    """Queues a mail to the applicant in the transaction of the act."""
    queue_mail(to=application.officer.user, template=f"deployments/{template}", context={"application": application})
    return application


def hold_lapsed(tour: Deployment, *, by) -> None:
    """Ends the application whose selection nobody accepted in time, in the act that cancels its reservation ``tour``."""
    application = Application.objects.filter(deployment=tour, state=S.SELECTED).first()
    if application is not None:
        reason = _("The time to accept has passed.")
        move(application, ApplicationVerb.EXPIRE, by=by, reason=reason)
        tell(application, "application_ended")
