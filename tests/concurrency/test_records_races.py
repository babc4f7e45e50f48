"""The first day of the records moves at the moment at which a tour of those days is written: one comes first, and counts."""

import threading

import pytest
from django.db import connection

from core.refusals import Refusal
from deployments.limits import audit, guards
from deployments.models import Deployment, Posting
from missions.models import Operation
from tests import factories
from tests.concurrency import acts
from tests.concurrency.contenders import PATIENCE, Call, in_threads
from tests.factories import day

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ROUNDS = 6, 50
BY_A_GUARD = ("refused: portal: exceeded", "refused: portal: records", "refused: capacity_exceeded")


def haiti(records_from: str | None) -> Posting:
    """A posting in an operation that has a number from 2020 on; where its records begin, if that is said."""
    operation = factories.operation(100, since=day("2020-01-01"))
    if records_from:
        Operation.objects.filter(pk=operation.pk).update(records_from=records_from, records_set_on="2026-11-24")
    return factories.posting(factories.mission(operation))


def begin(operation: Operation) -> Call:
    return (acts.begin_records, (operation.pk,))


def look_that_the_days_are_before(operation: int) -> None:
    """What a portal without gate and guards does: it looks, and writes later."""
    if Operation.objects.get(pk=operation).records_from <= acts.PAST["first_day"]:
        raise Refusal("too late", code="looked")


def look_that_nobody_is_there(operation: int) -> None:
    if Deployment.objects.filter(posting__mission__operation=operation).exists():
        raise Refusal("too late", code="looked")


def move_the_day(operation: int) -> None:
    """Past every door: only the guards in the database are in the way."""
    Operation.objects.filter(pk=operation).update(records_from="2015-06-01")


def one_looks_before_the_other_writes(look: Call, others: Call, write: Call) -> str:
    """What becomes of a writer past the doors who looked before somebody else wrote."""
    looked, done = threading.Event(), threading.Event()

    def late() -> None:
        look[0](*look[1])
        looked.set()
        assert done.wait(PATIENCE)
        write[0](*write[1])

    def early() -> None:
        assert looked.wait(PATIENCE)
        others[0](*others[1])
        done.set()

    found = in_threads([(late, ()), (early, ())])
    assert found[1] == "done", found
    return found[0]


def a_tour_after_the_day_moved() -> str:
    posting, officer = haiti("2018-01-01"), factories.officer()
    operation = posting.mission.operation
    look = (look_that_the_days_are_before, (operation.pk,))
    return one_looks_before_the_other_writes(look, begin(operation), (acts.write_a_past_row, (posting.pk, officer.pk)))


def a_day_after_a_tour_was_written() -> str:
    posting, officer = haiti("2018-01-01"), factories.officer()
    operation = posting.mission.operation
    look = (look_that_nobody_is_there, (operation.pk,))
    return one_looks_before_the_other_writes(
        look, (acts.record_past, (posting.pk, officer.pk)), (move_the_day, (operation.pk,))
    )


@pytest.mark.parametrize("race", [a_tour_after_the_day_moved, a_day_after_a_tour_was_written])
def test_who_looked_too_early_is_refused(race):
    assert race().startswith(BY_A_GUARD)
    assert audit.breaches() == []


@pytest.mark.parametrize("race", [a_tour_after_the_day_moved, a_day_after_a_tour_was_written])
def test_control_without_the_guards_who_looked_too_early_goes(race, monkeypatch):
    guards.drop(connection)
    monkeypatch.setattr(guards, "missing", lambda connection: [])
    assert race() == "done"
    assert len(audit.breaches()) > 0


@pytest.mark.parametrize("act", [acts.record_past, acts.write_a_past_row])
def test_tours_that_are_written_while_the_day_is_first_set(act):
    """Before it is set the days of 2015 have no number, and a tour is refused; from then on they meet none."""
    posting = haiti(None)
    officers = [factories.officer().pk for _n in range(WRITERS)]
    begin_after = (acts.begin_records, (posting.mission.operation.pk, "2016-01-01"))
    *written, begun = in_threads([*((act, (posting.pk, each)) for each in officers), begin_after])
    assert begun == "done"
    assert {answer for answer in written if answer != "done" and not answer.startswith(BY_A_GUARD)} == set(), written
    assert Deployment.objects.count() == written.count("done")
    assert audit.breaches() == []
    assert in_threads([(act, (posting.pk, factories.officer().pk))]) == ["done"]


@pytest.mark.prove
@pytest.mark.part_races
def test_fifty_times_the_day_moves_while_tours_are_written():
    for _round in range(ROUNDS):
        posting = haiti("2018-01-01")
        officers = [factories.officer().pk for _n in range(WRITERS)]
        calls = [(acts.record_past, (posting.pk, each)) for each in officers]
        *written, begun = in_threads([*calls, begin(posting.mission.operation)])
        there = Deployment.objects.filter(posting=posting).count()
        assert (written.count("done"), begun == "done") == (there, there == 0)
        assert not [answer for answer in [*written, begun] if answer.startswith("error")]
    assert audit.breaches() == []
