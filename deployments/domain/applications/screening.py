"""Screening and assessment by the desk, up to the nomination or the end."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.bilingual import in_each
from core.text.dates import today_here
from deployments.domain.application_moves import lock, mail_applicant, move, require_possible
from deployments.domain.applications.conditions import (
    free_place,
    require_cleared_applicant,
    require_eligible,
    require_release_given,
)
from deployments.domain.nomination_rows import add_nomination
from deployments.domain.stakes import require_no_stake
from deployments.domain.verbs.applications import MAY_ASSESS, MAY_SELECT, ApplicationVerb
from deployments.domain.waivers import on_record_now
from deployments.eligibility.candidate import eligibility_of
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.days import check_reason
from deployments.limits.gate import locked_transaction
from deployments.models import Application, ReasonCode, Waiver
from missions.models import Organization

__all__ = ["assess", "nominate", "not_select", "qualify", "refuse", "screen_in", "screen_out", "waive"]


@requires(MAY_ASSESS)
@transaction.atomic
def screen_in(application: Application, *, by: Actor, reason: str = "") -> Application:
    """Take the application into assessment: the release is given, and every requirement is met or waived.

    Raises: NotPermitted, ImpossibleTransition, and Refusal without release or with an unmet requirement.
    """
    lock(application, by=by)
    require_release_given(application)
    require_eligible(application)
    move(application, ApplicationVerb.SCREEN_IN, by=by, reason=reason)
    return mail_applicant(application, "application_moved")


@requires(MAY_ASSESS)
@transaction.atomic
def screen_out(
    application: Application, *, by: Actor, reason: str, reason_code: str = "", words: str = "", is_told: bool = True
) -> Application:
    """End the application before its assessment.

    ``words`` are for the applicant, beside the reason code; ``reason`` is for the desk. The applicant learns the outcome
    at once, or only by ``notify`` where ``is_told`` is False.

    Raises: NotPermitted, ImpossibleTransition, and Refusal without a reason.
    """
    lock(application, by=by)
    move(
        application,
        ApplicationVerb.SCREEN_OUT,
        by=by,
        reason=reason,
        reason_code=reason_code,
        show=is_told,
        applicant_words=words.strip(),
    )
    return mail_applicant(application, "application_ended") if is_told else application


@requires(MAY_ASSESS)
@transaction.atomic
def assess(application: Application, *, by: Actor, reason: str = "") -> Application:
    """Begin the assessment.

    Raises: NotPermitted, ImpossibleTransition.
    """
    lock(application, by=by)
    move(application, ApplicationVerb.ASSESS, by=by, reason=reason)
    return mail_applicant(application, "application_moved")


@requires(MAY_ASSESS)
@transaction.atomic
def nominate(
    application: Application,
    *,
    by: Actor,
    reason: str = "",
    organization: Organization | None = None,
    sent_on: datetime.date | None = None,
) -> Application:
    """Nominate the applicant to the receiving organization; this takes no place. The ledger has it from then on.

    Where no other is named, it is the organization that leads the mission, and it is sent today.

    Raises: NotPermitted, ImpossibleTransition, and Refusal with a requirement that is neither met nor waived, or for a day
    after today.
    """
    lock(application, by=by)
    require_possible(application, ApplicationVerb.NOMINATE)
    require_cleared_applicant(ClearanceAct.NOMINATE, application)
    move(application, ApplicationVerb.NOMINATE, by=by, reason=reason)
    add_nomination(application, by=by, organization=organization, sent_on=sent_on)
    return mail_applicant(application, "application_moved")


@requires(MAY_ASSESS)
@transaction.atomic
def not_select(
    application: Application, *, by: Actor, reason: str, reason_code: str = "", words: str = "", is_told: bool = True
) -> Application:
    """End the application: another one, or none, is selected. Raises and tells as ``screen_out``."""
    lock(application, by=by)
    move(
        application,
        ApplicationVerb.NOT_SELECT,
        by=by,
        reason=reason,
        reason_code=reason_code,
        show=is_told,
        applicant_words=words.strip(),
    )
    return mail_applicant(application, "application_ended") if is_told else application


@requires(MAY_ASSESS)
@locked_transaction
def refuse(
    application: Application,
    *,
    by: Actor,
    reason: str,
    reason_code: str = "",
    words: str = "",
    answered_on: datetime.date | None = None,
    is_told: bool = True,
) -> Application:
    """Record that the receiving organization refused, by default today; a place held is free again.

    The applicant always reads a reason: where none is coded, that it is the organization's decision. Raises and tells as
    ``screen_out``, and Refusal for a day of the answer after today, or before the nomination.
    """
    lock(application, by=by)
    move(
        application,
        ApplicationVerb.REFUSE,
        by=by,
        reason=reason,
        reason_code=reason_code or ReasonCode.HOST_DECISION,
        show=is_told,
        answered_on=answered_on,
        applicant_words=words.strip(),
    )
    free_place(application, reason=reason)
    return mail_applicant(application, "application_ended") if is_told else application


@requires(MAY_ASSESS)
@transaction.atomic
def qualify(
    application: Application, *, by: Actor, qualified_until: datetime.date, is_told: bool = True
) -> Application:
    """Put the applicant on the stand-by roster until ``qualified_until`` (inclusive); this takes no place.

    Raises: NotPermitted, ImpossibleTransition, and Refusal for a day that is past.
    """
    lock(application, by=by)
    if qualified_until < timezone.localdate():
        raise Refusal(_("The roster entry would have ended already."), code="bad_value", field="qualified_until")
    require_possible(application, ApplicationVerb.QUALIFY)
    require_cleared_applicant(ClearanceAct.QUALIFY, application)
    move(
        application,
        ApplicationVerb.QUALIFY,
        by=by,
        show=is_told,
        qualified_until=qualified_until,
        detail={"qualified_until": str(qualified_until)},
    )
    return mail_applicant(application, "application_moved") if is_told else application


@requires(MAY_SELECT)
@transaction.atomic
def waive(application: Application, *, by: Actor, requirement: str, reason: str) -> Waiver:
    """Accept that one requirement is not met: an Approver's act, like every waiver.

    Where more is found now than was waived before, the waiver is given anew. Raises: NotPermitted, OwnMatter, and Refusal
    without a reason, or where the requirement is met or waived already.
    """
    lock(application, by=by)
    require_no_stake(by, application)
    check_reason(reason)
    unmet = {finding.code for finding in eligibility_of(application).unmet}
    if requirement not in unmet:
        raise Refusal(_("There is no unmet requirement of that name to waive."), code="nothing_to_waive")
    known = on_record_now(application.officer, application.posting, requirement, today_here())
    kept = {"reason": reason, "on_record": known, "by_id": by.pk, "at": timezone.now()}
    waiver, _is_new = Waiver.objects.update_or_create(kept, application=application, requirement=requirement)
    waived = in_each(lazy(_requirement, str)(application, requirement))
    record_act(application, ApplicationVerb.WAIVE, by=by, reason=reason, requirement=requirement, waived=waived)
    return waiver


def _requirement(application: Application, code: str) -> str:
    """A requirement of the posting, in the reader's language."""
    return next(str(finding.label) for finding in eligibility_of(application).findings if finding.code == code)
