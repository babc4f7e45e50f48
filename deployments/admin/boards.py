"""Pages of the desk about strength: the board of all operations, and what makes up a number."""

import datetime
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.exports import downloads, sheet
from core.desk.links import link_to
from core.desk.site import DeskPage, desk_site
from core.pages.query import check_names, page_asked
from core.text.dates import today_here
from deployments.admin.sheets import board_sheet, counted_tours_sheet
from deployments.forms.boards import ExplainForm
from deployments.limits.levels import Record
from deployments.models import Posting
from deployments.queries.boards import counted, explain, programmes_today, strength_board
from deployments.queries.switches import switched
from missions.models import Mission, Operation, Programme, TermsStatus

PERMISSION = "deployments.view_deployment"
PER_PAGE, MOST_TOURS = 25, 25
KINDS: dict[str, type[Model]] = {
    "programme": Programme,
    "operation": Operation,
    "mission": Mission,
    "posting": Posting,
}
desk_site.pages.append(
    DeskPage(
        _("Strength board"),
        _("Authorized, committed and free places of every operation today, and who comes home next."),
        "strength-board",
        PERMISSION,
    )
)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every operation that is not closed, or still has people there, and the programmes above them."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    check_names(request, "format")
    today = today_here()
    rows = [
        row
        for row in strength_board(Operation.objects.all(), today)
        if row.committed or row.terms is None or row.terms.status != TermsStatus.CLOSED
    ]
    if download := sheet(request, "strength", *board_sheet(rows)):
        return download
    context = {
        "title": gettext("Strength board"),
        "downloads": downloads(request.GET),
        "rows": rows,
        "programmes": programmes_today(today),
        "switched": [(link_to(each.record), each) for each in switched()],
        "today": today,
    }
    return _page(request, "admin/deployments/board.html", context)


@require_safe
def explain_page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Which tours make up the number of a level on the days asked for (a year from today, where none are).

    Stretches of days, page by page, with the first tours of the first one shown; the download has all of all days.
    """
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    check_names(request, "first_day", "last_day", "p", "format")
    record = cast(Record, get_object_or_404(KINDS[kind], pk=pk))
    today = today_here()
    year = {"first_day": today, "last_day": today + datetime.timedelta(days=365)}
    form = ExplainForm(request.GET if request.GET.keys() & year.keys() else year)
    rows = explain(record, **form.cleaned_data) if form.is_valid() else []
    if rows and (
        download := sheet(request, f"{kind}-{pk}", *counted_tours_sheet(counted(record, **form.cleaned_data)))
    ):
        return download
    part = page_asked(rows, PER_PAGE, request)
    listed = next(iter(part.object_list), None)
    there = counted(record, first_day=listed.first_day, last_day=listed.last_day) if listed else ()
    context = {
        "title": gettext("What makes up the number: %(record)s") % {"record": record},
        "record": record,
        "opts": record._meta,
        "form": form,
        "rows": part.object_list,
        "page": part,
        "listed": listed,
        "tours": there[:MOST_TOURS],
        "last_day": rows[-1].last_day if rows else None,
        "downloads": downloads(request.GET),
    }
    return _page(request, "admin/deployments/explain.html", context, 200 if form.is_valid() else 400)
