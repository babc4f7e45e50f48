"""The public pages: where Canada serves, on a day."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from core.charts import Life, step_chart
from core.database.compiled import read_with
from core.pages.as_of import AsOf, as_of, two_days
from core.pages.public import in_plain_words, public_page
from missions import feeds, queries
from missions.comparison import compare
from missions.dated import DatedMission
from missions.facts import facts_on, tell_states
from missions.front_page import front_page, on_day
from missions.models import AuthorizedStrength, Mission, Operation, OperationCategory
from missions.models.versions import Version
from missions.timeline import in_force, latest_change, lives, next_change, past, steps, terms_on_record_since, timeline


@public_page
def current_operations(request: HttpRequest) -> HttpResponse:
    """The public table, then every operation with its missions."""
    when = as_of(request)
    page = front_page(when.day)
    listed = [*page.rows, *page.others]
    shown = [each.operation for each in listed]
    missions = list(chain.from_iterable((*each.missions, *each.ended, *each.later) for each in listed))
    context = {
        "rows": [each.operation for each in page.rows],
        "records_begin": page.records_begin,
        "unchanged_since": page.unchanged_since,
        "sections": [
            (OperationCategory.CURRENT.value, gettext("What police do there"), page.rows),
            (
                OperationCategory.SPECIALIZED.value,
                gettext("Specialized police postings"),
                page.of(OperationCategory.SPECIALIZED),
            ),
            (
                OperationCategory.OTHER.value,
                gettext("Other international opportunities"),
                page.of(OperationCategory.OTHER),
            ),
        ],
        "date_modified": latest_change(
            chain(shown, missions, _postings(missions)),
            (),
            moments=queries.versions_changed(when.day, today=when.today),
            until=when.today,
        ),
    }
    return _page(request, "missions/current_operations.html", when, context, missions)


@public_page
def operations_csv(request: HttpRequest) -> HttpResponse:
    """The public table for machines."""
    when = as_of(request)
    if when.fault:
        return in_plain_words(when.fault, when.status)
    rows = [row.operation for row in front_page(when.day).rows]
    prefetch_related_objects(rows, "countries")
    return feeds.operations_csv(rows, when.day)


@public_page
def operation(request: HttpRequest, code: str) -> HttpResponse:
    """One published operation."""
    return show_operation(request, code)


def show_operation(request: HttpRequest, code: str, *, with_drafts: bool = False) -> HttpResponse:
    """One operation: its facts on the day, its missions, its numbers and terms over time."""
    when = as_of(request)
    shown = queries.operation_on(when.day, with_drafts=with_drafts, code=code)
    if shown is None:
        raise Http404
    read_with(shown, "countries", "strengths", "terms")
    missions = queries.missions_of(shown, when.day, with_drafts=with_drafts)
    page = on_day(shown, missions, when.day)
    context = {
        "operation": shown,
        "is_draft": not shown.is_published,
        "shown": page,
        "is_before_numbers": shown.numbers_from is not None and when.day < shown.numbers_from,
        "facts": facts_on(shown, when.day) if shown.answers_on(when.day) and when.day <= when.today else [],
        **_history(shown, shown.strengths.all(), shown.terms.all(), when, lives([*page.missions, *page.ended])),
        "date_modified": _changed(
            when, [shown, *missions, *_postings(missions)], shown.strengths.all(), shown.terms.all()
        ),
    }
    response = _page(request, "missions/operation.html", when, context, missions)
    # How many are deployed changes with every tour.
    response.shows_room = response.shows_room or bool(context["facts"])  # type: ignore[attr-defined]
    return response


@public_page
def mission(request: HttpRequest, code: str) -> HttpResponse:
    """One published mission."""
    return show_mission(request, code)


def show_mission(request: HttpRequest, code: str, *, with_drafts: bool = False) -> HttpResponse:
    """One mission: everything on its record, and its status on the day."""
    when = as_of(request)
    shown = queries.mission_on(when.day, code, with_drafts=with_drafts)
    if shown is None:
        raise Http404
    read_with(shown, "host_countries", "subject_countries", "strengths", "terms")
    terms_of_operation = queries.operation_on(when.day, with_drafts=with_drafts, key=shown.operation_id)
    if terms_of_operation is None:
        raise Http404
    context = {
        "mission": shown,
        "is_draft": not (shown.is_published and shown.operation.is_published),
        "operation": terms_of_operation,
        "is_over": queries.is_over(shown, when.day),
        "has_begun": queries.has_begun(shown, terms_of_operation, when.day),
        "languages": shown.languages or terms_of_operation.languages,
        **_history(shown, shown.strengths.all(), shown.terms.all(), when),
        "date_modified": _changed(when, [shown, *shown.known_postings], shown.strengths.all(), shown.terms.all()),
    }
    return _page(request, "missions/mission.html", when, context, [shown])


@public_page
def past_operations(request: HttpRequest) -> HttpResponse:
    """Operations and missions that have ended."""
    when = as_of(request)
    operations = [past(each) for each in queries.past_operations(when.day)]
    missions = queries.past_missions(when.day)
    versions = chain.from_iterable(
        (*each.operation.strengths.all(), *each.operation.terms.all()) for each in operations
    )
    context = {
        "operations": operations,
        "missions": missions,
        "date_modified": _changed(when, [*(each.operation for each in operations), *missions], versions),
    }
    return _page(request, "missions/past_operations.html", when, context)


@public_page
def compare_days(request: HttpRequest) -> HttpResponse:
    """Two days side by side."""
    form, (first, second) = two_days(request)
    compared = compare(first, second) if form.is_valid() else []
    context = {
        "form": form,
        "first": first,
        "second": second,
        "changed": [each for each in compared if each.is_changed],
        "unchanged": [each for each in compared if not each.is_changed],
    }
    return render(request, "missions/compare.html", context, status=200 if form.is_valid() else 400)


def _page(
    request: HttpRequest, template: str, when: AsOf, context: dict[str, Any], missions: Iterable[DatedMission] = ()
) -> HttpResponse:
    """The page, with the state of each opening of ``missions``; of a past day there is none."""
    shows_room = not when.is_past and tell_states(list(_postings(missions)))
    response = render(request, template, {"when": when, **context}, status=when.status)
    response.shows_room = shows_room  # type: ignore[attr-defined]  # whether an opening is filled changes with every tour
    return response


def _postings(missions: Iterable[DatedMission]) -> Iterator[Any]:
    return chain.from_iterable(each.known_postings for each in missions)


def _changed(when: AsOf, records: Iterable[Any], *versions: Iterable[Version]) -> datetime.date | None:
    return latest_change(records, chain(*versions), until=when.today)


def _history(
    record: Operation | Mission,
    strengths: Iterable[AuthorizedStrength],
    terms: Iterable[Version],
    when: AsOf,
    on_the_same_axis: Sequence[Life] = (),
) -> dict[str, Any]:
    """The dated numbers and terms of ``record``, with the chart of the numbers."""
    strengths, terms = list(strengths), list(terms)
    numbers = timeline(strengths, day=when.day, today=when.today)
    return {
        "numbers": numbers,
        "number": in_force(numbers),
        "next_number": next_change(numbers),
        "terms": timeline(terms, day=when.day, today=when.today),
        "since": terms_on_record_since(terms, strengths, getattr(record, "starts", None)),
        "chart": step_chart(steps(numbers), when.day, on_the_same_axis),
    }
