"""Dates beside ticks: when an item of a checklist is due and late, and who is told so."""

import datetime

import pytest
from django.urls import reverse

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.daily.reminders import send_digests
from deployments.domain import tours
from deployments.models import ChecklistItem
from deployments.queries.checklists import lines_of
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def approver():
    return factories.staff("Approver")


def item(code: str = "visa", **fields) -> ChecklistItem:
    return ChecklistItem.objects.create(code=code, text_en=f"Have {code}", text_fr=f"Avoir {code}", **fields)


def tour(first: str = "2026-12-31", last: str = "2027-12-30", **fields):
    return factories.deployment(factories.posting(), first, last, **{"state": "preparation", **fields})


def home(**fields):
    return tour("2025-11-01", "2026-11-10", state="ended", end_reason="completed", **fields)


@pytest.mark.parametrize(
    ("fields", "made", "due"),
    [
        ({"days": 30}, tour, "2026-12-01"),
        ({"days": 0}, tour, "2026-12-31"),
        ({"days": 14, "moment": "after"}, home, "2026-11-24"),
    ],
)
def test_an_item_is_due_so_many_days_before_the_departure_or_after_the_return(fields, made, due):
    item(**fields)
    [line] = lines_of([made()])
    assert line.due_on == day(due)
    assert [line.is_late(day(due) + n * DAY) for n in (0, 1)] == [False, True]
    assert [line.is_due(day(due) - n * DAY) for n in (8, 7)] == [False, True]


def test_what_is_done_is_neither_late_nor_due(approver):
    visa, planned = item(days=60), tour()
    tours.check_off(planned, by=approver, items=[visa], done_on=day("2026-11-20"), note="Stamp on page 7", today=TODAY)
    [line] = lines_of([planned])
    assert (line.mark.done_on, line.mark.note) == (day("2026-11-20"), "Stamp on page 7")
    assert not line.is_late(day("2027-06-01")) and not line.is_due(day("2027-06-01"))


def test_each_item_is_asked_for_in_its_time(approver):
    visa, medical, _old = item(), item("medical", moment="after"), item("old", is_active=False)
    before, after = tour(), home()
    assert [line.item for line in lines_of([before])] == [visa]
    assert [line.item for line in lines_of([after])] == [medical]
    assert [line.item for line in lines_of([tour("2026-01-01", "2026-12-31", state="in_mission")])] == [visa]
    moved_on = tour("2025-11-01", "2026-11-10", state="ended", end_reason="transferred")
    assert lines_of([moved_on]) == []
    assert tours.checklist(before).open == (visa,)
    for asked, of in ((medical, before), (visa, after)):
        with pytest.raises(Refusal):
            tours.check_off(of, by=approver, items=[asked])
    tours.check_off(after, by=approver, items=[medical])
    assert after.checklist_marks.count() == 1


def test_nothing_was_done_after_today(approver):
    with pytest.raises(Refusal) as refused:
        tours.check_off(tour(), by=approver, items=[item()], done_on=TODAY + DAY, today=TODAY)
    assert refused.value.field == "done_on"


def test_a_tour_has_another_day_for_an_item(approver, client):
    visa, planned, other = item(days=30), tour(), tour()
    client.force_login(approver)
    typed = {"item": visa.pk, "due_on": "2026-12-24", "reason": "Embassy closed"}
    assert client.post(f"/admin/deployments/deployment/{planned.pk}/set-due-day/", typed).status_code == 302
    assert [line.due_on for line in lines_of([planned, other])] == [day("2026-12-24"), day("2026-12-01")]
    act = history_of(planned).get(verb="set-due-day")
    assert (act.reason, act.detail["due_on"]) == ("Embassy closed", "2026-12-24")
    with pytest.raises(Refusal) as refused:
        tours.set_due_day(planned, by=approver, item=visa, due_on=day("2026-12-24"))
    assert refused.value.code == "nothing_changes"
    tours.check_off(planned, by=approver, items=[visa])
    with pytest.raises(Refusal):
        tours.set_due_day(planned, by=approver, item=visa, due_on=day("2026-12-25"))
    with pytest.raises(NotPermitted):
        tours.set_due_day(other, by=factories.staff("Auditor"), item=visa, due_on=day("2026-12-25"))


@pytest.mark.parametrize("days", [60, 36])
def test_what_is_late_or_due_shows_on_the_tour_in_the_list_and_in_my_day(days, approver, client):
    item(days=days)
    planned = tour()
    client.force_login(approver)
    page = client.get(reverse("admin:deployments_deployment_change", args=[planned.pk])).content.decode()
    assert ("late</span>" in page) == (days == 60)
    sheet = client.get(reverse("list", args=["pre-departure"]), {"format": "csv", "on": "2026-11-24"})
    text = (b"".join(sheet.streaming_content) if sheet.streaming else sheet.content).decode()
    assert ((planned.first_day - days * DAY).isoformat() in text, "Late" in text.partition("Have visa")[2]) == (
        True,
        days == 60,
    )
    rows = client.get(reverse("my-day")).context["rows"]
    [row] = [row for row in rows if row.filled.queue.name == "checklist"]
    assert (row.filled.count, row.first_due, row.is_late) == (1, planned.first_day - days * DAY, days == 60)


def test_the_desk_and_the_officer_are_reminded_once_before_and_once_when_late(approver):
    item("boots", days=30), item(days=30, is_for_officer=True)
    planned = tour()

    def told(on: str) -> dict[str, int]:
        OutboxMail.objects.all().delete()
        send_digests(today=day(on))
        return {mail.address: mail.text_body.count("Have ") for mail in OutboxMail.objects.all()}

    assert told("2026-11-23") == {}
    both = {approver.email: 2, planned.officer.user.email: 1}
    assert told("2026-11-24") == both
    assert told("2026-12-01") == {}
    assert told("2026-12-02") == both
    assert told("2026-12-03") == {}


def test_the_officers_page_says_what_the_officer_has_to_do(client):
    item("boots"), item(days=30, is_for_officer=True)
    planned = tour()
    client.force_login(planned.officer.user)
    page = client.get(reverse("my-tour", args=[planned.pk])).content.decode()
    assert "Have visa" in page and "Have boots" not in page


def test_a_transfer_within_the_operation_keeps_what_was_done_and_the_days_that_were_set(approver):
    visa, medical = item(), item("medical")
    planned = tour("2027-01-10")
    tours.check_off(planned, by=approver, items=[visa], done_on=day("2026-11-20"), note="Seen", today=TODAY)
    tours.set_due_day(planned, by=approver, item=medical, due_on=day("2026-12-24"))
    there = factories.posting(planned.posting.mission)
    days = {"first_day": day("2027-02-01"), "last_day": day("2027-12-30")}
    new = tours.transfer(planned, by=approver, posting=there, reason="Needed there", today=TODAY, **days)
    lines = {line.item: line for line in lines_of([new])}
    assert (lines[visa].mark.done_on, lines[visa].mark.note) == (day("2026-11-20"), "Seen")
    assert lines[medical].due_on == day("2026-12-24")
