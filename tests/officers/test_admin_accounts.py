"""Accounts and roles at the desk: an administrator gives roles, and never more power than there is."""

import json
import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from core.history.acts import history_of
from core.mail.outbox import readable
from core.models import OutboxMail
from core.text.dates import today_here
from officers.admin import records
from officers.domain import coordination, naming
from officers.domain.accounts import DECIDING, RolesRefused
from officers.models import User
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "correct-Horse-7-battery"


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def administrator():
    return factories.staff("Administrator")


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def page(account: User, kind: str = "change") -> str:
    return reverse(f"admin:officers_user_{kind}", args=[account.pk])


def typed(account: User, **changes) -> dict:
    fields = {"email": account.email, "given_name": account.given_name, "family_name": account.family_name}
    fields |= {"seen": json.dumps(records.state_of(User.objects.get(pk=account.pk)))}
    return fields | {"language": account.language, "is_active": "on", "is_staff": "on", "groups": []} | changes


def role(name: str) -> int:
    return Group.objects.get(name=name).pk


def test_an_administrator_makes_an_account_and_gives_it_a_role(desk, administrator):
    data = {
        "email": "new@example.org",
        "given_name": "Noor",
        "family_name": "Haddad",
        "language": "fr",
    }
    assert desk.post(reverse("admin:officers_user_add"), data).status_code == 302
    account = User.objects.get(email="new@example.org")
    assert not account.has_usable_password()
    mail = OutboxMail.objects.get(address=account.email)
    assert (mail.template, mail.language, mail.confidential) == ("account/password_reset_key", "fr", True)
    assert desk.post(page(account), typed(account, groups=[role("Approver")])).status_code == 302
    assert account.groups.get().name == "Approver"
    change = history_of(account).first()
    assert (change.actor, change.detail["roles"]) == (administrator, {"from": [], "to": ["Approver"]})


def test_nobody_becomes_a_superuser_here(desk):
    account = factories.user()
    desk.post(page(account), typed(account, is_superuser="on", user_permissions=["1"]))
    account.refresh_from_db()
    assert not account.is_superuser and not account.user_permissions.exists()


def test_an_administrator_keeps_out_of_a_superusers_account(desk):
    root = User.objects.create_superuser("root@example.org", PASSWORD)
    assert desk.post(page(root), typed(root, email="taken@example.org")).status_code == 403
    address = reverse("admin:auth_user_password_change", args=[root.pk])
    assert desk.post(address, {"password1": PASSWORD + "x", "password2": PASSWORD + "x"}).status_code == 403
    root.refresh_from_db()
    assert root.email == "root@example.org" and root.check_password(PASSWORD)


def test_an_administrator_does_not_change_the_own_roles(desk, administrator):
    data = typed(administrator, given_name="Renamed", groups=[role("Approver"), role("Administrator")])
    assert desk.post(page(administrator), data).status_code == 302
    administrator.refresh_from_db()
    assert administrator.given_name == "Renamed"
    assert [group.name for group in administrator.groups.all()] == ["Administrator"]


def test_roles_are_named_in_the_readers_language(client):
    client.force_login(factories.staff("Administrator", language="fr"))
    form = client.get(page(factories.user())).context["adminform"].form
    labels = {label for _value, label in form.fields["groups"].choices}
    assert "Policier ou policière" in labels and "Officer" not in labels


def test_one_address_is_one_account_whatever_the_capitals(desk):
    factories.user(email="noor@example.org")
    data = {"email": "NOOR@example.org", "language": "en", "usable_password": "false"}
    response = desk.post(reverse("admin:officers_user_add"), data)
    assert response.status_code == 200
    assert User.objects.filter(email__iexact="noor@example.org").count() == 1


