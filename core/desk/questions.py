"""What a list of the desk may be asked: its own filters, each with a value that it offers; its search, order, pages."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.admin import filters
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

from core.pages.as_of import FIRST_YEAR, LAST_YEAR
from core.pages.query import WrongQuery, check_search, number_asked

EVERY_LIST = {ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, IS_POPUP_VAR, TO_FIELD_VAR}
MAX_VALUES = 100
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
ORDER = re.compile(r"-?[0-9]{1,2}(\.-?[0-9]{1,2})*", re.ASCII)
PART_OF_DATE = {"year": range(FIRST_YEAR, LAST_YEAR + 1), "month": range(1, 13), "day": range(1, 32)}


def check_reading(shown: ChangeList, request: HttpRequest) -> None:
    """Raise WrongQuery for a search, a page, an order or a date of the list that makes no sense."""
    check_search(SEARCH_VAR, request.GET.get(SEARCH_VAR, ""))
    number_asked(request, PAGE_VAR)
    _check_order(shown, request.GET.get(ORDER_VAR, ""))
    for name, values in request.GET.lists():
        allowed = _part_of_date(shown, name)
        if allowed:
            _check_values(name, values, {f"{number:0{width}}" for number in allowed for width in (1, 2)}.__contains__)


def check_filters(shown: ChangeList, specs: list[Any], request: HttpRequest) -> None:
    """Raise WrongQuery unless each other parameter belongs to one of the list's filters, ``specs``, with its value.

    What no filter offers cannot be looked up: a column that is not shown answers no question about its values.
    """
    offered = {name: spec for spec in specs for name in spec.expected_parameters()}
    for name, values in request.GET.lists():
        if name in EVERY_LIST or _part_of_date(shown, name):
            continue
        if name not in offered:
            raise WrongQuery.unknown(name)
        _check_values(name, values, _accepts(offered[name], name))


def _check_values(name: str, values: list[str], accepts: Callable[[str], bool]) -> None:
    for value in values:
        if len(values) > MAX_VALUES or not accepts(value):
            raise WrongQuery.value(name, value)


def _accepts(spec: Any, name: str) -> Callable[[str], bool]:
    """Which values the filter takes under ``name``."""
    if name.endswith("__isnull"):
        return {"True", "False"}.__contains__
    if isinstance(spec, filters.RelatedFieldListFilter):
        return lambda value: KEY.fullmatch(value) is not None
    if isinstance(spec, filters.DateFieldListFilter):
        return _is_moment
    if isinstance(spec, filters.ChoicesFieldListFilter):
        return {str(key) for key, _label in spec.field.flatchoices}.__contains__
    if isinstance(spec, filters.BooleanFieldListFilter | filters.EmptyFieldListFilter):
        return {"0", "1"}.__contains__
    if isinstance(spec, filters.AllValuesFieldListFilter):
        return {str(value) for value in spec.lookup_choices}.__contains__
    return {"", *(str(key) for key, _label in spec.lookup_choices)}.__contains__


def _part_of_date(shown: ChangeList, name: str) -> range | None:
    """The values of a year, month or day of the list's own date; None for any other parameter."""
    field, _dunder, part = name.rpartition("__")
    return PART_OF_DATE.get(part) if field and field == shown.date_hierarchy else None


def _is_moment(value: str) -> bool:
    try:
        moment = parse_datetime(value) or parse_date(value)
    except ValueError:
        return False
    return moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR


def _check_order(shown: ChangeList, asked: str) -> None:
    """Raise WrongQuery for a column that the list does not have, or by which it is not sorted."""
    if not asked:
        return
    if not ORDER.fullmatch(asked):
        raise WrongQuery.value(ORDER_VAR, asked)
    for place in asked.replace("-", "").split("."):
        columns = shown.list_display
        column = columns[int(place)] if int(place) < len(columns) else None
        is_sortable = shown.sortable_by is None or column in shown.sortable_by
        if column is None or not is_sortable or not shown.get_ordering_field(column):
            raise WrongQuery.value(ORDER_VAR, asked)
