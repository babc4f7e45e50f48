"""The steps of a tour of duty: states, days, transfers, who may act and why."""

import pytest

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import tours
from deployments.domain.verbs.tours import ImpossibleForTour, TourVerb
from deployments.limits.refusals import CapacityExceeded
from deployments.models import Deployment, DeploymentState, EndReason
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
    values = {"by": SYSTEM, "today": TODAY} | values
    officer = values.pop("officer", None) or factories.officer()
    return tours.reserve(posting=posting, officer=officer, first_day=day(first), last_day=day(last), **values)


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
    "reinstate": lambda tour, by: tours.reinstate(
        tour,
        by=by,
        reason="Well again",
        today=TODAY,
        last_day=None if tour.state == "cancelled" else day("2026-12-31"),
    ),  # fmt: skip
    "expire": lambda tour, by: tours.expire_hold(tour, by=by, today=TODAY),
}


@pytest.mark.parametrize("verb", list(ACTS))
@pytest.mark.parametrize("state", DeploymentState.values)
def test_an_act_is_possible_exactly_from_its_states(posting, verb, state):
    hold = day("2026-11-23") if verb == "expire" else None
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=state, hold_until=hold)
    if state in TourVerb(verb).facts.sources:
        done = ACTS[verb](tour, SYSTEM)
        tour.refresh_from_db()
        expected = TourVerb(verb).facts.target
        if verb == "reinstate" and state != "cancelled":
            expected = "in_mission"  # who was abroad is abroad again
        if expected:
            assert tour.state == expected
        assert done.pk == tour.pk or done.transferred_from == tour
    else:
        with pytest.raises(ImpossibleForTour) as refused:
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
    for _n in range(2):
        reserve(posting, "2027-01-01", "2027-12-31")
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


@pytest.mark.parametrize("verb", list(ACTS))
def test_only_an_approver_acts_on_tours(posting, verb, selection_officer):
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=min(TourVerb(verb).facts.sources))
    with pytest.raises(NotPermitted):
        ACTS[verb](tour, selection_officer)


def test_only_an_approver_reserves_and_records(posting, selection_officer, approver):
    with pytest.raises(NotPermitted):
        reserve(posting, "2027-01-01", "2027-12-31", by=selection_officer)
    assert reserve(posting, "2027-01-01", "2027-12-31", by=approver).created_by == approver


@pytest.mark.parametrize("verb", ["extend", "change-dates", "transfer", "curtail", "repatriate", "cancel", "reinstate"])
def test_an_act_that_changes_a_plan_needs_a_reason(posting, verb):
    tour = factories.deployment(posting, "2026-06-01", "2026-11-23", state=min(TourVerb(verb).facts.sources))
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