def test_nobody_sets_somebody_elses_password_a_link_goes_to_its_owner(desk, administrator):
    account = factories.staff("Auditor")
    address = reverse("admin:auth_user_password_change", args=[account.pk])
    data = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert desk.get(address).status_code == 200 and not OutboxMail.objects.exists()
    assert desk.post(address, data).url == page(account)
    account.refresh_from_db()
    assert account.check_password(factories.PASSWORD)
    mail = OutboxMail.objects.get(address=account.email)
    assert (mail.template, mail.confidential) == ("account/password_reset_key", True)
    assert history_of(account).first().verb == "send-password-link"
    link = re.search(r"https?://[^/\s]+(/\S+)", readable(mail.text_body))[1]
    owner = Client()
    form = owner.get(link, follow=True)
    assert owner.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def given(giver: User, account: User, *roles: str) -> set[str]:
    """The roles of the account after ``giver`` asked for these."""
    browser = Client()
    browser.force_login(giver)
    browser.post(page(account), typed(account, groups=[role(name) for name in roles]))
    return set(account.groups.values_list("name", flat=True))


@pytest.mark.parametrize("other", sorted(DECIDING))
def test_who_gives_roles_holds_none_that_decides(administrator, other):
    account = factories.user(is_staff=True)
    assert given(administrator, account, "Administrator", other) == set()
    assert given(factories.staff("Administrator", other), account, "Auditor") == set()
    assert given(administrator, account, "Auditor", "Administrator") == {"Auditor", "Administrator"}


def test_control_without_the_rule_both_are_given(administrator, monkeypatch):
    monkeypatch.setattr(records, "check_roles", lambda *args, **named: None)
    account = factories.user(is_staff=True)
    assert given(administrator, account, "Administrator", "Approver") == {"Administrator", "Approver"}


def test_other_changes_of_an_account_are_no_matter_of_roles():
    account = factories.staff("Auditor")
    both = factories.staff("Administrator", "Approver")
    browser = Client()
    browser.force_login(both)
    data = typed(account, given_name="Renamed", groups=[role("Auditor")])
    assert browser.post(page(account), data).status_code == 302


@pytest.mark.parametrize("words", ["elodie", "ÉLODIE gagne", "elodie@"])
def test_accounts_are_found_whatever_the_accents(desk, words):
    factories.user(email="elodie@example.org", given_name="Élodie", family_name="Gagné")
    listed = reverse("admin:officers_user_changelist")
    assert [u.email for u in desk.get(listed, {"q": words}).context["cl"].result_list] == ["elodie@example.org"]


def test_the_list_of_accounts_asks_the_same_questions_for_1_row_and_for_30(desk, django_assert_num_queries):
    for _each in range(2):
        with django_assert_num_queries(9):
            desk.get(reverse("admin:officers_user_changelist"))
        for _more in range(29):
            factories.staff("Auditor")


@pytest.mark.parametrize("name", ["Approver", "Selection officer", "Mission editor", "Auditor", "Administrator"])
def test_an_account_of_the_desk_coordinates_no_service_and_a_coordinator_gets_no_role(desk, administrator, name):
    service = factories.service()
    of_the_desk = factories.staff(name)
    chief = factories.coordinator(service)
    today = today_here()
    with pytest.raises(RolesRefused):
        coordination.name_deputy(service, by=chief, email=of_the_desk.email, first_day=today, last_day=today)
    with pytest.raises(RolesRefused):
        naming.name_coordinator(service, by=administrator, email=of_the_desk.email, first_day=today, reason="Why")
    answer = desk.post(page(chief), typed(chief, groups=[role(name)]))
    assert answer.status_code == 200 and "end that first" in answer.content.decode()
    assert not chief.groups.filter(name=name).exists()


def test_the_address_of_an_account_with_a_role_is_its_owners_to_change(desk):
    approver = factories.staff("Approver")
    answer = desk.post(page(approver), typed(approver, groups=[role("Approver")], email="elsewhere@example.org"))
    assert answer.status_code == 200 and "its owner changes the address" in answer.content.decode()
    approver.refresh_from_db()
    assert approver.email != "elsewhere@example.org"
