"""Whoever gives or takes rights shows again who it is, unless that was a moment ago; what was typed is done afterwards.

The control takes the question out: then a session left open is enough.
"""

import json
import time

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from core.text.dates import today_here
from officers.accounts.stay import SIGNED_IN_AT
from officers.admin import records
from officers.models import User
from tests import factories

pytestmark = pytest.mark.django_db
ASKED = "/en/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def desk(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def account():
    return factories.user(email="before@example.org")


def signed_in(person, *, minutes: int) -> Client:
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session.pop("account_authentication_methods", None)
    session[SIGNED_IN_AT] = int(time.time()) - minutes * 60
    session.save()
    return browser


def page_of(account: User) -> str:
    return f"/admin/officers/user/{account.pk}/change/"


def typed(account: User, **changes) -> dict:
    fields = {"email": account.email, "given_name": account.given_name, "family_name": account.family_name}
    fields |= {"seen": json.dumps(records.state_of(User.objects.get(pk=account.pk)))}
    found = fields | {"language": account.language, "is_active": "on", "groups": []} | changes
    return {name: value for name, value in found.items() if value is not None}


def changes_of(account: User) -> dict[str, dict]:
    """What gives or takes rights on the page of an account."""
    return {
        "role": typed(account, is_staff="on", groups=[Group.objects.get(name="Auditor").pk]),
        "address": typed(account, email="after@example.org"),
        "inactive": typed(account, is_active=None),
        "desk": typed(account, is_staff="on"),
    }


@pytest.mark.parametrize("what", ["role", "address", "inactive", "desk"])
def test_a_change_of_rights_asks_keeps_what_was_typed_and_is_done_then(account, what):
    browser = signed_in(factories.staff("Administrator"), minutes=10)
    address, before = page_of(account) + "?_changelist_filters=q%3Dbefore", records.state_of(account)
    asked = browser.post(address, changes_of(account)[what])
    assert (asked.status_code, asked.url.startswith(ASKED)) == (302, True)
    assert records.state_of(User.objects.get(pk=account.pk)) == before
    assert browser.post(asked.url, {"password": "wrong"}).status_code == 200
    assert records.state_of(User.objects.get(pk=account.pk)) == before
    done = browser.post(asked.url, {"password": factories.PASSWORD})
    assert (done.status_code, "/admin/officers/user/" in done.url) == (302, True)
    assert records.state_of(User.objects.get(pk=account.pk)) != before


@pytest.mark.parametrize("what", ["role", "address", "inactive", "desk"])
def test_control_without_the_question_an_old_session_is_enough(account, what, monkeypatch):
    monkeypatch.setattr(records, "GUARDED", frozenset())
    before = records.state_of(account)
    assert (
        signed_in(factories.staff("Administrator"), minutes=10)
        .post(page_of(account), changes_of(account)[what])
        .url.startswith("/admin/")
    )
    assert records.state_of(User.objects.get(pk=account.pk)) != before


def test_who_signed_in_a_moment_ago_is_not_asked_and_names_and_languages_never_ask(account):
    now = signed_in(factories.staff("Administrator"), minutes=1)
    assert now.post(page_of(account), changes_of(account)["role"]).url == "/admin/officers/user/"
    another = factories.user()
    later = signed_in(factories.staff("Administrator"), minutes=10)
    assert later.post(page_of(another), typed(another, given_name="Noor")).url == "/admin/officers/user/"


def naming(service, person) -> dict:
    return {"email": person.email, "first_day": today_here().isoformat(), "reason": "Letter of May 3"}


def test_naming_a_coordinator_asks_and_what_is_refused_then_is_shown_at_the_acts_own_address(account):
    service = factories.service()
    address = f"/admin/deployments/policeservice/{service.pk}/name-coordinator/"
    browser = signed_in(factories.staff("Administrator"), minutes=10)
    asked = browser.post(address, naming(service, account) | {"email": "nobody@example.org"})
    refused = browser.post(asked.url, {"password": factories.PASSWORD})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert f'action="{address}"' in page and "nobody@example.org" in page and "Letter of May 3" in page
    assert browser.post(address, naming(service, account)).status_code == 302
    assert service.coordinators.get().user == account


def test_a_machine_is_told_in_json_and_a_coordinator_is_asked_before_naming_a_deputy(account):
    service = factories.service()
    address = f"/admin/deployments/policeservice/{service.pk}/name-coordinator/"
    browser = signed_in(factories.staff("Administrator"), minutes=10)
    answer = browser.post(address, naming(service, account), headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm_identity")
    browser = signed_in(factories.coordinator(service), minutes=10)
    days = {"first_day": today_here().isoformat(), "last_day": today_here().isoformat()}
    asked = browser.post(f"/en/coordination/services/{service.pk}/deputies/", {"email": account.email, **days})
    assert (asked.url.startswith(ASKED), service.coordinators.count()) == (True, 1)
    assert browser.post(asked.url, {"password": factories.PASSWORD}).url == "/en/coordination/"
    assert service.coordinators.count() == 2


def test_what_was_left_at_the_question_is_not_done_on_another_occasion(account):
    """Somebody who goes away from the question and confirms for something else later has not confirmed this."""
    browser = signed_in(factories.staff("Administrator"), minutes=10)
    browser.post(page_of(account), changes_of(account)["role"])
    asked = browser.get("/admin/officers/user/?format=csv")
    assert asked.url.startswith(ASKED)
    browser.post(asked.url, {"password": factories.PASSWORD})
    assert not User.objects.get(pk=account.pk).groups.exists()
