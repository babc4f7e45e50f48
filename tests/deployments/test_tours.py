"""Tours of duty: how one begins, changes, moves on and ends (rules 1, 2 and 6 to 13 of docs/domain.md)."""

import pytest

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import Refusal
from deployments.domain import authority, tours
from deployments.domain.tours import LateReturnNotAcknowledged, OfficerTaken, TakesNobody
from deployments.domain.verbs.tours import ImpossibleForTour
from deployments.limits.refusals import CapacityExceeded
from deployments.models import Deployment
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def mali():
    return factories.operation(2, name_en="Mali", name_fr="Mali")


@pytest.fixture
def posting(mali):
    return factories.posting(factories.mission(mali))


def reserve(posting, first: str, last: str, **values):
    values = {"by": SYSTEM, "officer": None, "today": TODAY} | values
    values["officer"] = values["officer"] or factories.officer()
    return tours.reserve(posting=posting, first_day=day(first), last_day=day(last), **values)


def at_strength(posting, first="2027-01-01", last="2027-12-31", count=2):
    return [reserve(posting, first, last) for _n in range(count)]


# --- What a tour consumes ---------------------------------------------------------------------------------------------


def narrow(level: str):
    """A posting whose only limit of one tour at once is at ``level``."""
    operation = factories.operation(1 if level in ("operation", "programme") else 9)
    mission = factories.mission(operation)
    if level == "mission":
        factories.strength(mission, 1)
    if level == "programme":
        factories.strength(operation.programme, 1)
    counts_against = "programme" if level == "programme" else "all"
    return factories.posting(mission, places=1 if level == "posting" else 9, counts_against=counts_against)


@pytest.mark.parametrize("level", ["posting", "mission", "operation", "programme"])
def test_rule_1_a_tour_consumes_every_level_above_it(level):
    posting = narrow(level)
    reserve(posting, "2027-01-01", "2027-12-31")
    with pytest.raises(CapacityExceeded) as refused:
        reserve(posting, "2027-06-01", "2027-06-30")
    assert [found.level.kind for found in refused.value.shortfalls] == [level]


def test_rule_1_ancillary_tours_count_for_the_programme_alone_and_courses_for_nothing_but_their_places(posting):
    at_strength(posting)
    ancillary = factories.posting(posting.mission, counts_against="programme")
    course = factories.posting(posting.mission, counts_against="none", places=1)
    factories.strength(posting.mission.operation.programme, 3, day("2026-01-01"))
    reserve(ancillary, "2027-01-01", "2027-01-31")
    with pytest.raises(CapacityExceeded):
        reserve(ancillary, "2027-01-01", "2027-01-31")
    reserve(course, "2027-01-01", "2027-01-31")
    with pytest.raises(CapacityExceeded) as refused:
        reserve(course, "2027-01-01", "2027-01-31")
    assert [found.level.kind for found in refused.value.shortfalls] == ["posting"]


def test_rule_2_the_peak_counts_on_each_single_day_against_the_number_of_that_day(posting, mali):
    reserve(posting, "2027-01-01", "2027-03-31")
    reserve(posting, "2027-06-01", "2027-08-31")
    factories.strength(mali, 1, day("2027-07-01"), acknowledged_peak=1)
    reserve(posting, "2027-02-01", "2027-06-30")
    with pytest.raises(CapacityExceeded) as refused:
        reserve(posting, "2027-06-01", "2027-06-30")
    assert refused.value.shortfalls[0].first_day == day("2027-06-01")
    with pytest.raises(CapacityExceeded) as refused:
        reserve(posting, "2027-07-01", "2027-07-01")
    assert refused.value.shortfalls[0].number == 1


def test_rule_3_the_number_in_force_on_the_day_decides_also_one_still_to_come(posting, mali):
    at_strength(posting)
    factories.strength(mali, 3, day("2027-07-01"))
    with pytest.raises(CapacityExceeded) as refused:
        reserve(posting, "2027-06-30", "2027-08-31")
    assert (refused.value.shortfalls[0].first_day, refused.value.shortfalls[0].last_day) == (day("2027-06-30"),) * 2
    assert refused.value.next_first_day == day("2027-07-01")
    assert reserve(posting, "2027-07-01", "2027-08-31").state == "reserved"


def test_rule_4_a_posting_may_have_more_places_than_the_level_above_and_the_lower_number_binds(posting):
    assert posting.places > 2
    at_strength(posting)
    with pytest.raises(CapacityExceeded) as refused:
        reserve(posting, "2027-01-01", "2027-01-01")
    assert refused.value.shortfalls[0].level.kind == "operation"


