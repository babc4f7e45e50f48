"""Waivers at the desk: those of an officer, and the acts that give and withdraw them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from core.text.dates import today_here
from deployments.domain import waivers
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.eligibility.findings import qualification_names, words_of
from deployments.forms.waivers import WaiveFindingForm, WithdrawWaiverForm
from deployments.models import OfficerWaiver, Posting
from deployments.queries import waivers as waiver_queries
from officers.models import Officer

VIEW = "deployments.view_deployment"


@dataclass(frozen=True)
class WaiverRow:
    """A waiver, with the words for what it waives; ``is_outgrown``: more is found today than it was given for."""

    waiver: OfficerWaiver
    finding: str
    is_in_force: bool
    is_outgrown: bool


def waivers_panel(request: HttpRequest, officer: Officer, posting: Posting | None = None) -> list[Panel]:
    """The officer's waivers, those for ``posting`` alone where one is named; nothing where there is none."""
    given = officer.waivers.select_related("posting", "given_by", "withdrawn_by")
    listed = list(given.filter(posting=posting) if posting else given)
    if not listed or not request.user.has_perm(VIEW):
        return []
    return [Panel("waivers", _("Waivers"), "admin/deployments/waivers.html", waivers_context(officer, listed))]


def waivers_context(officer: Officer, listed: list[OfficerWaiver]) -> dict[str, list[WaiverRow]]:
    """The rows for the template, those given last first."""
    names, today = qualification_names() if listed else {}, today_here()
    outgrown = waiver_queries.outgrown(officer, listed, today)
    rows = [
        WaiverRow(
            each,
            words_of(each.finding, names) or each.finding,
            not each.withdrawn_at and each.last_day >= today,
            each.pk in outgrown,
        )
        for each in listed
    ]
    return {"rows": rows[::-1]}


def withdraw_waiver(officer: Officer, *, by: Actor, waiver: OfficerWaiver, reason: str) -> OfficerWaiver:
    """Withdraws one of the officer's waivers. Raises as ``waivers.withdraw_waiver``."""
    return waivers.withdraw_waiver(waiver, by=by, reason=reason)


desk_site.register_acts(
    [
        Act.of(
            Officer,
            CandidateVerb.WAIVE,
            WaiveFindingForm,
            waivers.waive,
            explanation=_("Until the last day, the officer counts for this posting as if the finding were met."),
            possible=lambda officer: True,
        ),
        Act.of(
            Officer,
            CandidateVerb.WITHDRAW_WAIVER,
            WithdrawWaiverForm,
            withdraw_waiver,
            explanation=_("No tour ends by this."),
            possible=lambda officer: officer.waivers.filter(withdrawn_at=None).exists(),
        ),
    ]
)
