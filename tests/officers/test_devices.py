"""Failing on purpose locks out strangers alone; events of security are written down without names."""

import json
import logging

import pytest
import structlog
from django.test import Client

from officers.accounts.passwords import SiteWordsValidator
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
ATTEMPTS = 5


def sign_in(client: Client, person, password: str = PASSWORD):
    return client.post("/en/accounts/login/", {"login": person.email, "password": password})


@pytest.fixture
def limits(settings):
    """So many failures an account; none for the network address, which all of the tests share."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": f"{ATTEMPTS}/5m/key", "login": None}


def attacked(person) -> None:
    for _ in range(ATTEMPTS + 2):
        answer = sign_in(Client(), person, "wrong")
    assert "Too many attempts" in answer.content.decode()


def test_the_owners_browser_is_let_in_while_strangers_are_locked_out(limits):
    person, known = factories.user(), Client()
    assert sign_in(known, person).status_code == 302
    known.post("/en/accounts/logout/")
    attacked(person)
    assert sign_in(Client(), person).status_code == 200, "control: a browser that the account does not know"
    assert sign_in(known, person).status_code == 302


def test_a_known_browser_has_no_more_attempts_than_others(limits):
    person, known = factories.user(), Client()
    sign_in(known, person)
    known.post("/en/accounts/logout/")
    for _ in range(ATTEMPTS + 1):
        answer = sign_in(known, person, "wrong")
    assert "Too many attempts" in answer.content.decode()


def test_the_cookie_of_one_account_is_nothing_to_another(limits):
    person, other, known = factories.user(), factories.user(), Client()
    sign_in(known, other)
    known.post("/en/accounts/logout/")
    attacked(person)
    assert sign_in(known, person).status_code == 200


@pytest.fixture
def events():
    with structlog.testing.capture_logs() as lines:
        yield lines


def test_events_of_security_are_written_down_without_names(client, events):
    person = factories.user()
    sign_in(client, person, "wrong")
    sign_in(client, person)
    client.get("/en/coordination/")
    client.post("/en/my/data/export/")
    client.post("/en/accounts/logout/")
    ours = [line for line in events if "from" in line]
    assert [line["event"] for line in ours] == [
        "sign_in_failed",
        "signed_in",
        "access_refused",
        "exported",
        "signed_out",
    ]
    assert {line["from"] for line in ours if len(line["from"]) == 16} == {ours[0]["from"]}
    assert person.email not in json.dumps(ours, default=str)
    assert "127.0.0.1" not in json.dumps(ours, default=str)
    assert logging.getLogger("security").isEnabledFor(logging.CRITICAL)


@pytest.mark.parametrize("password", ["police-2026", "PortailPolice!", "Affectations policières", "Déploiement-2027"])
def test_a_password_of_the_portals_own_words_is_refused(password):
    with pytest.raises(Exception, match="only of words from this site"):
        SiteWordsValidator().validate(password)


@pytest.mark.parametrize("password", ["blue-heron-police", "correct horse battery", "Wx7#mmkq-42"])
def test_other_passwords_are_not(password):
    SiteWordsValidator().validate(password)
