"""Tours of duty: how one begins, changes, moves on and ends (rules 1, 2 and 6 to 13 of docs/domain.md)."""

import pytest

from core.actors import SYSTEM
from core.history import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import terms, tours
from deployments.domain.room import OfficerTaken, TakesNobody
from deployments.domain.tour_ends import LateReturnNotAcknowledged
from deployments.domain.transitions import TRANSITIONS, ImpossibleTransition, possible_verbs
from deployments.models import Deployment, DeploymentState, EndReason
from deployments.refusals import CapacityExceeded
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
    terms.suspend(posting.mission.operation, by=SYSTEM, effective_from=day("2026-06-15"), reason="Unrest", today=TODAY)
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
    assert tours.expire_holds(today=day("2026-12-01")) == []
    assert tours.expire_holds(today=day("2026-12-02")) == [held]
    assert tours.expire_holds(today=day("2026-12-02")) == []
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
    with pytest.raises(ImpossibleTransition):
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


# --- States and days --------------------------------------------------------------------------------------------------


def test_a_tour_goes_from_reserved_to_closed_with_each_step_in_its_history(posting, approver):
    officer = factories.officer()
    tour = reserve(posting, "2026-06-01", "2027-05-31", officer=officer, by=approver, hold_until=TODAY)
    tour = tours.prepare(tour, by=approver, today=TODAY)
    assert tour.hold_until is None
    tour = tours.check_in(tour, by=approver, today=TODAY)
    tour = tours.complete(tour, by=approver, last_day=TODAY, today=TODAY)
    assert (tour.state, tour.end_reason, tour.last_day) == ("ended", EndReason.COMPLETED, TODAY)
    tour = tours.reintegrate(tour, by=approver, today=TODAY)
    tour = tours.close_tour(tour, by=approver, today=TODAY)
    assert (tour.state, tour.created_by) == ("closed", approver)
    steps = [(e.verb, e.from_state, e.to_state) for e in reversed(history_of(tour))]
    assert steps == [
        ("reserve", "", "reserved"),
        ("prepare", "reserved", "preparation"),
        ("check-in", "preparation", "in_mission"),
        ("complete", "in_mission", "ended"),
        ("reintegrate", "ended", "reintegration"),
        ("close", "reintegration", "closed"),
    ]
    assert history_of(tour).filter(actor=approver).count() == 6


ACTS = {
    "prepare": lambda tour, by: tours.prepare(tour, by=by, today=TODAY),
    "check-in": lambda tour, by: tours.check_in(tour, by=by, today=TODAY),
    "extend": lambda tour, by: tours.extend(tour, by=by, last_day=day("2027-12-31"), reason="More", today=TODAY),
    "change-dates": lambda tour, by: tours.change_dates(
        tour, by=by, first_day=day("2026-06-01"), last_day=day("2026-11-22"), reason="Less", today=TODAY
    ),
    "transfer": lambda tour, by: tours.transfer(
        tour,
        by=by,
        posting=factories.posting(),
        first_day=TODAY,
        last_day=day("2027-12-31"),
        reason="Move",
        today=TODAY,
    ),
    "curtail": lambda tour, by: tours.curtail(tour, by=by, last_day=day("2026-11-22"), reason="Home", today=TODAY),
    "complete": lambda tour, by: tours.complete(tour, by=by, last_day=TODAY, today=TODAY),
    "repatriate": lambda tour, by: tours.repatriate(
        tour, by=by, last_day=TODAY, end_reason="medical", reason="Ill", today=TODAY
    ),
    "reintegrate": lambda tour, by: tours.reintegrate(tour, by=by, today=TODAY),
    "close": lambda tour, by: tours.close_tour(tour, by=by, today=TODAY),
    "cancel": lambda tour, by: tours.cancel(tour, by=by, reason="Ill", today=TODAY),
    "reinstate": lambda tour, by: tours.reinstate(tour, by=by, reason="Well again", today=TODAY),
    "expire": lambda tour, by: tours.expire_hold(tour, by=by, today=TODAY),
}


@pytest.mark.parametrize("verb", list(TRANSITIONS))
@pytest.mark.parametrize("state", DeploymentState.values)
def test_an_act_is_possible_exactly_from_its_states(posting, verb, state):
    hold = day("2026-11-23") if verb == "expire" else None
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=state, hold_until=hold)
    if verb in possible_verbs(state):
        done = ACTS[verb](tour, SYSTEM)
        tour.refresh_from_db()
        expected = TRANSITIONS[verb].target
        if expected:
            assert tour.state == expected
        assert done.pk == tour.pk or done.transferred_from == tour
    else:
        with pytest.raises(ImpossibleTransition) as refused:
            ACTS[verb](tour, SYSTEM)
        assert refused.value.as_json()["state"] == state
        assert tour.get_state_display() in str(refused.value)


