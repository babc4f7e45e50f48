"""What the database itself refuses, whoever writes: rules of docs/domain.md, "What the limits must honour"."""

import contextlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.history.acts import record_act
from core.models import HistoryEntry
from deployments.models import Deployment, Gate, Posting
from missions.models import AuthorizedStrength, Mission, Operation, OperationTerms
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def refused(reason: str):
    """The write within is refused by a guard with ``reason``; the transaction goes on."""
    with pytest.raises(IntegrityError, match=f"portal: {reason}"), transaction.atomic():
        yield


def rewrite(record, **values) -> None:
    """UPDATE of one row, past every door."""
    type(record).objects.filter(pk=record.pk).update(**values)


def withdraw(version, **values) -> None:
    rewrite(version, withdrawn_at=timezone.now(), withdrawal_reason="A slip", **values)


def full_posting(maximum: int = 1, **fields) -> Posting:
    """A posting in an operation with ``maximum`` tours through 2026, all authorized places taken."""
    posting = factories.posting(factories.mission(factories.operation(maximum)), **fields)
    for _n in range(maximum):
        factories.deployment(posting, "2026-01-01", "2026-12-31")
    return posting


class TestNumbers:
    def test_one_too_many_is_refused(self):
        posting = full_posting(2)
        with refused("exceeded operation"):
            factories.deployment(posting, "2026-12-31", "2027-06-30")

    def test_back_to_back_tours_need_one_place(self):
        posting = full_posting(1)
        factories.deployment(posting, "2027-01-01", "2027-12-31")
        factories.deployment(posting, "2025-01-01", "2025-12-31")
        assert Deployment.objects.count() == 3

    def test_a_tour_beside_two_that_follow_each_other_fills_the_number(self):
        posting = factories.posting(factories.mission(factories.operation(2)))
        factories.deployment(posting, "2026-01-01", "2026-06-30")
        factories.deployment(posting, "2026-07-01", "2026-12-31")
        factories.deployment(posting, "2026-01-01", "2026-12-31")
        assert Deployment.objects.count() == 3

    def test_a_leap_day_is_a_day(self):
        posting = factories.posting(factories.mission(factories.operation(1)))
        factories.deployment(posting, "2027-09-01", "2028-02-29")
        with refused("exceeded operation"):
            factories.deployment(posting, "2028-02-29", "2028-05-01")
        factories.deployment(posting, "2028-03-01", "2028-05-01")

    def test_the_number_that_falls_inside_a_tour_binds_from_its_day(self):
        operation = factories.operation(2)
        factories.strength(operation, 1, day("2026-07-01"))
        posting = factories.posting(factories.mission(operation))
        factories.deployment(posting, "2026-01-01", "2026-12-31")
        with refused("exceeded operation"):
            factories.deployment(posting, "2026-06-01", "2026-07-01")
        factories.deployment(posting, "2026-06-01", "2026-06-30")

    @pytest.mark.parametrize("counts_against", ["programme", "none"])
    def test_the_programme_counts_everybody_but_those_who_count_nowhere(self, counts_against):
        posting = factories.posting(factories.mission(factories.operation(1)), counts_against=counts_against)
        factories.strength(posting.mission.operation.programme, 1)
        factories.deployment(posting, "2026-01-01", "2026-12-31")
        if counts_against == "none":
            factories.deployment(posting, "2026-06-01", "2027-06-30")
            return
        with refused("exceeded programme"):
            factories.deployment(posting, "2026-06-01", "2027-06-30")

    @pytest.mark.parametrize("state", ["reserved", "preparation", "in_mission", "ended", "reintegration", "closed"])
    def test_a_cancelled_tour_comes_back_only_where_there_is_room(self, state):
        posting = full_posting(1)
        cancelled = factories.deployment(posting, "2026-06-01", "2026-06-30", state="cancelled")
        with refused("exceeded operation"):
            rewrite(cancelled, state=state)

    @pytest.mark.parametrize("status", ["draft", "stood_down"])
    def test_a_posting_that_is_not_open_takes_nobody_new(self, status):
        posting = factories.posting(factories.mission(factories.operation(9)))
        running = factories.deployment(posting, "2026-01-01", "2026-06-30")
        returned = factories.deployment(posting, "2026-01-01", "2026-06-30", state="cancelled")
        rewrite(posting, status=status)
        with refused("closed posting"):
            factories.deployment(posting, "2027-01-01", "2027-12-31", state="reserved")
        with refused("closed posting"):
            rewrite(returned, state="reserved")
        rewrite(running, last_day=day("2026-07-31"))
        factories.deployment(posting, "2025-01-01", "2025-12-31", state="closed")

    def test_an_operation_without_a_number_takes_nobody(self):
        posting = factories.posting(factories.mission(factories.operation(None)))
        with refused("exceeded operation"):
            factories.deployment(posting, "2026-01-01", "2026-12-31")

    def test_before_its_first_number_and_after_an_empty_one_an_operation_takes_nobody(self):
        operation = factories.operation(3, since=day("2026-01-01"))
        factories.strength(operation, None, day("2027-01-01"))
        posting = factories.posting(factories.mission(operation))
        for first, last in (("2025-12-31", "2026-01-31"), ("2026-12-01", "2027-01-01")):
            with refused("exceeded operation"):
                factories.deployment(posting, first, last)
        factories.deployment(posting, "2026-01-01", "2026-12-31")

    def test_an_empty_number_ends_the_limit_of_a_mission_and_of_a_programme(self):
        mission = factories.mission(factories.operation(10))
        programme = mission.operation.programme
        for level in (mission, programme):
            factories.strength(level, 10)
            factories.strength(level, None, day("2026-01-01"))
        factories.strength(mission.operation, 20, day("2026-01-01"))
        posting = factories.posting(mission)
        for _n in range(11):
            factories.deployment(posting, "2026-01-01", "2026-12-31")
        assert Deployment.objects.count() == 11

    @pytest.mark.parametrize("kind", ["mission", "operation", "programme"])
    def test_every_level_above_binds(self, kind):
        operation = factories.operation(3)
        factories.strength(operation.programme, 3)
        mission, other = factories.mission(operation), factories.mission(operation)
        level = {"mission": mission, "operation": operation, "programme": operation.programme}[kind]
        factories.strength(mission, 3)
        others = {
            "mission": factories.posting(mission),
            "operation": factories.posting(other),
            "programme": factories.posting(other, counts_against="programme"),
        }
        for _n in range(3):
            factories.deployment(others[kind], "2026-01-01", "2026-12-31")
        with refused(f"exceeded {level._meta.model_name}"):
            factories.deployment(factories.posting(mission), "2026-06-01", "2026-06-30")

    def test_places_of_a_posting_bind_with_every_tour_in_it(self):
        posting = factories.posting(places=1, counts_against="none")
        factories.deployment(posting, "2026-01-01", "2026-12-31", state="ended")
        with refused("exceeded posting"):
            factories.deployment(posting, "2026-12-31", "2027-12-31")

    def test_an_ancillary_tour_leaves_the_operation_alone(self):
        posting = full_posting(1)
        factories.deployment(factories.posting(posting.mission, counts_against="programme"), "2026-01-01", "2026-12-31")
        factories.deployment(factories.posting(posting.mission, counts_against="none"), "2026-01-01", "2026-12-31")
        assert Deployment.objects.count() == 3

    def test_an_extension_is_new_consumption(self):
        posting = full_posting(1)
        later = factories.deployment(posting, "2027-01-01", "2027-12-31")
        tour = Deployment.objects.get(last_day="2026-12-31")
        with refused("exceeded operation"):
            rewrite(tour, last_day="2027-01-01")
        with refused("exceeded operation"):
            rewrite(later, first_day="2026-12-31")
        rewrite(later, last_day="2028-12-31")

    def test_a_tour_that_moves_away_is_tested_on_its_new_days_alone(self):
        posting = full_posting(1)
        tour = Deployment.objects.get()
        rewrite(tour, first_day="2029-01-01", last_day="2029-12-31")
        factories.deployment(posting, "2026-01-01", "2026-12-31")
        with refused("exceeded operation"):
            rewrite(tour, first_day="2026-12-01", last_day="2027-02-01")

    def test_cancelling_frees_the_place_and_uncancelling_is_new_consumption(self):
        posting = full_posting(1)
        tour = Deployment.objects.get()
        rewrite(tour, state="cancelled")
        factories.deployment(posting, "2026-06-01", "2026-06-30")
        with refused("exceeded operation"):
            rewrite(tour, state="preparation")

    def test_one_update_of_many_rows_meets_the_wall(self):
        posting = factories.posting(factories.mission(factories.operation(1)))
        for year in ("2026", "2027"):
            factories.deployment(posting, f"{year}-01-01", f"{year}-12-31")
        with refused("exceeded operation"):
            Deployment.objects.update(first_day="2026-06-01", last_day="2027-06-30")

    def test_over_strength_takes_nothing_new_but_lets_tours_end(self):
        posting = full_posting(3)
        factories.strength(posting.mission.operation, 1, day("2026-06-01"), acknowledged_peak=3)
        tours = list(Deployment.objects.all())
        with refused("exceeded operation"):
            factories.deployment(posting, "2026-06-01", "2026-06-01")
        with refused("exceeded operation"):
            rewrite(tours[0], last_day="2027-01-31", first_day="2026-06-15")
            rewrite(tours[1], last_day="2027-01-31")
        rewrite(tours[0], last_day="2026-06-30", state="ended")
        with refused("exceeded operation"):
            factories.deployment(posting, "2026-07-01", "2026-07-31")
        rewrite(tours[1], state="cancelled")
        rewrite(tours[2], state="ended", last_day="2026-05-31")
        factories.deployment(posting, "2026-07-01", "2026-07-31")


