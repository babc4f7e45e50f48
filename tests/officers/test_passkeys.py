"""Passkeys beside the browser: answers of odd shapes, other people's keys, and the last second factor of staff.

``tests/browser/test_passkeys.py`` sets one up and signs in with it.
"""

import json
import threading
from contextlib import nullcontext, suppress

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from core.models import OutboxMail
from core.refusals import Refusal
from officers.accounts.passkeys import check_unused
from officers.models import User
from tests import factories
from tests.concurrency.contenders import PATIENCE, in_threads
from tests.factories import PASSWORD
from tests.officers.second_factor import shown_the_factor
from tests.officers.soft_key import SoftKey

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = "/en/accounts/2fa/webauthn/"
ODD = [
    *("", "null", "[]", "{}", "1", '"text"', "not JSON", '{"id": "x"}', '{"id": 1, "rawId": 2, "response": 3}'),
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA",'
    '"signature":"AA"}}',
    '{"id":"\\u0000","rawId":"\\u0000","type":"public-key","response":{}}',
    "[" * 500 + "]" * 500,
    json.dumps({"id": "A" * 5000, "rawId": "A" * 5000, "response": {"clientDataJSON": "A" * 5000}}),
]


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_MFA_REQUIRED = True


def key_of(person: User, name: str = "Telephone") -> Authenticator:
    return Authenticator.objects.create(user=person, type="webauthn", data={"name": name, "credential": {}})


def sign_in(client: Client, person: User):
    return client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})


@pytest.mark.parametrize("credential", ODD)
def test_an_odd_answer_is_a_wrong_one(client, credential):
    person = factories.staff("Approver")
    sign_in(client, person)
    client.get(f"{KEYS}add/")
    answer = client.post(f"{KEYS}add/", {"name": "Key", "credential": credential})
    assert answer.status_code in {200, 400}
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", ODD)
def test_an_odd_answer_does_not_sign_in(client, credential, monkeypatch):
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    person = factories.staff("Approver")
    key_of(person)
    assert sign_in(client, person).url == "/en/accounts/2fa/authenticate/"
    answer = client.post("/en/accounts/2fa/authenticate/", {"credential": credential})
    assert answer.status_code == 200
    assert client.get("/admin/").status_code == 302


def test_wrong_answers_are_counted_for_the_account(client, monkeypatch):
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    person = factories.staff("Approver")
    key_of(person)
    sign_in(client, person)
    for _attempt in range(6):
        answer = client.post("/en/accounts/2fa/authenticate/", {"credential": ODD[9]})
    assert answer.context["webauthn_form"].errors.as_data()["credential"][0].code == "too_many_login_attempts"


def test_the_last_second_factor_of_staff_stays(client):
    person = factories.staff("Approver")
    sign_in(client, person)
    shown_the_factor(client, person)
    first, second = key_of(person), key_of(person, "Key")
    assert "signs you in no longer" in client.get(f"{KEYS}keys/{first.pk}/remove/").content.decode()
    assert client.post(f"{KEYS}keys/{first.pk}/remove/").url == KEYS
    assert OutboxMail.objects.filter(template="account/webauthn_removed", user=person).exists()
    assert "keep their second factor" in client.get(f"{KEYS}keys/{second.pk}/remove/").content.decode()
    assert client.post(f"{KEYS}keys/{second.pk}/remove/").status_code == 403
    assert Authenticator.objects.get() == second


def test_an_officer_may_remove_the_last_one(client):
    person = factories.user()
    key = key_of(person)
    client.force_login(person)
    shown_the_factor(client, person)
    assert "your last second factor" in client.get(f"{KEYS}keys/{key.pk}/remove/").content.decode()
    client.post(f"{KEYS}keys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()


def test_a_key_is_renamed(client):
    person = factories.user()
    key = key_of(person)
    client.force_login(person)
    shown_the_factor(client, person)
    assert client.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "n" * 81}).status_code == 200
    assert client.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "a\0b"}).status_code == 200
    assert client.post(f"{KEYS}keys/{key.pk}/edit/", {"name": "Blue key"}).url == KEYS
    assert "Blue key" in client.get(KEYS).content.decode()


@pytest.mark.parametrize("page", ["edit", "remove"])
def test_other_peoples_keys_are_as_good_as_missing(client, page):
    key = key_of(factories.user())
    client.force_login(factories.user())
    assert client.get(f"{KEYS}keys/{key.pk}/{page}/").status_code == 404
    assert client.post(f"{KEYS}keys/{key.pk}/{page}/", {"name": "Mine"}).status_code == 404


def test_who_has_only_a_passkey_is_asked_for_it(client):
    person = factories.staff("Approver")
    key_of(person)
    client.force_login(person)
    assert client.get("/admin/").url == f"{KEYS}reauthenticate/?next=%2Fadmin%2F"


