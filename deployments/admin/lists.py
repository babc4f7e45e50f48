"""The desk's lists as pages with filters, and as CSV and XLSX with the same rows."""

import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.exports import downloads, sheet
from core.desk.links import link_to
from core.desk.site import DeskPage, desk_site
from core.history.acts import record_views
from core.pages.query import page_asked
from core.templatetags.portal import time_tag
from core.text.dates import today_here
from deployments.admin.papers import paper_links
from deployments.forms.lists import ListFilters
from deployments.queries.lists import LISTS, Listing, ListRow, narrowed
from deployments.queries.lists.listing import PapersCell

PER_PAGE = 50
PERMISSION = "missions.view_authorizedstrength"
desk_site.pages.append(
    DeskPage(_("Lists"), _("The lists that a desk works with, with filters, as pages and files."), "lists", PERMISSION)
)


def readable(request: HttpRequest) -> list[Listing]:
    """The lists that the account may read."""
    return [listing for listing in LISTS.values() if request.user.has_perm(listing.permission)]


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists that the account may read."""
    found = readable(request)
    if not found:
        raise PermissionDenied
    context = {**admin.site.each_context(request), "title": gettext("Lists"), "lists": found}
    return TemplateResponse(request, "admin/deployments/lists.html", context)


@require_safe
def one_list(request: HttpRequest, name: str) -> HttpResponse:
    """One list: its filters in the address, a page of its rows, or all of them as a file. 400 for a filter of nonsense."""
    if name not in LISTS:
        raise Http404
    listing = LISTS[name]
    if not request.user.has_perm(listing.permission):
        raise PermissionDenied
    filters = listing.default(today_here())
    shown = {field: getattr(filters, field) for field in listing.filters}
    form = ListFilters({**shown, **request.GET.dict()}, listing=listing)
    is_valid = form.is_valid()
    if is_valid:
        filters = narrowed(filters, **form.cleaned_data)
        if download := sheet(request, name, listing.columns, (row.cells for row in listing.every_row(filters))):
            return download
    page = page_asked(listing.records(filters), PER_PAGE, request)
    rows = list(listing.rows(list(page.object_list), filters)) if is_valid else []
    record_views({row.record.pk: row.record for row in rows if row.is_read}.values(), by=request.user)
    context = {
        **admin.site.each_context(request),
        "title": str(listing.title),
        "listing": listing,
        "form": form,
        "rows": [(link_to(row.record, row.cells[0]), _cells_with_headings(listing, row)) for row in rows],
        "page": page,
        "downloads": downloads(request.GET),
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.BAD_REQUEST
    return TemplateResponse(request, "admin/deployments/list.html", context, status=status)


def _cells_with_headings(listing: Listing, row: ListRow) -> list[tuple[str | Promise, Any]]:
    """The cells of a row after its first, each with the heading of its column."""
    return [(column, in_words(cell)) for column, cell in zip(listing.columns[1:], row.cells[1:], strict=True)]


def in_words(cell: Any) -> Any:
    """A cell as the page writes it: days in words, papers as links, an empty one as a dash."""
    if isinstance(cell, PapersCell):
        return paper_links(cell) or "–"
    if isinstance(cell, datetime.date):
        return time_tag(cell)
    return "–" if cell in (None, "") else cell