def test_nobody_is_in_mission_before_the_first_day(posting):
    tour = tours.prepare(reserve(posting, "2026-11-25", "2027-05-31"), by=SYSTEM, today=TODAY)
    with pytest.raises(Refusal, match="begins on 2026-11-25"):
        tours.check_in(tour, by=SYSTEM, today=TODAY)
    assert tours.check_in(tour, by=SYSTEM, today=day("2026-11-25")).state == "in_mission"


@pytest.mark.parametrize("verb", ["complete", "repatriate"])
def test_an_actual_last_day_is_never_after_today_nor_before_the_first(posting, verb):
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    more = {"end_reason": "medical"} if verb == "repatriate" else {}
    for last, code in ((day("2026-11-25"), "ends_in_future"), (day("2026-05-31"), "days_out_of_order")):
        with pytest.raises(Refusal) as refused:
            getattr(tours, verb)(tour, by=SYSTEM, last_day=last, reason="End", today=TODAY, **more)
        assert (refused.value.code, refused.value.field) == (code, "last_day")


def test_a_curtailed_tour_ends_before_its_planned_day_and_a_repatriation_says_why(posting):
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23")
    with pytest.raises(Refusal, match="before its planned last day, 2026-11-23"):
        tours.curtail(tour, by=SYSTEM, last_day=day("2026-11-23"), reason="Home", today=TODAY)
    with pytest.raises(Refusal) as refused:
        tours.repatriate(tour, by=SYSTEM, last_day=TODAY, end_reason="completed", reason="Home", today=TODAY)
    assert refused.value.field == "end_reason"


def test_an_extension_ends_later_and_equal_days_are_no_change(posting):
    tour = reserve(posting, "2027-01-01", "2027-05-31")
    with pytest.raises(Refusal, match="after the present last day, 2027-05-31"):
        tours.extend(tour, by=SYSTEM, last_day=day("2027-05-31"), reason="More", today=TODAY)
    with pytest.raises(Refusal, match="these days already"):
        tours.change_dates(
            tour, by=SYSTEM, first_day=tour.first_day, last_day=tour.last_day, reason="More", today=TODAY
        )
    longer = tours.extend(tour, by=SYSTEM, last_day=day("2027-06-30"), reason="More", today=TODAY)
    assert longer.last_day == day("2027-06-30")
    assert history_of(tour).first().detail["last_day_was"] == "2027-05-31"


@pytest.mark.parametrize(
    ("first", "last", "code", "field"),
    [
        ("2027-02-01", "2027-01-31", "days_out_of_order", "last_day"),
        ("2027-02-01", "2036-11-25", "too_far", "last_day"),
        ("2036-11-25", "2036-12-31", "too_far", "first_day"),
        ("1899-12-31", "2027-01-31", "too_early", "first_day"),
    ],
)
def test_days_out_of_order_or_out_of_reach_are_refused_at_their_field(posting, first, last, code, field):
    with pytest.raises(Refusal) as refused:
        reserve(posting, first, last)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Deployment.objects.exists()


@pytest.mark.parametrize("status", ["draft", "stood_down"])
def test_a_posting_that_is_not_open_takes_nobody_new_but_past_tours_are_recorded(mali, status):
    posting = factories.posting(factories.mission(mali), status=status)
    with pytest.raises(Refusal, match=posting.reference) as refused:
        reserve(posting, "2027-01-01", "2027-12-31")
    assert (refused.value.code, refused.value.field) == ("posting_not_open", "posting")
    cancelled = factories.deployment(posting, "2027-01-01", "2027-12-31", state="cancelled")
    with pytest.raises(Refusal, match=posting.reference):
        tours.reinstate(cancelled, by=SYSTEM, reason="Well again", today=TODAY)
    past = record(posting, "2025-01-01", "2025-12-31", "closed")
    assert (past.state, past.end_reason) == ("closed", "completed")


def record(posting, first: str, last: str, state: str):
    return tours.record_tour(
        by=SYSTEM,
        officer=factories.officer(),
        posting=posting,
        first_day=day(first),
        last_day=day(last),
        state=state,
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("first", "last", "state", "code"),
    [
        ("2026-01-01", "2026-11-25", "ended", "ends_in_future"),
        ("2026-11-25", "2027-11-24", "in_mission", "not_begun"),
        ("2026-01-01", "2026-11-23", "asleep", "bad_value"),
    ],
)
def test_a_recorded_tour_is_in_a_state_that_its_days_allow(posting, first, last, state, code):
    with pytest.raises(Refusal) as refused:
        record(posting, first, last, state)
    assert refused.value.code == code


def test_a_cancelled_tour_is_recorded_without_taking_a_place(posting):
    at_strength(posting)
    assert record(posting, "2027-01-01", "2027-12-31", "cancelled").state == "cancelled"


def test_past_tours_meet_the_numbers_of_their_days(posting):
    for _n in range(2):
        record(posting, "2025-01-01", "2025-12-31", "closed")
    with pytest.raises(CapacityExceeded) as refused:
        record(posting, "2025-12-31", "2026-06-30", "closed")
    assert refused.value.shortfalls[0].last_day == day("2025-12-31")


