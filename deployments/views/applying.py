"""Applying, and following one's own applications (under /en/my/applications/)."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.files.uploads import download
from core.history.acts import history_of
from core.pages.machines import wants_json
from core.refusals import Refusal
from deployments.domain import applications
from deployments.domain.application_findings import findings_then
from deployments.domain.verbs.applications import EDITABLE, ApplicationVerb, possible_verbs
from deployments.domain.verbs.steps import track
from deployments.eligibility.candidate import PROFILE, REQUIREMENTS, eligibility, eligibility_of, with_profiles
from deployments.eligibility.rule import Eligibility
from deployments.forms.applying import ApplicationForm
from deployments.models import (
    Application,
    ApplicationDocument,
    ApplicationState,
    Assessment,
    Deployment,
    DocumentKind,
    Posting,
)
from deployments.openings.opening import current_state
from deployments.queries.stories import story_for_applicant
from deployments.views.answers import done, refused
from deployments.views.mending import rows_of
from deployments.views.openings import officer_of, one_opening, running_application
from officers.domain.coordination import services_of
from officers.models import Officer
from officers.signed_in import SignedInRequest
from officers.views.dashboard import overview


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SignedInRequest, reference: str) -> HttpResponse:
    """The form for a new application; who has one already is taken to it."""
    officer = officer_of(request)
    if officer is None:
        return redirect("profile")
    shown = one_opening(reference)
    running = running_application(officer, shown.posting)
    if running and running.state not in EDITABLE:
        return redirect("my-application", running.pk)
    if request.method != "POST":
        if running:
            return redirect("my-application", running.pk)
        return _form_page(request, shown.posting, ApplicationForm(), None)
    form = ApplicationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, shown.posting, form, running, status=400)
    return _save(request, form, running, shown.posting)


@login_required
@require_safe
def my(request: SignedInRequest) -> HttpResponse:
    """The first page after log-in: what there is to do, the own applications and tours, the service that one coordinates."""
    mine = _mine(request).select_related("posting__mission__operation").order_by("-created_at")[:5]
    coordinated = services_of(request.user, on=timezone.localdate())
    tours = Deployment.objects.prepared().filter(officer__user=request.user)
    context = {
        **overview(request.user),
        "applications": mine,
        "tours": tours.select_related("posting__mission__operation"),
        "coordinated": coordinated,
        "ahead": Assessment.objects.ahead().filter(officer__user=request.user),
    }
    return render(request, "deployments/my.html", context)


@login_required
@require_safe
def my_applications(request: SignedInRequest) -> HttpResponse:
    """The officer's own applications, latest first."""
    mine = _mine(request).select_related("posting__mission__operation").order_by("-created_at")
    return render(request, "deployments/my_applications.html", {"applications": mine})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_application(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own application: its state, its story, and the form while it can be changed."""
    application = _own(request, pk)
    if request.method != "POST":
        initial = {"motivation": application.motivation, "available_from": application.available_from}
        return _form_page(request, application.posting, ApplicationForm(initial=initial), application)
    form = ApplicationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, application.posting, form, application, status=400)
    return _save(request, form, application, application.posting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """An officer's act on the own application: submit, withdraw, take-back, accept. Withdrawing asks first, by GET."""
    application = _own(request, pk)
    back = reverse("my-application", args=[pk])
    if request.method != "POST":
        return _ask_withdrawal(request, application) if verb == "withdraw" else HttpResponseNotAllowed(["POST"])
    acts: dict[str, Callable[..., Application]] = {
        "submit": applications.submit,
        "withdraw": applications.withdraw,
        "take-back": applications.take_back,
        "accept": applications.accept,
    }
    if verb not in acts:
        raise Http404
    asked = {"acknowledge_unmet": "acknowledge_unmet" in request.POST} if verb == "submit" else {}
    try:
        acts[verb](application, by=request.user, **asked)
    except applications.UnmetRequirements as refusal:
        return refused(request, refusal, back=back) if wants_json(request) else _review(request, application, refusal)
    except Refusal as refusal:
        return refused(request, refusal, back=back)
    said = {
        "submit": _("Your application is received."),
        "withdraw": _("Your application is withdrawn."),
        "take-back": _("Your application runs again."),
        "accept": _("You accepted. The desk prepares your deployment."),
    }
    return done(request, said[verb], to=back, state=Application.objects.get(pk=pk).shown_state)


def _ask_withdrawal(request: SignedInRequest, application: Application) -> HttpResponse:
    """Asks once whether to withdraw, and says what it ends; what cannot be withdrawn has nothing to ask."""
    if not ApplicationVerb.WITHDRAW.facts.allows(application.state):
        return redirect("my-application", application.pk)
    shown = ApplicationState(application.shown_state)
    context = {
        "application": application,
        "posting": application.posting,
        "shown_state": shown,
        "held": application.deployment if shown == ApplicationState.SELECTED else None,
        "can_return": applications.can_be_taken_back(application.posting, now=timezone.now()),
    }
    return render(request, "deployments/withdraw_application.html", context)


@login_required
@require_safe
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything once more before a draft is submitted: what was written, documents, requirements, what comes next."""
    application = _own(request, pk)
    if application.state != ApplicationState.DRAFT:
        return redirect("my-application", pk)
    return _review(request, application)


@login_required
@require_safe
def document(request: SignedInRequest, pk: int, document_pk: int) -> FileResponse:
    """One's own document, as a download."""
    found = get_object_or_404(ApplicationDocument, pk=document_pk, application=_own(request, pk))
    return download(found)


@login_required
@require_POST
def remove_document(request: SignedInRequest, pk: int, document_pk: int) -> HttpResponse:
    """Take a document back while the application can be changed."""
    found = get_object_or_404(ApplicationDocument, pk=document_pk, application=_own(request, pk))
    back = reverse("my-application", args=[pk])
    try:
        applications.remove_document(found, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, back=back)
    return done(request, _("The document is removed."), to=back)


def _officer(request: HttpRequest) -> Officer:
    """Who applies: an account without a profile was led to beginning one."""
    return cast(Officer, officer_of(request))


def _mine(request: HttpRequest) -> QuerySet[Application]:
    officer = officer_of(request)
    return Application.objects.filter(officer=officer) if officer else Application.objects.none()


def _own(request: HttpRequest, pk: int) -> Application:
    related = ("officer__user", "officer__police_service", "posting__mission__operation__programme", "deployment")
    fetched = (
        "waivers",
        "documents",
        *(f"officer__{name}" for name in PROFILE),
        *(f"posting__{name}" for name in REQUIREMENTS),
    )
    return get_object_or_404(_mine(request).select_related(*related).prefetch_related(*fetched), pk=pk)


def _save(
    request: SignedInRequest, form: ApplicationForm, application: Application | None, posting: Posting
) -> HttpResponse:
    """Save what was written and, with the button "submit", hand it in: each a domain function of its own."""
    values = form.cleaned_data
    by = request.user
    try:
        already = application is not None and application.state == ApplicationState.SUBMITTED
        application = application or applications.start(posting, by=by, officer=_officer(request))
        written = {"motivation": values["motivation"], "available_from": values["available_from"]}
        application = applications.revise(application, by=by, **written)
        if values["document"] is not None:
            kind = values["document_kind"] or DocumentKind.OTHER
            applications.attach_document(application, by=by, upload=values["document"], kind=kind)
        if "review" in request.POST:
            applications.require_motivation(application)
        if "submit" in request.POST:
            applications.submit(application, by=by, acknowledge_unmet="acknowledge_unmet" in request.POST)
    except applications.UnmetRequirements as refusal:
        assert application is not None  # submitting comes after saving
        if wants_json(request):
            return refused(request, refusal, back=reverse("my-application", args=[application.pk]))
        return _review(request, application, refusal)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _form_page(request, posting, form, application, status=refusal.status)
    if "review" in request.POST and application.state == ApplicationState.DRAFT:
        return redirect("application-review", application.pk)
    page = reverse("my-application", args=[application.pk])
    if "submit" not in request.POST:
        return done(request, _("Saved."), to=page, application=application.pk)
    said = _("Your application was received already.") if already else _("Your application is received.")
    return done(request, said, to=page, application=application.pk)


def _form_page(
    request: HttpRequest, posting: Posting, form: ApplicationForm, application: Application | None, status: int = 200
) -> HttpResponse:
    officer = application.officer if application else _officer(request)
    subject = application or Application(officer=officer, posting=posting)
    state = application.state if application else ApplicationState.DRAFT
    opening_state = current_state(posting, now=timezone.now())
    takes = opening_state.takes_applications
    open_now = applications.open_applications(officer)
    is_at_limit = application is None and open_now >= settings.MAX_OPEN_APPLICATIONS
    can_edit = state in EDITABLE and takes and (form.is_bound or not is_at_limit)
    shown, is_as_decided = _requirements(officer, posting, application)
    context = {
        "posting": posting,
        "application": application,
        "form": form,
        "can_edit": can_edit,
        "is_at_limit": is_at_limit,
        "opening_state": opening_state,
        "takes_applications": takes,
        "eligibility": shown,
        "rows": rows_of(shown, officer if can_edit else None, back=request.path),
        "is_as_decided": is_as_decided,
        "steps": track(subject),
        "open_applications": open_now,
        "verbs": possible_verbs(state) if application else [],
        "can_take_back": state == ApplicationState.WITHDRAWN
        and applications.can_be_taken_back(posting, now=timezone.now()),
        "shown_state": ApplicationState(application.shown_state) if application else None,
        "story": story_for_applicant(application, history_of(application)) if application else [],
    }
    return render(request, "deployments/my_application.html", context, status=status)


def _requirements(
    officer: Officer, posting: Posting, application: Application | None
) -> tuple[Eligibility | None, bool]:
    """The requirements with their results, and whether they are those of the day on which it was decided."""
    if application is None:
        with_profiles([officer])
        return eligibility(officer, posting), False
    is_known = application.shown_state == application.state
    then = findings_then(application) if is_known and application.state != ApplicationState.DRAFT else None
    is_over = application.state not in ApplicationState.open_states() or application.state == ApplicationState.SELECTED
    if then is not None and is_over:
        return then, True
    return eligibility_of(application), False


def _review(
    request: HttpRequest, application: Application, refusal: applications.UnmetRequirements | None = None
) -> HttpResponse:
    """The page before submitting; with a refusal, the one that asks to confirm what is not met."""
    application = _own(request, application.pk)
    shown = eligibility_of(application)
    edit = reverse("my-application", args=[application.pk])
    context = {
        "application": application,
        "posting": application.posting,
        "eligibility": shown,
        "rows": rows_of(shown, application.officer, back=request.path if request.method == "GET" else edit),
        "steps": track(application),
        "edit": edit,
        "refusal": refusal,
    }
    return render(request, "deployments/review.html", context, status=refusal.status if refusal else 200)
