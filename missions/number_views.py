"""The authorized numbers over the years: as a page, as a picture and as a list to take along."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.pages.as_of import AsOf, as_of
from core.pages.public import in_plain_words, public_page
from core.tabular.sheets import csv_response
from missions.models import AuthorizedStrength
from missions.numbers import numbers_over_time, standing_numbers


@public_page
def numbers_page(request: HttpRequest) -> HttpResponse:
    """The numbers of all operations stacked beneath the programme's, with the same as a table; of another day those begun by it."""
    when = as_of(request)
    numbers = numbers_over_time(_known_on(when))
    context = {
        "when": when,
        "numbers": numbers,
        "chart": numbers.chart(when.day),
        "rows": [(row, zip(numbers.operations, row.numbers, strict=True)) for row in reversed(numbers.rows)],
    }
    return render(request, "missions/numbers.html", context, status=when.status)


@public_page
def numbers_svg(request: HttpRequest) -> HttpResponse:
    """The picture alone; a day that makes no sense is answered in words (400), a portal without a number with 404."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    numbers = numbers_over_time(_known_on(when))
    chart = numbers.chart(when.day)
    if chart is None:
        return in_plain_words(_("There is no record for this day."), 404)
    context = {"when": when, "numbers": numbers, "chart": chart, "is_alone": True}
    return render(request, "missions/includes/stacked_chart.html", context, content_type="image/svg+xml")


@public_page
def numbers_csv(request: HttpRequest) -> HttpResponse:
    """Every number of programmes and published operations, a row each, earliest first; with ``on`` those begun by the day."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    listed = [each for each in standing_numbers() if "on" not in request.GET or each.effective_from <= when.day]
    head = (
        _("Level"),
        _("Name"),
        _("Code"),
        _("Authorized police deployments"),
        _("In force from"),
        _("On record since"),
        _("Instrument"),
    )
    return csv_response("numbers.csv", head, _rows(listed))


def _known_on(when: AsOf) -> list[AuthorizedStrength]:
    """Every number with those that are planned; on the page of another day the numbers that have begun by it."""
    return [each for each in standing_numbers() if not when.is_other_day or each.effective_from <= when.day]


def _rows(versions: list[AuthorizedStrength]) -> Iterator[tuple[str | int | None, ...]]:
    for version in versions:
        day = version.effective_from.isoformat()
        yield (
            str(version.level._meta.verbose_name),
            version.level.name,
            version.level.code,
            version.maximum,
            day if version.is_first_day_known else "",
            day,
            version.instrument_name,
        )