def test_rule_5_over_strength_takes_nothing_new_while_shortening_and_ending_stay_possible(posting, mali):
    first, second = at_strength(posting)
    factories.strength(mali, 1, day("2027-03-01"), acknowledged_peak=2)
    with pytest.raises(CapacityExceeded):
        reserve(posting, "2027-03-01", "2027-03-01")
    with pytest.raises(CapacityExceeded):
        tours.change_dates(
            factories.deployment(posting, "2028-01-01", "2028-01-31", state="reserved"),
            by=SYSTEM,
            first_day=day("2027-12-31"),
            last_day=day("2028-01-31"),
            reason="Earlier",
            today=TODAY,
        )
    shorter = tours.change_dates(
        second, by=SYSTEM, first_day=day("2027-01-01"), last_day=day("2027-11-30"), reason="Home", today=TODAY
    )
    assert shorter.last_day == day("2027-11-30")
    tours.cancel(first, by=SYSTEM, reason="Ill", today=TODAY)


@pytest.mark.parametrize("status", ["suspended", "reassessment", "closed"])
@pytest.mark.parametrize("record", ["operation", "mission"])
def test_rule_6_suspended_reassessed_and_closed_take_no_newly_occupied_day(posting, status, record):
    tour = reserve(posting, "2027-01-01", "2027-05-31")
    held = {"operation": posting.mission.operation, "mission": posting.mission}[record]
    factories.terms(held, status, day("2027-06-01"))
    factories.terms(held, "active", day("2027-08-01"))
    with pytest.raises(TakesNobody) as refused:
        reserve(posting, "2027-05-01", "2027-09-30")
    assert str(held) in str(refused.value)
    assert "from 2027-06-01 to 2027-07-31" in str(refused.value)
    with pytest.raises(TakesNobody):
        tours.extend(tour, by=SYSTEM, last_day=day("2027-06-01"), reason="Handover", today=TODAY)
    reserve(posting, "2027-08-01", "2027-09-30")
    assert Deployment.objects.count() == 2


def test_rule_6_the_steps_of_a_running_tour_stay_possible_under_suspension(posting):
    running = factories.deployment(posting, "2026-06-01", "2027-05-31")
    coming = reserve(posting, "2026-11-01", "2027-05-31")
    authority.suspend(
        posting.mission.operation, by=SYSTEM, effective_from=day("2026-06-15"), reason="Unrest", today=TODAY
    )
    tours.change_dates(
        running, by=SYSTEM, first_day=day("2026-06-01"), last_day=day("2027-01-31"), reason="Home", today=TODAY
    )
    tours.complete(running, by=SYSTEM, last_day=TODAY, today=TODAY)
    tours.prepare(coming, by=SYSTEM, today=TODAY)
    tours.check_in(coming, by=SYSTEM, today=TODAY)
    assert set(Deployment.objects.values_list("state", flat=True)) == {"ended", "in_mission"}


def test_rule_7_a_hold_counts_until_it_is_expired_by_the_daily_run(posting):
    held = reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-12-01"))
    kept = reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-12-02"))
    assert tours.expire_holds(by=SYSTEM, today=day("2026-12-01")) == []
    assert tours.expire_holds(by=SYSTEM, today=day("2026-12-02")) == [held]
    assert tours.expire_holds(by=SYSTEM, today=day("2026-12-02")) == []
    held.refresh_from_db()
    kept.refresh_from_db()
    assert (held.state, kept.state) == ("cancelled", "reserved")
    assert history_of(held).first().verb == "expire"


def test_rule_7_a_hold_that_has_run_out_gives_way_to_the_next_act_that_needs_the_place(posting):
    held = reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-12-01"))
    reserve(posting, "2027-01-01", "2027-12-31")
    with pytest.raises(CapacityExceeded):
        reserve(posting, "2027-06-01", "2027-06-30", today=day("2026-12-01"))
    reserve(posting, "2027-06-01", "2027-06-30", today=day("2026-12-02"))
    held.refresh_from_db()
    assert held.state == "cancelled"


def test_rule_7_a_hold_elsewhere_that_nobody_needs_is_left_to_the_daily_run(posting):
    held = reserve(posting, "2027-01-01", "2027-03-31", hold_until=day("2026-12-01"))
    reserve(posting, "2027-06-01", "2027-06-30", today=day("2026-12-02"))
    held.refresh_from_db()
    assert held.state == "reserved"


