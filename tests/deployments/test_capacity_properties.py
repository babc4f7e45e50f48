"""The rule of the limits against counting day by day, on random histories."""

import datetime
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.limits import rule as capacity
from deployments.limits.rule import FOREVER, Level, Span, Tour

FIRST = datetime.date(2028, 2, 10)
DAYS = [FIRST + datetime.timedelta(days=n) for n in range(50)]
days = st.sampled_from(DAYS[:40])
maxima = st.none() | st.integers(0, 4)


@st.composite
def spans(draw, made: Callable = Span):
    return made(*sorted((draw(days), draw(days))))


@st.composite
def levels(draw, kinds=("posting", "mission", "operation", "programme")):
    numbers = draw(st.dictionaries(days, maxima, max_size=5))
    tours = tuple(draw(st.lists(spans(Tour), max_size=8)))
    level = Level(draw(st.sampled_from(kinds)), 1, "", tuple(sorted(numbers.items())), tours)
    return in_numbers(level, draw(st.integers(0, 8)))


def in_numbers(level: Level, kept: int) -> Level:
    """The same level with only its first ``kept`` tours as such, the others known by their days alone."""
    others = level.tours[kept:]
    begun, over = (tuple(Counter(getattr(t, name) for t in others).items()) for name in ("first_day", "last_day"))
    return replace(level, tours=level.tours[:kept], first_days=begun, last_days=over)


def number(level: Level, day: datetime.date) -> int | None:
    found = None
    for effective_from, maximum in level.numbers:
        if effective_from <= day:
            found = maximum
    return 0 if found is None and level.kind == "operation" else found


def committed(level: Level, day: datetime.date) -> int:
    """Day by day, each tour for itself; of those in numbers, who has begun and is not over."""
    there = sum(tour.first_day <= day <= tour.last_day for tour in level.tours)
    begun = sum(number for first_day, number in level.first_days if first_day <= day)
    return there + begun - sum(number for last_day, number in level.last_days if last_day < day)


def room(level: Level, day: datetime.date) -> int | None:
    return None if number(level, day) is None else number(level, day) - committed(level, day)


def covered(parts) -> list[datetime.date]:
    return [day for part in parts for day in DAYS if part.first_day <= day <= part.last_day]


def steps_hold(level: Level, span: Span) -> None:
    steps = capacity.headroom(level, span.first_day, span.last_day)
    within = [day for day in DAYS if span.first_day <= day <= span.last_day]
    told = [(day, step) for step in steps for day in within if step.day <= day <= step.last_day]
    assert [day for day, _step in told] == within
    assert (steps[0].day, steps[-1].last_day) == (span.first_day, span.last_day)
    for day, step in told:
        assert (step.number, step.committed, step.room) == (number(level, day), committed(level, day), room(level, day))
    assert all((a.number, a.committed) != (b.number, b.committed) for a, b in itertools.pairwise(steps))
    assert capacity.peak(level, span.first_day, span.last_day) == max(committed(level, day) for day in within)


def refusals_hold(chain: list[Level], span: Span) -> None:
    found = capacity.shortfalls(chain, [span])
    within = covered([span])
    for level in chain:
        own = [shortfall for shortfall in found if shortfall.level is level]
        short = [day for day in within if room(level, day) is not None and room(level, day) < 1]
        assert covered(own) == short
        for shortfall in own:
            tightest = min(covered([shortfall]), key=lambda day: room(level, day))
            assert (shortfall.number, shortfall.committed) == (number(level, tightest), committed(level, tightest))
    rooms = [room(level, day) for level in chain for day in within if room(level, day) is not None]
    binding = capacity.binding_level(chain, span.first_day, span.last_day)
    assert (binding[1].room if binding else None) == min(rooms, default=None)


def next_day_holds(chain: list[Level], closed: list[Span], own: list[Span], length: int, not_before) -> None:
    barred = set(covered([*closed, *own]))
    barred |= {day for level in chain for day in DAYS if room(level, day) is not None and room(level, day) < 1}
    found = capacity.next_first_day(chain, closed, length, not_before, own)
    if found is None:
        assert DAYS[-1] in barred
        return
    assert found >= not_before
    runs = [day for day in DAYS if not_before <= day <= found]
    for first in runs:
        tour = {first + datetime.timedelta(days=n) for n in range(length)}
        assert bool(tour & barred) == (first != found)


def excess_holds(level: Level, since: datetime.date) -> None:
    over = [day for day in DAYS if day >= since and room(level, day) is not None and room(level, day) < 0]
    found = capacity.over_strength(level, since)
    assert covered(found) == over
    for excess in found:
        assert -excess.over_by == min(room(level, day) for day in covered([excess]))


def parents_hold(child: Level, parent: Level, span: Span) -> None:
    above = [
        day
        for day in covered([span])
        if number(child, day) is not None
        and number(parent, day) is not None
        and number(child, day) > number(parent, day)
    ]
    assert covered(capacity.above_parent(child, parent, span.first_day, span.last_day)) == above


@st.composite
def histories(draw):
    return {
        "chain": draw(st.lists(levels(), min_size=1, max_size=3)),
        "span": draw(spans()),
        "old": draw(st.none() | spans()),
        "closed": draw(st.lists(spans() | days.map(lambda day: Span(day, FOREVER)), max_size=2)),
        "own": draw(st.lists(spans(), max_size=2)),
        "length": draw(st.integers(1, 10)),
        "not_before": draw(days),
    }


def everything_holds(history: dict) -> None:
    chain, span, old = history["chain"], history["span"], history["old"]
    for level in chain:
        steps_hold(level, span)
        excess_holds(level, history["not_before"])
    refusals_hold(chain, span)
    parents_hold(chain[0], chain[-1], span)
    next_day_holds(chain, history["closed"], history["own"], history["length"], history["not_before"])
    new_days = [day for day in covered([span]) if old is None or not old.first_day <= day <= old.last_day]
    assert covered(capacity.newly_occupied(old, span)) == new_days


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(spans(Tour), max_size=8), st.integers(0, 8), days)
def test_tours_in_numbers_count_like_tours_one_by_one(tours, kept, since):
    one_by_one = Level("operation", 1, "", ((FIRST, 2),), tuple(tours))
    numbered = in_numbers(one_by_one, kept)
    for rule in (capacity.headroom, capacity.peak):
        assert rule(numbered, since, DAYS[-1]) == rule(one_by_one, since, DAYS[-1])
    assert capacity.over_strength(numbered, since) == capacity.over_strength(one_by_one, since)


@settings(max_examples=200, deadline=None, database=None)
@given(histories())
def test_the_rule_agrees_with_counting_day_by_day(history):
    everything_holds(history)


@pytest.mark.prove
@pytest.mark.part_rules
@settings(max_examples=2_000, deadline=None, database=None)
@given(histories())
def test_the_rule_agrees_with_counting_day_by_day_on_many_histories(history):
    everything_holds(history)
