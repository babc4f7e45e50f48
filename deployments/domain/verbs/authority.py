"""The verbs of authorised numbers, of proposals to raise them, and of terms."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.models import ProposalState
from missions.models import TermsStatus

MAY_SET_STRENGTH, MAY_SET_TERMS = "deployments.set_strength", "deployments.set_terms"
UNDECIDED = frozenset({ProposalState.OPEN})


class StrengthVerb(Verb):
    """What is done to the numbers of a programme, an operation or a mission."""

    SET = (
        "set-strength",
        Facts(_("Authorized strength set"), _("Set the authorized strength"), MAY_SET_STRENGTH, address="set"),
    )
    WITHDRAW = (
        "withdraw-strength",
        Facts(
            _("Number withdrawn"),
            _("Withdraw a wrong version"),
            MAY_SET_STRENGTH,
            needs_reason=True,
            address="withdraw",
        ),
    )
    BRING_DOWN = "bring-down", Facts(_("Number brought down"))
    PROPOSE = (
        "propose-strength",
        Facts(
            _("Higher number proposed"),
            _("Propose a higher number"),
            MAY_SET_STRENGTH,
            target=ProposalState.OPEN,
            address="propose",
        ),
    )
    CONFIRM = (
        "confirm-strength",
        Facts(
            _("Proposed number confirmed"),
            _("Confirm the number"),
            MAY_SET_STRENGTH,
            UNDECIDED,
            ProposalState.CONFIRMED,
            address="confirm",
        ),
    )
    DECLINE = (
        "decline-strength",
        Facts(
            _("Proposed number declined"),
            _("Decline the number"),
            MAY_SET_STRENGTH,
            UNDECIDED,
            ProposalState.DECLINED,
            needs_reason=True,
            address="decline",
        ),
    )


class TermsVerb(Verb):
    """What is done to the terms of an operation or a mission; ``target`` is the status from the day named."""

    SET = "set-terms", Facts(_("Terms changed"), _("Change terms"), MAY_SET_TERMS, needs_reason=True)
    SUSPEND = (
        "suspend",
        Facts(
            _("Suspended"),
            _("Suspend"),
            MAY_SET_TERMS,
            target=TermsStatus.SUSPENDED,
            needs_reason=True,
            is_grave=True,
        ),
    )
    EVACUATE = (
        "evacuate",
        Facts(
            _("Evacuated"),
            _("Evacuate"),
            MAY_SET_TERMS,
            target=TermsStatus.SUSPENDED,
            needs_reason=True,
            is_grave=True,
        ),
    )
    CLOSE = (
        "close",
        Facts(_("Closed"), _("Close"), MAY_SET_TERMS, target=TermsStatus.CLOSED, needs_reason=True, is_grave=True),
    )
    REOPEN = (
        "reopen",
        Facts(_("Reopened"), _("Reopen"), MAY_SET_TERMS, target=TermsStatus.ACTIVE, needs_reason=True),
    )
    SET_RECORDS_DAY = (
        "set-records-day",
        Facts(
            _("First day of the records set"),
            _("Set the first day of the records"),
            MAY_SET_STRENGTH,
            needs_reason=True,
        ),
    )
    WITHDRAW = (
        "withdraw-terms",
        Facts(_("Terms withdrawn"), _("Withdraw wrong terms"), MAY_SET_TERMS, needs_reason=True, address="withdraw"),
    )
