"""Applications that end by themselves, come back, or whose decision is told."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from deployments.domain.application_moves import lock, locked_applications, mail_applicant, move
from deployments.domain.applications.conditions import free_place
from deployments.domain.stakes import require_no_stake
from deployments.domain.verbs.applications import MAY_ASSESS, ApplicationVerb
from deployments.domain.verbs.postings import MAY_MANAGE
from deployments.limits.days import check_reason
from deployments.limits.gate import locked_transaction
from deployments.models import (
    Application,
    ApplicationState,
    Posting,
    ReasonCode,
)

__all__ = ["end_for_stand_down", "expire", "notify", "reinstate"]

# A state that says that a place is held is not reinstated as such: the place has to be taken again.
BEFORE_SELECTION: dict[str, str] = {ApplicationState.SELECTED: ApplicationState.QUALIFIED}


@requires(MAY_ASSESS)
@transaction.atomic
def notify(application: Application, *, by: Actor) -> Application:
    """Tell the applicant a decision that was recorded without telling; once, however many ask for it.

    Raises: NotPermitted, and Refusal where the applicant knows already.
    """
    lock(application, by=by)
    if application.shown_state == application.state:
        raise Refusal(_("The applicant knows this already."), code="nothing_changes")
    application.shown_state = application.state
    application.save(update_fields=["shown_state", "changed_at"])
    record_act(application, ApplicationVerb.NOTIFY, by=by, to_state=application.state)
    return mail_applicant(
        application,
        "application_ended" if application.state in ApplicationState.ended_states() else "application_moved",
    )


@requires(MAY_ASSESS)
@locked_transaction
def expire(application: Application, *, by: Actor, reason: str) -> Application:
    """End an application whose time has passed; a place held for it is free again.

    Of a nominated one the applicant reads that the receiving organization gave no answer.

    Raises: NotPermitted, OwnMatter, ImpossibleTransition.
    """
    lock(application, by=by)
    require_no_stake(by, application)
    is_unanswered = application.state == ApplicationState.NOMINATED
    code = ReasonCode.NO_ANSWER if is_unanswered else ReasonCode.TOO_LATE
    move(application, ApplicationVerb.EXPIRE, by=by, reason=reason, reason_code=code)
    free_place(application, reason=reason)
    return mail_applicant(application, "application_ended")


@requires(MAY_ASSESS)
@transaction.atomic
def reinstate(application: Application, *, by: Actor, reason: str) -> Application:
    """Bring an ended application back to its last open state; one that held a place comes back as qualified.

    Raises: NotPermitted, ImpossibleTransition, and Refusal where the officer has another running application for the
    posting, or without a reason.
    """
    check_reason(reason)
    lock(application, by=by)
    target = state_to_return_to(application)
    try:
        with transaction.atomic():
            move(application, ApplicationVerb.REINSTATE, by=by, reason=reason, target=target, deployment=None)
    except IntegrityError:
        raise Refusal(
            _("The officer has another running application for this posting."), code="another_application"
        ) from None
    return mail_applicant(application, "application_moved")


def state_to_return_to(application: Application) -> str:
    """The open state to which an application that ended comes back."""
    last = application.last_open_state or ApplicationState.SUBMITTED
    return BEFORE_SELECTION.get(last, last)


@requires(MAY_MANAGE)
@locked_transaction
def end_for_stand_down(posting: Posting, *, by: Actor, reason: str) -> int:
    """End every running application to a posting that is stood down, and tell the applicants. Return how many.

    Raises: NotPermitted.
    """
    running = (
        locked_applications()
        .filter(posting=posting, state__in=[ApplicationState.DRAFT, *ApplicationState.open_states()])
        .order_by("pk")
    )
    for application in running:
        move(application, ApplicationVerb.STAND_DOWN, by=by, reason=reason)
        free_place(application, reason=reason)
        mail_applicant(application, "application_ended")
    return len(running)
