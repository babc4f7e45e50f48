"""The desk's import pages: a file is tried and shown line by line, then confirmed as it was shown.

The confirmation carries the very bytes that were shown, signed for the account and for an hour: nothing is kept on the
server, and what was not shown cannot be confirmed.
"""

import base64
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.desk.site import DeskPage
from core.pages.machines import said_invalid, wants_json
from core.refusals import Refusal, StalePage
from core.tabular import MAX_BYTES, FileRefused
from deployments.imports import IMPORTS, Import, Report, run_import
from deployments.imports.errand import MAX_AT_ONCE, PERMISSION

VALID_FOR = 3600


class UploadForm(forms.Form):
    """The file, and the acceptance that a lowering needs."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 (commas, semicolons or tabs) or XLSX."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    acknowledge_lowering = forms.BooleanField(
        label=_("Accept numbers below the strength already committed"), required=False
    )


def import_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Step one asks for a file; step two shows what it would change; step three does that. Refusals are 409."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method != "POST":
        return _ask(request, IMPORTS[kind], UploadForm())
    if "token" in request.POST:
        return _confirm(request, IMPORTS[kind])
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_json(request):
            return said_invalid(form, HTTPStatus.BAD_REQUEST)
        return _ask(request, IMPORTS[kind], form, status=HTTPStatus.BAD_REQUEST)
    upload = form.cleaned_data["file"]
    order = {
        "file_name": upload.name,
        "data": upload.read(MAX_BYTES + 1),
        "acknowledge_lowering": form.cleaned_data["acknowledge_lowering"],
    }
    return _preview(request, IMPORTS[kind], form, order)


def _preview(request: HttpRequest, kind: Import, form: UploadForm, order: dict[str, Any]) -> HttpResponse:
    try:
        report = run_import(kind, by=request.user, dry_run=True, **order)
    except Refusal as refusal:
        return _ask(request, kind, form, refusal)
    return _show(request, kind, report, order)


def _confirm(request: HttpRequest, kind: Import) -> HttpResponse:
    try:
        order = _opened(request, kind)
        report = run_import(kind, by=request.user, **order)
    except signing.BadSignature:
        expired = StalePage(_("This preview has expired, so nothing was imported. Choose the file again."))
        return _ask(request, kind, UploadForm(), expired)
    except StalePage as stale:
        order.pop("expected")
        try:
            report = run_import(kind, by=request.user, dry_run=True, **order)
        except Refusal as refusal:
            return _ask(request, kind, UploadForm(), refusal)
        return _show(request, kind, report, order, stale)
    except Refusal as refusal:
        return _ask(request, kind, UploadForm(), refusal)
    done = ngettext(
        "Imported %(file)s: %(n)s line changed something.",
        "Imported %(file)s: %(n)s lines changed something.",
        report.changed,
    )
    words = done % {"file": order["file_name"], "n": report.changed}
    if wants_json(request):
        return JsonResponse({"code": "done", "message": words, "lines": [asdict(line) for line in report.lines]})
    messages.success(request, words)
    return HttpResponseRedirect(reverse(f"desk-import-{kind.name}"))


def _ask(
    request: HttpRequest, kind: Import, form: UploadForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    problems = []
    if refusal is not None:
        status = refusal.status
        if wants_json(request):
            return JsonResponse(refusal.as_json(), status=status)
        problems = refusal.sentences() if isinstance(refusal, FileRefused) else [str(refusal)]
    context = {"form": form, "problems": problems, "max_rows": MAX_AT_ONCE, "max_megabytes": MAX_BYTES / 1_000_000}
    return _page(request, kind, "admin/imports/upload.html", context, status)


def _show(
    request: HttpRequest, kind: Import, report: Report, order: dict[str, Any], stale: StalePage | None = None
) -> HttpResponse:
    token = _sealed(request, kind, order, report.fingerprint())
    if wants_json(request):
        said = stale.as_json() if stale else {"code": "preview"}
        said |= {"lines": [asdict(line) for line in report.lines], "token": token}
        return JsonResponse(said, status=stale.status if stale else HTTPStatus.OK)
    context = {
        "lines": [line for line in report.lines if line.created or line.changes],
        "unchanged": len(report.lines) - report.changed,
        "file_name": order["file_name"],
        "token": token,
        "stale": stale,
    }
    return _page(request, kind, "admin/imports/preview.html", context, stale.status if stale else 200)


def _page(request: HttpRequest, kind: Import, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    page = {
        **admin.site.each_context(request),
        "title": kind.title,
        "kind": kind,
        "start": reverse(f"desk-import-{kind.name}"),
        **context,
    }
    return TemplateResponse(request, template, page, status=status)


def _salt(request: HttpRequest, kind: Import) -> str:
    return f"import {kind.name} by {request.user.pk}"


def _sealed(request: HttpRequest, kind: Import, order: dict[str, Any], expected: str) -> str:
    content = {**order, "data": base64.b64encode(order["data"]).decode(), "expected": expected}
    return signing.dumps(content, salt=_salt(request, kind), compress=True)


def _opened(request: HttpRequest, kind: Import) -> dict[str, Any]:
    """What ``_sealed`` closed. Raises BadSignature for anything else, or after an hour."""
    content = signing.loads(request.POST["token"], salt=_salt(request, kind), max_age=VALID_FOR)
    return {**content, "data": base64.b64decode(content["data"])}


urlpatterns = [
    path(f"import/{name}/", admin.site.admin_view(import_page), {"kind": name}, name=f"desk-import-{name}")
    for name in IMPORTS
]
admin.site.pages += [
    DeskPage(kind.title, kind.description, f"desk-import-{kind.name}", PERMISSION, in_menu=False)
    for kind in IMPORTS.values()
]