def test_a_hold_that_has_run_out_already_is_refused(posting):
    with pytest.raises(Refusal) as refused:
        reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-11-23"))
    assert refused.value.field == "hold_until"


# --- Transfers --------------------------------------------------------------------------------------------------------


def move(tour, posting, first: str, last: str):
    return tours.transfer(
        tour, by=SYSTEM, posting=posting, first_day=day(first), last_day=day(last), reason="Needed", today=TODAY
    )


def test_a_transfer_ends_the_tour_the_day_before_and_begins_a_linked_one(posting):
    elsewhere = factories.posting()
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    linked = move(tour, elsewhere, "2026-11-24", "2027-05-31")
    tour.refresh_from_db()
    assert (tour.state, tour.last_day, tour.end_reason) == ("ended", day("2026-11-23"), "transferred")
    assert (linked.state, linked.posting, linked.officer, linked.transferred_from) == (
        "in_mission",
        elsewhere,
        tour.officer,
        tour,
    )


def test_a_transfer_to_come_shortens_the_tour_which_ends_as_transferred(posting):
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    linked = move(tour, factories.posting(), "2027-01-01", "2027-08-31")
    tour.refresh_from_db()
    assert (tour.state, tour.last_day, linked.state) == ("in_mission", day("2026-12-31"), "preparation")
    ended = tours.complete(tour, by=SYSTEM, last_day=day("2026-12-31"), today=day("2027-01-01"))
    assert ended.end_reason == EndReason.TRANSFERRED


def test_a_transfer_before_departure_cancels_what_would_not_remain(posting):
    tour = reserve(posting, "2027-01-01", "2027-12-31", hold_until=day("2026-12-15"))
    linked = move(tour, factories.posting(), "2027-01-01", "2027-12-31")
    tour.refresh_from_db()
    assert (tour.state, linked.state, linked.hold_until) == ("cancelled", "reserved", day("2026-12-15"))


def test_a_refused_transfer_leaves_the_tour_as_it_was(posting):
    full = factories.posting(places=1)
    reserve(full, "2027-01-01", "2027-01-31")
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    with pytest.raises(CapacityExceeded):
        move(tour, full, "2026-12-01", "2027-05-31")
    tour.refresh_from_db()
    assert (tour.state, tour.last_day) == ("in_mission", day("2027-05-31"))
    assert Deployment.objects.count() == 2


def test_a_transfer_within_an_operation_at_strength_needs_no_second_place(posting):
    [tour, _other] = [factories.deployment(posting, "2026-06-01", "2027-05-31") for _n in range(2)]
    linked = move(tour, factories.posting(posting.mission), "2026-11-24", "2027-05-31")
    assert linked.state == "in_mission"


def test_a_transfer_follows_on_the_tour_into_another_posting_and_happens_once(posting):
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    elsewhere = factories.posting()
    for place, first, code in (
        (posting, "2027-01-01", "same_posting"),
        (elsewhere, "2027-06-02", "gap_in_transfer"),
        (elsewhere, "2026-06-01", "before_first_day"),
    ):
        with pytest.raises(Refusal) as refused:
            move(tour, place, first, "2027-12-31")
        assert refused.value.code == code
    linked = move(tour, elsewhere, "2027-06-01", "2027-12-31")
    with pytest.raises(Refusal, match="transferred from this tour already"):
        move(tour, factories.posting(), "2027-01-01", "2027-12-31")
    tours.cancel(linked, by=SYSTEM, reason="Not needed", today=TODAY)
    assert move(tour, factories.posting(), "2027-01-01", "2027-12-31").transferred_from == tour


# --- Who may, and why -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", list(TRANSITIONS))
def test_only_an_approver_acts_on_tours(posting, verb, selection_officer):
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=sorted(TRANSITIONS[verb].sources)[0])
    with pytest.raises(NotPermitted):
        ACTS[verb](tour, selection_officer)


def test_only_an_approver_reserves_and_records(posting, selection_officer, approver):
    with pytest.raises(NotPermitted):
        reserve(posting, "2027-01-01", "2027-12-31", by=selection_officer)
    assert reserve(posting, "2027-01-01", "2027-12-31", by=approver).created_by == approver


@pytest.mark.parametrize("verb", ["extend", "change-dates", "transfer", "curtail", "repatriate", "cancel", "reinstate"])
def test_an_act_that_changes_a_plan_needs_a_reason(posting, verb):
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=sorted(TRANSITIONS[verb].sources)[0])
    values = {
        "extend": {"last_day": day("2026-12-31")},
        "change-dates": {"first_day": day("2026-06-01"), "last_day": day("2026-11-22")},
        "transfer": {"posting": factories.posting(), "first_day": TODAY, "last_day": TODAY},
        "curtail": {"last_day": day("2026-11-22")},
        "repatriate": {"last_day": day("2026-11-22"), "end_reason": "medical"},
    }
    with pytest.raises(Refusal) as refused:
        getattr(tours, verb.replace("-", "_"))(tour, by=SYSTEM, reason=" ", today=TODAY, **values.get(verb, {}))
    assert refused.value.code == "reason_required"
