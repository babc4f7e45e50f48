"""The world map of operations: as a page, and as a picture to take along."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.pages.as_of import as_of
from core.pages.public import in_plain_words, public_page
from core.tabular.sheets import csv_response
from missions.dated import DatedOperation
from missions.models import OperationCategory
from missions.world_map import world_map


@public_page
def map_page(request: HttpRequest) -> HttpResponse:
    """The map of the day, with the same as a table."""
    when = as_of(request)
    context = {"when": when, "map": world_map(when.day)}
    return render(request, "missions/map.html", context, status=when.status)


@public_page
def map_csv(request: HttpRequest) -> HttpResponse:
    """The table beside the map, with the codes that machines read."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    head = (
        _("Country/region"),
        _("Countries and territories"),
        _("Category"),
        _("Authorized police deployments"),
        _("Code"),
        _("Country codes"),
        _("As of"),
    )
    listed = world_map(when.day).listed
    return csv_response(f"map-{when.day.isoformat()}.csv", head, (_row(each, when.day) for each in listed))


def _row(operation: DatedOperation, day: datetime.date) -> tuple[str | int | None, ...]:
    is_current = operation.category == OperationCategory.CURRENT
    countries = operation.countries.all()
    return (
        operation.name,
        ", ".join(country.name for country in countries),
        operation.get_category_display(),
        _("No record") if is_current and operation.authorized is None else operation.authorized,
        operation.code,
        " ".join(country.code for country in countries),
        day.isoformat(),
    )


@public_page
def map_svg(request: HttpRequest) -> HttpResponse:
    """The map alone; a day that makes no sense is answered in words (400)."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    context = {"when": when, "map": world_map(when.day)}
    return render(request, "missions/includes/world_map.html", context, content_type="image/svg+xml")
