"""The guards in the database against deployments.limits.rule: the same writes are refused, on random histories."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.limits import levels
from deployments.limits import rule as capacity
from deployments.limits.rule import FOREVER, Span
from deployments.models import Deployment, DeploymentState, Posting
from missions.models import Mission, Operation, Programme
from tests import factories

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2028, 2, 20)
EARLY = datetime.date(1900, 1, 1)
days = st.integers(0, 24).map(lambda n: FIRST + datetime.timedelta(days=n))
index = st.integers(0, 30)
maxima = st.none() | st.integers(0, 3)
peaks = st.none() | st.integers(0, 4)
states = st.sampled_from(["reserved", "in_mission", "ended", "cancelled"])
writes = st.one_of(
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("move"), index, days, days, states),
    st.tuples(st.just("number"), index, days, maxima, peaks),
    st.tuples(st.just("withdraw"), index, peaks),
    st.tuples(st.just("terms"), index, days, st.sampled_from(["active", "suspended", "closed"])),
    st.tuples(st.just("places"), index, st.integers(0, 2)),
    st.tuples(st.just("records_day"), index, days),
)


class World:
    """One programme, two operations, three missions, five postings, six officers; and what each write should meet."""

    def __init__(self) -> None:
        self.programme = factories.programme()
        operations = [factories.operation(3, since=FIRST), factories.operation(2, since=FIRST)]
        missions = [
            factories.mission(operations[0]),
            factories.mission(operations[0]),
            factories.mission(operations[1]),
        ]
        self.levels: list[Programme | Operation | Mission] = [self.programme, *operations, *missions]
        self.records = self.levels[1:]
        self.postings = [factories.posting(mission, places=3) for mission in missions]
        self.postings += [factories.posting(missions[0], counts_against=counted) for counted in ("programme", "none")]
        self.officers = [factories.officer() for _n in range(6)]

    def fits(self, posting: Posting, officer, old: Span | None, new: Span, tour: Deployment | None = None) -> bool:
        """Whether the rule lets a tour occupy ``new`` where it occupied ``old``."""
        posting = Posting.objects.select_related("mission__operation__programme").get(pk=posting.pk)
        begins = posting.mission.operation.records_from
        occupied = capacity.since_records(begins, capacity.newly_occupied(old, new))
        above = levels.levels_above(posting, since=EARLY, exclude=tour)
        closed = [span for span in levels.closed_spans(posting) if any(overlap(span, part) for part in occupied)]
        own = Deployment.objects.consuming().filter(officer=officer).exclude(pk=tour.pk if tour else None)
        twice = any(overlap(new, Span(other.first_day, other.last_day)) for other in own)
        return not capacity.shortfalls(above, occupied) and not closed and not twice

    def deploy(self, posting: int, officer: int, first, last, state: str) -> tuple[bool, Callable]:
        posting, officer = pick(self.postings, posting), pick(self.officers, officer)
        new = Span(*sorted((first, last)))
        allowed = state == DeploymentState.CANCELLED or self.fits(posting, officer, None, new)
        return allowed, lambda: factories.deployment(
            posting, new.first_day.isoformat(), new.last_day.isoformat(), officer=officer, state=state
        )

    def move(self, tour: int, first, last, state: str) -> tuple[bool, Callable] | None:
        tours = list(Deployment.objects.order_by("pk"))
        if not tours:
            return None
        tour, new = pick(tours, tour), Span(*sorted((first, last)))
        live = DeploymentState.live_states()
        anew = tour.state == DeploymentState.CANCELLED
        old = None if anew else Span(tour.first_day, tour.last_day)
        allowed = state == DeploymentState.CANCELLED or self.fits(tour.posting, tour.officer, old, new, tour)
        if allowed and not anew and state in live and tour.state not in live:
            asked = capacity.since_records(self.begins(tour.posting), [new])
            allowed = not capacity.shortfalls([levels.live_level_of(tour.posting)], asked)
        change = {"first_day": new.first_day, "last_day": new.last_day, "state": state}
        return allowed, lambda: Deployment.objects.filter(pk=tour.pk).update(**change)

    def begins(self, posting: Posting):
        return Posting.objects.select_related("mission__operation").get(pk=posting.pk).mission.operation.records_from

    def number(self, level: int, since, maximum: int | None, peak: int | None) -> tuple[bool, Callable]:
        record = pick(self.levels, level)
        before = levels.level_of(record, EARLY)
        allowed = since not in [day for day, _maximum in before.numbers] and self.stands(
            before.with_number(since, maximum), since, peak, record
        )
        record.refresh_from_db()
        if isinstance(record, Operation) and record.records_from and since < record.records_from:
            return None  # takes the records with it: tests/deployments/test_records_from.py
        return allowed, lambda: factories.strength(record, maximum, since, acknowledged_peak=peak)

    def records_day(self, operation: int, since) -> tuple[bool, Callable]:
        """Earlier only, not after the first number, over days on which nobody is there that the number does not hold."""
        operation = pick([level for level in self.levels if isinstance(level, Operation)], operation)
        operation.refresh_from_db()
        now = operation.records_from
        first = operation.strengths.standing().values_list("effective_from", flat=True).first()
        allowed = (now is None or since <= now) and (first is None or since <= first)
        if allowed and now and since < now:
            reached = Span(since, now - datetime.timedelta(days=1))
            there = Deployment.objects.filter(posting__mission__operation=operation, posting__counts_against="all")
            allowed = not any(overlap(reached, Span(t.first_day, t.last_day)) for t in there.consuming())
        change = {"records_from": since, "records_set_on": datetime.date(2030, 1, 1)}
        return allowed, lambda: Operation.objects.filter(pk=operation.pk).update(**change)

    def withdraw(self, version: int, peak: int | None) -> tuple[bool, Callable] | None:
        versions = [version for level in self.levels for version in level.strengths.standing()]
        if not versions:
            return None
        version = pick(versions, version)
        after = levels.level_of(version.level, EARLY).without_number(version.effective_from)
        change = {"withdrawn_at": timezone.now(), "withdrawal_reason": "x", "withdrawal_acknowledged_peak": peak}
        return (
            self.stands(after, version.effective_from, peak, version.level),
            lambda: type(version).objects.filter(pk=version.pk).update(**change),
        )

    def stands(self, after: capacity.Level, since, peak: int | None, record) -> bool:
        """Whether the number in force from ``since`` is acknowledged, and nobody is above a parent."""
        number, reach = after.number_on(since), after.reach(since)
        committed = capacity.peak(after, reach.first_day, reach.last_day)
        if number is not None and committed > max(number, peak or 0):
            return False
        parents = {level: level.operation for level in self.levels if isinstance(level, Mission)}
        parents |= {level: level.programme for level in self.levels if isinstance(level, Operation)}
        now = {level: after if level == record else levels.level_of(level, EARLY) for level in self.levels}
        return not any(
            capacity.above_parent(now[child], now[parent], EARLY, FOREVER)
            for child, parent in parents.items()
            if record in (child, parent)
        )

    def terms(self, record: int, since, status: str) -> tuple[bool, Callable]:
        record = pick(self.records, record)
        allowed = not record.terms.standing().filter(effective_from=since).exists()
        return allowed, lambda: factories.terms(record, status, since)

    def places(self, posting: int, places: int) -> tuple[bool, Callable]:
        posting = Posting.objects.get(pk=pick(self.postings, posting).pk)
        held = capacity.peak(levels.live_level_of(posting), EARLY, FOREVER)
        return (
            places >= posting.places or held <= places,
            lambda: Posting.objects.filter(pk=posting.pk).update(places=places),
        )


def pick(items: list, n: int):
    return items[n % len(items)]


def overlap(one: Span, other: Span) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def goes_through(write: Callable) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return False
    return True


def database_agrees(history: list[tuple]) -> None:
    """Each write in turn is refused by the database exactly where the rule refuses it."""
    sid = transaction.savepoint()
    try:
        world = World()
        for verb, *details in history:
            expected = getattr(world, verb)(*details)
            if expected is not None:
                allowed, write = expected
                assert goes_through(write) == allowed, f"{verb} {details}: the rule says {allowed}"
    finally:
        transaction.savepoint_rollback(sid)


QUIET = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.slow
@settings(max_examples=80, **QUIET)
@given(st.lists(writes, min_size=4, max_size=16))
def test_the_database_refuses_what_the_rule_refuses(history):
    database_agrees(history)


@pytest.mark.prove
@pytest.mark.part_rules
@settings(max_examples=1_000, **QUIET)
@given(st.lists(writes, min_size=4, max_size=30))
def test_the_database_refuses_what_the_rule_refuses_on_many_histories(history):
    database_agrees(history)
