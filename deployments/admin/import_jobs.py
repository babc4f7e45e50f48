"""The page of a long import: how far it is, what the check found, the word to go on."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.pages.machines import wants_json
from deployments.admin.import_rows import PUBLIC, WARNING, shown_lines, shown_problems
from deployments.domain.verbs.authority import MAY_SET_STRENGTH
from deployments.imports import IMPORTS
from deployments.imports.jobs import cancel, confirm
from deployments.imports.kept import kept_report
from deployments.imports.reports import Report
from deployments.models import ImportJob, ImportJobState

PAGE_SIZE = 100


def import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows progress and result; POST ``go`` imports what was checked, ``leave`` leaves it. 409 where it is too late."""
    job = get_object_or_404(ImportJob.objects.select_related("by"), pk=pk, by=request.user)
    if not IMPORTS[job.kind].is_open_to(request.user):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        act = confirm if "go" in request.POST else cancel
        if act(job, by=request.user):
            return HttpResponseRedirect(reverse("import-job", args=[job.pk]))
        status = 409
        messages.error(request, _("That is no longer possible: look at how it stands."))
    if wants_json(request):
        said = {name: getattr(job, name) for name in ("state", "total", "done", "changed", "message")}
        return JsonResponse(said, status=status)
    found = kept_report(job.order.get("name", ""))
    report = found[0] if found else Report([])
    kind = IMPORTS[job.kind]
    page = Paginator(report.lines, PAGE_SIZE).get_page(request.GET.get("p"))
    may_set_days = request.user.has_perm(MAY_SET_STRENGTH)
    context = {
        **admin.site.each_context(request),
        "title": IMPORTS[job.kind].title,
        "job": job,
        "start": reverse(f"desk-import-{job.kind}"),
        "page": page,
        "rows": list(shown_lines(page, kind)),
        "problems": list(shown_problems(report.problems[:PAGE_SIZE], kind, may_set_days=may_set_days)),
        "warning": WARNING if kind.name in PUBLIC else "",
        "is_under_way": job.state in (ImportJobState.CHECKING, ImportJobState.RUNNING),
    }
    return TemplateResponse(request, "admin/imports/job.html", context, status=status)


urlpatterns = [path("import/jobs/<int:pk>/", admin.site.admin_view(import_job), name="import-job")]
