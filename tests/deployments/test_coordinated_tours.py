"""The police service's word on an extension: its coordinator agrees or declines, about officers of that service alone."""

import datetime

import pytest

from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from core.text.dates import in_words, today_here
from deployments.domain import tours
from deployments.domain.tours import curtail
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
    tours.ask_extension(tour, by=officer.user, last_day=around(230), reason="Elections in March")
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
    waiting = coordinator.get("/en/coordination/").content.decode()
    assert waiting.count(url(tour)) == 2, "as a request, and among the officers abroad"
    assert "Elections in March" in coordinator.get(url(tour)).content.decode()
    assert decide(coordinator, tour, "agree").url == "/en/coordination/"
    assert "You agreed to the extension." in coordinator.get("/en/coordination/").content.decode()
    asked = tour.extensions.get()
    assert asked.service_agreed_at and not asked.mission_agreed_at and asked.state == "open"
    assert coordinator.get("/en/coordination/").content.decode().count(url(tour)) == 1
    assert decide(coordinator, tour, "agree").status_code == 409


def test_a_declined_extension_is_over_and_the_officer_reads_who_declined_and_why(coordinator, tour):
    without = decide(coordinator, tour, "decline")
    assert (without.status_code, tour.extensions.get().state) == (400, "open")
    assert decide(coordinator, tour, "decline", "Needed at home").status_code == 302
    assert tour.extensions.get().state == "declined"
    assert "Needed at home" in OutboxMail.objects.get(user=tour.officer.user).text_body
    coordinator.force_login(tour.officer.user)
    page = coordinator.get(f"/en/my/tours/{tour.pk}/").content.decode()
    assert "Your police service declined the extension" in page and "(Needed at home)" in page


def test_an_agreement_is_taken_back_while_the_desk_has_not_granted(coordinator, tour, approver):
    decide(coordinator, tour, "agree")
    page = coordinator.get(url(tour)).content.decode()
    assert "you may still decline it" in page and url(tour, "agree-extension/") not in page
    assert decide(coordinator, tour, "decline", "Needed at home").status_code == 302
    assert tour.extensions.get().state == "declined"
    assert "you may still decline it" not in coordinator.get(url(tour)).content.decode()


def test_the_desk_grants_once_service_and_mission_agreed(coordinator, tour, approver):
    decide(coordinator, tour, "agree")
    tours.agree_extension(tour, by=approver, party="mission")
    assert tours.grant_extension(tour, by=approver).last_day == around(230)


def test_the_desk_grants_in_sight_of_what_is_asked_and_who_agreed(client, coordinator, tour, approver):
    decide(coordinator, tour, "agree")
    client.force_login(approver)
    facts = client.get(f"/admin/deployments/deployment/{tour.pk}/grant-extension/").context["facts"]
    told = {str(label): str(value) for label, value in facts}
    assert (told["Why"], told["Mission"]) == ("Elections in March", "no answer yet")
    assert told["Home service"] == in_words(today_here())


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
        tours.agree_extension(tour, by=factories.coordinator(service), party="mission")


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_nobody_decides_about_oneself(client, service, tour, verb):
    service.coordinators.create(user=tour.officer.user, first_day=factories.START)
    client.force_login(tour.officer.user)
    page = client.get(url(tour)).content.decode()
    assert "Your decision" not in page and "name a deputy" in page
    assert decide(client, tour, verb, "Mine").status_code == 409
    application = factories.application(officer=tour.officer, state="submitted")
    assert "Your decision" not in client.get(f"/en/coordination/{application.pk}/").content.decode()
    assert client.post(f"/en/coordination/{application.pk}/endorse/", {"reason": ""}).status_code == 403


def test_somebody_who_coordinates_nothing_is_refused(client, tour):
    client.force_login(factories.candidate().user)
    assert client.get(url(tour)).status_code == decide(client, tour, "agree").status_code == 403


@pytest.mark.parametrize("verb", ["agree", "decline"])
def test_a_request_that_was_not_read_is_not_decided(coordinator, tour, approver, verb):
    shown = tour.extensions.get().pk
    assert f'name="extension" value="{shown}"' in coordinator.get(url(tour)).content.decode()
    tours.decline_extension(tour, by=approver, reason="Ask for less")
    tours.ask_extension(tour, by=tour.officer.user, last_day=around(900), reason="More")
    stale = coordinator.post(url(tour, f"{verb}-extension/"), {"reason": "Read", "extension": shown})
    assert stale.status_code == 409 and "open the page again" in stale.content.decode()
    asked = tour.extensions.get(state="open")
    assert asked.service_agreed_at is None


def test_an_extension_that_was_not_read_is_not_granted(client, tour, approver):
    shown = tour.extensions.get().pk
    tours.decline_extension(tour, by=approver, reason="Ask for less")
    tours.ask_extension(tour, by=tour.officer.user, last_day=around(260), reason="More")
    for party in ("service", "mission"):
        tours.agree_extension(tour, by=approver, party=party)
    client.force_login(approver)
    address = f"/admin/deployments/deployment/{tour.pk}/grant-extension/"
    assert client.post(address, {"extension": shown}).status_code == 409
    tour.refresh_from_db()
    assert tour.last_day == around(200)
    assert client.post(address, {"extension": tour.extensions.get(state="open").pk}).status_code == 302


def test_an_extension_ends_with_its_tour_and_with_a_tour_that_lasts_as_long_anyway(coordinator, tour, approver):
    tours.extend(tour, by=approver, last_day=around(229), reason="A month")
    assert tour.extensions.get().state == "open"
    tours.extend(tour, by=approver, last_day=around(230), reason="A day more")
    assert tour.extensions.get().state == "declined"
    tours.ask_extension(tour, by=tour.officer.user, last_day=around(260), reason="Longer")
    curtail(tour, by=approver, last_day=around(-1), reason="The mission ends")
    assert not tour.extensions.filter(state="open").exists()
    assert url(tour) not in coordinator.get("/en/coordination/").content.decode()
    assert decide(coordinator, tour, "agree").status_code == 409
    coordinator.force_login(tour.officer.user)
    story = coordinator.get(f"/en/my/tours/{tour.pk}/").content.decode()
    assert "(The tour lasts to that day already.)" in story and "(The tour is over.)" in story
    told = OutboxMail.objects.filter(user=tour.officer.user).values_list("template", flat=True)
    assert list(told).count("deployments/extension_overtaken") == 2
    assert "deployments/extension_declined" not in told  # "not granted" would be half the truth


def test_nobody_asks_to_extend_a_place_that_is_only_held(approver):
    held = factories.deployment(factories.posting(), around(10).isoformat(), around(200).isoformat(), state="reserved")
    with pytest.raises(Refusal):
        tours.ask_extension(held, by=approver, last_day=around(300), reason="Early")


def test_nobody_of_the_desk_decides_about_oneself(tour):
    both = tour.officer.user
    both.groups.set(factories.staff("Approver").groups.all())
    for act, more in (
        (tours.agree_extension, {"party": "service"}),
        (tours.agree_extension, {"party": "mission"}),
        (tours.grant_extension, {}),
        (tours.decline_extension, {"reason": "Mine"}),
    ):
        with pytest.raises(NotPermitted, match="about oneself"):
            act(tour, by=both, **more)


def test_what_is_wrong_is_told_to_a_machine_as_well(coordinator, tour):
    wrong = decide(coordinator, tour, "decline", headers={"accept": "application/json"})
    assert (wrong.status_code, wrong.json()["code"], list(wrong.json()["fields"])) == (400, "invalid", ["reason"])
