"""Releases at the desk: those of an officer, and the acts that give and withdraw them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.act_forms import ReasonForm
from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.text.dates import days_in_words
from deployments.admin.papers import papers_shown
from deployments.domain import releases
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.forms.releases import ReleaseLetterForm
from deployments.models import Paper, Release, ReleaseLetter
from officers.models import Officer

VIEW = "deployments.view_deployment"


def releases_panel(request: HttpRequest, officer: Officer) -> list[Panel]:
    """The officer's releases, with the act that withdraws each, where the officer's service needs any."""
    if not request.user.has_perm(VIEW):
        return []
    found = officer.releases.select_related("posting", "police_service", "letter", "given_by", "withdrawn_by")
    given = list(found.prefetch_related(Prefetch("papers", Paper.objects.with_people())))
    if not given and not officer.police_service.needs_release:
        return []
    rows = [
        (
            release,
            desk_site.link_to_act(request, release, CandidateVerb.WITHDRAW_RELEASE),
            papers_shown(request, release),
        )
        for release in given
    ]
    return [Panel("releases", _("Releases"), "admin/deployments/releases.html", {"rows": rows, "officer": officer})]


@require_safe
def letter(request: HttpRequest, pk: int) -> FileResponse:
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


desk_site.register_acts(
    [
        Act.of(
            Officer,
            CandidateVerb.GIVE_RELEASE,
            ReleaseLetterForm,
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
    ]
)