class TestLateReturn:
    def test_its_days_are_not_refused_and_count(self):
        posting = full_posting(1)
        tour = Deployment.objects.get()
        successor = factories.deployment(posting, "2027-01-01", "2027-12-31")
        rewrite(tour, state="ended", last_day="2027-01-10", late_from="2027-01-01", late_reason="No flight")
        rewrite(successor, first_day="2027-01-15")
        with refused("exceeded operation"):
            rewrite(successor, first_day="2027-01-10")
        rewrite(successor, first_day="2027-01-11")

    def test_it_begins_after_the_last_day_that_stood(self):
        full_posting(1)
        tour = Deployment.objects.get()
        with refused("late before last day"):
            rewrite(tour, state="ended", late_from="2026-12-31", late_reason="No flight")

    def test_it_is_not_made_with_the_tour(self):
        posting = full_posting(1)
        with refused("late before last day"):
            factories.deployment(
                posting, "2025-12-31", "2026-12-31", state="ended", late_from=day("2026-01-01"), late_reason="x"
            )

    def test_days_that_cease_to_be_late_are_new_consumption(self):
        posting = full_posting(1)
        tour = Deployment.objects.get()
        rewrite(tour, state="ended", last_day="2027-01-10", late_from="2027-01-01", late_reason="No flight")
        factories.strength(posting.mission.operation, 0, day("2027-01-01"))
        with refused("exceeded operation"):
            rewrite(tour, late_from=None, late_reason="")


