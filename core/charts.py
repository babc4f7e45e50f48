"""Geometry of charts: plain numbers in, points of an SVG out. No Django, no style."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 704, 40, 270
Step = tuple[datetime.date, int | None]


@dataclass(frozen=True)
class Tick:
    """A line of the scale: where it stands, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class Point:
    """Where a step begins, and its value."""

    x: float
    y: float
    day: datetime.date
    value: int


@dataclass(frozen=True)
class StepChart:
    """A step line: what is known (``past``) and what is planned after the marker (``planned``), as SVG path data."""

    past: str
    planned: str
    points: Sequence[Point]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    marker: float
    marker_anchor: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def step_chart(steps: Sequence[Step], marker: datetime.date) -> StepChart | None:
    """The chart of ``steps`` (first day and value, earliest first); a value of None leaves a gap. None without a value.

    The scale of days runs from the first step to the last one or the marker, whichever is later, with room to either side.
    """
    values = [value for _, value in steps if value is not None]
    if not values:
        return None
    first, last = _span([day for day, _ in steps], marker)
    top_value = _round_up(max(values))

    def x(day: datetime.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days, 1)

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top_value, 1)

    ends = [day for day, _ in steps[1:]] + [last]
    spans = [(begin, end, value) for (begin, value), end in zip(steps, ends, strict=True) if value is not None]
    return StepChart(
        past=_path([(x(b), x(min(e, marker)), y(v)) for b, e, v in spans if b <= marker]),
        planned=_path([(x(max(b, marker)), x(e), y(v)) for b, e, v in spans if e > marker]),
        points=[Point(x(begin), y(value), begin, value) for begin, _, value in spans],
        x_ticks=[Tick(x(day), str(day.year)) for day in _years(first, last)],
        y_ticks=[Tick(y(value), str(value)) for value in _scale(top_value)],
        marker=x(marker),
        marker_anchor="end" if x(marker) > (LEFT + RIGHT) / 2 else "start",
    )


def _span(days: Sequence[datetime.date], marker: datetime.date) -> tuple[datetime.date, datetime.date]:
    """First and last day of the scale, with a margin of a twelfth, at least 30 days, kept inside the calendar."""
    first, last = min(*days, marker) if marker < days[0] else days[0], max(days[-1], marker)
    margin = datetime.timedelta(days=max((last - first).days // 12, 30))
    return max(first, datetime.date(1800, 1, 1) + margin) - margin, last + margin


def _path(spans: Sequence[tuple[float, float, float]]) -> str:
    """Path data of level lines, joined by uprights where one begins where the other ends."""
    parts, at = [], None
    for begin, end, level in spans:
        parts.append(f"V{level:g}" if begin == at else f"M{begin:g} {level:g}")
        parts.append(f"H{end:g}")
        at = end
    return "".join(parts)


def _years(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """January 1 of at most eight evenly spread years in the span."""
    years = range(first.year + 1, last.year + 1)
    stride = -(-len(years) // 8) or 1
    return [datetime.date(year, 1, 1) for year in years[::stride]]


def _round_up(value: int) -> int:
    """The top of the scale: above ``value``, and easy to divide."""
    unit: int = 10 ** max(len(str(value)) - 1, 0)
    return next(unit * step // 2 for step in range(2, 24) if unit * step // 2 >= value and unit * step // 2 >= 4)


def _scale(top_value: int) -> list[int]:
    """Nought, the top and what lies between in whole numbers."""
    parts = next(parts for parts in (5, 4, 3, 2, 1) if top_value % parts == 0)
    return [top_value * part // parts for part in range(parts + 1)]


@dataclass(frozen=True)
class Mark:
    """A line of a desk chart's scale: where it stands, and the day or number that it means."""

    at: float
    value: datetime.date | int


@dataclass(frozen=True)
class Band:
    """Consecutive days that a desk chart marks from top to bottom, such as those over strength."""

    x: float
    width: float


def quarter_starts(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first days of January, April, July and October from ``first`` to ``last``, both inclusive."""
    days = [datetime.date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
    return [day for day in days if first <= day <= last]
