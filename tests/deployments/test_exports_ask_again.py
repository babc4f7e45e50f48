"""Whoever takes data along as a file shows again who it is, unless that was a moment ago: every file of the desk."""

import time

import pytest
from django.contrib import admin
from django.test import Client

from core.desk.exports import ExportedList
from core.files.pdf import can_make_pdf
from core.history.acts import history_of
from core.tabular.sheets import SHEETS
from officers.accounts.stay import SIGNED_IN_AT
from tests import factories

pytestmark = pytest.mark.django_db
LISTS = [model for model, desk in admin.site._registry.items() if isinstance(desk, ExportedList)]
OWN_PAGES = ["board/", "pipeline/", "roster/", "rotation/", "rotation/<pk>/", "operation/<pk>/roll-call/"]


@pytest.fixture
def tour():
    return factories.deployment(factories.posting(), "2026-01-01", "2090-12-31")


@pytest.fixture
def reader(client):
    """Somebody with every role, who signed in a while ago."""
    person = factories.staff("Approver", "Mission editor", "Selection officer", "Auditor", "Administrator")
    client.force_login(person)
    signed_in(client, minutes=10)
    return client


def signed_in(client: Client, *, minutes: int) -> None:
    session = client.session
    session.pop("account_authentication_methods", None)
    session[SIGNED_IN_AT] = int(time.time()) - minutes * 60
    session.save()


def asks_again(client: Client, address: str) -> bool:
    answer = client.get(address)
    if answer.status_code == 200:
        assert answer["Content-Disposition"].startswith("attachment")
        answer.getvalue()
    return answer.status_code == 302 and "/accounts/reauthenticate/?next=" in answer.url and "format" in answer.url


@pytest.mark.parametrize("kind", SHEETS)
def test_every_list_and_every_page_of_the_desk_asks_before_it_is_a_file(reader, tour, kind):
    pages = [page.replace("<pk>", str(tour.posting.mission.operation_id)) for page in OWN_PAGES]
    lists = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in LISTS]
    addresses = [f"{page}?format={kind}" for page in (*lists, *(f"/admin/deployments/{page}" for page in pages))]
    assert len(LISTS) > 15
    assert [address for address in addresses if not asks_again(reader, address)] == []
    signed_in(reader, minutes=1)
    assert [address for address in addresses if asks_again(reader, address)] == []


def test_the_page_itself_asks_nothing(reader, tour):
    assert reader.get("/admin/deployments/board/").status_code == 200


def test_a_dossier_as_pdf_asks_and_was_not_viewed_until_then(reader, tour):
    address = f"/admin/deployments/officer/{tour.officer_id}/dossier.pdf"
    asked = reader.get(address)
    assert (asked.status_code, "/accounts/reauthenticate/" in asked.url) == (302, True)
    assert not history_of(tour.officer)
    signed_in(reader, minutes=1)
    assert reader.get(address).status_code == (200 if can_make_pdf() else 409)
