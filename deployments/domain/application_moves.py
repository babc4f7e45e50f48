"""Moving an application along a verb, with its history and its mail, in the transaction of the act.

Acts on applications use it, and acts on tours that end the application behind a reservation.
"""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.history.acts import record_act
from core.mail.outbox import queue_mail
from core.refusals import Refusal
from deployments.domain.application_findings import DECIDED, findings_now
from deployments.domain.nomination_rows import add_answer
from deployments.domain.stakes import BY_ITSELF, concerned_by, require_another, require_no_stake
from deployments.domain.verbs.applications import OFFICER, ApplicationVerb, ImpossibleForApplication
from deployments.domain.verbs.steps import next_words
from deployments.limits.days import check_reason
from deployments.models import Application, ApplicationState, Deployment, ReasonCode
from officers.models import Coordinator, User


def locked_applications() -> QuerySet[Application]:
    """Applications with whom and what their acts read, locked until the end of the transaction."""
    related = ("officer__user", "officer__police_service", "posting__mission__operation__programme")
    return Application.objects.select_for_update(of=("self",)).select_related(*related)


def lock(application: Application, *, by: Actor) -> None:
    """Read ``application`` anew from its locked row: what the caller holds may be old, and an act decides on this alone.

    Raises OwnMatter where ``by`` is the applicant; SYSTEM for an act that is the applicant's own.
    """
    application.refresh_from_db(from_queryset=locked_applications())
    require_another(by, application.officer)


def require_possible(application: Application, verb: ApplicationVerb) -> None:
    """Raise ImpossibleForApplication unless ``verb`` exists from the state of ``application``."""
    if not verb.facts.allows(application.state):
        raise ImpossibleForApplication(verb, application.state)


def move(
    application: Application,
    verb: ApplicationVerb,
    *,
    by: Actor,
    reason: str = "",
    reason_code: str = "",
    target: str = "",
    show: bool = True,
    answered_on: datetime.date | None = None,
    detail: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move a locked ``application`` along ``verb`` and record it. ``values`` are further columns to save.

    The officer sees the new state where ``show`` is true, else only after ``notify``. What the verb means for a nomination
    is recorded with it, as of ``answered_on``.

    Raises: OwnMatter, ImpossibleForApplication, and Refusal without a reason that the verb needs or with a code that it
    lacks.
    """
    facts = verb.facts
    if facts.who != OFFICER and verb not in BY_ITSELF:
        require_no_stake(by, application)
    if facts.needs_reason:
        check_reason(reason)
    require_possible(application, verb)
    before = application.state
    values |= {"state": target or facts.target, "reason_code": _reason_code(verb, reason_code)}
    values.setdefault("applicant_words", "")
    if values["state"] in DECIDED:
        values["findings"] = findings_now(application)
    if before in ApplicationState.open_states():
        values["last_open_state"] = before
    if show:
        values["shown_state"] = values["state"]
    values["state_since"] = values["changed_at"] = timezone.now()
    # The row is locked; where a database let two in all the same, the condition lets one of them write.
    if not Application.objects.filter(pk=application.pk, state=before).update(**values):
        lock(application, by=SYSTEM)
        raise ImpossibleForApplication(verb, application.state)
    for name, value in values.items():
        setattr(application, name, value)
    record_act(
        application,
        verb,
        by=by,
        reason=reason,
        from_state=before,
        to_state=application.state,
        code=application.reason_code,
        **(detail or {}),
    )
    add_answer(application, verb, by=by, before=before, reason=reason, answered_on=answered_on)


def mail_applicant(application: Application, template: str) -> Application:
    """Queue a mail to the applicant in the transaction of the act: what happened, what comes next, and by when."""
    user = application.officer.user
    with translation.override(user.language):
        following = next_words(application)
    context = {"application": application, "following": following}
    queue_mail(to=user, template=f"deployments/{template}", context=context)
    return application


def mail_coordinators(application: Application, today: datetime.date) -> None:
    """Queue a mail to everybody who decides on the release of the applicant; a service that releases nobody gets none.

    Whoever has a stake in the posting decides on none and gets none.
    """
    service = application.officer.police_service
    if not service.needs_release:
        return
    deciding = User.objects.filter(coordinations__in=Coordinator.objects.on(today).filter(police_service=service))
    concerned = concerned_by(application.posting).values("pk")
    for person in deciding.filter(is_active=True).exclude(pk__in=concerned).distinct():
        queue_mail(to=person, template="deployments/application_to_release", context={"application": application})


def expire_with_hold(tour: Deployment, *, by: Actor) -> bool:
    """End the application whose selection nobody accepted in time, in the act that ends the hold of ``tour``.

    Return whether there was one, whose applicant is told.
    """
    application = locked_applications().filter(deployment=tour, state=ApplicationState.SELECTED).first()
    if application is not None:
        move(
            application,
            ApplicationVerb.EXPIRE,
            by=by,
            reason=_("The time to accept has passed."),
            reason_code=ReasonCode.TOO_LATE,
        )
        mail_applicant(application, "application_ended")
    return application is not None


def _reason_code(verb: ApplicationVerb, asked: str) -> str:
    """The coded reason of an act: the only one that the verb takes, or one of those it takes."""
    reasons = verb.facts.reasons
    if len(reasons) == 1:
        return reasons[0]
    if asked and asked not in reasons:
        raise Refusal(_("Unknown reason: %(code)s.") % {"code": asked}, code="bad_value", field="reason_code")
    return asked
