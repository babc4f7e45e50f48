"""One view for every act: it shows the form and what will happen, does the act, or says why it is refused."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from core.pages.machines import said_invalid, wants_json
from core.refusals import NotPermitted, Refusal, StalePage
from deployments.admin.acts import Act
from deployments.forms.acts import AcknowledgedForm, ActForm


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, pk: int, act: Act) -> HttpResponse:
    """GET shows the form; POST does the act: a redirect, or 400 for what was typed, 403 for the role, 409 for a rule."""
    if not request.user.is_authenticated:
        if wants_json(request):
            return JsonResponse({"code": "not_logged_in", "message": gettext("Log in first.")}, status=401)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not (admin.site.has_permission(request) and request.user.has_perm(act.permission)):
        if wants_json(request):
            return JsonResponse(NotPermitted().as_json(), status=HTTPStatus.FORBIDDEN)
        raise PermissionDenied
    record = get_object_or_404(act.model, pk=pk)
    if request.method != "POST":
        form = act.form(record=record, initial={**act.initial(record), **request.GET.dict()})
        return page(request, act, record, form)
    return attempt(request, act, record)


def attempt(request: HttpRequest, act: Act, record: Model) -> HttpResponse:
    """Does the act with what was typed."""
    form = act.form(request.POST, record=record)
    if not form.is_valid():
        return refused(request, act, record, form, None)
    try:
        check_shown(request, act, record, form)
        result = act.do(record, by=request.user, **form.arguments())
    except Refusal as refusal:
        return refused(request, act, record, form, refusal)
    landing = act.landing(record, result, form) if act.landing else act.page_of(record)
    words = gettext("Done: %(act)s – %(record)s.") % {"act": act.title, "record": record}
    if wants_json(request):
        return JsonResponse({"code": "done", "message": words, "url": landing})
    messages.success(request, words)
    return HttpResponseRedirect(landing)


def check_shown(request: HttpRequest, act: Act, record: Model, form: ActForm) -> None:
    """Raises StalePage where the act does more than the page showed: a person accepts only what was read."""
    if act.preview is None or not isinstance(form, AcknowledgedForm):
        return
    preview = act.preview(record, form)
    accepted = form.cleaned_data["acknowledge_lowering"]
    if preview.brought_down and not preview.over and not accepted and not wants_json(request):
        raise StalePage(gettext("Other numbers come down with this one: read which, then confirm."))
    if accepted and form.cleaned_data["shown"] not in ("", fingerprint(preview)):
        raise StalePage(gettext("What this does has changed since it was shown to you: read it again, then confirm."))


def fingerprint(preview: Any) -> str:
    """Names what a preview says: who goes over on which days, and which numbers come down."""
    said = [
        (
            change.record._meta.model_name,
            change.record.pk,
            change.maximum,
            str(change.reach),
            [str(excess) for excess in change.excesses],
            [tour.pk for tour in change.tours],
        )
        for change in preview.changes
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def refused(request: HttpRequest, act: Act, record: Model, form: ActForm, refusal: Refusal | None) -> HttpResponse:
    """Says why nothing was done, and keeps what was typed. Without a refusal the form itself has the errors."""
    status = refusal.status if refusal else HTTPStatus.BAD_REQUEST
    if wants_json(request):
        if refusal:
            return JsonResponse(refusal.as_json(), status=status)
        return said_invalid(form, status)
    asks = bool(refusal) and refusal.field in form.confirmations
    if asks:
        form.asked.add(refusal.field)
    if refusal and refusal.field in form.fields and not asks:
        form.add_error(refusal.field, str(refusal))
        return page(request, act, record, form, status=status)
    return page(request, act, record, form, refusal=refusal, status=status)


def page(
    request: HttpRequest,
    act: Act,
    record: Model,
    form: ActForm,
    *,
    refusal: Refusal | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The act's page, with what it would do where that is known."""
    preview = preview_of(act, record, form)
    if preview is not None:
        form.data = form.data.copy()
        form.data["shown"] = fingerprint(preview)
    shown = act.subject(record)
    context = {
        **admin.site.each_context(request),
        "title": gettext("%(act)s: %(record)s") % {"act": act.title, "record": shown},
        "act": act,
        "record": record,
        "opts": shown._meta,
        "shown": shown,
        "back": act.page_of(record),
        "form": form,
        "preview": preview,
        "refusal": refusal,
        "facts": act.facts(record) if act.facts else (),
        "warning": act.warning(record),
        "sought": act.room(record, form),
        "is_in_vain": request.method != "POST" and not act.possible(record),
        "finder": act.finder(request.GET.get("q", "")) if act.finder else None,
    }
    return TemplateResponse(request, "admin/deployments/act.html", context, status=status)


def preview_of(act: Act, record: Model, form: ActForm) -> Any:
    """What the act would do with what was typed; None where that is not known, or the act has no preview."""
    if act.preview is None or not form.is_bound or not form.is_valid():
        return None
    try:
        return act.preview(record, form)
    except Refusal:
        return None
