"""Releases and waivers at the desk: those of an officer, and the acts that give and withdraw them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.actors import Actor
from core.desk.act_forms import ReasonForm
from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.text.dates import days_in_words
from deployments.domain import releases, waivers
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.forms.releases import LetterForm
from deployments.forms.waivers import WaiveFindingForm, WithdrawWaiverForm
from deployments.models import OfficerWaiver, Release, ReleaseLetter
from officers.models import Officer

VIEW = "deployments.view_deployment"


def releases_panel(request: HttpRequest, officer: Officer) -> list[Panel]:
    """The officer's releases, with the act that withdraws each, where the officer's service needs any."""
    if not request.user.has_perm(VIEW):
        return []
    waived = list(officer.waivers.select_related("posting", "given_by"))
    panels = [Panel("waivers", _("Waivers"), "admin/deployments/waivers.html", {"waivers": waived})] if waived else []
    given = list(officer.releases.select_related("posting", "police_service", "letter", "given_by", "withdrawn_by"))
    if not given and not officer.police_service.needs_release:
        return panels
    rows = [(release, next(iter(desk_site.acts_on(request, release)), None)) for release in given]
    released = Panel("releases", _("Releases"), "admin/deployments/releases.html", {"rows": rows, "officer": officer})
    return [released, *panels]


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of a release, as an attachment; the officer's history says who took it."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    found = get_object_or_404(ReleaseLetter.objects.select_related("release__officer"), release=pk)
    answer = download(found)
    record_act(found.release.officer, CoreVerb.VIEW, by=request.user, letter=found.pk)
    return answer


def facts(release: Release) -> list[tuple[object, object]]:
    return [
        (_("Police service"), release.police_service),
        (_("Posting"), release.posting or _("Any posting")),
        (_("Days"), days_in_words(release.first_day, release.last_day)),
    ]


def withdraw_waiver(officer: Officer, *, by: Actor, waiver: OfficerWaiver, reason: str) -> OfficerWaiver:
    return waivers.withdraw_waiver(waiver, by=by, reason=reason)


desk_site.register_acts(
    [
        Act.of(
            Officer,
            CandidateVerb.GIVE_RELEASE,
            LetterForm,
            releases.give,
            explanation=_("The officer's police service lets the officer go on these days, by letter."),
            possible=lambda officer: officer.police_service.needs_release,
        ),
        Act.of(
            Release,
            CandidateVerb.WITHDRAW_RELEASE,
            ReasonForm,
            releases.withdraw,
            explanation=_(
                "No tour ends by this: the tours that the release covered are listed in My day until somebody decides."
            ),
            possible=lambda release: release.withdrawn_at is None,
            subject=lambda release: release.officer,
            facts=facts,
        ),
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
