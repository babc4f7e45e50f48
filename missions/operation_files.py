"""An operation to take along: its picture over time, and the same as a table for machines."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.charts import StepChart, step_chart
from core.database.compiled import read_with
from core.pages.as_of import AsOf, as_of
from core.pages.public import in_plain_words, public_page
from core.tabular.sheets import csv_response
from missions import queries
from missions.dated import DatedMission, DatedOperation
from missions.front_page import OperationOnDay, on_day
from missions.timeline import lives, steps, timeline

Row = tuple[str | int | None, ...]


@public_page
def operation_svg(request: HttpRequest, code: str) -> HttpResponse:
    """The steps of its numbers with its missions below; a day that makes no sense is answered in words (400)."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    shown = _operation(code, when)
    chart = chart_of(shown, when)
    if chart is None:
        return in_plain_words(_("There is no record of a number."), 404)
    context = {"operation": shown.operation, "chart": chart, "when": when, "is_alone": True}
    return render(request, "missions/includes/operation_chart.html", context, content_type="image/svg+xml")


@public_page
def operation_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Its numbers, its terms and its missions, a row each, as they are on record on the day of ``on``."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    head = (
        _("Record"),
        _("Name"),
        _("In force from"),
        _("On record since"),
        _("Last day"),
        _("Authorized police deployments"),
        _("Status"),
        _("Decision or source"),
    )
    return csv_response(f"{code}.csv", head, _rows(_operation(code, when), when))


def chart_of(shown: OperationOnDay, when: AsOf) -> StepChart | None:
    """The steps of the operation's numbers, with its missions on the same axis; None without a number."""
    numbers = timeline(shown.operation.strengths.all(), day=when.day, today=when.today)
    return step_chart(steps(numbers), when.day, lives([*shown.missions, *shown.ended]))


def _operation(code: str, when: AsOf) -> OperationOnDay:
    """Raises Http404 where no such operation is published."""
    found = queries.operation_on(when.day, with_drafts=False, code=code)
    if found is None:
        raise Http404
    read_with(found, "strengths", "terms")
    return on_day(found, queries.missions_of(found, when.day, with_drafts=False), when.day)


def _rows(shown: OperationOnDay, when: AsOf) -> Iterator[Row]:
    yield from _numbers(shown.operation, when)
    yield from _terms(shown.operation, when)
    for mission in (*shown.missions, *shown.ended):
        yield _mission(mission)


def _numbers(operation: DatedOperation, when: AsOf) -> Iterator[Row]:
    for entry in reversed(timeline(operation.strengths.all(), day=when.day, today=when.today)):
        number = entry.version
        if not number.withdrawn_at:
            since = number.effective_from.isoformat()
            first = since if number.is_first_day_known else ""
            last = entry.until.isoformat() if entry.until else ""
            yield (_("Number"), operation.name, first, since, last, number.maximum, "", number.instrument_name)


def _terms(operation: DatedOperation, when: AsOf) -> Iterator[Row]:
    for entry in reversed(timeline(operation.terms.all(), day=when.day, today=when.today)):
        if not entry.version.withdrawn_at:
            since = entry.version.effective_from.isoformat()
            last = entry.until.isoformat() if entry.until else ""
            yield (_("Terms"), operation.name, "", since, last, None, entry.version.get_status_display(), "")


def _mission(mission: DatedMission) -> Row:
    starts = mission.starts.iso if mission.starts else ""
    ends = mission.ends.iso if mission.ends else ""
    recorded = mission.terms_from.isoformat() if mission.terms_from else ""
    return (_("Mission"), str(mission), starts, recorded, ends, mission.authorized, "", "")
