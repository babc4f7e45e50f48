"""N writers at the same moment for K places give exactly K, on both databases; the rest are refused in words."""

from collections.abc import Callable

import pytest
from django.db import connection

from deployments.limits import audit, gate, guards
from deployments.models import Deployment, Posting
from tests import factories
from tests.concurrency import acts
from tests.concurrency.contenders import Call, in_threads, processes
from tests.factories import day

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, PLACES, PROCESSES, ROUNDS = 8, 3, 4, 50


def target(places: int = PLACES) -> Posting:
    """A posting in an operation that has ``places`` from 2028 on, and plenty before."""
    operation = factories.operation(100)
    factories.strength(operation, places, day("2028-01-01"))
    return factories.posting(factories.mission(operation))


def officers(number: int = WRITERS) -> list[int]:
    return [factories.officer().pk for _n in range(number)]


def tours_of_2027(posting: Posting, **fields) -> list[int]:
    fields = {"state": "preparation"} | fields
    return [factories.deployment(posting, "2027-01-01", "2027-12-31", **fields).pk for _n in range(WRITERS)]


def new_tours(act: Callable) -> list[Call]:
    posting = target()
    return [(act, (posting.pk, officer)) for officer in officers()]


def changed_tours(act: Callable) -> list[Call]:
    return [(act, (tour,)) for tour in tours_of_2027(target())]


def transfers(act: Callable) -> list[Call]:
    there = target()
    return [(act, (tour, there.pk)) for tour in tours_of_2027(target())]


def cancelled_tours(act: Callable) -> list[Call]:
    days = {"first_day": day("2028-01-01"), "last_day": day("2028-06-30")}
    return [(act, (tour,)) for tour in tours_of_2027(target(), state="cancelled", **days)]


DOORS = (
    (acts.reserve, new_tours),
    (acts.record, new_tours),
    (acts.extend, changed_tours),
    (acts.change_dates, changed_tours),
    (acts.transfer, transfers),
    (acts.reinstate, cancelled_tours),
    (acts.write_a_row, new_tours),
)


def exactly(places: int, found: list[str]) -> None:
    """So many were done, and the others were told that there is no room: nothing else happened."""
    told = {"refused: capacity_exceeded", "refused: portal: exceeded operation"}
    assert found.count("done") == places, found
    assert {answer for answer in found if answer != "done"} <= told


def at_level(isolation: str) -> None:
    """New connections begin their transactions at this level; None is the database's own."""
    from django.db.backends.postgresql.psycopg_any import IsolationLevel

    connection.settings_dict["OPTIONS"]["isolation_level"] = IsolationLevel[isolation]


@pytest.fixture
def level():
    """Sets the isolation level of new connections, where the database has levels."""
    yield at_level
    connection.settings_dict["OPTIONS"].pop("isolation_level", None)


