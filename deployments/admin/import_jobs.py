"""The page of a long import: how far it is, what the check found, the word to go on."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.pages.machines import wants_json
from deployments.admin.import_rows import PUBLIC, WARNING, shown_lines, shown_problems, wrong_lines
from deployments.domain.verbs.authority import MAY_SET_STRENGTH
from deployments.imports import IMPORTS
from deployments.imports.jobs import cancel, confirm, take_right_lines
from deployments.imports.kept import kept_report
from deployments.imports.reports import Report
from deployments.models import ImportJob, ImportJobState

PAGE_SIZE = 100


def import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows progress and result, ``?lines=wrong`` gives the wrong lines as a file; POST ``go`` imports what was checked,
    ``leave`` leaves it, ``partial`` begins anew with the right lines alone. 409 where it is too late.
    """
    job = get_object_or_404(ImportJob.objects.select_related("by"), pk=pk, by=request.user)
    if not IMPORTS[job.kind].is_open_to(request.user):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        if goes_on := _done(request, job):
            return HttpResponseRedirect(reverse("import-job", args=[goes_on.pk]))
        status = 409
        messages.error(request, _("That is no longer possible: look at how it stands."))
    if wants_json(request):
        said = {name: getattr(job, name) for name in ("state", "total", "done", "changed", "message")}
        return JsonResponse(said, status=status)
    report, wrong = kept_report(job.order.get("name", "")) or (Report([]), [])
    if request.GET.get("lines") == "wrong" and wrong:
        return wrong_lines(IMPORTS[job.kind], report, wrong, job.file_name)
    context = {**admin.site.each_context(request), **_shown(request, job, report), "has_wrong_lines": bool(wrong)}
    return TemplateResponse(request, "admin/imports/job.html", context, status=status)


def _done(request: HttpRequest, job: ImportJob) -> ImportJob | None:
    """The list to look at after what the form says was done; None where it is too late for that."""
    if "partial" in request.POST:
        return take_right_lines(job, IMPORTS[job.kind], by=request.user)
    act = confirm if "go" in request.POST else cancel
    return job if act(job, by=request.user) else None


def _shown(request: HttpRequest, job: ImportJob, report: Report) -> dict[str, Any]:
    kind = IMPORTS[job.kind]
    page = Paginator(report.lines, PAGE_SIZE).get_page(request.GET.get("p"))
    may_set_days = request.user.has_perm(MAY_SET_STRENGTH)
    return {
        "title": kind.title,
        "job": job,
        "start": reverse(f"desk-import-{job.kind}"),
        "notes": report.notes,
        "page": page,
        "rows": list(shown_lines(page, kind)),
        "problems": list(shown_problems(report.problems[:PAGE_SIZE], kind, may_set_days=may_set_days)),
        "warning": WARNING if kind.name in PUBLIC else "",
        "says_why": job.state == ImportJobState.REFUSED and not job.done and bool(report.problems),
        "can_leave_aside": job.state == ImportJobState.REFUSED and not job.done and report.right > 0,
        "is_counted": job.state == ImportJobState.RUNNING and not job.order.get("at_once"),
        "is_under_way": job.state in (ImportJobState.CHECKING, ImportJobState.RUNNING),
    }


urlpatterns = [path("import/jobs/<int:pk>/", admin.site.admin_view(import_job), name="import-job")]
