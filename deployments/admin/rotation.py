"""The rotation board: who comes home when, who follows, and what a lower number would do."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.exports import downloads, sheet
from core.desk.site import DeskPage, Panel, desk_site
from core.pages.query import check_names, page_asked
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.admin.sheets import relays_sheet, rotations_sheet
from deployments.domain.authority import preview_strength
from deployments.forms.boards import WhatIfForm
from deployments.limits.levels import level_of
from deployments.limits.rule import Span, over_strength
from deployments.models import Posting
from deployments.queries import gantt
from deployments.queries.rotation import STAGES, coming, paired, paired_in, relays
from missions.models import Operation

PERMISSION = "deployments.view_deployment"
PER_PAGE = 25
MOST_IN_PANEL = 10
desk_site.pages.append(
    DeskPage(_("Rotation board"), _("Who comes home in 30 to 120 days, and who follows."), "rotations", PERMISSION)
)


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    whole = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, f"admin/deployments/{template}.html", whole, status=status)


@require_safe
def rotations(request: HttpRequest) -> HttpResponse:
    """Every operation with people there: how many come home within 30 to 120 days, and how many nobody follows."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    check_names(request, "format")
    operations = list(Operation.objects.all())
    found = coming(operations, today_here())
    rows = [
        (operation, found[operation.pk])
        for operation in operations
        if found[operation.pk].under_way or found[operation.pk].over
    ]
    if download := sheet(request, "rotation", *rotations_sheet(rows)):
        return download
    context = {
        "title": gettext("Rotation board"),
        "rows": rows,
        "stages": STAGES,
        "downloads": downloads(request.GET),
    }
    return page(request, "rotations", context)


@require_safe
def rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """The tours of one operation over time; ``?maximum=&from=`` shows what another number would do."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    check_names(request, "maximum", "from", "p", "format")
    operation = get_object_or_404(Operation, pk=pk)
    today = today_here()
    pairs = paired(operation, today)
    if request.GET.get("format") and (
        download := sheet(request, f"rotation-{operation.code}", *relays_sheet(relays(pairs, today)))
    ):
        return download
    part = page_asked(pairs, PER_PAGE, request)
    shown = relays(part.object_list, today)
    excesses = over_strength(level_of(operation, today), today)
    picture = gantt.board([Span(each.tour.first_day, each.tour.last_day) for each in shown], excesses, today)
    is_asked = "maximum" in request.GET or "from" in request.GET
    form = WhatIfForm(request.GET if is_asked else None, initial={"from": today})
    context = {
        "title": gettext("Rotation board: %(operation)s") % {"operation": operation},
        "record": operation,
        "opts": operation._meta,
        "rows": list(zip(shown, picture.bars, strict=True)),
        "page": part,
        "downloads": downloads(request.GET),
        "picture": picture,
        "excesses": excesses,
        "form": form,
        **_what_if(operation, form),
    }
    return page(request, "rotation", context, 400 if form.errors else 200)


def relays_panel(request: HttpRequest, posting: Posting) -> list[Panel]:
    """Who is in the posting or will be, next home first, and who takes over, for the posting's own page."""
    if not request.user.has_perm(PERMISSION):
        return []
    today = today_here()
    pairs = paired_in(posting, today)
    context = {
        "relays": relays(pairs[:MOST_IN_PANEL], today),
        "total": len(pairs),
        "operation": posting.mission.operation,
    }
    return [Panel("relays", _("Who is there, and who follows"), "admin/deployments/relays_panel.html", context)]


def _what_if(operation: Operation, form: WhatIfForm) -> dict[str, Any]:
    """What the number asked for would do, or why it cannot be."""
    if not form.is_bound or not form.is_valid():
        return {}
    typed = form.cleaned_data
    try:
        return {"what_if": preview_strength(operation, effective_from=typed["from"], maximum=typed["maximum"])}
    except Refusal as refusal:
        return {"refusal": refusal}
