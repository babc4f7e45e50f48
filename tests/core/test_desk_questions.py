"""A list of the desk answers its own filters, its search, its order and its pages; anything else is refused in words."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.urls import reverse

from core.desk import lists
from core.mail.outbox import queue_mail_to
from tests import factories

pytestmark = pytest.mark.django_db
OFFICERS, MAILS, POSTINGS = "/admin/officers/officer/", "/admin/core/outboxmail/", "/admin/deployments/posting/"
DIGITS = "9" * 26
WRONG = [
    (MAILS, {"text_body__regex": ".*"}),
    (MAILS, {"text_body__contains": "key"}),
    (MAILS, {"confidential__exact": "1"}),
    (MAILS, {"created_at__year": "-1"}),
    (MAILS, {"created_at__year": "2026", "created_at__month": DIGITS}),
    (MAILS, {"state__exact": "secret"}),
    (MAILS, {"template": "x"}),
    (POSTINGS, {"reference__range": "0"}),
    (POSTINGS, {"mission__in": DIGITS}),
    (POSTINGS, {"mission__operation__id__exact": DIGITS}),
    (POSTINGS, {"mission__operation__id__exact": "mali"}),
    (POSTINGS, {"status__isnull": "maybe"}),
    (POSTINGS, {"status__exact": ["open"] * 101}),
    (POSTINGS, {"o": "99"}),
    (POSTINGS, {"o": "1;drop"}),
    (POSTINGS, {"p": "0"}),
    (POSTINGS, {"p": "2"}),
    (POSTINGS, {"p": "x"}),
    (POSTINGS, {"p": DIGITS}),
    (POSTINGS, {"q": "x" * 10_001}),
    (POSTINGS, {"q": "a\x00"}),
    (POSTINGS, {"format": "exe"}),
    (POSTINGS, {"e": "1"}),
    (POSTINGS, {"_facets": "1"}),
    (OFFICERS, {"gender": "x"}),
    (OFFICERS, {"gender__startswith": "f"}),
    (OFFICERS, {"birth_date__gte": "1990-01-01"}),
    (OFFICERS, {"has_convictions": "1"}),
    (OFFICERS, {"user__password__startswith": "md5"}),
    (OFFICERS, {"has_convictions": "1", "format": "csv"}),
    ("/admin/deployments/application/", {"state_since__year": "-1"}),
    ("/admin/core/historyentry/", {"at__gte": "yesterday"}),
    ("/admin/deployments/board/", {"on": "2026-01-01"}),
    ("/admin/deployments/roster/", {"p": "9"}),
    ("/admin/deployments/pipeline/", {"o": "1"}),
    ("/admin/deployments/rotation/", {"format": "pdf"}),
]


@pytest.fixture
def desk(client):
    client.force_login(factories.staff("Approver", "Auditor", "Selection officer", "Administrator"))
    factories.opening()
    factories.officer(gender="female")
    queue_mail_to("a@example.org", language="en", template="account/password_changed", context={"email": "a"})
    return client


@pytest.mark.parametrize(("address", "asked"), WRONG)
def test_what_a_list_does_not_offer_is_refused_in_words(desk, address, asked):
    response = desk.get(address, asked)
    assert response.status_code == 400
    said = response.context["words"]
    assert len(said) < 200 and any(name in said for name in asked), said
    assert desk.get(address, asked, headers={"accept": "application/json"}).json()["code"] == "wrong_query"


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_no_list_answers_about_a_column_that_it_does_not_show(client, model):
    """Every field of every record, by the look-ups with which a value is guessed letter by letter."""
    person = factories.user(is_staff=True, is_superuser=True)
    client.force_login(person)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    as_json = {"accept": "application/json"}  # the page of a refusal takes longer, and says the same
    answered = [
        f"{field.name}{lookup}"
        for field in model._meta.fields
        for lookup in ("__startswith", "__regex", "__gt", "__in", "__range")
        if client.get(address, {f"{field.name}{lookup}": "1"}, headers=as_json).status_code != 400
    ]
    assert answered == []


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_every_filter_that_is_offered_is_answered(client, model):
    client.force_login(factories.user(is_staff=True, is_superuser=True))
    factories.application(state="endorsed")
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shown = client.get(address).context["cl"]
    asked = [choice["query_string"] for spec in shown.filter_specs for choice in spec.choices(shown)]
    refused = [query for query in asked if client.get(address + query).status_code != 200]
    assert refused == []


def test_filters_name_no_column_that_a_role_may_not_read():
    """The officer's own declarations and person are no column, filter or search of any list."""
    hidden = {"gender", "birth_date", "has_convictions", "has_open_investigations", "declared_at", "password"}
    for model, page in admin.site._registry.items():
        fields = [each if isinstance(each, str) else each[0] for each in page.list_filter if not callable(each)]
        looked_up = [name.removesuffix("__contains") for name in (*fields, *page.search_fields)]
        ends = {get_fields_from_path(model, path)[-1].name for path in looked_up}
        assert not ends & hidden and not {str(name) for name in page.list_display} & hidden, model


def test_control_without_the_check_a_list_is_an_oracle(desk, monkeypatch):
    monkeypatch.setattr(lists, "check_filters", lambda *args: None)
    answers = [desk.get(OFFICERS, {"gender__startswith": letter}).context["cl"].result_count for letter in "fx"]
    assert answers == [1, 0]


def test_a_filter_with_one_choice_is_answered_too(desk):
    operation = factories.opening().mission.operation
    for number in (operation.pk, 10**17):
        assert desk.get(POSTINGS, {"mission__operation__id__exact": number}).status_code == 200


@pytest.mark.parametrize("page", ["99", "0", "x", "٢", "9" * 26])
def test_a_page_that_a_list_does_not_have_is_400_wherever_pages_are_turned(client, settings, page):
    settings.STAFF_MFA_REQUIRED = False
    addresses = {
        factories.coordinator(factories.service()): [
            f"/en/coordination/?page={page}",
            f"/en/coordination/officers/?page={page}",
            f"/en/coordination/papers/?page={page}",
            f"/en/my/papers/?page={page}",
        ],
        factories.staff("Selection officer"): [
            f"/admin/deployments/lists/applicants/?p={page}",
            f"/admin/deployments/find-officers/?p={page}",
        ],
    }
    for person, asked in addresses.items():
        client.force_login(person)
        assert {address: client.get(address).status_code for address in asked} == dict.fromkeys(asked, 400)
        assert {client.get(address.partition("?")[0]).status_code for address in asked} == {200}
