"""Two people at once, in two windows: who comes second is told so on a page that is clean and whole."""

import pytest
from django.utils import translation
from playwright.sync_api import expect

from officers.models import User
from tests import factories
from tests.browser import KINDS
from tests.clock import around


@pytest.fixture(autouse=True)
def without_second_factor(transactional_db, settings) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def look(assert_clean, assert_fits):
    """``look(page)``: accessible, without a complaint, in its language, and no wider than its window."""

    def at(page, language: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.locator("h1").count() == 1
        assert_clean(page)
        assert_fits(page)

    return at


def press(page, words: str, language: str):
    """The answer to a button named in English by ``words``."""
    with translation.override(language):
        name = translation.gettext(words)
    with page.expect_navigation() as navigation:
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    return navigation.value


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_an_application_withdrawn_in_another_window_is_not_withdrawn_again(visitor, look, language, width):
    application = factories.application(state="endorsed")
    User.objects.update(language=language)
    address = f"/{language}/my/applications/{application.pk}/"
    first, second = (visitor(width=width, language=language, user=application.officer.user) for _window in range(2))
    first.goto(f"{address}withdraw/")
    second.goto(f"{address}withdraw/")
    look(first, language)
    assert press(first, "Yes, withdraw the application", language).status == 200
    assert press(second, "Yes, withdraw the application", language).status == 409
    expect(second.get_by_role("alert")).not_to_be_empty()
    look(second, language)
    second.get_by_role("main").get_by_role("link").click()
    assert second.url.endswith(address)


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_a_release_decided_by_the_deputy_is_not_decided_again(visitor, look, language, width):
    service = factories.service(needs_release=True)
    opening = factories.opening(tour_first_day=around(60), tour_last_day=around(400))
    candidate = factories.candidate(police_service=service)
    application = factories.application(opening, state="submitted", officer=candidate)
    people = [factories.coordinator(service, language=language) for _each in range(2)]
    first, second = (visitor(width=width, language=language, user=person) for person in people)
    for page in (first, second):
        page.goto(f"/{language}/coordination/{application.pk}/")
    assert press(first, "Endorse", language).status == 200
    second.locator("[name=reason]").fill("Needed here")
    assert press(second, "Decline release", language).status == 409
    look(second, language)
    application.refresh_from_db()
    assert application.state == "endorsed"


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_the_desk_says_why_there_is_no_pdf(visitor, look, without_pango, language, width):
    page = visitor(width=width, language=language, user=factories.staff("Auditor", language=language))
    officer = factories.candidate()
    assert page.goto(f"/admin/deployments/officer/{officer.pk}/dossier.pdf").status == 409
    expect(page.get_by_role("alert")).to_contain_text("Pango")
    look(page, language)