def challenge(page) -> str:
    """What the page asks the passkey to sign."""
    (told,) = [each for each in page.context if "js_data" in each][:1]
    options = told["js_data"].get("creation_options") or told["js_data"]["request_options"]
    return json.loads(json.dumps(dict(options["publicKey"]), default=dict))["challenge"]


def add(client: Client, key: SoftKey, counter: int = 0):
    page = client.get(f"{KEYS}add/", secure=True)
    return client.post(
        f"{KEYS}add/", {"name": "Key", "credential": key.registered(challenge(page), counter)}, secure=True
    )


def sign_in_with(person: User, key: SoftKey, counter: int):
    browser = Client()
    browser.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD}, secure=True)
    page = browser.get("/en/accounts/2fa/authenticate/", secure=True)
    typed = {"credential": key.shown(challenge(page), counter)}
    return browser.post("/en/accounts/2fa/authenticate/", typed, secure=True)


@pytest.fixture
def key_in_use(client):
    person, key = factories.user(), SoftKey()
    client.force_login(person)
    assert "recovery-codes" in add(client, key, counter=5).url
    return person, key


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("counter", [0, 4, 5])
def test_a_counter_that_has_not_grown_is_a_copys(key_in_use, counter, protected, monkeypatch, caplog):
    """The control is allauth's own rule, which does not look at it."""
    if not protected:
        monkeypatch.setattr("officers.accounts.forms.keep_counter", lambda *args: None)
    person, key = key_in_use
    assert sign_in_with(person, key, 8).status_code == 302
    assert sign_in_with(person, key, 9).status_code == 302
    answer = sign_in_with(person, key, counter)
    assert answer.status_code == (200 if protected else 302)
    if protected:
        assert "as that of a copy does" in answer.content.decode()
        assert sign_in_with(person, key, 10).status_code == 302


def test_a_counter_counts_from_what_it_was_when_the_passkey_was_added(key_in_use):
    person, key = key_in_use
    assert sign_in_with(person, key, 5).status_code == 200
    assert sign_in_with(person, key, 6).status_code == 302


def test_a_passkey_that_does_not_count_says_0_for_ever(client):
    person, key = factories.user(), SoftKey()
    client.force_login(person)
    add(client, key)
    assert [sign_in_with(person, key, 0).status_code for _time in range(2)] == [302, 302]


def test_a_new_name_keeps_the_counter(key_in_use, client):
    person, key = key_in_use
    sign_in_with(person, key, 8)
    kept = Authenticator.objects.get(type="webauthn")
    assert client.post(f"{KEYS}keys/{kept.pk}/edit/", {"name": "Blue key"}, secure=True).url == KEYS
    assert (str(Authenticator.objects.get(pk=kept.pk)), sign_in_with(person, key, 8).status_code) == ("Blue key", 200)


@pytest.mark.parametrize("protected", [True, False])
def test_a_passkey_belongs_to_one_account(key_in_use, protected, monkeypatch):
    """Whoever holds two accounts has two passkeys; the control does not look."""
    if not protected:
        monkeypatch.setattr("officers.accounts.forms.check_unused", lambda credential: credential)
    _person, key = key_in_use
    other = Client()
    other.force_login(factories.user())
    answer = add(other, key)
    assert answer.status_code == (200 if protected else 302)
    assert Authenticator.objects.filter(type="webauthn").count() == (1 if protected else 2)
    if protected:
        assert "in use by an account already" in answer.content.decode()
        assert "recovery-codes" in add(other, SoftKey(number=b"another key's id")).url


@pytest.mark.parametrize("protected", [True, False])
def test_two_accounts_that_add_the_same_passkey_in_the_same_moment(protected, monkeypatch):
    """One has it, the other is told. Both look before either saves, if they can; the control lets them."""
    together = threading.Barrier(2)

    def looked(credential):
        found = check_unused(credential)
        with suppress(threading.BrokenBarrierError):
            together.wait(PATIENCE if not protected else 1)
        return found

    monkeypatch.setattr("officers.accounts.forms.check_unused", looked)
    if not protected:
        monkeypatch.setattr("officers.views.second_factor.one_after_the_other", nullcontext)
    key, posts = SoftKey(), []
    for _account in range(2):
        browser = Client()
        browser.force_login(factories.user())
        page = browser.get(f"{KEYS}add/", secure=True)
        posts.append((browser, {"name": "Key", "credential": key.registered(challenge(page))}))

    def post(browser: Client, typed: dict) -> None:
        answer = browser.post(f"{KEYS}add/", typed, secure=True)
        if answer.status_code != 302:
            assert "in use by an account already" in answer.content.decode()
            raise Refusal("in use", code="in_use")

    assert sorted(in_threads([(post, each) for each in posts])) == ["done", "refused: in_use" if protected else "done"]
    assert Authenticator.objects.filter(type="webauthn").count() == (1 if protected else 2)
