"""Acts on authorised numbers and on terms: ``from deployments.domain import authority; authority.set_strength(...)``."""

from deployments.domain.authority.effects import LoweringNotAcknowledged, NumberAboveParent, StrengthPreview
from deployments.domain.authority.proposals import (
    confirm_proposal,
    decline_proposal,
    preview_proposal,
    propose_strength,
)
from deployments.domain.authority.records import NewNumber
from deployments.domain.authority.records_day import set_records_day
from deployments.domain.authority.strengths import (
    preview_strength,
    preview_withdrawal,
    set_strength,
    withdraw_strength,
)
from deployments.domain.authority.terms import (
    Evacuation,
    NothingChanges,
    close,
    evacuate,
    on_the_roll,
    read_roll,
    reopen,
    roll_call,
    set_mission_terms,
    set_terms,
    suspend,
    terms_in_force,
    withdraw_terms,
)

__all__ = [
    "NumberAboveParent",
    "Evacuation",
    "LoweringNotAcknowledged",
    "NewNumber",
    "NothingChanges",
    "StrengthPreview",
    "close",
    "confirm_proposal",
    "decline_proposal",
    "evacuate",
    "on_the_roll",
    "preview_proposal",
    "preview_strength",
    "preview_withdrawal",
    "propose_strength",
    "read_roll",
    "reopen",
    "roll_call",
    "set_mission_terms",
    "set_records_day",
    "set_strength",
    "set_terms",
    "suspend",
    "terms_in_force",
    "withdraw_strength",
    "withdraw_terms",
]