def test_rule_7_a_single_hold_is_expired_only_once_it_has_run_out(posting):
    held = reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-12-01"))
    with pytest.raises(Refusal, match="has not run out"):
        tours.expire_hold(held, by=SYSTEM, today=day("2026-12-01"))
    assert tours.expire_hold(held, by=SYSTEM, today=day("2026-12-02")).state == "cancelled"
    with pytest.raises(ImpossibleForTour):
        tours.expire_hold(held, by=SYSTEM, today=day("2026-12-02"))


def test_rule_8_both_officers_of_a_handover_count_on_the_days_that_overlap(posting, mali):
    at_strength(posting, "2027-01-01", "2027-06-30")
    with pytest.raises(CapacityExceeded):
        reserve(posting, "2027-06-24", "2027-12-31")
    factories.strength(mali, 3, day("2027-06-24"))
    assert reserve(posting, "2027-06-24", "2027-12-31").state == "reserved"


def test_leaving_on_monday_and_arriving_on_tuesday_is_no_overlap(posting):
    at_strength(posting, "2027-01-01", "2027-06-28")
    assert len(at_strength(posting, "2027-06-29", "2027-12-31")) == 2


@pytest.mark.parametrize("act", ["extend", "earlier", "later", "transfer", "reinstate", "record"])
def test_rule_9_every_act_that_occupies_days_meets_the_same_wall(posting, act):
    other = factories.posting(factories.mission())
    moved = reserve(other, "2026-11-01", "2026-12-31")
    mine = reserve(posting, "2027-01-01", "2027-05-31")
    gone = tours.cancel(reserve(posting, "2027-06-01", "2027-06-30"), by=SYSTEM, reason="Ill", today=TODAY)
    at_strength(posting, "2027-06-01", "2027-12-31")
    at_strength(posting, "2026-12-01", "2026-12-31")
    why = {"by": SYSTEM, "reason": "Handover", "today": TODAY}
    with pytest.raises(CapacityExceeded):
        if act == "extend":
            tours.extend(mine, last_day=day("2027-06-01"), **why)
        elif act == "earlier":
            tours.change_dates(mine, first_day=day("2026-12-31"), last_day=day("2027-05-31"), **why)
        elif act == "later":
            tours.change_dates(mine, first_day=day("2027-07-01"), last_day=day("2027-07-31"), **why)
        elif act == "transfer":
            tours.transfer(moved, posting=posting, first_day=day("2026-12-15"), last_day=day("2027-01-31"), **why)
        elif act == "reinstate":
            tours.reinstate(gone, **why)
        else:
            tours.record_tour(
                by=SYSTEM,
                officer=factories.officer(),
                posting=posting,
                first_day=day("2027-06-01"),
                last_day=day("2027-06-01"),
                state="preparation",
                today=TODAY,
            )
    for tour in (mine, moved, gone):
        kept = Deployment.objects.get(pk=tour.pk)
        assert (kept.first_day, kept.last_day, kept.state) == (tour.first_day, tour.last_day, tour.state)


def test_rule_10_one_officer_never_has_two_tours_on_one_day(posting):
    officer = factories.officer()
    reserve(posting, "2027-01-01", "2027-05-31", officer=officer)
    elsewhere = factories.posting()
    with pytest.raises(OfficerTaken, match="another tour from 2027-01-01 to 2027-05-31") as refused:
        reserve(elsewhere, "2027-05-31", "2027-08-31", officer=officer)
    assert posting.reference not in str(refused.value)
    after = reserve(elsewhere, "2027-06-01", "2027-08-31", officer=officer)
    with pytest.raises(OfficerTaken):
        tours.change_dates(
            after, by=SYSTEM, first_day=day("2027-05-31"), last_day=day("2027-08-31"), reason="Early", today=TODAY
        )


def test_rule_10_the_days_between_an_officers_own_new_days_do_not_count_twice(posting):
    tour = reserve(posting, "2027-02-01", "2027-02-28")
    wider = tours.change_dates(
        tour, by=SYSTEM, first_day=day("2027-01-01"), last_day=day("2027-03-31"), reason="Both ends", today=TODAY
    )
    assert (wider.first_day, wider.last_day) == (day("2027-01-01"), day("2027-03-31"))


def test_rule_10_an_officers_own_lapsed_hold_gives_way(posting):
    officer = factories.officer()
    held = reserve(posting, "2027-01-01", "2027-05-31", officer=officer, hold_until=day("2026-12-01"))
    reserve(posting, "2027-05-01", "2027-08-31", officer=officer, today=day("2026-12-02"))
    held.refresh_from_db()
    assert held.state == "cancelled"


