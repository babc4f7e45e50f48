"""Geometry of the rotation board: a bar for each tour over the months around today. Numbers in, places out; no Django."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.charts import Mark, MarkedDays, quarter_starts
from deployments.limits.rule import Excess, Span

WIDTH, LEFT, RIGHT, TOP, ROW = 1080, 260, 1064, 50, 28
BEFORE, AFTER = datetime.timedelta(days=60), datetime.timedelta(days=540)


@dataclass(frozen=True)
class Bar:
    """The position of a tour's bar; ``is_cut`` when it goes on beyond the picture."""

    x: float
    width: float
    y: int
    is_cut: bool

    @property
    def text_y(self) -> int:
        """The baseline of the words beside the bar."""
        return self.y + 14


@dataclass(frozen=True)
class Board:
    """Bars in the order of the tours, the scale, today, and the days over strength."""

    bars: Sequence[Bar]
    marks: Sequence[Mark]
    today: float
    over: Sequence[MarkedDays]
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP


def board(tours: Sequence[Span], over: Iterable[Excess], today: datetime.date) -> Board:
    """The picture of ``tours``, a row each, from two months before ``today`` to a year and a half after."""
    window = Span(today - BEFORE, today + AFTER)

    def x(day: datetime.date) -> float:
        inside = min(max(day, window.first_day), window.last_day)
        return round(LEFT + (RIGHT - LEFT) * (inside - window.first_day).days / window.days, 1)

    def band(first: datetime.date, last: datetime.date) -> tuple[float, float]:
        end = last + datetime.timedelta(days=1) if last < window.last_day else window.last_day
        return x(first), round(max(x(end) - x(first), 2), 1)

    bars = [
        Bar(*band(tour.first_day, tour.last_day), TOP + ROW * row, tour.last_day > window.last_day)
        for row, tour in enumerate(tours)
    ]
    return Board(
        bars=bars,
        marks=[Mark(x(day), day) for day in quarter_starts(window.first_day, window.last_day)],
        today=x(today),
        over=[MarkedDays(*band(each.first_day, each.last_day)) for each in over if each.first_day <= window.last_day],
        height=TOP + ROW * len(bars) + 8,
    )
