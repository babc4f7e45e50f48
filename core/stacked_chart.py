"""Geometry of numbers stacked on one another over time, beneath a line. No Django, no style."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from core.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, Tick, round_up, scale, step_path

ROOM_FOR_A_LABEL = 16


@dataclass(frozen=True)
class Band:
    """One number over time as a closed outline, and the middle of its last level; ``label_y`` None: too thin for one."""

    path: str
    label_x: float
    label_y: float | None


@dataclass(frozen=True)
class StackedChart:
    """Bands from the bottom up, the line above them, and the marker of the day after which all is planned."""

    bands: Sequence[Band]
    line: str
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

    @property
    def planned_width(self) -> float:
        """How wide the days after the marker are."""
        return round(self.right - self.marker, 1)


def stacked_chart(
    days: Sequence[datetime.date],
    series: Sequence[Sequence[int]],
    line: Sequence[int | None],
    marker: datetime.date,
) -> StackedChart | None:
    """The chart of ``series``, each with a value for every one of ``days`` (earliest first) until the next; None without.

    ``line`` has a value for every day as well; None leaves a gap.
    """
    if not days or not series:
        return None
    axis = Axis.of(days, marker)
    totals = [sum(values) for values in zip(*series, strict=True)]
    top_value = round_up(max(*totals, *(value or 0 for value in line), 1))
    edges = [axis.x(day) for day in days] + [RIGHT]

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top_value, 1)

    bands = []
    lower = [0] * len(days)
    for values in series:
        upper = [below + value for below, value in zip(lower, values, strict=True)]
        bands.append(_band(edges, [y(value) for value in lower], [y(value) for value in upper], axis.x(marker)))
        lower = upper
    spans = list(zip(edges, edges[1:], line, strict=False))
    return StackedChart(
        bands=bands,
        line=step_path([(begin, end, y(value)) for begin, end, value in spans if value is not None]),
        x_ticks=axis.ticks,
        y_ticks=[Tick(y(value), str(value)) for value in scale(top_value)],
        marker=axis.x(marker),
        marker_anchor=axis.anchor(marker),
    )


def _band(edges: Sequence[float], lower: Sequence[float], upper: Sequence[float], marker: float) -> Band:
    """The outline between two step lines; its label is placed at the marker."""
    there = [f"H{end:g}" if level == before else f"V{level:g}H{end:g}"
             for end, level, before in zip(edges[1:], upper, (None, *upper), strict=False)]  # fmt: skip
    back = [f"V{level:g}H{begin:g}" for begin, level in reversed(list(zip(edges, lower, strict=False)))]
    at = max((number for number, edge in enumerate(edges[:-1]) if edge <= marker), default=0)
    has_room = lower[at] - upper[at] >= ROOM_FOR_A_LABEL
    return Band(
        path=f"M{edges[0]:g} {lower[0]:g}{''.join(there)}{''.join(back)}Z",
        label_x=round((edges[at] + min(edges[at + 1], marker)) / 2, 1),
        label_y=round((lower[at] + upper[at]) / 2, 1) if has_room else None,
    )
