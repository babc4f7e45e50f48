"""Proposing a higher number, and confirming or declining what somebody else proposed (four_eyes.py)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from deployments.domain.authority.effects import Record, StrengthPreview
from deployments.domain.authority.records import NewNumber
from deployments.domain.authority.strengths import (
    check_instrument,
    named,
    preview_strength,
    preview_withdrawal,
    set_strength,
    withdraw_strength,
)
from deployments.domain.four_eyes import STRENGTH, are_asked_for
from deployments.domain.verbs.authority import MAY_SET_STRENGTH, StrengthVerb
from deployments.limits.days import check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.levels import kind_of
from deployments.models import ProposalState, StrengthProposal
from missions.models import AuthorizedStrength

__all__ = ["confirm_proposal", "decline_proposal", "preview_proposal", "propose_strength"]


@requires(MAY_SET_STRENGTH)
@transaction.atomic
def propose_strength(
    level: Record,
    *,
    by: Actor,
    effective_from: datetime.date,
    maximum: int | None,
    instrument: str,
    instrument_fr: str = "",
    note: str = "",
    today: datetime.date | None = None,
) -> StrengthProposal:
    """Proposes a higher number for ``level`` from a day on; one in force from that very day would be replaced.

    Raises NotPermitted, what setting the number would raise, and Refusal where four eyes are not asked for, where the
    number is not higher, or where a backdated one has no note.
    """
    if not are_asked_for(STRENGTH):
        raise Refusal(_("Four eyes are not asked for: set the number."), code="not_asked_for")
    made = StrengthProposal(
        **{kind_of(level): level},
        effective_from=effective_from,
        maximum=maximum,
        instrument=instrument,
        instrument_fr=instrument_fr,
        note=note,
        proposed_by_id=by.pk,
    )
    check_instrument(made)
    preview = preview_proposal(made, today=today)
    if not preview.is_higher:
        raise Refusal(_("This is no higher number: set it, nobody else is needed."), code="not_higher", field="maximum")
    if preview.needs_note or standing_version(made):
        check_reason(note, field="note")
    made.save()
    record_act(made, StrengthVerb.PROPOSE, by=by, reason=note, to_state=str(maximum), **named(made))
    return made


def preview_proposal(proposal: StrengthProposal, *, today: datetime.date | None = None) -> StrengthPreview:
    """What confirming would do. Raises what setting the number would raise."""
    version = standing_version(proposal)
    if version is not None:
        return preview_withdrawal(version, replacement=_number(proposal), today=today)
    return preview_strength(
        proposal.level, effective_from=proposal.effective_from, maximum=proposal.maximum, today=today
    )


@requires(MAY_SET_STRENGTH)
@locked_transaction
def confirm_proposal(
    proposal: StrengthProposal, *, by: Actor, acknowledge_lowering: bool = False, today: datetime.date | None = None
) -> AuthorizedStrength:
    """Set the number that somebody else proposed.

    Raises NotPermitted, OtherEyes for the proposer, and what ``set_strength`` or ``withdraw_strength`` raise; Refusal
    where the proposal is decided.
    """
    found = _open_proposal(proposal)
    version = standing_version(found)
    shared: dict[str, Any] = {
        "by": by,
        "acknowledge_lowering": acknowledge_lowering,
        "proposed_by": found.proposed_by,
        "today": today,
    }
    if version is not None:
        made = withdraw_strength(version, reason=found.note, replacement=_number(found), **shared)
    else:
        made = set_strength(
            found.level,
            effective_from=found.effective_from,
            maximum=found.maximum,
            instrument=found.instrument,
            instrument_fr=found.instrument_fr,
            note=found.note,
            **shared,
        )
    _decide(found, ProposalState.CONFIRMED, by)
    record_act(found, StrengthVerb.CONFIRM, by=by, **named(found))
    return made


@requires(MAY_SET_STRENGTH)
@transaction.atomic
def decline_proposal(proposal: StrengthProposal, *, by: Actor, reason: str) -> StrengthProposal:
    """The proposal is not followed; the proposer takes it back in the same way. Raises NotPermitted, Refusal."""
    check_reason(reason)
    found = _open_proposal(proposal)
    _decide(found, ProposalState.DECLINED, by)
    record_act(found, StrengthVerb.DECLINE, by=by, reason=reason)
    return found


def standing_version(proposal: StrengthProposal) -> AuthorizedStrength | None:
    """The number in force from the very day of the proposal, which it would replace."""
    return proposal.level.strengths.standing().filter(effective_from=proposal.effective_from).first()


def _number(proposal: StrengthProposal) -> NewNumber:
    return NewNumber(
        maximum=proposal.maximum,
        instrument=proposal.instrument,
        instrument_fr=proposal.instrument_fr,
        note=proposal.note,
    )


def _open_proposal(proposal: StrengthProposal) -> StrengthProposal:
    found = StrengthProposal.objects.select_for_update().get(pk=proposal.pk)
    if found.state != ProposalState.OPEN:
        raise Refusal(
            _("This proposal is decided already: %(state)s.") % {"state": found.get_state_display().lower()},
            code="decided",
        )
    return found


def _decide(proposal: StrengthProposal, state: str, by: Actor) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, by.pk, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
