"""Columns whose cells mean the same in many writings, brought to one: days as YYYY-MM-DD, yes and no."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext

from core.parsing.names import heading_key
from core.tabular.columns import Column
from core.tabular.days import DAY_FIRST, FIGURES, has_no_day, has_short_year, proposed, read_day, without_time
from core.tabular.problems import Problem, WhichDays
from core.tabular.rows import Table, TableRow

YES = frozenset(
    [
        "yes",
        "y",
        "oui",
        "o",
        "true",
        "vrai",
        "1",
        "x",
        "✓",
        "✔",
        "☑",
        "✅",
        "armed",
        "arme",
        "armee",
        "armes",
        "armees",
        "witharms",
        "avecarme",
        "avecarmes",
        "witharmes",
    ]
)
NO = frozenset(
    [
        "no",
        "n",
        "non",
        "false",
        "faux",
        "0",
        "✗",
        "✘",
        "☐",
        "❌",
        "unarmed",
        "notarmed",
        "nonarme",
        "nonarmee",
        "nonarmes",
        "nonarmees",
        "withoutarms",
        "sansarme",
        "sansarmes",
        "desarme",
        "desarmee",
    ]
)
DECIMALS = re.compile(r"(?<=^[01])[.,]0+$")
TICKS = frozenset(["x", "✓", "✔", "☑", "✅"])
CROSSES = frozenset(["✗", "✘", "☐", "❌"])


def normal_yes_no(table: Table, code: str) -> None:
    """Yes and no in every writing; in a column of nothing but ticks, an empty cell is no. Anything else stays as it is."""
    values = {row[code].casefold() for row in table.rows} - {""}
    empty = "no" if values and values <= TICKS else ""

    def normal(value: str) -> str:
        key = value.casefold() if value in TICKS | CROSSES else heading_key(DECIMALS.sub("", value))
        if not value or "?" in value:
            return value or empty
        return "yes" if key in YES else "no" if key in NO else value

    _replace(table, code, normal)


def normal_days(table: Table, columns: Iterable[Column], order: str) -> list[Problem]:
    """Days in one form; gives what is none. Raises WhichDays where 5/1/2027 can be read in two ways."""
    problems: list[Problem] = []
    dropped: list[int] = []
    for column in columns:
        own = order or _order_of(table, column.code)
        place = table.rows[0].places[column.code] if table.rows else 0
        rows = []
        for row in table.rows:
            value = row.values[place]
            if value and not (len(value) == 10 and value[4] == value[7] == "-"):
                value, had_time = without_time(value)
                if had_time:
                    dropped.append(row.line)
            day = read_day(value, own) if value else None
            if day is None and value:
                problems.append(Problem(row.line, _no_day(value), column.code, value[:60]))
            text = day.isoformat() if day else value
            rows.append(row if text == row.values[place] else _with(row, place, text))
        table.rows = rows
    dropped += table.times
    if dropped:
        lines = ", ".join(map(str, sorted(set(dropped))[:10]))
        table.notes.append(gettext("A time of day was dropped, the day kept: lines %(lines)s.") % {"lines": lines})
    return problems


def _order_of(table: Table, code: str) -> str:
    texts = [without_time(row[code])[0] for row in table.rows]
    order, is_open = proposed(texts)
    if is_open:
        raise _question(table, code, order)
    return order or DAY_FIRST


def _question(table: Table, code: str, order: str) -> WhichDays:
    rows = [row for row in table.rows if FIGURES.fullmatch(without_time(row[code])[0])]
    first = next(row for row in rows if proposed([without_time(row[code])[0]])[1])
    words = gettext("“%(value)s” can be read in two ways. Say whether the day or the month comes first in this file.")
    asks = Problem(first.line, words % {"value": first[code]}, code, first[code])
    telling = next((row for row in rows if proposed([without_time(row[code])[0]])[0] == order), None) if order else None
    because = None
    if telling:
        words = (
            gettext("“%(value)s” suggests that the day comes first.")
            if order == DAY_FIRST
            else gettext("“%(value)s” suggests that the month comes first.")
        )
        because = Problem(telling.line, words % {"value": telling[code]}, code, telling[code])
    return WhichDays(asks, order, because)


def _no_day(value: str) -> str:
    if has_short_year(value):
        return gettext("A year of two digits: “%(value)s”. Write all four, as in 2027-01-31.") % {"value": value}
    if has_no_day(value):
        return gettext("A month or a year without its day: “%(value)s”. Write a whole day, as in 2027-01-31.") % {
            "value": value
        }
    return gettext("Not a day as YYYY-MM-DD: “%(value)s”.") % {"value": value}


def _replace(table: Table, code: str, normal: Callable[[str], str]) -> None:
    def replaced() -> Iterator[TableRow]:
        for row in table.rows:
            place = row.places[code]
            value = normal(row.values[place])
            yield row if value == row.values[place] else _with(row, place, value)

    table.rows = list(replaced())


def _with(row: TableRow, place: int, value: str) -> TableRow:
    return dataclasses.replace(row, values=(*row.values[:place], value, *row.values[place + 1 :]))
