"""Proposed numbers at the desk: where four eyes are asked for, one approver proposes and another one confirms."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ReasonForm
from core.desk.acts import Act
from core.desk.model_admin import DeskAdmin
from core.desk.site import desk_site
from deployments.admin.filters import WaitingFilter
from deployments.domain import authority, four_eyes
from deployments.domain.verbs.authority import StrengthVerb
from deployments.forms.proposals import ConfirmProposalForm, ProposeStrengthForm
from deployments.models import StrengthProposal
from missions.models import Mission, Operation, Programme


@admin.register(StrengthProposal)
class StrengthProposalAdmin(DeskAdmin):
    list_display = ["level", "maximum", "effective_from", "instrument_name", "state", "proposed_by", "proposed_at"]
    list_select_related = ["programme", "operation", "mission", "proposed_by"]
    list_filter = [WaitingFilter, "state"]
    fields = [
        "level",
        ("maximum", "effective_from"),
        ("instrument", "instrument_fr"),
        "note",
        ("proposed_by", "proposed_at"),
        ("state", "decided_by", "decided_at"),
    ]
    readonly_fields = ["level"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StrengthProposal | None = None) -> bool:
        return False

    @admin.display(description=_("instrument"))
    def instrument_name(self, proposal: StrengthProposal) -> str:
        return proposal.instrument_name

    @admin.display(description=_("level"))
    def level(self, proposal: StrengthProposal) -> str:
        return str(proposal.level)


def facts(proposal: StrengthProposal) -> list[tuple[Any, Any]]:
    """The proposal in a few words."""
    return [
        (_("Instrument"), proposal.instrument_name),
        (_("Proposed by"), proposal.proposed_by),
        (_("State"), proposal.get_state_display()),
    ]


def preview(proposal: StrengthProposal, form: ConfirmProposalForm) -> Any:
    return authority.preview_proposal(proposal)


desk_site.register_acts(
    [
        Act.of(
            model,
            StrengthVerb.PROPOSE,
            ProposeStrengthForm,
            authority.propose_strength,
            _("Another approver confirms it; until then nothing changes."),
            prefix=f"strength/{model._meta.model_name}-",
            possible=lambda level: four_eyes.are_asked_for(four_eyes.STRENGTH),
        )
        for model in (Programme, Operation, Mission)
    ]
)
desk_site.register_acts(
    [
        Act.of(
            StrengthProposal,
            StrengthVerb.CONFIRM,
            ConfirmProposalForm,
            authority.confirm_proposal,
            _("The number is set from its day, as proposed. Whoever proposed it does not confirm it."),
            preview=preview,
            preview_template="admin/deployments/preview.html",
            facts=facts,
        ),
        Act.of(
            StrengthProposal,
            StrengthVerb.DECLINE,
            ReasonForm,
            authority.decline_proposal,
            _("Nothing changes. Whoever proposed it takes it back in the same way."),
            facts=facts,
        ),
    ]
)
