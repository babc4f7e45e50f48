"""The world map of operations: as a page, and as a picture to take along."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.pages.as_of import as_of
from core.pages.public import public_page
from missions.world_map import world_map


@public_page
def map_page(request: HttpRequest) -> HttpResponse:
    """The map of the day, with the same as a table."""
    when = as_of(request)
    context = {"when": when, "map": world_map(when.day)}
    return render(request, "missions/map.html", context, status=when.status)


@public_page
def map_svg(request: HttpRequest) -> HttpResponse:
    """The map alone; a day that makes no sense is answered in words (400)."""
    when = as_of(request)
    if when.form.errors:
        words = "\n".join(map(str, when.form.errors["on"]))
        return HttpResponse(words, status=when.status, content_type="text/plain; charset=utf-8")
    context = {"when": when, "map": world_map(when.day)}
    return render(request, "missions/includes/world_map.html", context, content_type="image/svg+xml")