class TestTerms:
    @pytest.mark.parametrize("status", ["suspended", "reassessment", "closed"])
    @pytest.mark.parametrize("kind", ["operation", "mission"])
    def test_days_under_terms_that_take_nobody_are_refused(self, kind, status):
        mission = factories.mission()
        record = mission if kind == "mission" else mission.operation
        factories.terms(record, status, day("2026-06-01"))
        factories.terms(record, "active", day("2026-07-01"))
        posting = factories.posting(mission, counts_against="none")
        for first, last in (("2026-05-01", "2026-06-01"), ("2026-06-30", "2026-08-01"), ("2026-01-01", "2026-12-31")):
            with refused(f"closed {kind}"):
                factories.deployment(posting, first, last)
        factories.deployment(posting, "2026-05-01", "2026-05-31")
        factories.deployment(posting, "2026-07-01", "2026-07-31")

    def test_a_running_tour_goes_on_and_is_not_extended(self):
        posting = full_posting(1)
        tour = Deployment.objects.get()
        factories.terms(posting.mission, "closed", day("2026-06-01"))
        rewrite(tour, state="ended", last_day="2026-11-30")
        with refused("closed mission"):
            rewrite(tour, last_day="2026-12-01")

    def test_withdrawn_terms_hold_nothing(self):
        posting = factories.posting()
        withdraw(factories.terms(posting.mission, "closed", day("2026-06-01")))
        assert factories.deployment(posting, "2026-06-01", "2026-06-30").pk


