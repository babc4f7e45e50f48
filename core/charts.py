"""Geometry of charts over the years: plain numbers in, points of an SVG out. No Django, no style."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 704, 40, 270
LANE_HEIGHT, LANES_TOP = 48, 316
DatedValue = tuple[datetime.date, int | None]


@dataclass(frozen=True)
class Tick:
    """A line of the scale: its position and label."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """The scale of days, from ``first`` at the left edge to ``last`` at the right."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of(cls, days: Iterable[datetime.date], marker: datetime.date) -> "Axis":
        """The scale that holds ``days`` and ``marker``, with a margin of a twelfth, at least 30 days, inside the calendar."""
        first, last = min([*days, marker]), max([*days, marker])
        margin = datetime.timedelta(days=max((last - first).days // 12, 30))
        return cls(max(first, datetime.date(1800, 1, 1) + margin) - margin, last + margin)

    def x(self, day: datetime.date) -> float:
        """Where ``day`` begins."""
        return round(LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.last - self.first).days, 1)

    def anchor(self, day: datetime.date) -> str:
        """To which side a label at ``day`` has more room, as SVG's ``text-anchor``."""
        return "end" if self.x(day) > (LEFT + RIGHT) / 2 else "start"

    @property
    def ticks(self) -> list[Tick]:
        """January 1 of at most eight evenly spread years; the first of each month where no year begins."""
        years = range(self.first.year + 1, self.last.year + 1)
        if not years:
            months = [
                datetime.date(self.first.year, month, 1) for month in range(self.first.month + 1, self.last.month + 1)
            ]
            return [Tick(self.x(day), day.isoformat()[:7]) for day in months[:: -(-len(months) // 6) or 1]]
        stride = -(-len(years) // 8) or 1
        return [Tick(self.x(datetime.date(year, 1, 1)), str(year)) for year in years[::stride]]


@dataclass(frozen=True)
class Point:
    """Where a step begins, and its value."""

    x: float
    y: float
    day: datetime.date
    value: int


@dataclass(frozen=True)
class Life:
    """What lasts from ``first`` to ``last``, both inclusive; ``last`` None: no end is known."""

    name: str
    first: datetime.date
    last: datetime.date | None = None


@dataclass(frozen=True)
class Lane:
    """A bar below the chart with its name above it; ``is_open`` where no end is known and it runs to the right edge."""

    name: str
    x: float
    width: float
    y: int
    label_x: float
    label_anchor: str
    is_open: bool


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
    lanes: Sequence[Lane] = field(default=())
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def height(self) -> int:
        """With the lanes below."""
        return LANES_TOP + LANE_HEIGHT * len(self.lanes) + 10 if self.lanes else HEIGHT


def step_chart(steps: Sequence[DatedValue], marker: datetime.date, lives: Sequence[Life] = ()) -> StepChart | None:
    """The chart of ``steps`` (first day and value, earliest first); a value of None leaves a gap. None without a value.

    The scale of days runs from the first step to the last one or the marker, whichever is later, with room to either
    side. ``lives`` are drawn below it on the same scale, which then begins with the earliest of them.
    """
    values = [value for _, value in steps if value is not None]
    if not values:
        return None
    begun = [life for life in lives if life.first <= marker or life.first <= steps[-1][0]]
    axis = Axis.of([day for day, _ in steps] + [life.first for life in begun], marker)
    top_value = round_up(max(values))

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top_value, 1)

    ends = [day for day, _ in steps[1:]] + [axis.last]
    spans = [(begin, end, value) for (begin, value), end in zip(steps, ends, strict=True) if value is not None]
    return StepChart(
        past=step_path([(axis.x(b), axis.x(min(e, marker)), y(v)) for b, e, v in spans if b <= marker]),
        planned=step_path([(axis.x(max(b, marker)), axis.x(e), y(v)) for b, e, v in spans if e > marker]),
        points=[Point(axis.x(begin), y(value), begin, value) for begin, _, value in spans],
        x_ticks=axis.ticks,
        y_ticks=[Tick(y(value), str(value)) for value in scale(top_value)],
        marker=axis.x(marker),
        marker_anchor=axis.anchor(marker),
        lanes=[_lane(life, axis, number) for number, life in enumerate(begun)],
    )


def _lane(life: Life, axis: Axis, number: int) -> Lane:
    end = min(life.last + datetime.timedelta(days=1), axis.last) if life.last else axis.last
    x, anchor = axis.x(life.first), axis.anchor(life.first)
    width = max(round(axis.x(end) - x, 1), 2)
    label_x = round(x + width, 1) if anchor == "end" else x
    return Lane(life.name, x, width, LANES_TOP + LANE_HEIGHT * number, label_x, anchor, is_open=life.last is None)


def step_path(spans: Sequence[tuple[float, float, float]]) -> str:
    """Path data of level lines, joined by uprights where one begins where the other ends."""
    parts, at = [], None
    for begin, end, level in spans:
        parts.append(f"V{level:g}" if begin == at else f"M{begin:g} {level:g}")
        parts.append(f"H{end:g}")
        at = end
    return "".join(parts)


def round_up(value: int) -> int:
    """The top of the scale: above ``value``, and easy to divide."""
    unit: int = 10 ** max(len(str(value)) - 1, 0)
    return next(unit * step // 2 for step in range(2, 24) if unit * step // 2 >= value and unit * step // 2 >= 4)


def scale(top_value: int) -> list[int]:
    """Nought, the top and what lies between in whole numbers."""
    parts = next(parts for parts in (5, 4, 3, 2, 1) if top_value % parts == 0)
    return [top_value * part // parts for part in range(parts + 1)]


@dataclass(frozen=True)
class Mark:
    """A line of a desk chart's scale: its position, and the day or number that it means."""

    at: float
    value: datetime.date | int


@dataclass(frozen=True)
class MarkedDays:
    """Consecutive days that a desk chart marks from top to bottom, such as those over strength."""

    x: float
    width: float


def quarter_starts(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first days of January, April, July and October from ``first`` to ``last``, both inclusive."""
    days = [datetime.date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
    return [day for day in days if first <= day <= last]
