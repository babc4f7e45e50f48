"""Mistakes are put right: a tour that ended or was closed goes on, or gets its true last day; what hangs on it follows."""

import pytest
from django.db import IntegrityError

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.domain import tours
from deployments.limits import audit
from deployments.limits.refusals import CapacityExceeded
from deployments.models import ChecklistItem, ChecklistMark, Deployment, Leave
from officers.models import Unavailability
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


@pytest.fixture
def posting():
    """In an operation with a single place."""
    return factories.posting(factories.mission(factories.operation(1)))


@pytest.fixture
def tour(posting):
    return factories.deployment(posting, iso(-100), iso(60))


def address(tour, verb: str) -> str:
    return f"/admin/deployments/deployment/{tour.pk}/{verb}/"


def ended(posting, state="ended", **fields) -> Deployment:
    return factories.deployment(posting, iso(-100), iso(-10), state=state, end_reason="curtailed", **fields)


# --- Reinstating --------------------------------------------------------------------------------------------------


def test_a_tour_curtailed_by_mistake_is_running_again_to_the_day_that_was_planned(client, tour, approver):
    client.force_login(approver)
    typed = {"last_day": iso(-1), "reason": "Another officer was meant"}
    assert client.post(address(tour, "curtail"), typed).status_code == 302
    form = client.get(address(tour, "reinstate")).context["form"]
    assert form.initial["last_day"] == around(60), "prefilled with what was planned"
    done = client.post(address(tour, "reinstate"), {"last_day": iso(60), "reason": "Curtailed by mistake"})
    assert done.status_code == 302
    tour.refresh_from_db()
    assert (tour.state, tour.last_day, tour.end_reason) == ("in_mission", around(60), "")
    act = history_of(tour).first()
    assert (act.verb, act.reason, act.from_state, act.to_state) == (
        *("reinstate", "Curtailed by mistake", "ended", "in_mission"),
    )
    assert act.detail["last_day_was"] == iso(-1)
    mail = OutboxMail.objects.filter(user=tour.officer.user).latest("pk")
    assert mail.subject.startswith("Your tour goes on")


@pytest.mark.parametrize("state", ["ended", "reintegration", "closed"])
def test_a_full_number_refuses_the_days_after_the_actual_end(client, posting, approver, state):
    tour = ended(posting, state)
    factories.deployment(factories.posting(posting.mission), iso(5), iso(90))
    client.force_login(approver)
    answer = client.post(address(tour, "reinstate"), {"last_day": iso(5), "reason": "A slip"}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "capacity_exceeded")
    page = client.post(address(tour, "reinstate"), {"last_day": iso(5), "reason": "A slip"})
    assert "last_day" in page.context["form"].errors and "A slip" in page.content.decode()
    tour.refresh_from_db()
    assert (tour.state, tour.last_day) == (state, around(-10))
    assert client.post(address(tour, "reinstate"), {"last_day": iso(4), "reason": "A slip"}).status_code == 302


def test_a_full_number_and_a_missing_release_are_said_at_the_field_as_well(client, posting, approver):
    officer = factories.officer(is_released=False)
    tour = ended(posting, officer=officer)
    factories.deployment(factories.posting(posting.mission), iso(5), iso(90))
    client.force_login(approver)
    typed = {"last_day": iso(5), "reason": "A slip"}
    told = client.post(address(tour, "reinstate"), typed, headers=JSON).json()
    assert {each["code"] for each in told["findings"]} == {"release", "capacity"}
    assert told["field"] == "last_day", "the form asks for no officer"
    page = client.post(address(tour, "reinstate"), typed)
    assert page.status_code == 409 and len(page.context["form"].errors["last_day"]) == 2
    cancelled = factories.deployment(posting, iso(5), iso(9), state="cancelled", officer=officer)
    page = client.post(address(cancelled, "reinstate"), {"reason": "A slip"})
    assert page.status_code == 409 and page.context["refusal"], "it asks for no day: said above the form"


def test_days_that_it_had_are_not_asked_again_even_over_strength(posting, approver):
    tour = ended(posting)
    mission = posting.mission
    factories.strength(mission, 0, around(-50), acknowledged_peak=1)
    again = tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-10))
    assert again.state == "in_mission" and audit.breaches() == []
    with pytest.raises(CapacityExceeded):
        tours.extend(again, by=approver, last_day=around(-9), reason="Longer")


@pytest.mark.parametrize(("last_day", "status"), [("", 400), ("x", 400), (iso(-101), 409), ("2199-01-01", 409)])
def test_the_last_day_is_asked_and_makes_sense(client, posting, approver, last_day, status):
    tour = ended(posting)
    client.force_login(approver)
    answer = client.post(address(tour, "reinstate"), {"last_day": last_day, "reason": "A slip"}, headers=JSON)
    assert answer.status_code == status and "last_day" in answer.content.decode()