class TestLowering:
    @pytest.mark.parametrize("kind", ["mission", "operation", "programme"])
    def test_a_number_below_commitment_needs_an_acknowledgement_of_the_peak(self, kind):
        posting = full_posting(3)
        mission = posting.mission
        level = {"mission": mission, "operation": mission.operation, "programme": mission.operation.programme}[kind]
        if kind == "programme":
            factories.strength(mission.operation, 1, day("2026-06-01"), acknowledged_peak=3)
        for acknowledged in (None, 2):
            with refused(f"not acknowledged {kind}"):
                factories.strength(level, 1, day("2026-06-01"), acknowledged_peak=acknowledged)
        factories.strength(level, 1, day("2026-06-01"), acknowledged_peak=3)

    def test_a_number_of_nought_below_one_tour_needs_an_acknowledgement(self):
        operation = full_posting(1).mission.operation
        for acknowledged in (None, 0):
            with refused("not acknowledged operation"):
                factories.strength(operation, 0, day("2026-06-01"), acknowledged_peak=acknowledged)
        factories.strength(operation, 0, day("2026-06-01"), acknowledged_peak=1)

    def test_only_the_days_until_the_next_number_count(self):
        operation = full_posting(3).mission.operation
        factories.strength(operation, 3, day("2025-06-01"))
        factories.strength(operation, 0, day("2025-01-01"))
        assert operation.strengths.on(day("2026-01-01")).first().maximum == 3

    def test_a_number_at_the_commitment_needs_no_acknowledgement(self):
        posting = full_posting(3)
        assert factories.strength(posting.mission.operation, 3, day("2026-06-01")).pk

    def test_a_withdrawal_that_lowers_needs_one_too(self):
        posting = factories.posting(factories.mission(factories.operation(1)))
        wrong = factories.strength(posting.mission.operation, 3, day("2026-01-01"))
        for _n in range(3):
            factories.deployment(posting, "2026-06-01", "2026-06-30")
        for acknowledged in (None, 2):
            with refused("not acknowledged operation"):
                withdraw(wrong, withdrawal_acknowledged_peak=acknowledged)
        withdraw(wrong, withdrawal_acknowledged_peak=3)

    def test_a_late_return_asks_for_none(self):
        posting = full_posting(1)
        rewrite(Deployment.objects.get(), state="ended", last_day="2027-01-10", late_from="2027-01-01", late_reason="x")
        assert factories.strength(posting.mission.operation, 0, day("2027-01-01")).pk

    def test_places_stay_at_or_above_the_tours_to_come_and_under_way(self):
        posting = full_posting(2)
        with refused("not acknowledged posting"):
            rewrite(posting, places=1)
        rewrite(posting, places=2)
        rewrite(Deployment.objects.first(), state="ended", last_day="2026-10-01")
        rewrite(posting, places=1)

    def test_an_ended_tour_does_not_come_back_beside_another_into_fewer_places(self):
        posting = full_posting(2)
        first, second = Deployment.objects.all()
        rewrite(first, state="ended")
        rewrite(second, state="ended")
        rewrite(posting, places=1)
        rewrite(first, state="in_mission")
        with refused("exceeded posting"):
            rewrite(second, state="in_mission")

    def test_an_ended_tour_comes_back_on_its_days_and_meets_every_level_on_new_ones(self):
        posting = full_posting(2)
        first = Deployment.objects.first()
        rewrite(first, state="ended", last_day="2026-06-30")
        factories.deployment(posting, "2026-07-15", "2026-12-31")
        with refused("exceeded operation"):
            rewrite(first, state="in_mission", last_day="2026-07-15")
        rewrite(first, state="in_mission", last_day="2026-07-14")


