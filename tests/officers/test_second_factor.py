"""The second factor: required of staff before anything else, encrypted at rest, with a way in when the app is lost."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.totp.views import ActivateTOTPView
from cryptography.fernet import InvalidToken
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from core.models import OutboxMail
from officers.accounts import secrets
from officers.accounts.adapters import AccountAdapter
from officers.accounts.stay import SIGNED_IN_AT
from officers.views.second_factor import ActivateApp
from tests import factories
from tests.factories import PASSWORD
from tests.officers.second_factor import shown_the_factor

pytestmark = pytest.mark.django_db(transaction=True)  # allauth marks the session once its transaction is done


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


@pytest.fixture(autouse=True)
def clock_stands():
    """A code holds for half a minute: no test falls between two of them."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, person):
    return client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})


def set_up(client: Client) -> str:
    page = client.get("/en/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret">(\w+)<', page)[1]
    answer = client.post("/en/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.url == "/en/accounts/2fa/recovery-codes/"
    return secret


@pytest.fixture
def approver_with_app(client):
    person = factories.staff("Approver")
    sign_in(client, person)
    return person, set_up(client)


def test_staff_set_it_up_before_anything_else(client):
    person = factories.staff("Approver")
    assert sign_in(client, person).url == "/admin/"
    for path in ("/admin/", "/admin/missions/operation/", "/en/my/", "/en/", "/en/accounts/password/change/"):
        assert client.get(path).url == "/en/accounts/2fa/totp/activate/"
    assert client.post("/admin/missions/operation/add/", {}).url == "/en/accounts/2fa/totp/activate/"
    set_up(client)
    assert client.get("/admin/").status_code == 200
    assert OutboxMail.objects.filter(template="account/totp_activated", user=person).exists()


def test_staff_are_sent_to_it_in_their_own_language(client):
    client.force_login(factories.staff("Approver", language="fr"))
    assert client.get("/admin/").url == "/fr/accounts/2fa/totp/activate/"


def test_officers_may_do_without(client):
    sign_in(client, factories.user())
    assert client.get("/en/my/").status_code == 200


def test_it_can_be_switched_off_for_a_demonstration(client, settings):
    settings.STAFF_MFA_REQUIRED = False
    sign_in(client, factories.staff("Approver"))
    assert client.get("/admin/").status_code == 200


def test_the_password_alone_no_longer_signs_in(approver_with_app):
    person, secret = approver_with_app
    client = Client()
    assert sign_in(client, person).url == "/en/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    assert "incorrect" in client.post("/en/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert client.post("/en/accounts/2fa/authenticate/", {"code": code_for(secret)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_is_asked_for_a_code(approver_with_app):
    person, secret = approver_with_app
    older = Client()
    older.force_login(person)
    answer = older.get("/admin/missions/operation/")
    assert answer.url == "/en/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fmissions%2Foperation%2F"
    assert older.post(answer.url, {"code": code_for(secret), "next": "/admin/"}).url == "/admin/"
    assert older.get("/admin/").status_code == 200


def test_a_recovery_code_signs_in_once(approver_with_app, client):
    person, _secret = approver_with_app
    page = client.get("/en/accounts/2fa/recovery-codes/").content.decode()
    (code, *others) = re.findall(r"<code>(\w+)</code>", page)
    assert len(others) == 9
    for expected in (True, False):
        other = Client()
        sign_in(other, person)
        other.post("/en/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in other.session) is expected


def test_guessing_codes_ends_after_five_tries(approver_with_app):
    person, secret = approver_with_app
    client = Client()
    sign_in(client, person)
    for _ in range(5):
        client.post("/en/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/en/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_staff_cannot_take_it_off_and_officers_can(approver_with_app, client):
    answer = client.post("/en/accounts/2fa/totp/deactivate/")
    assert "Staff accounts keep their second factor." in answer.content.decode()
    officer = Client()
    sign_in(officer, factories.user())
    set_up(officer)
    officer.post("/en/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_secrets_lie_encrypted_and_survive_a_change_of_the_key(approver_with_app, settings):
    _person, secret = approver_with_app
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next key"
    assert secrets.decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        secrets.decrypt(stored)


def test_setting_up_long_after_log_in_asks_for_the_password_again(client):
    person = factories.staff("Approver")
    client.force_login(person)
    session = client.session
    session[SIGNED_IN_AT] -= 600
    session.save()
    answer = client.get("/en/accounts/2fa/totp/activate/")
    assert answer.url == "/en/accounts/reauthenticate/?next=%2Fen%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    client.post(answer.url, {"password": PASSWORD})
    set_up(client)


CODES, OFF = "/en/accounts/2fa/recovery-codes/", "/en/accounts/2fa/totp/deactivate/"
ASK_AGAIN = (f"{CODES}", f"{CODES}download/", f"{CODES}generate/", OFF, "/en/accounts/2fa/webauthn/add/")


def later(client: Client, seconds: int = 600) -> None:
    """The client's log-in, and all that it showed, was so long ago."""
    session = client.session
    session[SIGNED_IN_AT] -= seconds
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


def asked_with_what(client: Client, path: str) -> str:
    answer = client.get(path)
    return answer.url.partition("?")[0].removeprefix("/en/accounts/") if answer.status_code == 302 else "nothing"


@pytest.mark.parametrize("protected", [True, False])
def test_the_password_alone_touches_no_second_factor(client, monkeypatch, protected):
    """Codes are read and made, and factors removed, by whoever shows one; the control is allauth's own rule."""
    if not protected:
        monkeypatch.delattr(AccountAdapter, "get_reauthentication_methods")
    person = factories.user()
    sign_in(client, person)
    secret = set_up(client)
    later(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    asked = {asked_with_what(client, path) for path in ASK_AGAIN}
    assert asked == ({"2fa/reauthenticate/"} if protected else {"nothing"})
    if protected:
        client.post("/en/accounts/2fa/reauthenticate/", {"code": code_for(secret)})
        assert asked_with_what(client, CODES) == "nothing"
        client.post(OFF)
        assert not Authenticator.objects.exists()


@pytest.mark.parametrize("protected", [True, False])
def test_a_log_in_a_moment_ago_counts_only_with_the_second_factor(client, monkeypatch, protected):
    """A session that was opened by the password alone, however fresh; control: any log-in counts."""
    if not protected:
        monkeypatch.setattr("officers.accounts.adapters.has_second_factor", lambda user: False)
    person, other = factories.user(), Client()
    sign_in(client, person)
    set_up(client)
    sign_in(other, person)
    other.force_login(person)
    assert asked_with_what(other, CODES) == ("2fa/reauthenticate/" if protected else "nothing")
    assert asked_with_what(client, CODES) == "nothing", "it was set up here a moment ago"


def test_who_signed_in_with_a_code_a_moment_ago_is_not_asked_again(approver_with_app):
    person, secret = approver_with_app
    client = Client()
    sign_in(client, person)
    client.post("/en/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert asked_with_what(client, CODES) == "nothing"
    later(client)
    assert asked_with_what(client, CODES) == "2fa/reauthenticate/"


def test_setting_it_up_ends_the_sessions_that_were_opened_without_it(client, settings):
    """Whoever got in with the password alone does not stay in; the one who sets it up does."""
    settings.STAFF_MFA_REQUIRED = False
    person, older = factories.user(), Client()
    for browser in (older, client):
        sign_in(browser, person)
        assert browser.get("/en/my/").status_code == 200
    set_up(client)
    assert (older.get("/en/my/").status_code, client.get("/en/my/").status_code) == (302, 200)


@pytest.mark.parametrize("protected", [True, False])
def test_who_sets_an_app_up_twice_at_once_is_told_which_one_counts(client, monkeypatch, protected):
    """The page looked before the other one was saved; the control is allauth's own page, which fails."""
    person = factories.user()
    sign_in(client, person)
    page = client.get("/en/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret">(\w+)<', page)[1]
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": ""})
    shown_the_factor(client, person)  # on the other page, of the same session
    monkeypatch.setattr("allauth.mfa.totp.views.is_mfa_enabled", lambda user, types: False)
    if not protected:
        monkeypatch.setattr(ActivateApp, "form_valid", ActivateTOTPView.form_valid)
    typed = {"code": code_for(secret)}
    if protected:
        answer = client.post("/en/accounts/2fa/totp/activate/", typed)
        assert (answer.status_code, "that one counts" in answer.content.decode()) == (409, True)
    else:
        with pytest.raises(IntegrityError):
            client.post("/en/accounts/2fa/totp/activate/", typed)
