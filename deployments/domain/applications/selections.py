"""Selection: an application takes a place. The place is the reserved deployment."""

import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.application_moves import lock, mail_applicant, move, require_possible
from deployments.domain.applications.conditions import require_cleared_applicant, require_release_given
from deployments.domain.four_eyes import require_other_selector
from deployments.domain.stakes import DecidedThere, OwnMatter, has_decided, has_stake, require_no_stake
from deployments.domain.verbs.applications import MAY_ASSESS, MAY_SELECT, ApplicationVerb
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.gate import locked_transaction
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    ApplicationState,
    Deployment,
    Posting,
)

__all__ = ["propose", "select"]


@requires(MAY_SELECT)
@locked_transaction
def select(
    application: Application,
    *,
    by: Actor,
    first_day: datetime.date,
    last_day: datetime.date,
    hold_until: datetime.date | None = None,
    relieves: Deployment | None = None,
    answered_on: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Deployment:
    """Reserve a place for the applicant on the days named (both inclusive), held until ``hold_until`` (inclusive).
    ``relieves`` is the tour from which the applicant is named to take over.

    Eligibility is tested again for exactly these days. Of a nominated applicant it says that the organization accepted, on
    ``answered_on`` (by default today).

    Raises: NotPermitted, OtherEyes, ImpossibleTransition, and what ``tours.reserve`` raises.
    """
    today = today or today_here()
    lock(application, by=by)
    require_possible(application, ApplicationVerb.SELECT)
    require_other_selector(application, by=by)
    require_release_given(application)
    require_cleared_applicant(
        ClearanceAct.SELECT, application, Span(first_day, last_day) if last_day >= first_day else None
    )
    hold = hold_until or today + datetime.timedelta(days=settings.HOLD_DAYS)
    move(
        application,
        ApplicationVerb.SELECT,
        by=by,
        answered_on=answered_on,
        detail={"first_day": str(first_day), "last_day": str(last_day), "hold": str(hold)},
    )
    deployment = tours.reserve(
        by=by,
        officer=application.officer,
        posting=application.posting,
        first_day=first_day,
        last_day=last_day,
        hold_until=hold,
        is_told=False,
        relieves=relieves,
        today=today,
    )
    application.deployment = deployment
    application.save(update_fields=["deployment"])
    mail_applicant(application, "application_selected")
    return deployment


@requires(MAY_ASSESS)
@transaction.atomic
def propose(application: Application, *, by: Actor, posting: Posting, consent: bool, reason: str = "") -> Application:
    """Carry a qualified officer to another posting: a linked application, qualified there, with the officer's consent.

    The place is not offered to anybody rejected, withdrawn or not released: only a qualified application is carried.

    Raises: NotPermitted, OwnMatter, DecidedThere, and Refusal without consent, from another state, for the same posting or a running application.
    """
    lock(application, by=by)
    require_no_stake(by, application)
    if has_stake(by, posting):
        raise OwnMatter(field="posting")
    if not consent:
        raise Refusal(_("Ask the officer first, and record the consent."), code="consent_required", field="consent")
    if application.state != ApplicationState.QUALIFIED:
        raise Refusal(_("Only a qualified application can be carried to another posting."), code="not_qualified")
    if posting.pk == application.posting_id:
        raise Refusal(_("Name another posting."), code="same_posting", field="posting")
    if has_decided(application.officer, posting):
        words = _(
            "The officer has decided on an application or a release for this posting: somebody else serves there."
        )
        raise Refusal(words, code=DecidedThere.code, field="posting")
    try:
        with transaction.atomic():
            carried = Application.objects.create(
                officer=application.officer,
                posting=posting,
                state=ApplicationState.QUALIFIED,
                shown_state=ApplicationState.QUALIFIED,
                motivation=application.motivation,
                submitted_at=application.submitted_at,
                qualified_until=application.qualified_until,
                proposed_from=application,
            )
    except IntegrityError:
        raise Refusal(
            _("The officer has a running application for this posting."), code="another_application", field="posting"
        ) from None
    record_act(
        carried,
        ApplicationVerb.PROPOSE,
        by=by,
        to_state=ApplicationState.QUALIFIED,
        reason=reason,
        proposed_from=application.pk,
    )
    return mail_applicant(carried, "application_proposed")
