"""The officer's dossier on one page, made to be printed; every view of it is logged."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.admin_site import Panel
from core.dates import today_here
from core.history import record_act
from core.story import tell
from deployments.dossier import dossier_of
from officers.models import Officer

PERMISSIONS = ("officers.view_officer", "deployments.view_deployment", "deployments.view_application")


@require_safe
def officer_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Profile, qualifications, tours, applications and acts of one officer."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    officer = get_object_or_404(Officer, pk=pk)
    record_act(officer, "view", by=request.user)
    found = dossier_of(officer)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Dossier: %(officer)s") % {"officer": found.officer},
        "record": officer,
        "opts": officer._meta,
        "dossier": found,
        "chapters": [(act, tell((act.at, act, None), admin.site.vocabulary)) for act in found.acts],
        "today": today_here(),
    }
    return TemplateResponse(request, "admin/deployments/dossier.html", context)


def officer_panels(request: HttpRequest, officer: Officer) -> list[Panel]:
    """The way from the officer's record to the dossier."""
    if not request.user.has_perms(PERMISSIONS):
        return []
    return [Panel("dossier", _("Dossier"), "admin/deployments/dossier_panel.html", {"officer": officer})]


admin.site.panels[Officer] = officer_panels
