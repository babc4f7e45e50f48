"""The roll-call: who is there on a day, whom to call, and who read it."""

import datetime

import pytest

from core.history.acts import history_of
from core.text.dates import today_here
from deployments.admin import roll_call
from deployments.domain import authority, tours
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    return factories.operation(50)


@pytest.fixture
def posting(operation):
    return factories.posting(factories.mission(operation, acronym_en="MINUSMA", acronym_fr="MINUSMA"))


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def sent(posting, name: str, first: int = -30, last: int = 30, **fields):
    """A tour from so many days from today to so many."""
    person = factories.officer(user=factories.user(given_name="Amina", family_name=name))
    return factories.deployment(posting, around(first), around(last), officer=person, **fields)


def with_contact(tour, approver):
    tours.set_emergency_contact(tour, by=approver, name="Ana Roy", relationship="Sister", telephone="+1 613 555 0100")
    return tour


def url(operation) -> str:
    return f"/admin/deployments/operation/{operation.pk}/roll-call/"


def names(response) -> list[str]:
    return [present.tour.officer.user.family_name for present in response.context["roll"]]


def test_a_long_roll_is_read_page_by_page_and_downloaded_whole(client, approver, operation, posting, monkeypatch):
    monkeypatch.setattr(roll_call, "PER_PAGE", 2)
    tours = [with_contact(sent(posting, name, state="preparation"), approver) for name in ("Abel", "Binet", "Cote")]
    client.force_login(approver)
    first, second = client.get(url(operation)), client.get(url(operation), {"p": 2})
    assert (names(first), names(second)) == (["Abel", "Binet"], ["Cote"])
    assert "3 people on" in first.content.decode()
    assert [history_of(tour).filter(verb="view").count() for tour in tours] == [1, 1, 1]
    download = client.get(url(operation), {"format": "csv", "p": 2}).content.decode()
    assert all(name in download for name in ("Abel", "Binet", "Cote"))


def test_the_roll_call_names_everybody_there_on_the_day(client, auditor, operation, posting):
    sent(posting, "Ábel", last=10)
    sent(posting, "Binet", last=11)
    sent(factories.posting(posting.mission, counts_against="none"), "Course")
    sent(posting, "Departed", last=-1, state="ended", end_reason="completed")
    sent(posting, "Never", state="cancelled")
    sent(factories.posting(), "Elsewhere")
    client.force_login(auditor)
    assert names(client.get(url(operation))) == ["Ábel", "Binet", "Course"]
    assert names(client.get(url(operation), {"on": around(11)})) == ["Binet", "Course"]
    assert client.get(url(operation), {"on": "nonsense"}).status_code == 400
    mission = f"/admin/deployments/mission/{posting.mission_id}/roll-call/"
    assert names(client.get(mission)) == ["Ábel", "Binet", "Course"]


def test_whoever_ought_to_be_home_and_is_not_is_still_called(client, auditor, operation, posting):
    sent(posting, "Overdue", last=-3)
    client.force_login(auditor)
    response = client.get(url(operation))
    assert names(response) == ["Overdue"]
    assert "return overdue" in Page(response).text
    assert names(client.get(url(operation), {"on": around(-2)})) == ["Overdue"]
    assert names(client.get(url(operation), {"on": around(1)})) == []


def test_an_evacuation_lists_the_overdue_as_well(approver, operation, posting):
    overdue = factories.deployment(posting, "2026-01-01", "2026-10-31")
    today = day("2026-11-24")
    evacuation = authority.evacuate(operation, by=approver, effective_from=today, reason="Attack", today=today)
    assert evacuation.roll_call == (overdue,)


def test_leave_is_said_and_frees_nobody_from_the_roll(client, auditor, operation, posting):
    tour = sent(posting, "Abel")
    tour.leaves.create(first_day=day(around(-1)), last_day=day(around(2)))
    client.force_login(auditor)
    assert "On leave from" in Page(client.get(url(operation))).text
    assert "On leave from" not in Page(client.get(url(operation), {"on": around(3)})).text


def test_whoever_may_call_reads_the_contacts_and_every_reading_is_logged(client, approver, operation, posting):
    tour, uncalled = with_contact(sent(posting, "Abel"), approver), sent(posting, "Binet")
    client.force_login(approver)
    for _time in range(2):
        text = Page(client.get(url(operation))).text
        assert "Ana Roy (Sister) +1 613 555 0100" in text
    views = history_of(tour).filter(verb="view")
    assert [view.actor for view in views] == [approver, approver]
    assert not history_of(uncalled).filter(verb="view").exists()


def test_the_page_of_a_tour_logs_the_reading_of_its_contact_as_well(client, approver, auditor, posting):
    tour = with_contact(sent(posting, "Abel"), approver)
    page = f"/admin/deployments/deployment/{tour.pk}/change/"
    for reader, sees in ((approver, True), (auditor, False)):
        client.force_login(reader)
        assert ("Ana Roy" in client.get(page).content.decode()) == sees
    form = client.get(f"/admin/deployments/deployment/{tour.pk}/set-emergency-contact/").content.decode()
    assert "Ana Roy" not in form
    assert [view.actor for view in history_of(tour).filter(verb="view")] == [auditor, approver]
    type(tour).objects.filter(pk=tour.pk).update(state="ended", end_reason="completed")
    client.force_login(approver)
    assert "Ana Roy" not in client.get(page).content.decode()


@pytest.mark.parametrize("role", ["Auditor", "Selection officer"])
def test_nobody_else_reads_the_contacts(client, approver, operation, posting, role):
    tour = with_contact(sent(posting, "Abel"), approver)
    client.force_login(factories.staff(role))
    content = client.get(url(operation)).content.decode()
    assert "Abel" in content and "Ana Roy" not in content and "613 555 0100" not in content
    assert not history_of(tour).filter(verb="view").exists()


def test_the_contact_of_a_tour_that_has_ended_is_read_no_more(client, approver, operation, posting):
    tour = with_contact(sent(posting, "Abel"), approver)
    type(tour).objects.filter(pk=tour.pk).update(state="ended", end_reason="completed")
    client.force_login(approver)
    content = client.get(url(operation)).content.decode()
    assert "Abel" in content and "Ana Roy" not in content


def test_the_roll_call_leads_to_the_evacuation_and_the_operation_leads_to_the_roll_call(client, approver, operation):
    client.force_login(approver)
    assert f"/admin/deployments/operation/{operation.pk}/evacuate/" in client.get(url(operation)).content.decode()
    assert url(operation) in client.get(f"/admin/missions/operation/{operation.pk}/change/").content.decode()


def test_the_day_that_is_shown_stands_in_its_field(client, auditor, operation):
    client.force_login(auditor)
    assert f'value="{today_here().isoformat()}"' in client.get(url(operation)).content.decode()
    assert 'value="2027-02-01"' in client.get(url(operation), {"on": "2027-02-01"}).content.decode()


def test_a_long_roll_asks_no_more_questions_than_a_short_one(
    client, approver, operation, posting, django_assert_num_queries
):
    client.force_login(approver)
    with_contact(sent(posting, "Abel"), approver)
    client.get(url(operation))
    for _each in range(2):
        with django_assert_num_queries(15):
            client.get(url(operation))
        for n in range(15):
            with_contact(sent(posting, f"Abel {n}"), approver)
