"""Releases of the own police service's officers: the coordinator gives and withdraws them."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.pages.machines import wants_json
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import releases
from deployments.domain.stakes import postings_at_stake
from deployments.forms.applying import GiveReleaseForm, OwnReasonForm
from deployments.models import Posting, Release, ReleaseLetter
from deployments.views.answers import OtherService, done, invalid, refused
from officers.domain.coordination import services_of
from officers.models import Officer, PoliceService
from officers.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """The days for which the service lets the officer go, for one posting or for any."""
    services = _services(request)
    officer = Officer.objects.select_related("user").filter(pk=pk, police_service__in=services).first()
    if officer is None:
        return _other_service(request)
    form = GiveReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = releases.give(officer, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            return _refused(request, refusal, form, officer)
        said = _("%(officer)s is released.") % {"officer": officer}
        return done(request, said, to=reverse("coordination"), release=made.pk)
    status = 400 if request.method == "POST" else 200
    return (invalid(request, form) if form.errors else None) or _page(request, form, officer, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a release back, with a reason; the tours that it covered are for the desk to decide on."""
    release = in_force_of(_services(request), list(postings_at_stake(request.user))).filter(
        pk=pk
    ).first() or _withdrawn(request, pk)
    if release is None:
        return _other_service(request)
    form = OwnReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releases.withdraw(release, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            return refused(request, refusal, back=reverse("coordination"))
        return done(request, _("The release is withdrawn."), to=reverse("coordination"))
    context = {"form": form, "release": release}
    status = 400 if request.method == "POST" else 200
    answer = invalid(request, form) if form.errors else None
    return answer or render(request, "deployments/withdraw_release.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD"])
def release_letter(request: SignedInRequest, pk: int) -> FileResponse:
    """The letter of a release by the own service, as an attachment; the officer's history says who took it."""
    shown = _impartial(
        Release.objects.filter(police_service__in=_services(request)), list(postings_at_stake(request.user))
    )
    found = get_object_or_404(ReleaseLetter.objects.select_related("release__officer"), release__in=shown, release=pk)
    answer = download(found)
    record_act(found.release.officer, CoreVerb.VIEW, by=request.user, letter=found.pk)
    return answer


def in_force_of(services: list[PoliceService], at_stake: list[Posting]) -> QuerySet[Release]:
    """Releases by the services that are not withdrawn, the first to end first; without those that count for ``at_stake``."""
    found = _impartial(Release.objects.in_force().filter(police_service__in=services), at_stake)
    return found.select_related("officer__user", "posting").order_by("last_day", "pk")


def _impartial(releases: QuerySet[Release], at_stake: list[Posting]) -> QuerySet[Release]:
    """Without those that count for a posting in which the reader has a stake; a release for any counts for each."""
    if not at_stake:
        return releases
    return releases.filter(posting__isnull=False).exclude(posting__in=at_stake)


def _withdrawn(request: SignedInRequest, pk: int) -> Release | None:
    """A release by the own service that was withdrawn before: withdrawing it again is refused in words."""
    own = Release.objects.filter(pk=pk, police_service__in=_services(request))
    return _impartial(own, list(postings_at_stake(request.user))).select_related("officer__user").first()


def _services(request: HttpRequest) -> list[PoliceService]:
    services = services_of(request.user, on=today_here())
    if not services:
        raise PermissionDenied
    return services


def _other_service(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    words = _(
        "This concerns no officer of your police service, or a posting for which you have applied: somebody else decides."
    )
    return refused(request, OtherService(words), back=reverse("coordination"))


def _refused(request: SignedInRequest, refusal: Refusal, form: GiveReleaseForm, officer: Officer) -> HttpResponse:
    """Says why at the field, and keeps what was typed; where no field is at fault, on a page of its own."""
    if wants_json(request) or refusal.field not in form.fields:
        return refused(request, refusal, back=reverse("give-release", args=[officer.pk]))
    form.add_error(refusal.field, str(refusal))
    return _page(request, form, officer, status=refusal.status)


def _page(request: SignedInRequest, form: GiveReleaseForm, officer: Officer, status: int = 200) -> HttpResponse:
    at_stake = list(postings_at_stake(request.user))
    context = {
        "form": form,
        "officer": officer,
        "releases": in_force_of([officer.police_service], at_stake).filter(officer=officer),
        "at_stake": at_stake,
    }
    return render(request, "deployments/give_release.html", context, status=status)