class TestParents:
    def test_a_mission_is_never_above_its_operation(self):
        mission = factories.mission(factories.operation(5))
        factories.strength(mission.operation, 3, day("2027-01-01"))
        with refused("above parent mission"):
            factories.strength(mission, 6)
        with refused("above parent mission"):
            factories.strength(mission, 5)
        factories.strength(mission, 3)

    def test_an_operation_is_never_above_its_programme(self):
        factories.strength(factories.programme(), 4)
        with refused("above parent operation"):
            factories.operation(5)
        factories.operation(4)

    def test_an_operation_without_a_number_authorizes_no_mission(self):
        mission = factories.mission(factories.operation(5, since=day("2026-01-01")))
        with refused("above parent mission"):
            factories.strength(mission, 1, day("2025-01-01"))

    def test_lowering_a_parent_below_a_child_is_refused_until_the_child_came_down(self):
        mission = factories.mission(factories.operation(5))
        factories.strength(mission, 4)
        with refused("above parent mission"):
            factories.strength(mission.operation, 3, day("2027-01-01"))
        factories.strength(mission, 3, day("2027-01-01"))
        factories.strength(mission.operation, 3, day("2027-01-01"))

    def test_withdrawing_is_measured_too(self):
        mission = factories.mission(factories.operation(2))
        raised = factories.strength(mission.operation, 5, day("2026-01-01"))
        factories.strength(mission, 4, day("2026-06-01"))
        with refused("above parent mission"):
            withdraw(raised)

    def test_an_operation_does_not_move_under_a_lower_programme(self):
        operation = factories.operation(5)
        lower = factories.programme(code="lower")
        factories.strength(lower, 4)
        with refused("above parent operation"):
            rewrite(operation, programme=lower)


class TestFrozen:
    def test_a_deployment_keeps_its_officer_its_posting_and_its_key(self):
        tour = factories.deployment(factories.posting(), "2026-01-01", "2026-12-31")
        for values in ({"officer": factories.officer()}, {"posting": factories.posting()}, {"id": tour.pk + 1000}):
            with refused("frozen"):
                rewrite(tour, **values)

    def test_the_chain_below_a_deployment_stays(self):
        posting = factories.posting()
        free = factories.posting()
        factories.deployment(posting, "2026-01-01", "2026-12-31", state="cancelled")
        moves = {
            Posting: {"mission": factories.mission()},
            Mission: {"operation": factories.operation()},
            Operation: {"programme": factories.programme(code="other")},
        }
        for first, second in ((posting, free), (posting.mission, free.mission)):
            with refused("frozen"):
                rewrite(first, **moves[type(first)])
            rewrite(second, **moves[type(second)])
        with refused("frozen operation"):
            rewrite(posting.mission.operation, **moves[Operation])
        with refused("frozen posting"):
            rewrite(posting, counts_against="none")
        rewrite(factories.posting(), counts_against="none")

    def test_a_version_only_changes_by_one_withdrawal(self):
        operation = factories.operation(5)
        for version in (operation.strengths.get(), operation.terms.get()):
            with refused("frozen version"):
                rewrite(version, effective_from="2021-01-01")
            with refused("frozen version"):
                withdraw(version, recorded_at=timezone.now())
            withdraw(version)
            for values in ({"withdrawn_at": None}, {"withdrawal_reason": "Another"}):
                with refused("frozen version"):
                    rewrite(version, **values)

    def test_a_version_begins_standing(self):
        operation = factories.operation(5)
        for values in ({"withdrawn_at": timezone.now()}, {"withdrawal_acknowledged_peak": 9}):
            with refused("frozen version"):
                factories.strength(operation, 5, day("2026-01-01"), **values)

    def test_nothing_of_it_is_deleted(self):
        tour = factories.deployment(factories.posting(), "2026-01-01", "2026-12-31", state="cancelled")
        record_act(tour, "cancel", by=SYSTEM)
        for model in (Deployment, AuthorizedStrength, OperationTerms, Gate, HistoryEntry):
            with refused("never delete"):
                model.objects.all()._raw_delete(model.objects.db)

    @pytest.mark.parametrize("model", [Posting, Mission, Operation])
    def test_the_chain_is_not_deleted_below_a_deployment(self, model):
        factories.deployment(factories.posting(), "2026-01-01", "2026-12-31")
        with refused("frozen"):
            model.objects.all()._raw_delete(model.objects.db)

    def test_history_is_not_rewritten(self):
        record_act(factories.posting(), "open", by=SYSTEM)
        with refused("never update"):
            HistoryEntry.objects.update(reason="Another")

    @pytest.mark.parametrize(
        "left",
        [{"label": "A name"}, {"search_text": "a name"}, {"reason": "A reason"}, {"detail": {"a": "b"}}, {"verb": "x"}],
    )
    def test_history_is_erased_whole_and_nothing_else_of_it_changes(self, left):
        record_act(factories.posting(), "open", by=SYSTEM, reason="A reason", a="b")
        erased = {"label": "erased", "search_text": "erased", "reason": "", "detail": {}}
        with refused("never update"):
            HistoryEntry.objects.update(**erased | left)
        HistoryEntry.objects.update(**erased)


