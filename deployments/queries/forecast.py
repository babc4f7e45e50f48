"""Geometry of the strength forecast: the number and the count over the coming months, as lines of an SVG. No Django."""

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from core.charts import Mark, MarkedDays, quarter_starts, step_path
from deployments.queries.standing_days import DaysOfLevel

WIDTH, HEIGHT = 720, 300
MAX_ROWS = 24
LEFT, RIGHT, TOP, BOTTOM = 56, 704, 24, 250


@dataclass(frozen=True)
class Forecast:
    """Two step lines as SVG path data; the number has gaps where nothing limits or none is in force. ``closed`` are
    days that take nobody.
    """

    number: str
    committed: str
    over: Sequence[MarkedDays]
    closed: Sequence[MarkedDays]
    days: Sequence[Mark]
    scale: Sequence[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def forecast(steps: Sequence[DaysOfLevel]) -> Forecast:
    """The picture of ``steps``, which follow each other without gaps, earliest first, at least one."""
    first, end = steps[0].day, steps[-1].last_day
    most = max(max(step.committed, step.number or 0) for step in steps)
    unit = next(unit for unit in _UNITS if unit * 5 >= most)
    top = unit * max(-(-most // unit), 1)

    def x(ordinal: int) -> float:
        return (
            round(LEFT + (RIGHT - LEFT) * (ordinal - first.toordinal()) / (end - first).days, 1)
            if end > first
            else LEFT
        )

    def y(value: int) -> float:
        place: float = round(BOTTOM - (BOTTOM - TOP) * value / top, 1)
        return place

    spans = [(x(step.day.toordinal()), min(x(step.last_day.toordinal() + 1), RIGHT), step) for step in steps]
    return Forecast(
        number=step_path(
            [(begin, stop, y(s.number)) for begin, stop, s in spans if s.number is not None and s.is_numbered]
        ),
        committed=step_path([(begin, stop, y(s.committed)) for begin, stop, s in spans]),
        over=[
            MarkedDays(begin, round(stop - begin, 1)) for begin, stop, s in spans if s.room is not None and s.room < 0
        ],
        closed=[MarkedDays(begin, round(stop - begin, 1)) for begin, stop, s in spans if s.takes_nobody],
        days=[Mark(x(day.toordinal()), day) for day in quarter_starts(first, end)],
        scale=[Mark(y(value), value) for value in range(0, top + 1, unit)],
    )


def in_rows(steps: Sequence[DaysOfLevel]) -> Sequence[DaysOfLevel]:
    """The steps as a table can hold them: all, or each month at its tightest where there are more than MAX_ROWS.

    A month of which some days take nobody has a row for these and one for the others.
    """
    if len(steps) <= MAX_ROWS:
        return steps
    runs = (list(run) for _key, run in groupby(steps, key=attrgetter("takes_nobody")))
    return [row for run in runs for row in _by_month(run).values()]


def _by_month(steps: Sequence[DaysOfLevel]) -> dict[tuple[int, int], DaysOfLevel]:
    months: dict[tuple[int, int], DaysOfLevel] = {}
    for step in steps:
        day = step.day
        while day <= step.last_day:
            last_day = min(_end_of_month(day), steps[-1].last_day)
            known = months.get((day.year, day.month))
            if known is None or _tightness(step) < _tightness(known):
                months[day.year, day.month] = replace(step, day=known.day if known else day, last_day=last_day)
            day = last_day + datetime.timedelta(days=1)
    return months


def _tightness(step: DaysOfLevel) -> tuple[bool, int, int]:
    """Less is tighter; of days without a limit those on which most are committed."""
    return step.room is None, step.room or 0, -step.committed


def _end_of_month(day: datetime.date) -> datetime.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_UNITS = [step * 10**power for power in range(7) for step in (1, 2, 5)]
