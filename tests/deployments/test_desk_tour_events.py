"""Around a tour: the checklist before departure, the emergency contact, leave, extensions that are asked for, appraisal."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.tours import check_in, extend
from deployments.limits.refusals import CapacityExceeded
from deployments.models import ChecklistItem, ExtensionRequest, Leave
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2030-03-01")


def item(code: str, mission=None, **fields) -> ChecklistItem:
    return ChecklistItem.objects.create(code=code, mission=mission, text_en=f"Have {code}", text_fr=f"{code}", **fields)


@pytest.fixture
def posting():
    return factories.posting(factories.mission(factories.operation(2)))


@pytest.fixture
def tour(posting):
    """In mission for the year 2030, with room for one more beside it."""
    return factories.deployment(posting, "2030-01-01", "2030-12-31")


@pytest.fixture
def planned(posting):
    return factories.deployment(posting, "2030-06-01", "2031-05-31", state="preparation")


def verbs(tour) -> list[str]:
    return [act.verb for act in history_of(tour)]


# --- Before departure ----------------------------------------------------------------------------------


def test_a_tour_is_asked_what_holds_for_every_mission_and_for_its_own(planned):
    item("visa", position=2)
    item("body-armour", planned.posting.mission, position=1)
    item("elsewhere", factories.mission())
    item("old", is_active=False)
    assert [each.code for each in tours.checklist(planned).open] == ["body-armour", "visa"]


def test_what_is_done_says_by_whom_and_stays_when_the_template_changes(planned, approver):
    visa = item("visa")
    tours.check_off(planned, by=approver, items=[visa])
    visa.is_active = False
    visa.save()
    found = tours.checklist(planned)
    assert [(mark.item, mark.done_by) for mark in found.done] == [(visa, approver)]
    assert (found.open, found.total) == ((), 1)
    assert history_of(planned).get().detail["items"] == [{"en": "Have visa", "fr": "visa"}]


def test_nothing_is_checked_off_twice_nor_for_another_mission_nor_after_departure(planned, tour, approver):
    visa, elsewhere = item("visa"), item("elsewhere", factories.mission())
    tours.check_off(planned, by=approver, items=[visa])
    for deployment, items, code in (
        (planned, [visa], "nothing_changes"),
        (planned, [elsewhere], "other_mission"),
        (tour, [visa], "impossible_transition"),
    ):
        with pytest.raises(Refusal) as refused:
            tours.check_off(deployment, by=approver, items=items)
        assert refused.value.code == code
    assert planned.checklist_marks.count() == 1


def test_an_item_is_reopened_with_a_reason(planned, approver):
    visa = item("visa")
    tours.check_off(planned, by=approver, items=[visa])
    with pytest.raises(Refusal):
        tours.reopen_item(planned, by=approver, item=visa, reason=" ")
    tours.reopen_item(planned, by=approver, item=visa, reason="Refused at the border")
    assert tours.checklist(planned).open == (visa,)
    with pytest.raises(Refusal):
        tours.reopen_item(planned, by=approver, item=visa, reason="Again")
    assert verbs(planned) == ["reopen-item", "check-off"]


def test_nobody_is_checked_in_over_an_open_checklist_without_a_reason_that_stays(planned, approver):
    visa, _vaccine = item("visa", position=1), item("vaccine", position=2)
    tours.check_off(planned, by=approver, items=[visa])
    arrived = planned.first_day
    with pytest.raises(tours.ChecklistOpen) as refused:
        check_in(planned, by=approver, today=arrived)
    assert "1 item of the checklist is still to be done: Have vaccine." in str(refused.value)
    assert verbs(planned) == ["check-off"]
    check_in(planned, by=approver, reason="Given on arrival", today=arrived)
    latest = history_of(planned).first()
    assert (latest.verb, latest.reason, latest.detail["open_items"]) == (
        "check-in",
        "Given on arrival",
        [{"en": "Have vaccine", "fr": "vaccine"}],
    )


def test_a_checklist_worked_off_asks_for_no_reason(planned, approver):
    tours.check_off(planned, by=approver, items=[item("visa")])
    assert check_in(planned, by=approver, today=planned.first_day).state == "in_mission"


def test_the_history_says_that_a_contact_was_set_and_not_whom(planned, approver):
    who = {"name": "Ana Roy", "relationship": "Sister", "telephone": "+1 613 555 0100"}
    tours.set_emergency_contact(planned, by=approver, **who)
    tours.set_emergency_contact(planned, by=approver, **who | {"name": "Luc Roy"})
    planned.refresh_from_db()
    assert planned.emergency_contact.name == "Luc Roy"
    assert all(entry.detail == {} and entry.reason == "" for entry in history_of(planned))
    with pytest.raises(Refusal):
        tours.set_emergency_contact(planned, by=approver, **who | {"telephone": " "})


# --- Leave ---------------------------------------------------------------------------------------------


def test_leave_frees_no_place(tour, planned, approver):
    tours.record_leave(tour, by=approver, first_day=day("2030-07-01"), last_day=day("2030-07-21"), today=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.deployment(tour.posting, "2030-07-01", "2030-07-21")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2029-12-31", "2030-01-05", "outside_tour"),
        ("2030-12-20", "2031-01-01", "outside_tour"),
        ("2030-07-10", "2030-07-01", "days_out_of_order"),
        ("2030-05-31", "2030-06-15", "leave_twice"),
    ],
)
def test_leave_lies_inside_the_tour_and_on_days_that_are_no_leave_yet(tour, approver, first, last, code):
    tours.record_leave(tour, by=approver, first_day=day("2030-05-01"), last_day=day("2030-05-31"), today=TODAY)
    with pytest.raises(Refusal) as refused:
        tours.record_leave(tour, by=approver, first_day=day(first), last_day=day(last), today=TODAY)
    assert refused.value.code == code
    assert tour.leaves.count() == 1


def test_cancelled_leave_is_gone_and_its_days_are_in_the_history(tour, approver):
    leave = tours.record_leave(tour, by=approver, first_day=day("2030-05-01"), last_day=day("2030-05-31"), today=TODAY)
    tours.cancel_leave(leave, by=approver, reason="Needed there")
    assert not Leave.objects.exists()
    latest = history_of(tour).first()
    assert (latest.verb, latest.detail["first_day"], latest.reason) == ("cancel-leave", "2030-05-01", "Needed there")


# --- Extensions ----------------------------------------------------------------------------------------


def ask(tour, by, last="2031-03-31"):
    return tours.ask_extension(tour, by=by, last_day=day(last), reason="Elections", today=TODAY)


def test_an_extension_is_asked_agreed_by_both_and_then_granted(tour, approver):
    ask(tour, tour.officer.user)
    with pytest.raises(Refusal) as refused:
        tours.grant_extension(tour, by=approver, today=TODAY)
    assert refused.value.code == "not_agreed"
    tours.agree_extension(tour, by=approver, party="service", reason="Letter of March 3")
    with pytest.raises(Refusal):
        tours.grant_extension(tour, by=approver, today=TODAY)
    tours.agree_extension(tour, by=approver, party="mission")
    tours.grant_extension(tour, by=approver, today=TODAY)
    tour.refresh_from_db()
    assert tour.last_day == day("2031-03-31")
    assert tour.extensions.get().state == "granted"
    assert verbs(tour) == ["grant-extension", "extend", "agree-extension", "agree-extension", "ask-extension"]


def test_asking_takes_no_day(tour, approver):
    ask(tour, approver)
    tour.refresh_from_db()
    assert tour.last_day == day("2030-12-31")


def test_at_the_cap_a_granted_extension_is_refused_and_stays_asked_for_until_the_number_rises(tour, approver):
    operation = tour.posting.mission.operation
    for _n in range(2):
        factories.deployment(tour.posting, "2031-01-01", "2031-12-31", state="preparation")
    ask(tour, approver)
    for party in ("service", "mission"):
        tours.agree_extension(tour, by=approver, party=party)
    with pytest.raises(CapacityExceeded):
        tours.grant_extension(tour, by=approver, today=TODAY)
    assert tour.extensions.get().state == "open"
    factories.strength(operation, 3, day("2031-01-01"))
    tours.grant_extension(tour, by=approver, today=TODAY)
    assert tour.extensions.get().state == "granted"


def test_one_extension_is_asked_for_at_a_time_and_a_declined_one_can_be_asked_again(tour, approver):
    ask(tour, approver)
    with pytest.raises(Refusal) as refused:
        ask(tour, approver)
    assert refused.value.code == "already_asked"
    tours.decline_extension(tour, by=approver, reason="No instrument")
    ask(tour, approver, "2031-01-31")
    assert [each.state for each in tour.extensions.all()] == ["open", "declined"]


def test_an_earlier_day_is_no_extension_and_nobody_decides_what_is_not_asked(tour, approver):
    with pytest.raises(Refusal) as refused:
        ask(tour, approver, "2030-12-31")
    assert refused.value.code == "no_extension"
    for act in (
        lambda: tours.grant_extension(tour, by=approver),
        lambda: tours.decline_extension(tour, by=approver, reason="x"),
        lambda: tours.agree_extension(tour, by=approver, party="service"),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "nothing_asked"


def test_the_officer_is_told_what_was_decided_and_why(tour, approver):
    ask(tour, tour.officer.user)
    tours.decline_extension(tour, by=approver, reason="No instrument")
    ask(tour, tour.officer.user)
    for party in ("service", "mission"):
        tours.agree_extension(tour, by=approver, party=party)
    tours.grant_extension(tour, by=approver, today=TODAY)
    declined, granted = OutboxMail.objects.filter(user=tour.officer.user).order_by("pk")
    assert "The reason: No instrument" in declined.text_body and "December 31, 2030" in declined.text_body
    assert "March 31, 2031" in granted.text_body and f"/en/my/tours/{tour.pk}/" in granted.text_body


def test_an_agreement_is_recorded_once(tour, approver):
    ask(tour, approver)
    tours.agree_extension(tour, by=approver, party="service")
    for party, code in (("service", "nothing_changes"), ("embassy", "bad_value")):
        with pytest.raises(Refusal) as refused:
            tours.agree_extension(tour, by=approver, party=party)
        assert refused.value.code == code


def test_the_database_knows_no_granted_extension_without_both_agreements(tour, approver):
    asked = ask(tour, approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtensionRequest.objects.filter(pk=asked.pk).update(state="granted")


def test_an_officer_asks_for_the_own_tour_alone(tour, planned):
    with pytest.raises(NotPermitted):
        ask(tour, planned.officer.user)


def test_the_direct_extension_stays_for_what_was_agreed_elsewhere(tour, approver):
    extend(tour, by=approver, last_day=day("2031-01-31"), reason="Agreed by letter", today=TODAY)
    tour.refresh_from_db()
    assert tour.last_day == day("2031-01-31")


# --- Appraisal -----------------------------------------------------------------------------------------


def test_a_tour_has_one_appraisal_that_stays_as_given(tour, approver):
    given = {"outcome": "met", "given_on": TODAY, "today": TODAY}
    tours.record_appraisal(tour, by=approver, remarks="Steady", **given)
    with pytest.raises(Refusal) as refused:
        tours.record_appraisal(tour, by=approver, **given | {"outcome": "not_met"})
    assert refused.value.code == "appraised_already"
    tour.refresh_from_db()
    assert tour.appraisal.outcome == "met"


def test_an_appraisal_of_tomorrow_or_of_a_tour_that_has_not_begun_is_refused(tour, planned, approver):
    for deployment, given_on in ((tour, TODAY + datetime.timedelta(days=1)), (planned, TODAY)):
        with pytest.raises(Refusal):
            tours.record_appraisal(deployment, by=approver, outcome="met", given_on=given_on, today=TODAY)


# --- At the desk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("check-off", {"items": "1"}),
        ("record-leave", {"first_day": "2030-07-01", "last_day": "2030-07-02"}),
        ("ask-extension", {"last_day": "2031-01-31", "reason": "x"}),
        ("agree-extension", {"party": "service"}),
        ("grant-extension", {}),
        ("decline-extension", {"reason": "x"}),
        ("record-appraisal", {"outcome": "met", "given_on": "2026-01-01"}),
        ("reopen-item", {"item": "1", "reason": "x"}),
        ("set-due-day", {"item": "1", "due_on": "2030-05-01"}),
    ],
)
def test_these_acts_are_the_approvers(client, selection_officer, tour, verb, typed):
    client.force_login(selection_officer)
    assert client.post(f"/admin/deployments/deployment/{tour.pk}/{verb}/", typed).status_code == 403
    assert verbs(tour) == []


def test_a_tour_is_prepared_and_followed_at_its_page(client, approver, auditor, posting):
    here = today_here()
    tour = factories.deployment(
        posting, "2026-01-01", (here + datetime.timedelta(days=300)).isoformat(), state="preparation"
    )
    visa, vaccine = item("visa"), item("vaccine")
    client.force_login(approver)
    page = f"/admin/deployments/deployment/{tour.pk}/change/"

    def act(verb: str, **typed) -> None:
        response = client.post(f"/admin/deployments/deployment/{tour.pk}/{verb}/", typed)
        assert (response.status_code, getattr(response, "url", "")) == (302, page), response.content.decode()

    act("check-off", items=[visa.pk, vaccine.pk])
    act("reopen-item", item=vaccine.pk, reason="Expired")
    act("set-emergency-contact", name="Ana Roy", relationship="Sister", telephone="613 555 0100")
    asked = client.get(f"/admin/deployments/deployment/{tour.pk}/check-in/").content.decode()
    assert "1 item of the checklist is still to be done: Have vaccine." in asked
    refused = client.post(f"/admin/deployments/deployment/{tour.pk}/check-in/", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (409, "checklist_open", "reason")
    act("check-in", reason="Given on arrival")
    act("record-leave", first_day=here.isoformat(), last_day=here.isoformat())
    act("ask-extension", last_day=(here + datetime.timedelta(days=330)).isoformat(), reason="Elections")
    act("agree-extension", party="service")
    act("agree-extension", party="mission")
    act("grant-extension")
    act("record-appraisal", outcome="met", given_on=here.isoformat(), remarks="Steady")
    content = client.get(page).content.decode()
    for words in ("1 of 2 done", "Have vaccine", "Ana Roy (Sister)", "Granted", "Steady"):
        assert words in content
    leave = tour.leaves.get()
    cancelled = client.post(f"/admin/deployments/leave/{leave.pk}/cancel/", {"reason": "Needed"})
    assert (cancelled.status_code, cancelled.url) == (302, page)
    story = client.get(f"/admin/deployments/deployment/{tour.pk}/history/").content.decode()
    assert "Extension granted" in story and "Leave cancelled" in story and "Ana Roy" not in story
    assert "Given on arrival" in story and "Open on the checklist" in story
    client.force_login(auditor)
    assert "Ana Roy" not in client.get(page).content.decode()


def test_an_extension_that_is_asked_for_waits_in_my_day(client, approver, tour):
    ask(tour, tour.officer.user)
    client.force_login(approver)
    rows = client.get("/admin/deployments/my-day/").context["rows"]
    assert {row.filled.queue.name: row.filled.count for row in rows}["extensions"] == 1


def test_approvers_keep_the_checklist_and_others_read_it(client, approver, auditor):
    typed = {"code": "visa", "text_en": "Visa", "text_fr": "Visa", "position": "1", "is_active": "on", "mission": ""}
    typed |= {"moment": "before", "days": "14"}
    client.force_login(approver)
    assert client.post("/admin/deployments/checklistitem/add/", typed).status_code == 302
    client.force_login(auditor)
    assert client.get("/admin/deployments/checklistitem/").status_code == 200
    assert client.post("/admin/deployments/checklistitem/add/", typed | {"code": "b"}).status_code == 403
    assert ChecklistItem.objects.filter(code="b").count() == 0
