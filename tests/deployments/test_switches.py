"""What decides whether a wall stands is an Approver's act with a reason, never a field, and is said where it matters."""

import pytest
from django.urls import reverse

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import switches
from deployments.models import Posting
from missions.models import Programme
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver():
    return factories.staff("Approver")


def cases():
    other = Programme.objects.create(code="other", name_en="Other", name_fr="Autre")
    return {
        "policeservice": (factories.service(), "set-release-need", {"needs_release": "no"}),
        "posting": (factories.posting(), "set-counting", {"counts_against": "programme"}),
        "operation": (factories.operation(5), "change-programme", {"programme": other.pk}),
    }


@pytest.mark.parametrize("kind", ["policeservice", "posting", "operation"])
def test_an_approver_switches_with_a_reason_and_the_record_says_why(client, approver, kind):
    record, verb, asked = cases()[kind]
    address = f"/admin/deployments/{kind}/{record.pk}/{verb}/"
    for role, status in (("Selection officer", 403), ("Mission editor", 403), ("Auditor", 403)):
        client.force_login(factories.staff(role))
        assert client.post(address, asked | {"reason": "Because"}).status_code == status
    client.force_login(approver)
    page = reverse(f"admin:{record._meta.app_label}_{kind}_change", args=[record.pk])
    assert address in client.get(page).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, asked).status_code == 400
    assert client.post(address, asked | {"reason": "Decided on May 3"}).status_code == 302
    entry = history_of(record).get(verb=verb)
    assert (entry.actor, entry.reason) == (approver, "Decided on May 3")
    again = client.post(address, asked | {"reason": "Again"}, headers={"accept": "application/json"})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
    assert (
        "Decided on May 3"
        in client.get(reverse(f"admin:{record._meta.app_label}_{kind}_history", args=[record.pk])).content.decode()
    )


def test_a_form_sets_none_of_them(client):
    """A selection officer makes a posting: whatever the form is sent, it counts against every number."""
    client.force_login(factories.staff("Selection officer", "Mission editor", "Administrator"))
    values = {"reference": "free", "mission": factories.mission().pk, "title_en": "A", "title_fr": "A", "places": 1}
    rows = {
        f"{name}-{part}_FORMS": 0
        for name in ("language_requirements", "qualification_requirements")
        for part in ("TOTAL", "INITIAL")
    }
    sent = values | rows | {"tour_months": 12, "regime": "seconded", "counts_against": "none"}
    assert client.post("/admin/deployments/posting/add/", sent).status_code == 302
    made = Posting.objects.get(reference="free")
    assert (made.counts_against, made.status) == ("all", "draft"), "opening it is an act"


def test_tours_freeze_what_the_posting_counts_against(approver):
    posting = factories.posting()
    factories.deployment(posting, "2026-01-01", "2026-12-31")
    with pytest.raises(Refusal) as refused:
        switches.set_counting(posting, by=approver, counts_against="none", reason="No")
    assert refused.value.code == "posting_has_tours"
    with pytest.raises(NotPermitted):
        switches.set_counting(
            factories.posting(), by=factories.staff("Selection officer"), counts_against="none", reason="x"
        )


def test_tours_and_the_strength_board_say_why(client, approver):
    posting = factories.posting()
    switches.set_counting(posting, by=approver, counts_against="none", reason="A course of two weeks")
    tour = factories.deployment(posting, "2026-01-01", "2099-12-31")
    usual = factories.deployment(factories.posting(), "2026-01-01", "2099-12-31")
    factories.service(needs_release=False, name_en="National police")
    client.force_login(approver)

    def read(address: str) -> str:
        return client.get(address).content.decode()

    assert "A course of two weeks" in read(f"/admin/deployments/deployment/{tour.pk}/change/")
    assert "Counts against" not in read(f"/admin/deployments/deployment/{usual.pk}/change/")
    board = read("/admin/deployments/board/")
    assert "A course of two weeks" in board and "National police" in board and "needs no release" in board
