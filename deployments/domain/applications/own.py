"""What officers do with their own applications: begin, change, submit, accept, withdraw."""

import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import SYSTEM, Actor
from core.history.acts import record_act
from core.refusals import Refusal
from core.text.dates import in_words, today_here
from deployments.domain import tours
from deployments.domain.application_moves import lock, mail_applicant, mail_coordinators, move
from deployments.domain.applications.conditions import free_place, require_cleared_applicant
from deployments.domain.stakes import require_undecided
from deployments.domain.verbs.applications import EDITABLE, ApplicationVerb
from deployments.eligibility.candidate import eligibility_of
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.rule import Finding
from deployments.limits.gate import locked_transaction
from deployments.models import (
    Application,
    ApplicationState,
    DeploymentState,
    Posting,
)
from deployments.openings.opening import OpeningState, current_state
from officers.domain.ownership import require_self, requires_self
from officers.models import Officer

__all__ = [
    "NotTaking",
    "TooManyApplications",
    "UnmetRequirements",
    "accept",
    "open_applications",
    "require_motivation",
    "revise",
    "start",
    "submit",
    "withdraw",
]


class NotTaking(Refusal):
    """The opening takes no applications (now)."""

    code = "opening_not_taking"


class UnmetRequirements(Refusal):
    """The officer is asked to confirm that requirements are not met, or not answered in the profile."""

    code = "unmet_requirements"

    def __init__(self, unmet: list[Finding]) -> None:
        super().__init__("", field="acknowledge_unmet")
        self.unmet = unmet

    def __str__(self) -> str:
        listed = "; ".join(str(finding.label) for finding in self.unmet)
        words = _("Your profile does not meet everything: %(list)s. Mend it, or confirm that you apply all the same.")
        return words % {"list": listed}

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "unmet": [finding.code for finding in self.unmet]}


class TooManyApplications(Refusal):
    """The officer has as many open applications as the setting allows."""

    code = "too_many_applications"


def open_applications(officer: Officer) -> int:
    """How many of the officer's applications are open or drafts: what MAX_OPEN_APPLICATIONS limits."""
    return officer.applications.filter(state__in=[ApplicationState.DRAFT, *ApplicationState.open_states()]).count()


@transaction.atomic
def start(posting: Posting, *, by: Actor, officer: Officer, now: datetime.datetime | None = None) -> Application:
    """Return the officer's running application for ``posting``, or a new draft.

    Raises: NotPermitted for another person's officer, NotTaking, DecidedThere, TooManyApplications.
    """
    require_self(by, officer)
    Officer.objects.select_for_update().get(pk=officer.pk)  # applications begun at the same moment are counted in turn
    running = officer.applications.filter(posting=posting, state__in=ApplicationState.running_states()).first()
    if running:
        return running
    _require_taking(posting, now)
    require_undecided(officer, posting)
    if open_applications(officer) >= settings.MAX_OPEN_APPLICATIONS:
        raise TooManyApplications(
            ngettext(
                "You have %(n)d open application: that is the most at one time. Withdraw it before you begin another.",
                "You have %(n)d open applications: that is the most at one time. Withdraw one before you begin another.",
                settings.MAX_OPEN_APPLICATIONS,
            )
            % {"n": settings.MAX_OPEN_APPLICATIONS}
        )
    try:
        with transaction.atomic():
            application = Application.objects.create(officer=officer, posting=posting)
    except IntegrityError:
        return officer.applications.get(posting=posting, state__in=ApplicationState.running_states())
    record_act(application, ApplicationVerb.START, by=by, to_state=ApplicationState.DRAFT)
    return application