def test_rule_11_a_leaver_frees_the_place_from_the_day_after_the_actual_last_day(posting, mali):
    mali_full = [factories.deployment(posting, "2026-06-01", "2027-05-31") for _n in range(2)]
    tours.curtail(mali_full[0], by=SYSTEM, last_day=TODAY, reason="Mandate", today=TODAY)
    with pytest.raises(CapacityExceeded):
        reserve(posting, "2026-11-24", "2027-05-31")
    assert reserve(posting, "2026-11-25", "2027-05-31").state == "reserved"


def test_rule_11_a_cancelled_tour_frees_its_place_at_once(posting):
    first, _second = at_strength(posting)
    tours.cancel(first, by=SYSTEM, reason="Ill", today=TODAY)
    assert reserve(posting, "2027-01-01", "2027-12-31").state == "reserved"


def test_rule_12_a_late_return_into_a_successors_tour_is_recorded_only_when_acknowledged(posting):
    stays = factories.deployment(posting, "2026-01-01", "2026-11-10")
    [successor, _other] = [factories.deployment(posting, "2026-11-11", "2027-05-31") for _n in range(2)]
    with pytest.raises(LateReturnNotAcknowledged, match="Mali: 2 authorized") as refused:
        tours.complete(stays, by=SYSTEM, last_day=day("2026-11-20"), today=TODAY)
    assert refused.value.as_json()["code"] == "late_return_not_acknowledged"
    assert refused.value.as_json()["shortfalls"][0]["committed"] == 2
    with pytest.raises(Refusal) as refused:
        tours.complete(stays, by=SYSTEM, last_day=day("2026-11-20"), acknowledge_late=True, today=TODAY)
    assert refused.value.code == "reason_required"
    ended = tours.complete(
        stays, by=SYSTEM, last_day=day("2026-11-20"), reason="No flight", acknowledge_late=True, today=TODAY
    )
    assert (ended.last_day, ended.late_from, ended.late_reason) == (day("2026-11-20"), day("2026-11-11"), "No flight")
    successor.refresh_from_db()
    assert successor.first_day == day("2026-11-11")


def test_rule_12_a_later_return_with_room_is_no_late_return(posting):
    stays = factories.deployment(posting, "2026-01-01", "2026-11-10")
    ended = tours.complete(stays, by=SYSTEM, last_day=day("2026-11-20"), today=TODAY)
    assert (ended.last_day, ended.late_from) == (day("2026-11-20"), None)


def test_rule_12_a_late_repatriation_from_a_suspended_operation_is_recorded_too(posting):
    stays = factories.deployment(posting, "2026-01-01", "2026-11-10")
    factories.terms(posting.mission.operation, "suspended", day("2026-11-01"))
    values = {"last_day": day("2026-11-20"), "end_reason": "medical", "reason": "Hospital", "today": TODAY}
    with pytest.raises(LateReturnNotAcknowledged, match="takes nobody new"):
        tours.repatriate(stays, by=SYSTEM, **values)
    ended = tours.repatriate(stays, by=SYSTEM, acknowledge_late=True, **values)
    assert (ended.late_from, ended.end_reason) == (day("2026-11-11"), "medical")


def test_rule_12_a_late_return_never_overlaps_the_officers_next_tour(posting):
    stays = factories.deployment(posting, "2026-01-01", "2026-11-10")
    factories.deployment(factories.posting(), "2026-11-15", "2027-05-31", officer=stays.officer)
    with pytest.raises(OfficerTaken):
        tours.complete(
            stays, by=SYSTEM, last_day=day("2026-11-20"), reason="No flight", acknowledge_late=True, today=TODAY
        )


def test_rule_12_a_corrected_last_day_before_the_planned_one_is_no_late_return_any_more(posting):
    stays = factories.deployment(posting, "2026-01-01", "2026-11-10")
    [factories.deployment(posting, "2026-11-11", "2027-05-31") for _n in range(2)]
    ended = tours.complete(
        stays, by=SYSTEM, last_day=day("2026-11-20"), reason="No flight", acknowledge_late=True, today=TODAY
    )
    values = {"by": SYSTEM, "first_day": day("2026-01-01"), "reason": "Stamp in the passport", "today": TODAY}
    assert tours.change_dates(ended, last_day=day("2026-11-15"), **values).late_from == day("2026-11-11")
    assert tours.change_dates(ended, last_day=day("2026-11-10"), **values).late_from is None
