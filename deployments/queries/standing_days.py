"""Days of a level as people read them: with a number or without, taking people or, by their terms, nobody."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter

from core.text.dates import ONE_DAY
from deployments.limits.levels import Record, closed_by_level, kind_of
from deployments.limits.rule import FOREVER, Level, Span, Step


@dataclass(frozen=True)
class DaysOfLevel(Step):
    """A step whose days all take people, or all take nobody; and whether a number is in force on them."""

    takes_nobody: bool = False
    is_numbered: bool = True

    @property
    def free(self) -> int | None:
        """Places free, negative when over strength; None where nobody new is taken, or where no number says how many."""
        return None if self.takes_nobody or not self.is_numbered else self.room


def closed_days(record: Record) -> list[Span]:
    """The days on which terms take nobody in ``record``. Two queries at most."""
    return closed_by_level(record)[kind_of(record)]


def by_terms(steps: Sequence[Step], level: Level, closed: Iterable[Span]) -> list[DaysOfLevel]:
    """The steps, which follow each other without gaps, cut where terms or the being of a number change."""
    closed = list(closed)
    first, last = steps[0].day, steps[-1].last_day
    cuts = {step.day for step in steps} | {since for since, _number in level.numbers}
    cuts |= {span.first_day for span in closed}
    cuts |= {span.last_day + ONE_DAY for span in closed if span.last_day < FOREVER}
    days = sorted({day for day in cuts if first <= day <= last} | {first})
    found: list[DaysOfLevel] = []
    place = 0
    for day, following in pairwise([*days, last + ONE_DAY]):
        while steps[place].last_day < day:
            place += 1
        step = steps[place]
        is_closed = any(span.first_day <= day <= span.last_day for span in closed)
        state = (step.number, step.committed, is_closed, is_numbered(level, day))
        if found and state == _state(found[-1]):
            found[-1] = DaysOfLevel(found[-1].day, following - ONE_DAY, *state)
        else:
            found.append(DaysOfLevel(day, following - ONE_DAY, *state))
    return found


def as_read(step: Step, level: Level, closed: Sequence[Span]) -> DaysOfLevel:
    """The tightest step of some days, of which those in ``closed`` take nobody."""
    return DaysOfLevel(step.day, step.last_day, step.number, step.committed, bool(closed), is_numbered(level, step.day))


def within(days: Span, spans: Iterable[Span]) -> list[Span]:
    """The parts of ``spans`` that fall in ``days``, earliest first; those that touch are one."""
    near = (span for span in spans if span.first_day <= days.last_day and span.last_day >= days.first_day)
    found: list[Span] = []
    for span in sorted(Span(max(each.first_day, days.first_day), min(each.last_day, days.last_day)) for each in near):
        if found and span.first_day <= found[-1].last_day + ONE_DAY:
            found[-1] = Span(found[-1].first_day, max(found[-1].last_day, span.last_day))
        else:
            found.append(span)
    return found


def closed_runs(steps: Iterable[DaysOfLevel]) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day of each run of steps that take nobody."""
    runs = (list(run) for takes_nobody, run in groupby(steps, key=attrgetter("takes_nobody")) if takes_nobody)
    return [(run[0].day, run[-1].last_day) for run in runs]


def is_numbered(level: Level, day: datetime.date) -> bool:
    """Whether a number is in force at ``level``: of an operation without one, 0 is only how it is counted."""
    begun = [number for since, number in level.numbers if since <= day]
    return level.kind != "operation" or (bool(begun) and begun[-1] is not None)


def _state(step: DaysOfLevel) -> tuple[int | None, int, bool, bool]:
    return step.number, step.committed, step.takes_nobody, step.is_numbered