class TestOfficer:
    def test_nobody_has_two_tours_on_one_day(self):
        tour = factories.deployment(factories.posting(), "2026-01-01", "2026-12-31")
        elsewhere = factories.posting()
        with pytest.raises(IntegrityError, match="officer.twice"), transaction.atomic():
            factories.deployment(elsewhere, "2026-12-31", "2027-12-31", officer=tour.officer)
        second = factories.deployment(elsewhere, "2027-01-01", "2027-12-31", officer=tour.officer)
        for values in ({"last_day": "2027-01-01"}, {"first_day": "2027-06-01", "last_day": "2028-06-01"}):
            with pytest.raises(IntegrityError, match="officer.twice"), transaction.atomic():
                rewrite(tour, **values)
        rewrite(second, state="cancelled")
        rewrite(tour, last_day="2027-01-01")
        with pytest.raises(IntegrityError, match="officer.twice"), transaction.atomic():
            rewrite(second, state="preparation")


class TestSoundness:
    @pytest.mark.parametrize("values", [{"first_day": "1899-12-31"}, {"last_day": "2200-01-01"}])
    def test_days_are_in_the_reach_of_every_reader(self, values):
        tour = factories.deployment(factories.posting(), "2026-01-01", "2026-12-31")
        with refused(""):
            rewrite(tour, **values)
        with refused("(bad day|day out of range)"):
            factories.strength(tour.posting.mission, 1, day("2200-01-01"))

    def test_without_the_gate_nothing_is_written(self):
        posting = factories.posting()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER portal_kept_deployments_gate")
            else:
                cursor.execute("ALTER TABLE deployments_gate DISABLE TRIGGER portal_kept")
            cursor.execute("DELETE FROM deployments_gate")
        with refused("gate missing"):
            factories.deployment(posting, "2026-01-01", "2026-12-31")
        with refused("gate missing"):
            factories.strength(posting.mission, 1)
        with refused("gate missing"):
            factories.terms(posting.mission, "closed", day("2026-01-01"))
        with refused("gate missing"):
            rewrite(posting, places=2)

    def test_every_write_turns_the_gates_revision(self):
        posting = factories.posting()
        before = Gate.objects.get().revision
        factories.deployment(posting, "2026-01-01", "2026-12-31")
        assert Gate.objects.get().revision > before
