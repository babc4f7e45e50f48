"""One number of an edition of the future, raised in French at the desk, and read by the public on the next load."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests import factories
from tests.browser import IN_PROVE

pytestmark = pytest.mark.on("2026-11-24")


@pytest.fixture(autouse=True)
def first_data(transactional_db) -> None:
    call_command("load_first_data", verbosity=0)


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=IN_PROVE)])
def test_a_number_is_raised_in_french_and_read_on_the_next_load(visitor, assert_clean, assert_fits, width):
    reader = visitor(width=width, language="fr")
    reader.goto("/fr/?on=2031-04-01")
    row = reader.locator("#current-operations tbody tr").first
    expect(row.locator("td").last).to_have_text("22 tout au plus")

    desk = visitor(width=width, language="fr", user=factories.staff("Approver", language="fr"))

    def look() -> None:
        expect(desk.locator("html")).to_have_attribute("lang", "fr")
        assert_clean(desk)
        assert_fits(desk)

    desk.goto("/admin/")
    desk.get_by_role("main").get_by_role("link", name="Opérations", exact=True).click()
    desk.get_by_role("link", name="Mali", exact=True).click()
    desk.get_by_role("link", name="Fixer l'effectif autorisé").click()
    look()
    desk.locator("[name=effective_from]").fill("2031-04-01")
    desk.locator("[name=maximum]").fill("151")
    desk.locator("[name=instrument]").fill("Décret 2031-4")
    desk.locator("main [type=submit]").click()
    expect(desk.locator(".error-summary a")).to_have_attribute("href", "#id_maximum")
    look()
    desk.locator("[name=maximum]").fill("30")
    desk.locator("main [type=submit]").click()
    expect(desk.locator("#numbers tbody tr").first).to_contain_text("Décret 2031-4")
    look()

    reader.reload()
    expect(row.locator("td").last).to_have_text("30 tout au plus")
    assert_clean(reader)
    reader.goto("/fr/")
    expect(row.locator("td").last).to_have_text("22 tout au plus")
    reader.goto("/fr/operations/mali/")
    expect(reader.get_by_role("main")).to_contain_text("30 tout au plus à partir du 1er avril 2031")
    assert_fits(reader)
