"""Rate limits, by counting to them: so many go through, the next does not, and after the time they do again."""

from collections.abc import Callable

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from core.models import OutboxMail
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = factories.PASSWORD, "not-the-Password-1"
ACCOUNTS = "/en/accounts/"


def went_through(attempt: Callable[[int], bool], most: int = 40) -> int:
    """How many attempts in a row went through before the first that did not."""
    return next((n for n in range(most) if not attempt(n)), most)


def post(path: str, typed: dict, *, browser: Client | None = None, ip: str = "192.0.2.1") -> bool:
    """Whether the portal looked at what was typed, rather than at how often."""
    answer = (browser or Client()).post(ACCOUNTS + path, typed, REMOTE_ADDR=ip)
    page = answer.content.decode() if answer.status_code != 302 else ""
    assert answer.status_code in (200, 302, 429), answer.status_code
    return answer.status_code != 429 and "Too many" not in page


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T15:00:00Z", tick=False) as moved:
        yield moved


@pytest.fixture
def signed_in():
    browser = Client()
    browser.force_login(factories.user())
    return browser


def test_wrong_passwords_for_one_account_from_anywhere(clock):
    person = factories.user()

    def try_in(n: int) -> bool:
        return post("login/", {"login": person.email, "password": WRONG}, ip=f"192.0.2.{n}")

    assert went_through(try_in) == 5
    assert not post("login/", {"login": person.email, "password": PASSWORD}, ip="192.0.2.99"), "not with the right one"
    clock.shift(5 * 60 - 1)
    assert not post("login/", {"login": person.email, "password": PASSWORD}, ip="192.0.2.99"), "nor a moment too early"
    clock.shift(2)
    assert post("login/", {"login": person.email, "password": PASSWORD}, ip="192.0.2.99")


def test_wrong_passwords_for_any_account_from_one_address(clock):
    people = [factories.user() for _n in range(12)]
    assert went_through(lambda n: post("login/", {"login": people[n].email, "password": WRONG}), 12) == 10
    assert post("login/", {"login": people[11].email, "password": WRONG}, ip="192.0.2.2"), "elsewhere it goes on"
    clock.shift(61)
    assert post("login/", {"login": people[11].email, "password": PASSWORD})


@pytest.mark.slow
def test_sign_ins_from_one_address(clock):
    person = factories.user()
    assert went_through(lambda n: post("login/", {"login": person.email, "password": PASSWORD})) == 30
    clock.shift(61)
    assert post("login/", {"login": person.email, "password": PASSWORD})


def test_new_accounts_from_one_address(clock):
    assert went_through(lambda n: post("signup/", {"email": f"new{n}@example.org"})) == 20
    clock.shift(61)
    assert post("signup/", {"email": "new@example.org"})


def test_new_passwords_asked_for_by_one_address_and_for_one_account(clock):
    assert went_through(lambda n: post("password/reset/", {"email": f"new{n}@example.org"})) == 20
    clock.shift(61)
    person = factories.user()
    assert went_through(lambda n: post("password/reset/", {"email": person.email}, ip=f"192.0.2.{n}"), 9) == 5


def test_links_to_a_new_password_tried_by_one_address():
    assert went_through(lambda n: post(f"password/reset/key/1-abc{n}/", {})) == 20


def test_the_password_asked_for_again(signed_in):
    assert went_through(lambda n: post("reauthenticate/", {"password": PASSWORD}, browser=signed_in)) == 10


def test_the_password_asked_for_again_and_typed_wrongly(signed_in):
    assert went_through(lambda n: post("reauthenticate/", {"password": WRONG}, browser=signed_in)) == 5


def test_a_password_changed(signed_in):
    typed = {"oldpassword": WRONG, "password1": "x", "password2": "x"}
    assert went_through(lambda n: post("password/change/", typed, browser=signed_in)) == 5


def test_addresses_added(signed_in):
    assert went_through(lambda n: post("email/", {"action_add": "", "email": "no address"}, browser=signed_in)) == 10


def test_one_mail_a_minute_to_confirm_an_address(clock):
    person = factories.user()
    EmailAddress.objects.filter(user=person).update(verified=False)
    for shift, mails in ((0, 1), (30, 1), (31, 2)):
        clock.shift(shift)
        post("login/", {"login": person.email, "password": PASSWORD}, ip=f"192.0.2.{shift}")
        assert OutboxMail.objects.filter(user=person).count() == mails, shift


def asks_for_an_alert(n: int, ip: str = "192.0.2.1") -> bool:
    """Whether the mail that confirms an alert was queued; 429 otherwise."""
    answer = Client().post("/en/alerts/", {"address": f"reader{n}@example.org"}, REMOTE_ADDR=ip)
    assert answer.status_code in (302, 429), answer.status_code
    return answer.status_code == 302


def test_alerts_asked_for_by_one_address(clock):
    """Each queues a mail to somebody who may not have asked."""
    assert went_through(asks_for_an_alert) == 10
    assert asks_for_an_alert(50, ip="192.0.2.2"), "elsewhere it goes on"
    clock.shift(10 * 60 - 1)
    assert not asks_for_an_alert(51)
    clock.shift(2)
    assert asks_for_an_alert(51)
    assert OutboxMail.objects.filter(template="deployments/alert_confirm").count() == 12


def test_alerts_asked_for_by_everybody_together(clock, settings):
    """From many addresses, as a botnet does: five hundred a day, here a few."""
    assert settings.ACCOUNT_RATE_LIMITS["alert"] == "10/10m/ip,500/d/key"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"alert": "10/10m/ip,7/d/key"}
    assert went_through(lambda n: asks_for_an_alert(n, ip=f"192.0.2.{n}")) == 7
    clock.shift(24 * 3600 + 1)
    assert asks_for_an_alert(9)


def test_control_alerts_without_a_limit(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"alert": "1000/m/ip"}
    assert went_through(asks_for_an_alert, 20) == 20
