"""The police service's word on an extension: its coordinator agrees or declines, about officers of that service alone."""

import datetime

import pytest

from core.dates import today_here
from core.models import OutboxMail
from core.refusals import NotPermitted
from deployments.domain import tour_events
from tests import factories

pytestmark = pytest.mark.django_db


def around(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


@pytest.fixture
def service():
    return factories.service()


@pytest.fixture
def tour(service):
    """In mission for two hundred days more, and asked to last thirty longer."""
    posting = factories.posting(factories.mission(factories.operation(2, name_en="Mali")), title_en="Police trainer")
    officer = factories.candidate(police_service=service)
    tour = factories.deployment(posting, around(-100).isoformat(), around(200).isoformat(), officer=officer)
    tour_events.ask_extension(tour, by=officer.user, last_day=around(230), reason="Elections in March")
    return tour


@pytest.fixture
def coordinator(client, service):
    client.force_login(factories.coordinator(service))
    return client


def url(tour, verb: str = "") -> str:
    return f"/en/coordination/tours/{tour.pk}/{verb}"


def decide(client, tour, verb: str, reason: str = "", **headers):
    return client.post(url(tour, f"{verb}-extension/"), {"reason": reason}, **headers)


def test_the_coordinator_reads_what_is_asked_and_agrees(coordinator, tour):
    assert str(tour.officer) in coordinator.get("/en/coordination/").content.decode()
    assert "Elections in March" in coordinator.get(url(tour)).content.decode()
    assert decide(coordinator, tour, "agree").url == "/en/coordination/"
    assert "You agreed to the extension." in coordinator.get("/en/coordination/").content.decode()
    asked = tour.extensions.get()
    assert asked.service_agreed_at and not asked.mission_agreed_at and asked.state == "open"
    assert url(tour) not in coordinator.get("/en/coordination/").content.decode()
    assert decide(coordinator, tour, "agree").status_code == 409


def test_a_declined_extension_is_over_and_the_officer_reads_who_declined_and_why(coordinator, tour):
    without = decide(coordinator, tour, "decline")
    assert (without.status_code, tour.extensions.get().state) == (422, "open")
    assert decide(coordinator, tour, "decline", "Needed at home").status_code == 302
    assert tour.extensions.get().state == "declined"
    assert "Needed at home" in OutboxMail.objects.get(user=tour.officer.user).text_body
    coordinator.force_login(tour.officer.user)
    page = coordinator.get(f"/en/my/tours/{tour.pk}/").content.decode()
    assert "Your police service declined the extension" in page and "(Needed at home)" in page


def test_the_desk_grants_once_service_and_mission_agreed(coordinator, tour, approver):
    decide(coordinator, tour, "agree")
    tour_events.agree_extension(tour, by=approver, party="mission")
    assert tour_events.grant_extension(tour, by=approver).last_day == around(230)


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_another_service_has_no_say(client, tour, verb):
    client.force_login(factories.coordinator(factories.service()))
    assert client.get(url(tour)).status_code == 404
    assert decide(client, tour, verb, "Not mine").status_code == 403
    refused = decide(client, tour, verb, "Not mine", headers={"accept": "application/json"})
    assert (refused.status_code, tour.extensions.get().state) == (403, "open")
    assert tour.extensions.get().service_agreed_at is None


def test_the_coordinator_has_no_word_for_the_mission(service, tour):
    with pytest.raises(NotPermitted):
        tour_events.agree_extension(tour, by=factories.coordinator(service), party="mission")


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_nobody_decides_about_oneself(client, service, tour, verb):
    service.coordinators.create(user=tour.officer.user, first_day=factories.START)
    client.force_login(tour.officer.user)
    page = client.get(url(tour)).content.decode()
    assert "Your decision" not in page and "name a deputy" in page
    assert decide(client, tour, verb, "Mine").status_code == 403
    application = factories.application(officer=tour.officer, state="submitted")
    assert "Your decision" not in client.get(f"/en/coordination/{application.pk}/").content.decode()
    assert client.post(f"/en/coordination/{application.pk}/endorse/", {"reason": ""}).status_code == 403


def test_somebody_who_coordinates_nothing_is_refused(client, tour):
    client.force_login(factories.candidate().user)
    assert client.get(url(tour)).status_code == decide(client, tour, "agree").status_code == 403
