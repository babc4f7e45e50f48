"""check_strength: the limits counted anew, with the guards out of the way so that a breach can be made."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from deployments.limits import audit, checks, gate, guards
from deployments.models import Deployment, Gate, Posting
from missions.models import AuthorizedStrength, Mission
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(db):
    """The database with nothing that holds the limits; ``found`` gives the breaches that are not about that."""
    guards.drop(connection)

    def found() -> list[str]:
        return [breach for breach in audit.breaches() if not breach.startswith("guard ")]

    return found


def tours(posting: Posting, n: int, **fields) -> list[Deployment]:
    return [factories.deployment(posting, "2026-01-01", "2026-12-31", **fields) for _n in range(n)]


def posting_of(maximum: int = 1, **fields) -> Posting:
    return factories.posting(factories.mission(factories.operation(maximum, code="mali"), code="minusma"), **fields)


def test_all_is_well_where_the_limits_hold():
    posting = posting_of(3)
    tours(posting, 3)
    factories.strength(posting.mission.operation, 1, day("2026-06-01"), acknowledged_peak=3)
    assert audit.breaches() == []
    out = io.StringIO()
    call_command("check_strength", stdout=out)
    assert "The limits hold on every day" in out.getvalue()
    said = (Deployment.objects.consuming().count(), AuthorizedStrength.objects.count(), Posting.objects.count())
    assert "Counted {} tours against {} numbers and the places of {} postings.".format(*said) in out.getvalue()


def test_a_breach_ends_with_code_1(unguarded):
    tours(posting_of(1), 2)
    err = io.StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("check_strength", stdout=io.StringIO(), stderr=err)
    assert raised.value.returncode == 1
    assert "operation mali: 2 on 2026-01-01, where 1 are allowed" in err.getvalue()


def test_the_worst_day_and_the_first_day_are_named(unguarded):
    posting = posting_of(1)
    tours(posting, 2)
    factories.deployment(posting, "2026-03-01", "2026-03-31")
    assert unguarded() == ["operation mali: 3 on 2026-03-01, where 1 are allowed; first over on 2026-01-01"]


@pytest.mark.parametrize("kind", ["mission", "programme"])
def test_every_level_is_counted(unguarded, kind):
    posting = posting_of(9)
    level = {"mission": posting.mission, "programme": posting.mission.operation.programme}[kind]
    factories.strength(level, 1, day("2026-06-01"))
    tours(posting, 2)
    name = {"mission": "mission minusma", "programme": "programme cpa"}[kind]
    assert f"{name}: 2 on 2026-06-01, where 1 are allowed; first over on 2026-06-01" in unguarded()


def test_places_count_tours_to_come_and_under_way_alone(unguarded):
    posting = posting_of(9, places=1, reference="adviser")
    tours(posting, 3, state="ended")
    tours(posting, 1)
    assert unguarded() == []
    tours(posting, 1, state="reserved")
    assert unguarded() == ["posting adviser: 2 on 2026-01-01, where 1 are allowed; first over on 2026-01-01"]


def test_cancelled_tours_and_those_that_count_against_nothing_are_left_out(unguarded):
    posting = posting_of(1)
    tours(posting, 1)
    tours(posting, 2, state="cancelled")
    tours(factories.posting(posting.mission, counts_against="none"), 2)
    tours(factories.posting(posting.mission, counts_against="programme"), 2)
    assert unguarded() == []


def test_an_accepted_peak_is_no_breach_until_it_is_passed(unguarded):
    posting = posting_of(3)
    tours(posting, 3)
    version = factories.strength(posting.mission.operation, 1, day("2026-06-01"), acknowledged_peak=2)
    assert unguarded() == ["operation mali: 3 on 2026-06-01, where 2 are allowed; first over on 2026-06-01"]
    type(version).objects.filter(pk=version.pk).update(acknowledged_peak=3)
    assert unguarded() == []
    factories.strength(posting.mission.operation, 1, day("2026-09-01"))
    assert unguarded() == ["operation mali: 3 on 2026-09-01, where 1 are allowed; first over on 2026-09-01"]


def test_a_peak_accepted_at_a_withdrawal_holds_from_the_day_of_the_withdrawn_number_to_the_next(unguarded):
    posting = posting_of(1)
    wrong = factories.strength(posting.mission.operation, 3, day("2026-06-01"))
    for _n in range(3):
        factories.deployment(posting, "2026-07-01", "2026-12-31")
    type(wrong).objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now(), withdrawal_acknowledged_peak=3)
    assert unguarded() == []
    factories.strength(posting.mission.operation, 1, day("2026-09-01"))
    assert unguarded() == ["operation mali: 3 on 2026-09-01, where 1 are allowed; first over on 2026-09-01"]


def test_late_days_are_left_out(unguarded):
    posting = posting_of(1)
    tour, _other = tours(posting, 1)[0], factories.deployment(posting, "2027-01-01", "2027-12-31")
    late = {"state": "ended", "last_day": "2027-01-09", "late_reason": "No flight"}
    Deployment.objects.filter(pk=tour.pk).update(late_from="2027-01-01", **late)
    assert unguarded() == []
    Deployment.objects.filter(pk=tour.pk).update(late_from=None)
    assert len(unguarded()) == 1


def test_a_child_above_its_parent_is_a_breach(unguarded):
    posting = posting_of(5)
    factories.strength(posting.mission, 4)
    factories.strength(posting.mission.operation, 3, day("2026-06-01"))
    assert unguarded() == ["mission minusma: 4 from 2026-06-01, above the 3 of operation mali"]


def test_an_officer_twice_on_one_day_is_a_breach(unguarded):
    posting = posting_of(5)
    first = factories.deployment(posting, "2026-01-01", "2026-06-30")
    second = factories.deployment(posting, "2026-06-30", "2026-12-31", officer=first.officer)
    assert unguarded() == [f"tours {first.pk} and {second.pk} of one officer share a day"]


def test_a_broken_chain_is_a_breach(unguarded):
    tour = tours(posting_of(5), 1)[0]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("UPDATE deployments_deployment SET posting_id = 987654")
        assert unguarded() == [f"tour {tour.pk} stands on a posting or officer that is gone, or on a broken chain"]
        cursor.execute(f"UPDATE deployments_deployment SET posting_id = {tour.posting_id}")
    assert unguarded() == []


def test_a_day_that_cannot_be_read_is_a_breach(unguarded):
    tour = tours(posting_of(5), 1)[0]
    day_ = "2026-02-30" if connection.vendor == "sqlite" else "infinity"
    first = "2026-01-01"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE deployments_deployment SET last_day = '{day_}'")
    assert unguarded() == [f"tour {tour.pk} has a day that cannot be read: {first}, {day_}, None"]


def test_missing_protection_is_a_breach_a_warning_and_bars_the_doors(client):
    posting = posting_of(5)
    Gate.objects.all()
    guards.drop(connection)
    assert len(audit.breaches()) == len(guards.missing(connection)) > 30
    assert {warning.id for warning in checks.guards_stand()} == {"deployments.W001"}
    assert client.get("/readyz").status_code == 503
    moved = gate.locked_transaction(lambda: Posting.objects.filter(pk=posting.pk).update(places=3))
    with pytest.raises(gate.LimitsUnprotected):
        moved()
    guards.install(connection)
    assert (audit.breaches(), checks.guards_stand()) == ([], [])
    assert client.get("/readyz").status_code == 200
    assert moved() == 1


def test_a_missing_gate_is_a_breach_a_warning_and_bars_the_doors(unguarded):
    Gate.objects.all()._raw_delete(Gate.objects.db)
    assert unguarded() == ["the gate is missing"]
    assert "gate" in checks.guards_stand()[0].msg
    guards.install(connection)
    with pytest.raises(gate.LimitsUnprotected):
        gate.locked_transaction(Mission.objects.count)()


def test_overdue_returns_are_warnings(time_machine):
    time_machine.move_to("2026-07-01 12:00")
    posting = posting_of(5)
    overdue = factories.deployment(posting, "2026-01-01", "2026-06-29")
    factories.deployment(posting, "2026-01-01", "2026-07-01")
    factories.deployment(posting, "2026-01-01", "2026-06-29", state="ended")
    out = io.StringIO()
    call_command("check_strength", stdout=out)
    assert [line for line in out.getvalue().splitlines() if "overdue" in line] == [
        f"overdue return since 2026-06-29: {overdue}"
    ]
