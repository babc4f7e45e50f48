"""The officer's dossier on one page, made to be printed, and as PDF; every view of it is logged."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.identity import confirm_identity
from core.desk.site import Panel, desk_site
from core.files.pdf import NoPdf, can_make_pdf, make_pdf, pdf_response
from core.history.acts import record_act
from core.history.story import describe_event
from core.history.verbs import CoreVerb
from core.text.dates import today_here
from deployments.admin.assessments import assessments_context, assessments_panel
from deployments.admin.nominations import nominations_panel
from deployments.admin.notes import may_read_notes, notes_panel
from deployments.admin.papers import papers_panel
from deployments.admin.releases import releases_panel
from deployments.admin.waivers import waivers_context, waivers_panel
from deployments.models import Note, Paper
from deployments.queries.dossier import dossier_of
from deployments.queries.languages import languages_of
from deployments.queries.lists.people import VIEW_APPLICATIONS
from deployments.queries.nominations import nominations_of
from officers.models import Officer

PERMISSIONS = ("officers.view_officer", "deployments.view_deployment", "deployments.view_application")


@require_safe
def officer_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Profile, qualifications, tours, applications and acts of one officer."""
    officer = _officer_for(request, pk)
    record_act(officer, CoreVerb.VIEW, by=request.user)
    context = {**admin.site.each_context(request), **_contents(request, officer), "can_make_pdf": can_make_pdf()}
    return TemplateResponse(request, "admin/deployments/dossier.html", context)


@require_safe
def officer_dossier_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF; 409 in words where the server makes none, and then nothing was viewed."""
    officer = _officer_for(request, pk)
    confirm_identity(request)
    contents = _contents(request, officer)
    try:
        html = render_to_string("admin/deployments/dossier_paper.html", contents, request)
        pdf = make_pdf(html, "css/paper.css")
    except NoPdf as refusal:
        context = {**admin.site.each_context(request), **contents, "refusal": refusal}
        return TemplateResponse(request, "admin/deployments/refusal.html", context, status=refusal.status)
    record_act(officer, CoreVerb.VIEW, by=request.user, format="pdf")
    return pdf_response(pdf, f"dossier-{officer.pk}-{today_here()}")


def _officer_for(request: HttpRequest, pk: int) -> Officer:
    """The officer, for an account that may read the whole dossier."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    return get_object_or_404(Officer, pk=pk)


def _contents(request: HttpRequest, officer: Officer) -> dict[str, Any]:
    found = dossier_of(officer)
    return {
        "title": gettext("Dossier: %(officer)s") % {"officer": found.officer},
        "record": officer,
        "opts": officer._meta,
        "dossier": found,
        "chapters": [(act, describe_event((act.at, act, None), desk_site.vocabulary)) for act in found.acts],
        "languages": languages_of(found.officer, today_here()),
        "assessed": assessments_context(found.officer.assessments.all()),
        "waived": waivers_context(found.officer, list(found.officer.waivers.all())),
        "nominated": nominations_panel(nominations_of(officer), is_counted=True),
        "papers": list(Paper.objects.about(officer).with_people()),
        "wished": wishes_context(found.officer),
        "notes": notes_on(request, officer),
        "today": today_here(),
    }


def wishes_context(officer: Officer) -> dict[str, Any]:
    return {"officer": officer, "wishes": officer.wishes.all()}


def wishes_panel(officer: Officer) -> Panel:
    """Where the officer would like to serve, and whether the desk may ask again."""
    context = {"officer": officer, "wishes": officer.wishes.select_related("operation", "role")}
    return Panel("wishes", _("Wishes"), "admin/deployments/wishes.html", context)


def notes_on(request: HttpRequest, officer: Officer) -> list[Note]:
    """All notes about the officer, for who may read them."""
    if not may_read_notes(request, officer):
        return []
    return list(Note.objects.about(officer).select_related("written_by"))


def officer_panels(request: HttpRequest, officer: Officer) -> list[Panel]:
    """The way from the officer's record to the dossier, with assessments, releases, waivers and wishes."""
    may_read = request.user.has_perm(VIEW_APPLICATIONS)
    released = [
        *(nominations_panel(nominations_of(officer), is_counted=True) if may_read else ()),
        *assessments_panel(request, officer),
        *releases_panel(request, officer),
        *waivers_panel(request, officer),
        *papers_panel(request, officer),
        wishes_panel(officer),
        *notes_panel(request, officer),
    ]
    if not request.user.has_perms(PERMISSIONS):
        return released
    dossier = Panel("dossier", _("Dossier"), "admin/deployments/dossier_panel.html", {"officer": officer})
    return [dossier, *released]


desk_site.panels[Officer] = officer_panels
