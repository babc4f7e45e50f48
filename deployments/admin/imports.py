"""The desk's import pages: a file is read, asked about, shown in pages, then imported as it was shown.

A token names the kept file and the answers, signed for the account and for an hour: what was not shown cannot be confirmed.
"""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.desk.site import DeskPage, desk_site
from core.pages.machines import invalid_response, wants_json
from core.refusals import NotPermitted, Refusal, StalePage
from core.tabular import MAX_BYTES, MAX_ROWS, Answers, FileAsks, FileRefused, WhichColumns, WhichDays, WhichSheet
from core.tabular.days import DAY_FIRST, MONTH_FIRST
from core.text.dates import today_here
from deployments.admin.import_rows import PUBLIC, WARNING, sentences, shown_lines, shown_problems, wrong_lines
from deployments.domain.verbs.authority import MAY_SET_STRENGTH
from deployments.imports import IMPORTS, Import, Report, run_import
from deployments.imports.jobs import begin_job
from deployments.imports.kept import keep, keep_report, kept, kept_report
from deployments.imports.reports import with_every_cell
from deployments.imports.session import MAX_AT_ONCE, LinesRefused, Order, checked, plain
from deployments.imports.templates import TEMPLATES

VALID_FOR = 3600
PAGE_SIZE = 100
# More rows take so long that their page says how far they are, while ``manage.py work`` does it.
ON_THE_SPOT = 1_000
SHOWS = ("new", "changed", "unchanged", "wrong")