def test_without_a_last_day_or_a_reason_nothing_goes_on(posting, approver):
    tour = ended(posting)
    with pytest.raises(Refusal, match="Name the last day"):
        tours.reinstate(tour, by=approver, reason="A slip")
    with pytest.raises(Refusal, match="Give a reason"):
        tours.reinstate(tour, by=approver, reason=" ", last_day=around(5))


@pytest.mark.parametrize("verb", [tours.reinstate, tours.correct_last_day])
def test_it_is_the_approvers_act(posting, selection_officer, verb):
    with pytest.raises(NotPermitted):
        verb(ended(posting), by=selection_officer, reason="A slip", last_day=around(-20))


def test_new_days_need_terms_that_take_people(posting, approver):
    tour = ended(posting)
    factories.terms(posting.mission, "suspended", around(-9))
    with pytest.raises(tours.TakesNobody):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-9))
    assert tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-10)).state == "in_mission"


def test_new_days_need_a_release_and_an_officer_who_is_free_and_there(posting, approver):
    officer = factories.officer(is_released=False)
    factories.release(officer, iso(-100), iso(10))
    tour = ended(posting, officer=officer)
    with pytest.raises(Refusal, match="has not released"):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(11))
    away = Unavailability.objects.create(officer=officer, first_day=around(-5), last_day=around(-4))
    with pytest.raises(Refusal, match="not cleared"):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(10))
    away.delete()
    other = factories.deployment(factories.posting(), iso(8), iso(9), state="preparation", officer=officer)
    with pytest.raises(tours.OfficerTaken):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(10))
    tours.cancel(other, by=approver, reason="No")
    assert tours.reinstate(tour, by=approver, reason="A slip", last_day=around(10)).state == "in_mission"


def test_days_of_an_acknowledged_late_return_need_room_now(posting, approver):
    tour = ended(posting)
    factories.deployment(factories.posting(posting.mission), iso(-9), iso(-8), state="closed")
    late = {"last_day": around(-8), "late_from": around(-9), "late_reason": "No flight"}
    Deployment.objects.filter(pk=tour.pk).update(**late)
    with pytest.raises(CapacityExceeded):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-8))
    again = tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-10))
    assert (again.late_from, again.late_reason) == (None, "")


def test_a_transferred_officer_is_not_in_two_missions(posting, approver):
    tour = factories.deployment(posting, iso(-100), iso(60))
    other = factories.posting(posting.mission)
    days = {"first_day": around(-5), "last_day": around(60)}
    tours.transfer(tour, by=approver, posting=other, reason="Needed there", **days)
    with pytest.raises(Refusal, match="was transferred"):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-6))


def test_places_lowered_meanwhile_hold_those_who_are_live(posting, approver):
    factories.strength(posting.mission.operation, 5, around(-200))
    tour = ended(posting)
    factories.deployment(posting, iso(-50), iso(50))
    type(posting).objects.filter(pk=posting.pk).update(places=1)
    with pytest.raises(CapacityExceeded):
        tours.reinstate(tour, by=approver, reason="A slip", last_day=around(-10))
    with pytest.raises(IntegrityError, match="exceeded posting"):
        Deployment.objects.filter(pk=tour.pk).update(state="in_mission")


def test_a_cancelled_tour_is_prepared_again_without_being_asked_a_day(client, posting, approver):
    tour = factories.deployment(posting, iso(10), iso(60), state="cancelled")
    client.force_login(approver)
    assert "last_day" not in client.get(address(tour, "reinstate")).context["form"].fields
    assert client.post(address(tour, "reinstate"), {"reason": "It takes place"}).status_code == 302
    tour.refresh_from_db()
    assert (tour.state, tour.last_day) == ("preparation", around(60))


# --- Another actual last day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["ended", "reintegration", "closed"])
@pytest.mark.parametrize("last_day", [-20, -3, 0])
def test_the_last_day_is_corrected_and_the_state_stays(posting, approver, state, last_day):
    tour = ended(posting, state)
    corrected = tours.correct_last_day(tour, by=approver, last_day=around(last_day), reason="The ticket says so")
    assert (corrected.state, corrected.last_day, corrected.end_reason) == (state, around(last_day), "curtailed")
    act = history_of(tour).get()
    assert (act.verb, act.reason, act.detail["last_day_was"]) == ("correct-last-day", "The ticket says so", iso(-10))
    assert OutboxMail.objects.get(user=tour.officer.user).subject.startswith("The last day of your tour is corrected")


@pytest.mark.parametrize(
    ("days", "code"), [(-10, "nothing_changes"), (1, "ends_in_future"), (-101, "days_out_of_order")]
)
def test_a_last_day_that_cannot_be_is_said_at_the_field(client, posting, approver, days, code):
    tour = ended(posting)
    client.force_login(approver)
    typed = {"last_day": iso(days), "reason": "x"}
    answer = client.post(address(tour, "correct-last-day"), typed, headers=JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, code, "last_day")
    tour.refresh_from_db()
    assert tour.last_day == around(-10)


