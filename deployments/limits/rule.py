"""The limits as one pure rule: dated numbers, tours, and the room between them on every day.

Days are whole and inclusive at both ends everywhere outside this module. Inside, a sweep runs over half-open ranges of
day ordinals (``_ranges``): a tour begins to count on its first day and ceases on the day after its last, so that one
officer leaving on Monday and another arriving on Tuesday need one place. This is the only home of that conversion.
"""

import datetime
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from operator import attrgetter, itemgetter

FOREVER = datetime.date.max
_FIRST, _BEYOND = datetime.date.min.toordinal(), FOREVER.toordinal() + 1
Range = tuple[int, int, int | None, int]
Limited = tuple[int, int, int, int]


@dataclass(frozen=True, order=True)
class Span:
    """Days from ``first_day`` to ``last_day``, both inclusive; FOREVER as last day means without end."""

    first_day: datetime.date
    last_day: datetime.date

    @property
    def days(self) -> int:
        return self._stop - self._start

    @property
    def _start(self) -> int:
        return self.first_day.toordinal()

    @property
    def _stop(self) -> int:
        return self.last_day.toordinal() + 1


@dataclass(frozen=True)
class Tour(Span):
    """Days that somebody occupies; those from ``late_from`` on are an acknowledged late return."""

    late_from: datetime.date | None = None


@dataclass(frozen=True)
class Level:
    """One limit: a posting's places, or the dated numbers of a mission, an operation or a programme.

    ``kind`` is "posting", "mission", "operation" or "programme"; ``numbers`` are the standing versions (in force from,
    maximum), earliest first. All that count against it are ``tours`` and, known by their days alone, as many as
    ``first_days`` say begin and ``last_days`` say end on each day. Before the first version, and where a maximum is None,
    an operation has 0 and any other level no limit.
    """

    kind: str
    key: int
    label: str
    numbers: tuple[tuple[datetime.date, int | None], ...]
    tours: tuple[Tour, ...] = ()
    first_days: tuple[tuple[datetime.date, int], ...] = ()
    last_days: tuple[tuple[datetime.date, int], ...] = ()

    @cached_property
    def _ranges(self) -> tuple[Range, ...]:
        return tuple(_ranges(self))

    def number_on(self, day: datetime.date) -> int | None:
        """The number in force on ``day``; None is no limit."""
        begun = [maximum for effective_from, maximum in self.numbers if effective_from <= day]
        return self._effect(begun[-1] if begun else None)

    def with_number(self, effective_from: datetime.date, maximum: int | None) -> "Level":
        """The level as it would be with one more version, which takes the place of one on the same day."""
        numbers = dict(self.numbers) | {effective_from: maximum}
        return replace(self, numbers=tuple(sorted(numbers.items())))

    def without_number(self, effective_from: datetime.date) -> "Level":
        """The level as it would be with the version of that day withdrawn."""
        return replace(self, numbers=tuple(version for version in self.numbers if version[0] != effective_from))

    def reach(self, effective_from: datetime.date) -> Span:
        """The days that a version in force from ``effective_from`` decides: until the next standing one."""
        later = [day for day, _maximum in self.numbers if day > effective_from]
        return Span(effective_from, _day(later[0].toordinal() - 1) if later else FOREVER)

    def _effect(self, maximum: int | None) -> int | None:
        return 0 if maximum is None and self.kind == "operation" else maximum


@dataclass(frozen=True)
class Step:
    """Days ``day`` to ``last_day`` on which number and count stay the same."""

    day: datetime.date
    last_day: datetime.date
    number: int | None
    committed: int

    @property
    def room(self) -> int | None:
        """Places left, negative when over strength; None where nothing limits."""
        return None if self.number is None else self.number - self.committed


@dataclass(frozen=True)
class Shortfall:
    """Consecutive days without room at ``level``; number and count are those of the first tightest day."""

    level: Level
    first_day: datetime.date
    last_day: datetime.date
    number: int
    committed: int


@dataclass(frozen=True)
class Excess:
    """Consecutive days over strength; number and count are those of the first day on which it is worst."""

    first_day: datetime.date
    last_day: datetime.date
    number: int
    committed: int

    @property
    def over_by(self) -> int:
        return self.committed - self.number


@dataclass(frozen=True)
class DaysAboveParent:
    """Days on which a level is authorised above its parent."""

    first_day: datetime.date
    last_day: datetime.date
    number: int
    parent_number: int


def headroom(level: Level, first_day: datetime.date, last_day: datetime.date) -> list[Step]:
    """The steps of ``level`` from ``first_day`` to ``last_day``, without gaps; neighbours differ in number or count."""
    return [_step(found) for found in _swept(level, first_day.toordinal(), last_day.toordinal() + 1)]


def peak(level: Level, first_day: datetime.date, last_day: datetime.date) -> int:
    """The most tours that occupy one and the same day of the interval."""
    return max((step.committed for step in headroom(level, first_day, last_day)), default=0)


def newly_occupied(old: Span | None, new: Span) -> list[Span]:
    """The days of ``new`` that ``old`` did not occupy: none, one or two spans; all of them where there was no old one."""
    if old is None or old.last_day < new.first_day or new.last_day < old.first_day:
        return [Span(new.first_day, new.last_day)]
    spans = []
    if new.first_day < old.first_day:
        spans.append(Span(new.first_day, _day(old._start - 1)))
    if old.last_day < new.last_day:
        spans.append(Span(_day(old._stop), new.last_day))
    return spans


