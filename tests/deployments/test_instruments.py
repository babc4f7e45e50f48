"""The instrument of a number is named in the reader's language, and the same in both where it has one name."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.history.acts import history_of
from deployments.domain import authority
from missions.models import AuthorizedStrength, Operation
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


def pages(client, operation, mission) -> dict[str, str]:
    """What the public says of the operation and its mission, in each language."""
    found = {}
    for language in ("en", "fr"):
        page = Page(client.get(f"/{language}/operations/{operation.code}/")).text
        page += Page(client.get(f"/{language}/missions/{mission.code}/")).text
        found[language] = page + client.get(f"/{language}/operations.csv").content.decode()
    return found


@pytest.fixture
def mission():
    operation = factories.operation(None, since=day("2020-01-01"))
    return factories.mission(operation)


def typed(**more) -> dict[str, str]:
    return {"effective_from": "2026-01-01", "maximum": "30", "instrument": "Order 7", "note": "Late"} | more


def test_an_instrument_with_two_names_is_read_in_each_language_by_its_own(client, approver, mission):
    client.force_login(approver)
    for kind, record in (("operation", mission.operation), ("mission", mission)):
        form = f"/admin/deployments/strength/{kind}-{record.pk}/set/"
        assert client.post(form, typed(instrument_fr="Décret 7")).status_code == 302
    client.logout()
    said = pages(client, mission.operation, mission)
    assert said["en"].count("Order 7") >= 4 and "Décret 7" not in said["en"]
    assert said["fr"].count("Décret 7") >= 4 and "Order 7" not in said["fr"]


def test_an_instrument_with_one_name_is_the_same_in_both(client, approver, mission):
    client.force_login(approver)
    client.post(f"/admin/deployments/strength/operation-{mission.operation_id}/set/", typed())
    client.logout()
    said = pages(client, mission.operation, mission)
    assert "Order 7" in said["en"] and "Order 7" in said["fr"]


def test_numbers_that_come_down_name_the_instrument_that_brought_them_down_in_both(approver, mission):
    operation = mission.operation
    factories.strength(operation, 30)
    factories.strength(mission, 20)
    authority.set_strength(
        operation,
        by=approver,
        effective_from=day("2027-01-01"),
        maximum=10,
        instrument="Order 8",
        instrument_fr="Décret 8",
        today=TODAY,
    )
    brought_down = mission.strengths.get(effective_from=day("2027-01-01"))
    assert (brought_down.instrument, brought_down.instrument_fr) == ("Order 8", "Décret 8")
    assert history_of(mission).first().detail["instrument_fr"] == "Décret 8"


def test_the_right_number_in_place_of_a_wrong_one_has_both_names(client, approver, mission):
    wrong = factories.strength(mission.operation, 30)
    client.force_login(approver)
    values = {"reason": "Typing", "maximum": "20", "instrument": "Order 9", "instrument_fr": "Décret 9"}
    assert client.post(f"/admin/deployments/strength/{wrong.pk}/withdraw/", values).status_code == 302
    right = mission.operation.strengths.standing().get()
    assert (right.maximum, right.instrument, right.instrument_fr) == (20, "Order 9", "Décret 9")


def test_a_proposed_number_keeps_both_names_until_it_is_confirmed(client, approver, mission, settings):
    settings.FOUR_EYES = ["strength"]
    factories.strength(mission.operation, 10)
    client.force_login(approver)
    form = f"/admin/deployments/strength/operation-{mission.operation_id}/propose/"
    assert client.post(form, typed(effective_from="2030-01-01", instrument_fr="Décret 7")).status_code == 302
    client.force_login(factories.staff("Approver"))
    listed = Page(client.get("/admin/deployments/strengthproposal/")).text
    assert "Order 7" in listed and "Décret 7" not in listed
    proposal = history_of(mission.operation).model.objects.get(verb="propose-strength").object_id
    assert client.post(f"/admin/deployments/strengthproposal/{proposal}/confirm/").status_code == 302
    version = mission.operation.strengths.get(effective_from=day("2030-01-01"))
    assert (version.instrument, version.instrument_fr) == ("Order 7", "Décret 7")


@pytest.mark.parametrize("column", ["instrument", "instrument_fr"])
def test_a_name_too_long_is_refused_and_a_recorded_one_is_never_changed(client, approver, mission, column):
    client.force_login(approver)
    form = f"/admin/deployments/strength/operation-{mission.operation_id}/set/"
    assert client.post(form, typed(**{column: "x" * 201})).status_code == 400
    version = factories.strength(mission.operation, 30)
    with pytest.raises(IntegrityError, match="frozen version"), transaction.atomic():
        AuthorizedStrength.objects.filter(pk=version.pk).update(**{column: "Another"})


def test_the_first_data_names_its_instruments_in_both_languages(client):
    call_command("load_first_data", verbosity=0)
    numbers = AuthorizedStrength.objects.all()
    assert numbers.count() == 7
    for number in numbers:
        assert number.instrument_fr and "/" not in number.instrument + number.instrument_fr
    mali = Operation.objects.get(code="mali")
    said = pages(client, mali, mali.missions.first())
    assert "Public list of operations" in said["en"] and "Liste publique des opérations" not in said["en"]
    assert "Liste publique des opérations" in said["fr"] and "Public list of operations" not in said["fr"]