class UploadForm(forms.Form):
    """The file, and the acceptance that a lowering needs."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel workbook (XLSX) or CSV, as your program saves it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
    )
    acknowledge_lowering = forms.BooleanField(
        label=_("Accept numbers below the strength already committed"), required=False
    )


class AnswersForm(forms.Form):
    """What the file does not say by itself: the sheet, the columns of headings, how days are written."""

    def __init__(self, asks: FileAsks, kind: Import, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        if isinstance(asks, WhichSheet):
            self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=[(each, each) for each in asks.sheets])
        elif isinstance(asks, WhichColumns):
            headings = {column.code: column.heading for column in kind.fields}
            free = [(code, f"{headings.get(code) or code} ({code})") for code in asks.free]
            choices = [("?", _("– choose –")), ("", _("leave this column out")), *free]
            for number, heading in enumerate(asks.headings):
                self.fields[f"column-{number}"] = forms.ChoiceField(
                    label=_("Column “%(heading)s”") % {"heading": heading[:80]},
                    choices=choices,
                    required=False,
                    initial="?",
                )
        elif isinstance(asks, WhichDays):
            self.fields["days"] = forms.ChoiceField(
                label=_("In days such as 5/1/2027"),
                choices=[(DAY_FIRST, _("the day comes first")), (MONTH_FIRST, _("the month comes first"))],
                widget=forms.RadioSelect,
                initial=asks.proposed or None,
            )


def import_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Asks for a file; asks what it leaves open; shows what it would change; does that. Refusals are 409."""
    if not IMPORTS[kind].is_open_to(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _ask(request, IMPORTS[kind], UploadForm())
    if "token" in request.POST:
        return _go_on(request, IMPORTS[kind])
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_json(request):
            return invalid_response(form, HTTPStatus.BAD_REQUEST)
        return _ask(request, IMPORTS[kind], form, status=HTTPStatus.BAD_REQUEST)
    upload = form.cleaned_data["file"]
    order = {
        "name": keep(upload.read(MAX_BYTES + 1)),
        "file_name": plain(upload.name),
        "acknowledge_lowering": form.cleaned_data["acknowledge_lowering"],
        "partial": False,
        "answers": {},
    }
    return _preview(request, IMPORTS[kind], order)


def _go_on(request: HttpRequest, kind: Import) -> HttpResponse:
    try:
        order = _opened(request, kind, request.POST["token"])
    except signing.BadSignature:
        return _ask(request, kind, UploadForm(), _expired())
    if "answer" in request.POST:
        return _preview(request, kind, _answered(request, order))
    if "partial" in request.POST:
        return _preview(request, kind, {**order, "partial": True, "expected": ""})
    return _confirm(request, kind, order)


def _answered(request: HttpRequest, order: dict[str, Any]) -> dict[str, Any]:
    """The order with what the form of questions says."""
    answers = dict(order["answers"])
    for name in ("sheet", "days"):
        if request.POST.get(name):
            answers[name] = request.POST[name]
    columns = dict(answers.get("columns", {}))
    for number, heading in enumerate(order.get("headings", [])):
        said = request.POST.get(f"column-{number}", "?")
        if said != "?":
            columns[heading] = said
    return {**order, "answers": {**answers, "columns": columns}, "expected": ""}


def _arguments(order: dict[str, Any]) -> dict[str, Any]:
    """What ``run_import`` takes. Raises BadSignature where the file is gone."""
    data = kept(order["name"])
    if data is None:
        raise signing.BadSignature
    answers = Answers(
        **{name: value for name, value in order["answers"].items() if name in ("sheet", "columns", "days")}
    )
    return {
        "data": data,
        "file_name": order["file_name"],
        "acknowledge_lowering": order["acknowledge_lowering"],
        "partial": order["partial"],
        "answers": answers,
    }


def _preview(request: HttpRequest, kind: Import, order: dict[str, Any], stale: StalePage | None = None) -> HttpResponse:
    try:
        asked = Order(**_arguments(order))
        read = checked(kind, asked, by=request.user, today=today_here())
        if len(read.rows) > (MAX_AT_ONCE if wants_json(request) else ON_THE_SPOT):
            at_once = len(read.rows) <= MAX_AT_ONCE
            job = begin_job(kind, order | {"at_once": at_once}, by=request.user, total=len(read.rows))
            return HttpResponseRedirect(reverse("import-job", args=[job.pk]))
        report = read.report()
    except signing.BadSignature:
        return _ask(request, kind, UploadForm(), _expired())
    except FileAsks as asks:
        return _question(request, kind, order, asks)
    except FileRefused as refused:
        return _refused(request, kind, order, refused)
    except Refusal as refusal:
        return _ask(request, kind, UploadForm(), refusal)
    order = {**order, "expected": report.fingerprint()}
    report = with_every_cell(report, read.rows, kind.asked)
    keep_report(order["name"], report)
    return _show(request, kind, report, order, stale)


def _confirm(request: HttpRequest, kind: Import, order: dict[str, Any]) -> HttpResponse:
    try:
        report = run_import(kind, by=request.user, expected=order.get("expected", ""), **_arguments(order))
    except signing.BadSignature:
        return _ask(request, kind, UploadForm(), _expired())
    except StalePage as stale:
        return _preview(request, kind, {**order, "expected": ""}, stale)
    except FileRefused as refused:
        return _refused(request, kind, order, refused)
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


def _expired() -> StalePage:
    return StalePage(_("This preview has expired, so nothing was imported. Choose the file again."))


def _question(request: HttpRequest, kind: Import, order: dict[str, Any], asks: FileAsks) -> HttpResponse:
    headings = asks.headings if isinstance(asks, WhichColumns) else []
    token = _sealed(request, kind, {**order, "headings": headings})
    if wants_json(request):
        return JsonResponse(asks.as_json() | {"token": token}, status=asks.status)
    context = {
        "problems": sentences(asks, kind),
        "form": AnswersForm(asks, kind),
        "token": token,
        "file_name": order["file_name"],
    }
    return _page(request, kind, "admin/imports/question.html", context, asks.status)


def _refused(request: HttpRequest, kind: Import, order: dict[str, Any], refused: FileRefused) -> HttpResponse:
    """Lines that are wrong: said in pages, to be downloaded, or left aside."""
    report = refused.report if isinstance(refused, LinesRefused) else None
    if wants_json(request) or report is None or not any(problem.line for problem in report.problems):
        return _ask(request, kind, UploadForm(), refused)
    keep_report(order["name"], report)
    return _show(request, kind, report, order, refused=refused)


def _ask(
    request: HttpRequest, kind: Import, form: UploadForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    problems = []
    if refusal is not None:
        status = refusal.status
        if wants_json(request):
            return JsonResponse(refusal.as_json(), status=status)
        problems = sentences(refusal, kind) if isinstance(refusal, FileRefused) else [str(refusal)]
    context = {
        "form": form,
        "problems": problems,
        "can_take_out": kind.export is not None and request.user.has_perm(kind.may_view),
        "max_rows": MAX_ROWS,
        "max_at_once": MAX_AT_ONCE,
        "on_the_spot": ON_THE_SPOT,
        "max_megabytes": MAX_BYTES // 1_000_000,
    }
    return _page(request, kind, "admin/imports/upload.html", context, status)


def _show(
    request: HttpRequest,
    kind: Import,
    report: Report,
    order: dict[str, Any],
    stale: StalePage | None = None,
    refused: FileRefused | None = None,
) -> HttpResponse:
    token = _sealed(request, kind, order)
    refusal = stale or refused
    status = refusal.status if refusal else HTTPStatus.OK
    if wants_json(request):
        said = stale.as_json() if stale else {"code": "preview"}
        lines = [asdict(line) for line in report.lines]
        wrong = [{"line": p.line, "column": p.column, "message": str(p.message)} for p in report.problems]
        said |= {"lines": lines, "token": token, "notes": list(report.notes), "problems": wrong}
        return JsonResponse(said, status=status)
    context = _shown(request, kind, report, "wrong" if refused else "")
    context |= {"file_name": order["file_name"], "token": token, "stale": stale, "refused": refused}
    context["can_confirm"] = not refused and bool(report.changed)
    context["can_leave_aside"] = refused and report.right > 0
    return _page(request, kind, "admin/imports/preview.html", context, status)


def _shown(request: HttpRequest, kind: Import, report: Report, show: str = "") -> dict[str, Any]:
    """One page of the report: of what is new, changed, there already, or wrong."""
    at_fault = {problem.line for problem in report.problems}
    lines = [line for line in report.lines if line.line not in at_fault]
    groups: dict[str, list[Any]] = {
        "new": [line for line in lines if line.created],
        "changed": [line for line in lines if line.changes and not line.created],
        "unchanged": [line for line in lines if not line.does_anything],
        "wrong": list(report.problems),
    }
    wanted = request.GET.get("show", "") or show
    show = wanted if wanted in groups else next((name for name in SHOWS if groups[name]), "new")
    page = Paginator(groups[show], PAGE_SIZE).get_page(request.GET.get("p"))
    may_set_days = request.user.has_perm(MAY_SET_STRENGTH)
    rows = shown_problems(page, kind, may_set_days=may_set_days) if show == "wrong" else shown_lines(page, kind)
    labels = {
        "new": pgettext_lazy("lines of a list", "New"),
        "changed": _("Changes"),
        "unchanged": _("Already there"),
        "wrong": _("Wrong"),
    }
    return {
        "notes": report.notes,
        "show": show,
        "groups": [(name, labels[name], len(groups[name])) for name in SHOWS],
        "page": page,
        "rows": list(rows),
        "warning": WARNING if kind.name in PUBLIC and groups["new"] else "",
        "changed": report.changed,
        "unchanged": len(groups["unchanged"]),
    }


def preview_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Another page of a preview, by its token; ``?lines=wrong`` gives the wrong lines as a file."""
    if kind not in IMPORTS:
        raise Http404
    if not IMPORTS[kind].is_open_to(request.user):
        raise PermissionDenied
    try:
        order = _opened(request, IMPORTS[kind], request.GET.get("token", ""))
    except signing.BadSignature as error:
        raise Http404 from error
    found = kept_report(order["name"])
    if found is None:
        raise Http404
    report, wrong = found
    if request.GET.get("lines") == "wrong":
        return wrong_lines(IMPORTS[kind], report, wrong, order["file_name"])
    is_refused = bool(report.problems) and not order["partial"]
    context = _shown(request, IMPORTS[kind], report) | {
        "file_name": order["file_name"],
        "token": request.GET["token"],
        "can_confirm": not is_refused and bool(report.changed),
        "can_leave_aside": is_refused and report.right > 0,
    }
    return _page(request, IMPORTS[kind], "admin/imports/preview.html", context, 200)


def template_page(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A file to fill in: headings, an example row, and in a workbook the values that a column takes."""
    if kind not in IMPORTS or form not in TEMPLATES:
        raise Http404
    if not IMPORTS[kind].is_open_to(request.user):
        raise PermissionDenied
    return TEMPLATES[form](IMPORTS[kind])


def _page(request: HttpRequest, kind: Import, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    page = {
        **admin.site.each_context(request),
        "title": kind.title,
        "kind": kind,
        "start": reverse(f"desk-import-{kind.name}"),
        "preview_url": reverse("import-preview", args=[kind.name]),
        **context,
    }
    return TemplateResponse(request, template, page, status=status)


def _salt(request: HttpRequest, kind: Import) -> str:
    return f"import {kind.name} by {request.user.pk}"


def _sealed(request: HttpRequest, kind: Import, order: dict[str, Any]) -> str:
    return signing.dumps(order, salt=_salt(request, kind), compress=True)


def _opened(request: HttpRequest, kind: Import, token: str) -> dict[str, Any]:
    """What ``_sealed`` closed. Raises BadSignature for anything else, or after an hour."""
    if not kind.is_open_to(request.user):
        raise NotPermitted
    order: dict[str, Any] = signing.loads(token, salt=_salt(request, kind), max_age=VALID_FOR)
    return order


urlpatterns = [
    *(
        path(f"import/{name}/", admin.site.admin_view(import_page), {"kind": name}, name=f"desk-import-{name}")
        for name in IMPORTS
    ),
    path("import/<slug:kind>/preview/", admin.site.admin_view(preview_page), name="import-preview"),
    path("import/<slug:kind>/template.<slug:form>", admin.site.admin_view(template_page), name="import-template"),
]
desk_site.pages += [
    DeskPage(kind.title, kind.description, f"desk-import-{kind.name}", kind.permissions[0], in_menu=False)
    for kind in IMPORTS.values()
]