@requires_self
@transaction.atomic
def revise(
    application: Application,
    *,
    by: Actor,
    motivation: str,
    available_from: datetime.date | None,
    now: datetime.datetime | None = None,
) -> Application:
    """Save what the officer wrote: in a draft, and in a submitted application until the opening closes.

    Raises: NotPermitted, NotTaking, and Refusal for an application that has moved on.
    """
    lock(application, by=SYSTEM)
    _require_taking(application.posting, now)
    if application.state not in EDITABLE:
        raise Refusal(_("The application has moved on and can no longer be changed."), code="moved_on")
    is_new = (application.motivation, application.available_from) != (motivation, available_from)
    application.motivation, application.available_from = motivation, available_from
    application.save(update_fields=["motivation", "available_from", "changed_at"])
    if application.state == ApplicationState.SUBMITTED and is_new:
        record_act(application, ApplicationVerb.REVISE, by=by)
    return application


@requires_self
@transaction.atomic
def submit(
    application: Application, *, by: Actor, acknowledge_unmet: bool = True, now: datetime.datetime | None = None
) -> Application:
    """Hand the draft in, once: a second or parallel call finds it handed in already and changes nothing.

    Unmet requirements do not stop it once the officer has read which they are: the application shows them, and the
    desk decides (a waiver has a reason).

    Raises: NotPermitted, NotTaking, DecidedThere, UnmetRequirements, Refusal without a motivation, and
    ImpossibleTransition for an application that is no draft and was never handed in.
    """
    lock(application, by=SYSTEM)
    if application.submitted_at and application.state in ApplicationState.open_states():
        return application
    _require_taking(application.posting, now)
    require_undecided(application.officer, application.posting)
    require_motivation(application)
    unmet = eligibility_of(application).unmet
    if unmet and not acknowledge_unmet:
        raise UnmetRequirements(unmet)
    codes = [finding.code for finding in unmet]
    move(application, ApplicationVerb.SUBMIT, by=by, submitted_at=now or timezone.now(), detail={"unmet": codes})
    mail_coordinators(application, today_here())
    return mail_applicant(application, "application_received")


def require_motivation(application: Application) -> None:
    """Raise Refusal where the officer has not said why."""
    if not application.motivation.strip():
        raise Refusal(_("Say why you apply."), code="motivation_required", field="motivation")


@requires_self
@locked_transaction
def accept(application: Application, *, by: Actor, today: datetime.date | None = None) -> Application:
    """Accept the place: its hold ends, and it stays taken.

    Raises: NotPermitted, ImpossibleTransition, and Refusal after the hold.
    """
    lock(application, by=SYSTEM)
    today = today or today_here()
    held = application.deployment if application.state == ApplicationState.SELECTED else None
    if held and (held.state == DeploymentState.CANCELLED or (held.hold_until and held.hold_until < today)):
        raise Refusal(_("The time to accept has passed. Please write to the desk."), code="hold_expired")
    if held:
        require_cleared_applicant(ClearanceAct.ACCEPT, application)
    move(application, ApplicationVerb.ACCEPT, by=by)
    if held:
        tours.confirm(held, by=by, today=today)
    return mail_applicant(application, "application_accepted")


@requires_self
@locked_transaction
def withdraw(application: Application, *, by: Actor, reason: str = "") -> Application:
    """Take the application back; a place held for it is free again.

    Raises: NotPermitted, ImpossibleTransition.
    """
    lock(application, by=SYSTEM)
    move(application, ApplicationVerb.WITHDRAW, by=by, reason=reason)
    free_place(application, reason=reason or _("The officer withdrew the application."))
    return mail_applicant(application, "application_withdrawn")


def _require_taking(posting: Posting, now: datetime.datetime | None) -> None:
    state = current_state(posting, now=now or timezone.now())
    if state == OpeningState.CLOSED and posting.closes_at:
        closed_on = in_words(timezone.localdate(posting.closes_at))
        raise NotTaking(_("This opening takes no applications any more: it closed on %(day)s.") % {"day": closed_on})
    if not state.takes_applications:
        raise NotTaking(_("This opening takes no applications: %(state)s.") % {"state": state.label.lower()})