def since_records(records_from: datetime.date | None, spans: Iterable[Span]) -> list[Span]:
    """The days of ``spans`` for which the records answer: those before ``records_from`` meet no number and no terms."""
    if records_from is None:
        return list(spans)
    answered = (Span(max(span.first_day, records_from), span.last_day) for span in spans)
    return [span for span in answered if span.first_day <= span.last_day]


def shortfalls(levels: Iterable[Level], occupied: Iterable[Span]) -> list[Shortfall]:
    """Where one more tour on the days ``occupied`` does not fit, level by level; empty when it fits everywhere."""
    spans = list(occupied)
    return [
        Shortfall(level, *_extent(stretch))
        for level in levels
        for span in spans
        for stretch in _stretches(_swept(level, span._start, span._stop), least_room=1)
    ]


def over_strength(level: Level, since: datetime.date) -> list[Excess]:
    """Every stretch of days from ``since`` on which more are committed than the number in force, earliest first."""
    return [Excess(*_extent(stretch)) for stretch in _stretches(_swept(level, since.toordinal()), least_room=0)]


def binding_level(
    levels: Iterable[Level], first_day: datetime.date, last_day: datetime.date
) -> tuple[Level, Step] | None:
    """The level with the least room in the interval, and its tightest step; of equals the first. None: no limit."""
    start, until = first_day.toordinal(), last_day.toordinal() + 1
    limited = (
        (days[2] - days[3], level, days)
        for level in levels
        for days in _swept(level, start, until)
        if days[2] is not None
    )
    _room, level, days = min(limited, key=itemgetter(0), default=(None, None, None))
    return (level, _step(days)) if level and days else None


def next_first_day(
    levels: Iterable[Level],
    closed: Iterable[Span],
    days: int,
    not_before: datetime.date,
    own_spans: Iterable[Span] = (),
) -> datetime.date | None:
    """The first day, not before ``not_before``, from which a tour of ``days`` days fits every level.

    No day of it falls in ``closed`` (terms that take nobody) or in ``own_spans`` (the officer's other tours).
    None: not in sight.
    """
    start = not_before.toordinal()
    barred = [(span._start, span._stop) for span in (*closed, *own_spans)]
    for level in levels:
        steps = _swept(level, start)
        barred += [
            (begin, end) for begin, end, number, committed in steps if number is not None and committed >= number
        ]
    for begin, end in sorted(barred):
        if begin >= start + days:
            break
        start = max(start, end)
    return _day(start) if start + days <= _BEYOND else None


def above_parent(
    child: Level, parent: Level, first_day: datetime.date, last_day: datetime.date
) -> list[DaysAboveParent]:
    """The days of the interval on which ``child`` has a number above the limit of ``parent``."""
    changes = {first_day, *(day for day, _maximum in (*child.numbers, *parent.numbers) if first_day < day <= last_day)}
    found = []
    begun = sorted(changes)
    for day, following in zip_longest(begun, begun[1:]):
        number, limit = child.number_on(day), parent.number_on(day)
        if number is not None and limit is not None and number > limit:
            until = _day(following.toordinal() - 1) if following else last_day
            found.append(DaysAboveParent(day, until, number, limit))
    return found


def _swept(level: Level, start: int, until: int = _BEYOND) -> Iterator[Range]:
    """Half-open ranges of ordinals (start, stop, number, committed) from ``start`` to before ``until``, without gaps."""
    ranges = level._ranges
    first = bisect_right(ranges, start, key=itemgetter(0)) - 1
    for begin, stop, number, committed in ranges[first:]:
        if max(begin, start) >= until:
            break
        yield max(begin, start), min(stop, until), number, committed


def _ranges(level: Level) -> Iterator[Range]:
    """From the first to the last of all days; neighbours differ in number or count."""
    committed_by: dict[int, int] = defaultdict(int)
    for first_day, beginning in (*_counted("first_day", level.tours), *level.first_days):
        committed_by[first_day.toordinal()] += beginning
    for last_day, ending in (*_counted("last_day", level.tours), *level.last_days):
        committed_by[last_day.toordinal() + 1] -= ending
    number_from = {day.toordinal(): level._effect(maximum) for day, maximum in level.numbers}
    begin, number, committed = _FIRST, level._effect(None), 0
    for at in sorted({*committed_by, *number_from}):
        following = number_from.get(at, number), committed + committed_by.get(at, 0)
        if following != (number, committed):
            if at > begin:
                yield begin, at, number, committed
            begin, (number, committed) = at, following
    if begin < _BEYOND:
        yield begin, _BEYOND, number, committed


def _counted(name: str, tours: Iterable[Tour]) -> Iterable[tuple[datetime.date, int]]:
    """How many of ``tours`` have which day."""
    return Counter(map(attrgetter(name), tours)).items()


def _stretches(ranges: Iterable[Range], *, least_room: int) -> Iterator[list[Limited]]:
    """Run of neighbouring ranges with less room than ``least_room``."""
    run: list[Limited] = []
    for start, stop, number, committed in ranges:
        if number is not None and number - committed < least_room:
            run.append((start, stop, number, committed))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _extent(stretch: list[Limited]) -> tuple[datetime.date, datetime.date, int, int]:
    """First and last day of a run of ranges, with number and count of the first tightest one."""
    _start, _stop, number, committed = min(stretch, key=lambda days: days[2] - days[3])
    return _day(stretch[0][0]), _day(stretch[-1][1] - 1), number, committed


def _step(days: Range) -> Step:
    start, stop, number, committed = days
    return Step(_day(start), _day(stop - 1), number, committed)


def _day(ordinal: int) -> datetime.date:
    return datetime.date.fromordinal(ordinal)
