"""The public pages in a real browser: accessible, clean, and whole at every width, language and without JavaScript."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from missions.models import AuthorizedStrength, Operation
from tests import factories
from tests.browser import KINDS

PAGES = [
    "/",
    "/?on=2030-01-01",
    "/?on=1950-01-01",
    "/?on=nonsense",
    "/operations/mali/",
    "/operations/haiti/",
    "/operations/iraq/?on=2015-01-01",
    "/operations/netherlands/",
    "/missions/minustah/",
    "/past-operations/",
    "/past-operations/?on=1950-01-01",
]
pytestmark = pytest.mark.on("2026-11-24")


@pytest.fixture(autouse=True)
def first_data(transactional_db) -> None:
    """The first data set, with a planned change, a withdrawn number and a closed operation."""
    call_command("load_first_data", verbosity=0)
    mali, iraq = (Operation.objects.get(code=code) for code in ("mali", "iraq"))
    factories.strength(mali, 30, datetime.date(2029, 1, 1))
    wrong = factories.strength(mali, 99, datetime.date(2028, 1, 1))
    AuthorizedStrength.objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now())
    factories.terms(iraq, "closed", datetime.date(2024, 5, 1))


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_every_public_page_is_clean_and_fits(visitor, assert_clean, assert_fits, width, language):
    page = visitor(width=width, language=language)
    for path in PAGES:
        page.goto(f"/{language}{path}")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert_clean(page)
        assert_fits(page)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_that_is_missing_is_clean(visitor, assert_clean, assert_fits, language):
    page = visitor(width=390, language=language)
    for path in (f"/{language}/nowhere/", "/nowhere"):
        assert page.goto(path).status == 404
        assert page.locator("html").get_attribute("lang") == language
        assert_clean(page)
        assert_fits(page)


def test_the_empty_portal_is_clean(page, assert_clean):
    Operation.objects.update(is_published=False)
    for path in ("/en/", "/en/past-operations/"):
        page.goto(path)
        assert page.locator(".notice h2").count() == 1
        assert_clean(page)


def test_a_reader_without_javascript_chooses_a_day_and_a_language(plain_page):
    plain_page.goto("/en/")
    plain_page.get_by_label("Show this page as of").fill("2029-06-01")
    plain_page.get_by_role("button", name="Show").click()
    assert plain_page.locator("#current-operations tbody tr").first.inner_text().split("\t")[-1] == "Up to 30"
    plain_page.get_by_role("link", name="Français").click()
    assert plain_page.url.endswith("/fr/?on=2029-06-01")
    assert plain_page.locator("#current-operations tbody tr").count() == 5


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/en/operations/mali/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [320, 390])
def test_the_table_stays_a_table_where_rows_become_cards(visitor, assert_fits, width):
    page = visitor(width=width)
    page.goto("/en/")
    assert_fits(page)
    tree = page.locator("#current-operations").aria_snapshot()
    assert 'row "Mali French Armed Up to 22"' in tree, tree
    assert 'columnheader "Authorized police deployments"' in tree, tree
    label = page.locator("#current-operations td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "Language of operation" in label


def test_forced_colours_and_print_keep_the_content(page, assert_fits):
    page.goto("/en/operations/mali/")
    page.emulate_media(forced_colors="active")
    line = page.locator(".chart-line").first
    assert line.evaluate("line => getComputedStyle(line).stroke") != "none"
    page.emulate_media(forced_colors="none", media="print")
    assert not page.locator(".site-navigation").is_visible()
    assert page.locator(".chart").is_visible()


def test_the_check_itself_finds_faults(page, assert_clean):
    page.goto("/en/")
    page.evaluate("document.querySelector('.brand img').removeAttribute('alt')")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_clean(page)
    page.goto("/en/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">styled</p>')")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        assert_clean(page)
