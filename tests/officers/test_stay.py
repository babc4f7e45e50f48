"""How long one stays signed in, and what becomes of what was typed when it is over."""

import time

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client

from tests import factories
from tests.factories import PASSWORD
from tests.reading import Page

pytestmark = pytest.mark.django_db
MINUTE = 60


@pytest.fixture
def clock():
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(client):
    person = factories.candidate().user
    sign_in(client, person)
    return person


def sign_in(client: Client, person):
    return client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return client.get("/en/my/").status_code == 200


def test_half_an_hour_without_activity_ends_it_and_says_so(clock, client, officer):
    for _ in range(4):
        clock.shift(29 * MINUTE)
        assert is_signed_in(client)
    clock.shift(31 * MINUTE)
    answer = client.get("/en/my/", follow=True)
    assert "You were signed out" in Page(answer).text


def test_twelve_hours_are_the_most(clock, client, officer):
    for _ in range(29):
        clock.shift(25 * MINUTE)
        is_signed_in(client)
    assert not is_signed_in(client)


def test_without_its_cookie_the_time_counts_from_signing_in(clock, client, officer):
    clock.shift(20 * MINUTE)
    assert is_signed_in(client)
    clock.shift(20 * MINUTE)
    del client.cookies[django_settings.SEEN_COOKIE_NAME]
    assert not is_signed_in(client)


def test_the_cookie_of_another_session_helps_nobody(clock, client, officer):
    other = Client()
    sign_in(other, officer)
    clock.shift(20 * MINUTE)
    is_signed_in(other)
    clock.shift(15 * MINUTE)
    client.cookies[django_settings.SEEN_COOKIE_NAME] = other.cookies[django_settings.SEEN_COOKIE_NAME].value
    assert is_signed_in(other)
    assert not is_signed_in(client)


@pytest.mark.parametrize(("path", "words"), [("/en/my/", "You are signed out"), ("/fr/my/", "Votre session")])
def test_pages_say_until_when(client, officer, path, words):
    assert words in client.get(path).content.decode()


def test_a_desk_page_says_until_when(client):
    client.force_login(factories.staff("Approver", language="en"))
    assert "You are signed out at" in client.get("/admin/").content.decode()


@pytest.mark.parametrize("how", ["idle", "ended elsewhere"])
def test_what_was_typed_is_there_after_signing_in(clock, client, officer, how):
    opening = factories.opening()
    apply = f"/en/openings/{opening.reference}/apply/"
    assert client.get(apply).status_code == 200
    if how == "idle":
        clock.shift(40 * MINUTE)
    else:
        client.session.flush()
    late = client.post(apply, {"motivation": "Three hours of words.", "submit": "1"})
    assert late.status_code == 302
    again = client.get(late.url)
    assert again.status_code == 200
    back = client.post("/en/accounts/login/", {"login": officer.email, "password": PASSWORD, "next": "/en/my/kept/"})
    assert back.url == "/en/my/kept/"
    page = client.get(back.url)
    assert "Three hours of words." in Page(page).text
    assert f'action="{apply}"' in page.content.decode()
    assert "csrfmiddlewaretoken" in page.content.decode()
    assert client.post(apply, {"motivation": "Three hours of words.", "submit": "1"}).status_code == 302
    assert "Nothing waits to be sent" in Page(client.get("/en/my/kept/")).text, "what was sent is kept no longer"


def test_nobody_else_reads_what_was_typed(clock, client, officer):
    opening = factories.opening()
    clock.shift(40 * MINUTE)
    client.post(f"/en/openings/{opening.reference}/apply/", {"motivation": "Private."})
    sign_in(client, factories.candidate().user)
    assert "Nothing waits to be sent" in Page(client.get("/en/my/kept/")).text


@pytest.mark.parametrize("path", ["/en/my/data/export/", "/en/my/data/close/", "/en/accounts/sessions/"])
def test_what_cannot_be_undone_asks_again_who_it_is(clock, client, officer, path):
    fields = {"sure": "yes"}
    for _ in range(2):
        clock.shift(10 * MINUTE)
        is_signed_in(client)
    asked = client.post(path, fields)
    assert (asked.status_code, "/accounts/reauthenticate/" in asked.url) == (302, True)
    done = client.post(asked.url, {"password": PASSWORD})
    assert done.status_code in {200, 302}
    assert "reauthenticate" not in getattr(done, "url", "")
