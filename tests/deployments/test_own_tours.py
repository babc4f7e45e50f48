"""The officer's own tours: what the officer sees of them, and asking for an extension."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.files.uploads import checked
from core.history.acts import history_of
from core.text.dates import today_here
from deployments.domain import tours
from deployments.models import DeploymentState, ExtensionRequest, IssuedLetter
from tests import factories
from tests.files import PDF

pytestmark = pytest.mark.django_db


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


@pytest.fixture
def tour():
    """In mission since a hundred days, for two hundred more."""
    posting = factories.posting(factories.mission(factories.operation(2, name_en="Mali")), title_en="Police trainer")
    return factories.deployment(posting, around(-100), around(200))


@pytest.fixture
def officer(client, tour):
    client.force_login(tour.officer.user)
    return client


def url(tour, verb: str = "") -> str:
    return f"/en/my/tours/{tour.pk}/{verb}"


def ask(client, tour, last_day: str, reason: str = "Elections", **headers):
    return client.post(url(tour, "ask-extension/"), {"last_day": last_day, "reason": reason}, **headers)


@pytest.mark.parametrize("state", DeploymentState.values)
def test_a_tour_is_the_officers_to_see_once_its_place_is_firm(client, state):
    tour = factories.deployment(factories.posting(title_en="Police trainer"), around(-300), around(-1), state=state)
    client.force_login(tour.officer.user)
    is_shown = state not in ("reserved", "cancelled")
    assert ("Police trainer" in client.get("/en/my/").content.decode()) == is_shown
    assert client.get(url(tour)).status_code == (200 if is_shown else 404)


def test_an_extension_is_asked_for_followed_and_its_refusal_read(officer, tour, approver):
    response = ask(officer, tour, around(230))
    assert (response.status_code, response.url) == (302, url(tour))
    page = officer.get(url(tour)).content.decode()
    assert "You asked for an extension" in page and "<strong>Asked for</strong>" in page
    assert "Ask for an extension" not in page
    tours.agree_extension(tour, by=approver, party="mission", reason="By letter, not the officer's to read")
    tours.decline_extension(tour, by=approver, reason="No room after the elections")
    page = officer.get(url(tour)).content.decode()
    assert "<strong>Declined</strong>" in page and "(No room after the elections)" in page
    assert "The mission agreed to the extension" in page and "By letter" not in page
    assert "Ask for an extension" in page
    assert ask(officer, tour, around(220)).status_code == 302


@pytest.mark.parametrize(
    ("last_day", "reason", "status"),
    [(200, "Elections", 409), (10 * 366 + 9, "Elections", 409), (230, "", 400), (None, "Elections", 400)],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_is_kept(officer, tour, last_day, reason, status):
    typed = around(last_day) if last_day else "soon"
    response = ask(officer, tour, typed, reason)
    page = response.content.decode()
    assert response.status_code == status
    assert "There is a problem" in page and f'value="{typed}"' in page and reason in page
    assert not ExtensionRequest.objects.exists()


def test_one_extension_is_asked_for_at_a_time_also_by_a_machine(officer, tour):
    assert ask(officer, tour, around(230)).status_code == 302
    refused = ask(officer, tour, around(240), headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_asked")
    assert ask(officer, tour, around(240)).status_code == 409
    assert tour.extensions.get().last_day.isoformat() == around(230)


def test_nothing_is_asked_for_once_the_tour_is_over(officer, tour):
    over = factories.deployment(tour.posting, around(-900), around(-500), state="ended", officer=tour.officer)
    assert "Ask for an extension" not in officer.get(url(over)).content.decode()
    assert ask(officer, over, around(-400)).status_code == 409


def test_a_tour_of_somebody_else_is_as_good_as_missing(client, tour):
    client.force_login(factories.candidate().user)
    assert client.get(url(tour)).status_code == 404
    assert ask(client, tour, around(230)).status_code == 404
    assert not ExtensionRequest.objects.exists()


def test_an_accepted_application_leads_to_its_tour_or_says_that_it_was_cancelled(officer, tour):
    application = factories.application(
        tour.posting, officer=tour.officer, state="accepted", shown_state="accepted", deployment=tour
    )
    page = f"/en/my/applications/{application.pk}/"
    assert url(tour) in officer.get(page).content.decode()
    cancelled = factories.deployment(tour.posting, around(300), around(400), state="cancelled", officer=tour.officer)
    other = factories.posting(tour.posting.mission)
    second = factories.application(other, officer=tour.officer, state="accepted", deployment=cancelled)
    content = officer.get(f"/en/my/applications/{second.pk}/").content.decode()
    assert url(cancelled) not in content and "(Cancelled)" in content


def letter(kind: str, number: int, **record) -> IssuedLetter:
    """As issued; the file is one of its own."""
    facts = {"year": 2026, "number": number, "language": "en", "issued_on": today_here(), "text": kind}
    return IssuedLetter.objects.create(kind=kind, **facts, **record, **checked(SimpleUploadedFile(f"{kind}.pdf", PDF)))


def test_letters_about_the_tour_are_the_officers_to_read_and_nobody_elses(officer, tour, client, settings, tmp_path):
    """Of the tour, and of the application that it came from; a release request is between desk and service."""
    settings.MEDIA_ROOT = tmp_path
    applied = factories.application(tour.posting, officer=tour.officer, state="accepted", deployment=tour)
    elsewhere = factories.deployment(tour.posting, around(300), around(400), officer=tour.officer, state="preparation")
    shown = [letter(kind, 1, deployment=tour) for kind in ("tour_order", "extension", "certificate")]
    shown.append(letter("nomination", 1, application=applied))
    request = letter("release_request", 1, application=applied)
    other = letter("tour_order", 2, deployment=elsewhere)
    page = officer.get(url(tour)).content.decode()
    assert all(each.reference in page for each in shown)
    assert request.reference not in page and other.reference not in page
    for each in shown:
        answer = officer.get(f"/en/my/letters/{each.pk}/")
        assert b"".join(answer.streaming_content) == PDF and "attachment" in answer.headers["Content-Disposition"]
        seen = history_of(each.record).filter(verb="view").first()
        assert (seen.actor, seen.detail["letter"]) == (tour.officer.user, each.reference)
    assert officer.get(f"/en/my/letters/{request.pk}/").status_code == 404
    client.force_login(factories.candidate().user)
    assert {client.get(f"/en/my/letters/{each.pk}/").status_code for each in shown} == {404}
