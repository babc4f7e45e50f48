"""The police service's coordinator: the own service's applications, and nothing else."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.pages.machines import wants_json
from core.pages.query import page_asked
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import applications
from deployments.domain.stakes import postings_at_stake
from deployments.eligibility.candidate import PROFILE, REQUIREMENTS, eligibility_of
from deployments.forms.applying import DeputyForm, EndorseForm, OwnReasonForm
from deployments.limits.days import planned_tour
from deployments.models import Application, ApplicationDocument, ApplicationState, Deployment, DeploymentState
from deployments.queries.queues import extensions_before_service
from deployments.views.answers import OtherService, done, invalid, refused
from deployments.views.coordinated_releases import in_force_of
from deployments.views.mending import rows_of
from officers.domain.coordination import end_deputy, name_deputy, services_of
from officers.models import Coordinator, PoliceService
from officers.signed_in import SignedInRequest, asks_again_who_it_is

MAX_ABROAD = 50
ACTS = {"endorse": applications.endorse, "decline-release": applications.decline_release}


@login_required
@require_safe
def coordination(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, the nearest deadline first; who is abroad and due home; what was decided."""
    services = _services(request)
    at_stake = list(postings_at_stake(request.user))
    is_shown = Q(officer__user=request.user) | ~Q(posting__in=at_stake)
    handed_in = Application.objects.submitted_from(services).filter(is_shown)
    handed_in = handed_in.select_related("officer__user", "officer__police_service", "posting__mission__operation")
    waiting = handed_in.filter(state=ApplicationState.SUBMITTED, officer__police_service__needs_release=True)
    away = (
        Deployment.objects.filter(is_shown, officer__police_service__in=services)
        .filter(state__in=[DeploymentState.PREPARATION, DeploymentState.IN_MISSION])
        .select_related("officer__user", "posting__mission__operation")
        .order_by("last_day", "pk")
    )
    decided = handed_in.exclude(pk__in=waiting.values("pk")).order_by("-state_since", "-pk")
    context = {
        "services": [
            (service, DeputyForm(initial={"first_day": today_here()}, auto_id=f"id_{service.pk}_%s"))
            for service in services
        ],
        "waiting": waiting.order_by(F("posting__closes_at").asc(nulls_last=True), "submitted_at", "pk"),
        "abroad": away[:MAX_ABROAD],
        "count_abroad": away.count(),
        "today": today_here(),
        "extensions": extensions_before_service(services).exclude(
            ~Q(deployment__officer__user=request.user), deployment__posting__in=at_stake
        ),
        "at_stake": at_stake,
        "releases": in_force_of(services, at_stake).filter(last_day__gte=today_here()),
        "page": page_asked(decided, 20, request, "page"),
        "deputies": Coordinator.objects.filter(police_service__in=services, named_by__isnull=False)
        .filter(last_day__gte=today_here())
        .select_related("user", "police_service"),
    }
    return render(request, "deployments/coordination.html", context)


@login_required
@require_safe
def coordinated_application(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application of the own service, with what the coordinator needs to decide."""
    application = _own(request, pk)
    planned = planned_tour(application.posting, today_here())
    return _page(request, application, EndorseForm(initial=vars(planned)))


@login_required
@require_POST
def coordinate(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Endorses an application, or declines the release with a reason; 403 for any but those of the own service."""
    if verb not in ACTS:
        raise Http404
    try:
        application = _own(request, pk)
    except Http404:
        return refused(
            request,
            OtherService(
                _("This is no application of your police service, or one for a posting of your own application.")
            ),
            back=reverse("coordination"),
        )
    form = EndorseForm(request.POST) if verb == "endorse" else OwnReasonForm(request.POST)
    if not form.is_valid():
        return invalid(request, form) or _page(request, application, form, status=400)
    try:
        ACTS[verb](application, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        if refusal.field in form.fields and not wants_json(request):
            form.add_error(refusal.field, str(refusal))
            return _page(request, application, form, status=refusal.status)
        return refused(request, refusal, back=reverse("coordinated-application", args=[pk]))
    said = _("The application is endorsed.") if verb == "endorse" else _("The release is declined.")
    return done(request, said, to=reverse("coordination"), state=application.state)


@login_required
@require_safe
def coordinated_document(request: SignedInRequest, pk: int, document_pk: int) -> FileResponse:
    """A document of an application of the own service; the history says who took it."""
    found = get_object_or_404(ApplicationDocument, pk=document_pk, application=_own(request, pk))
    answer = download(found)
    record_act(found.application, CoreVerb.VIEW, by=request.user, document=found.pk)
    return answer


@login_required
@require_http_methods(["POST"])
@asks_again_who_it_is
def deputy(request: SignedInRequest, service: int) -> HttpResponse:
    """Names a deputy for some days."""
    own = get_object_or_404(PoliceService, pk=service, pk__in=[each.pk for each in _services(request)])
    form = DeputyForm(request.POST)
    if not form.is_valid():
        return render(request, "deployments/deputy.html", {"form": form, "service": service}, status=400)
    try:
        made = name_deputy(own, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return render(request, "deployments/deputy.html", {"form": form, "service": service}, status=refusal.status)
    said = _("%(name)s acts as deputy from %(first)s to %(last)s.") % {
        "name": made.user,
        "first": made.first_day,
        "last": made.last_day,
    }
    return done(request, said, to=reverse("coordination"))


@login_required
@require_POST
def deputy_ends(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a deputy's time."""
    found = get_object_or_404(Coordinator, pk=pk, police_service__in=_services(request), named_by__isnull=False)
    try:
        end_deputy(found, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("coordination"))
    return done(request, _("The deputy's time is ended."), to=reverse("coordination"))


def _services(request: HttpRequest) -> list[PoliceService]:
    services = services_of(request.user, on=today_here())
    if not services:
        raise PermissionDenied
    return services


def _own(request: SignedInRequest, pk: int) -> Application:
    """An application handed in by an officer of the own service; other people's raise 404, and so do those of rivals."""
    is_shown = Q(officer__user=request.user) | ~Q(posting__in=postings_at_stake(request.user))
    own = Application.objects.submitted_from(_services(request)).filter(is_shown)
    related = ("officer__user", "officer__police_service", "posting__mission__operation__programme", "deployment")
    fetched = (
        "documents",
        "waivers",
        *(f"officer__{name}" for name in PROFILE),
        *(f"posting__{name}" for name in REQUIREMENTS),
    )
    return get_object_or_404(own.select_related(*related).prefetch_related(*fetched), pk=pk)


def _page(request: SignedInRequest, application: Application, form: OwnReasonForm, status: int = 200) -> HttpResponse:
    """The application as its coordinator reads it; the history says who did.

    There is one form for both decisions: without its days, as after declining, they are asked for again.
    """
    record_act(application, CoreVerb.VIEW, by=request.user)
    if "first_day" not in form.fields:
        asked = EndorseForm(request.POST)
        asked.full_clean()
        asked._errors = form.errors  # type: ignore[attr-defined]  # noqa: SLF001
        form = asked
    shown = eligibility_of(application).without_declarations()
    context = {
        "application": application,
        "tour": application.deployment or planned_tour(application.posting, today_here()),
        "eligibility": shown,
        "rows": rows_of(shown),
        "form": form,
        "waits": application.state == ApplicationState.SUBMITTED and application.officer.police_service.needs_release,
        "is_own": application.officer.user_id == request.user.pk,
    }
    return render(request, "deployments/coordinated_application.html", context, status=status)