def test_later_days_without_room_are_a_late_return_once_acknowledged(client, posting, approver):
    tour = ended(posting, "closed")
    factories.deployment(factories.posting(posting.mission), iso(-8), iso(90))
    client.force_login(approver)
    typed = {"last_day": iso(-5), "reason": "No flight"}
    asked = client.post(address(tour, "correct-last-day"), typed)
    assert asked.status_code == 409 and "acknowledge_late" in asked.content.decode()
    done = client.post(address(tour, "correct-last-day"), typed | {"acknowledge_late": "on"})
    assert done.status_code == 302
    tour.refresh_from_db()
    assert (tour.last_day, tour.late_from, tour.late_reason) == (around(-5), around(-9), "No flight")
    assert audit.breaches() == []
    tours.correct_last_day(tour, by=approver, last_day=around(-10), reason="It was in time after all")
    tour.refresh_from_db()
    assert (tour.late_from, tour.late_reason) == (None, "")


def test_later_days_need_a_release(posting, approver):
    officer = factories.officer(is_released=False)
    factories.release(officer, iso(-100), iso(-5))
    tour = ended(posting, officer=officer)
    with pytest.raises(Refusal, match="has not released"):
        tours.correct_last_day(tour, by=approver, last_day=around(-4), reason="x")
    assert tours.correct_last_day(tour, by=approver, last_day=around(-5), reason="x").last_day == around(-5)
    assert tours.correct_last_day(tour, by=approver, last_day=around(-6), reason="x").last_day == around(-6)


# --- What hangs on the tour --------------------------------------------------------------------------------------------


def test_a_closed_tour_takes_a_late_appraisal(client, posting, approver):
    tour = ended(posting, "closed")
    client.force_login(approver)
    typed = {"outcome": "met", "given_on": iso(-1), "remarks": "Came late"}
    assert client.post(address(tour, "record-appraisal"), typed).status_code == 302
    tour.refresh_from_db()
    assert (tour.state, tour.appraisal.outcome) == ("closed", "met")


@pytest.mark.parametrize("way", ["complete", "curtail", "change_dates", "transfer", "correct_last_day"])
def test_leave_after_the_true_last_day_is_cut_off_with_the_tour(posting, approver, way):
    tour = factories.deployment(posting, iso(-100), iso(60))
    spans = [(-60, -50), (-12, -3), (-2, 5)]
    for first, last in spans:
        Leave.objects.create(deployment=tour, first_day=around(first), last_day=around(last))
    if way == "correct_last_day":
        Deployment.objects.filter(pk=tour.pk).update(state="ended", last_day=around(0))
    typed = {
        "change_dates": {"first_day": around(-55)},
        "transfer": {"posting": factories.posting(posting.mission), "first_day": around(-9), "last_day": around(60)},
    }.get(way, {})
    getattr(tours, way)(tour, by=approver, **({"last_day": around(-10), "reason": "x"} | typed))
    kept = [(-55 if way == "change_dates" else -60, -50), (-12, -10)]
    assert [(leave.first_day, leave.last_day) for leave in tour.leaves.all()] == [
        (around(first), around(last)) for first, last in kept
    ]
    cut = history_of(tour).filter(verb="cut-leave")
    assert {iso(-12), iso(-2)} <= {entry.detail["first_day"] for entry in cut}


@pytest.mark.parametrize("is_within", [True, False])
def test_a_transfer_within_the_operation_keeps_what_is_still_valid_of_the_checklist(posting, approver, is_within):
    tour = factories.deployment(posting, iso(20), iso(100), state="preparation")
    operation = posting.mission.operation if is_within else factories.operation()
    mission = factories.mission(operation)
    texts = {"text_en": "x", "text_fr": "x"}
    everywhere, here, there, unused = (
        ChecklistItem.objects.create(code=code, mission=where, **texts)
        for code, where in (("a", None), ("b", posting.mission), ("c", mission), ("d", None))
    )
    for item in (everywhere, here, unused):
        ChecklistMark.objects.create(deployment=tour, item=item, done_by=approver)
    ChecklistItem.objects.filter(pk=unused.pk).update(is_active=False)
    days = {"first_day": around(20), "last_day": around(100)}
    new = tours.transfer(tour, by=approver, posting=factories.posting(mission), reason="Needed there", **days)
    kept = list(new.checklist_marks.values_list("item__code", "done_by"))
    assert kept == ([("a", approver.pk)] if is_within else [])
    assert history_of(new).filter(verb="check-off").exists() == is_within
    assert there.marks.count() == 0