LEVELS = [
    pytest.param(name, marks=pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one level"))
    for name in ("REPEATABLE_READ", "SERIALIZABLE")
]


@pytest.mark.parametrize(("act", "made"), DOORS)
def test_threads_at_a_door_get_exactly_the_places(act, made):
    exactly(PLACES, in_threads(made(act)))
    assert audit.breaches() == []


@pytest.mark.parametrize("isolation", LEVELS)
@pytest.mark.parametrize(("act", "made"), DOORS[:-1])
def test_threads_get_exactly_the_places_at_every_isolation_level(act, made, isolation, level):
    calls = made(act)
    level(isolation)
    exactly(PLACES, in_threads(calls))
    assert audit.breaches() == []


@pytest.mark.parametrize("isolation", LEVELS)
def test_a_writer_past_the_doors_loses_its_race_cleanly_at_every_isolation_level(isolation, level):
    calls = new_tours(acts.write_a_row)
    level(isolation)
    found = in_threads(calls)
    lost = [answer for answer in found if "could not serialize access" in answer]
    assert 1 <= found.count("done") <= PLACES
    assert all("exceeded" in answer for answer in found if answer != "done" and answer not in lost)
    assert audit.breaches() == []


def test_processes_get_exactly_the_places():
    posting = target(places=2)
    calls = [(acts.reserve, (posting.pk, officer)) for officer in officers(PROCESSES)]
    with processes(PROCESSES) as contend:
        exactly(2, contend(calls))
    assert audit.breaches() == []


def while_the_number_is_lowered() -> None:
    posting = target(places=6)
    operation = posting.mission.operation
    factories.strength(operation, 6, day("2027-12-01"))
    version = operation.strengths.get(effective_from="2028-01-01")
    type(version).objects.filter(pk=version.pk).update(withdrawn_at="2026-11-24T12:00Z", withdrawal_reason="x")
    calls = [(acts.reserve, (posting.pk, officer)) for officer in officers()]
    *reserved, lowered = in_threads([*calls, (acts.lower, (operation.pk, 2))])
    assert lowered == "done"
    assert {answer for answer in reserved if answer != "done"} == {"refused: capacity_exceeded"}
    accepted = operation.strengths.standing().get(effective_from="2028-01-01").acknowledged_peak
    assert 2 <= reserved.count("done") <= 6
    assert accepted is None or accepted == reserved.count("done") > 2
    assert audit.breaches() == []


def test_a_number_lowered_at_the_same_moment_is_kept_or_accepts_those_who_came_first():
    while_the_number_is_lowered()


@pytest.mark.parametrize("act", [acts.record_past, acts.write_a_past_row])
def test_records_that_begin_earlier_meet_the_tours_of_those_days_or_keep_them_out(act):
    """Whichever comes first: then no tour stands on a day that answers with a number of 0."""
    posting = target()
    operation = posting.mission.operation
    type(operation).objects.filter(pk=operation.pk).update(records_from="2018-01-01", records_set_on="2026-11-24")
    calls = [(act, (posting.pk, officer)) for officer in officers()]
    *recorded, begun = in_threads([*calls, (acts.begin_records, (operation.pk,))])
    assert (begun == "done") == (not Deployment.objects.exists())
    assert (recorded.count("done") > 0) == (begun != "done")
    assert audit.breaches() == []


def test_pages_answer_409_and_never_500(client, settings):
    settings.STAFF_MFA_REQUIRED = False
    posting, person = target(), factories.staff("Approver")
    answers = []

    def post(officer) -> None:
        browser = type(client)(raise_request_exception=False)
        browser.force_login(person)
        typed = {"officer": officer, "first_day": "2028-01-01", "last_day": "2028-06-30"}
        answers.append(browser.post(f"/admin/deployments/posting/{posting.pk}/reserve/", typed).status_code)

    named = [factories.officer() for _n in range(WRITERS)]
    found = in_threads([(post, (f"{one.police_service.code}:{one.service_number}",)) for one in named])
    assert set(found) == {"done"}
    assert sorted(answers) == [302] * PLACES + [409] * (WRITERS - PLACES)
    assert audit.breaches() == []


# --- Each layer alone, and neither -------------------------------------------------------------------------


def test_the_guards_alone_keep_the_number(monkeypatch):
    monkeypatch.setattr(gate, "enter", lambda: None)
    found = in_threads(new_tours(acts.reserve))
    assert found.count("done") == PLACES, found
    assert not [answer for answer in found if answer.startswith("error")]


def test_the_gate_alone_keeps_the_number(monkeypatch):
    calls = new_tours(acts.record)
    guards.drop(connection)
    monkeypatch.setattr(guards, "missing", lambda connection: [])
    exactly(PLACES, in_threads(calls))


def test_without_gate_and_guards_too_many_get_in(monkeypatch):
    """The negative control: the races above are races. SQLite's IMMEDIATE is a gate of its own, so there it is no act
    in a transaction that looks and writes."""
    monkeypatch.setattr(gate, "enter", lambda: None)
    guards.drop(connection)
    act = acts.record if connection.vendor == "postgresql" else acts.check_and_then_write
    most = 0
    for _round in range(20):
        most = max(most, in_threads(new_tours(act)).count("done"))
        if most > PLACES:
            break
    assert most > PLACES


# --- Long proofs -------------------------------------------------------------------------------------------


@pytest.mark.prove
@pytest.mark.part_races
@pytest.mark.parametrize(("act", "made"), DOORS)
def test_fifty_rounds_at_a_door(act, made):
    for _round in range(ROUNDS):
        exactly(PLACES, in_threads(made(act)))
    assert audit.breaches() == []


@pytest.mark.prove
@pytest.mark.part_races
@pytest.mark.parametrize("isolation", LEVELS)
def test_fifty_rounds_at_every_isolation_level(isolation, level):
    for _round in range(ROUNDS):
        calls = new_tours(acts.reserve)
        level(isolation)
        exactly(PLACES, in_threads(calls))
    assert audit.breaches() == []


@pytest.mark.prove
@pytest.mark.part_races
def test_fifty_rounds_of_processes():
    with processes(PROCESSES) as contend:
        for _round in range(ROUNDS):
            posting = target(places=2)
            exactly(2, contend([(acts.reserve, (posting.pk, officer)) for officer in officers(PROCESSES)]))
    assert audit.breaches() == []
    assert Deployment.objects.count() == 2 * ROUNDS


@pytest.mark.prove
@pytest.mark.part_races
def test_fifty_rounds_while_the_number_is_lowered():
    for _round in range(ROUNDS):
        while_the_number_is_lowered()
