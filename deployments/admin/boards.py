"""Pages of the desk that belong to many records: the roll-call of an evacuation."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.asof import as_of
from deployments.domain import terms
from missions.models import Mission, Operation

PERMISSION = "deployments.view_deployment"


@require_safe
def roll_call(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everybody whose tour in the operation or mission covers a day (today, or ``?on=``)."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    record = get_object_or_404({"operation": Operation, "mission": Mission}[kind], pk=pk)
    when = as_of(request)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Roll-call: %(record)s") % {"record": record},
        "record": record,
        "when": when,
        "tours": terms.roll_call(record, when.day),
    }
    return TemplateResponse(request, "admin/deployments/roll_call.html", context, status=when.status)
