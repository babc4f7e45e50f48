"""The desk in a real browser: accessible, clean, and whole at every width, language and without JavaScript."""

import datetime

import pytest
from django.core.management import call_command

from core.text.dates import today_here
from missions.models import Operation
from tests import factories
from tests.browser import IN_PROVE

WIDTHS = [1280, 390]


@pytest.fixture(autouse=True)
def first_data(transactional_db, settings) -> None:
    settings.STAFF_MFA_REQUIRED = False
    call_command("load_first_data", verbosity=0)


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


@pytest.fixture
def crowded():
    """Haiti, with a posting, four officers there, and a lower number accepted from next month on."""
    haiti = Operation.objects.get(code="haiti")
    posting = factories.posting(haiti.missions.first())
    for n in range(4):
        factories.deployment(posting, around(-30), around(60 + 30 * n))
    factories.strength(haiti, 2, today_here() + datetime.timedelta(days=30), acknowledged_peak=4)
    return haiti


def reader_pages(haiti: Operation) -> list[str]:
    mission = haiti.missions.first()
    posting = haiti.missions.filter(postings__deployments__isnull=False).first().postings.last()
    tour = posting.deployments.first()
    return [
        "/admin/",
        "/admin/missions/operation/",
        "/admin/missions/operation/?q=nothing",
        f"/admin/missions/operation/{haiti.pk}/change/",
        f"/admin/missions/operation/{haiti.pk}/history/",
        "/admin/missions/mission/",
        f"/admin/missions/mission/{mission.pk}/change/",
        "/admin/missions/country/",
        f"/admin/missions/programme/{haiti.programme_id}/change/",
        "/admin/deployments/posting/",
        f"/admin/deployments/posting/{posting.pk}/change/",
        "/admin/deployments/deployment/",
        f"/admin/deployments/deployment/{tour.pk}/change/",
        f"/admin/deployments/deployment/{tour.pk}/history/",
        "/admin/deployments/board/",
        f"/admin/deployments/explain/operation-{haiti.pk}/",
        f"/admin/deployments/explain/operation-{haiti.pk}/?first_day=x&last_day=2026-01-01",
        f"/admin/deployments/operation/{haiti.pk}/roll-call/",
        "/admin/core/historyentry/",
        "/admin/officers/officer/",
    ]


def act_pages(haiti: Operation) -> list[str]:
    version = haiti.strengths.first()
    tour = haiti.missions.filter(postings__deployments__isnull=False).first().postings.last().deployments.first()
    return [
        f"/admin/deployments/strength/operation-{haiti.pk}/set/",
        f"/admin/deployments/strength/{version.pk}/withdraw/",
        *(f"/admin/deployments/operation/{haiti.pk}/{verb}/" for verb in ("set-terms", "suspend", "evacuate")),
        f"/admin/deployments/posting/{tour.posting_id}/reserve/?q=officer",
        *(f"/admin/deployments/deployment/{tour.pk}/{verb}/" for verb in ("extend", "transfer", "repatriate")),
        "/admin/password_change/",
    ]


# In French and narrow each kind of page is looked at by test_every_page_of_the_desk.py.
@pytest.mark.parametrize(
    ("language", "width"),
    [("en", 1280), *(pytest.param(*kind, marks=IN_PROVE) for kind in (("fr", 390), ("en", 390), ("fr", 1280)))],
)
def test_every_page_of_the_desk_is_clean_and_fits(visitor, assert_clean, assert_fits, crowded, width, language):
    person = factories.staff("Approver", language=language)
    page = visitor(width=width, language=language, user=person)
    for path in [*reader_pages(crowded), *act_pages(crowded)]:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert_clean(page)
        assert_fits(page)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=IN_PROVE)])
def test_forms_are_clean_also_with_errors(visitor, assert_clean, assert_fits, crowded, width):
    person = factories.staff("Mission editor", "Selection officer", "Administrator")
    page = visitor(width=width, user=person)
    posting = crowded.missions.filter(postings__deployments__isnull=False).first().postings.last()
    for path in (
        f"/admin/missions/operation/{crowded.pk}/change/",
        "/admin/missions/operation/add/",
        "/admin/missions/mission/add/",
        "/admin/missions/country/add/",
        f"/admin/deployments/posting/{posting.pk}/change/",
        "/admin/deployments/posting/add/",
        "/admin/officers/user/",
        "/admin/officers/user/add/",
        f"/admin/officers/user/{person.pk}/change/",
        f"/admin/officers/user/{person.pk}/password/",
    ):
        page.goto(path)
        assert_clean(page)
        assert_fits(page)
        if page.locator("input[name=_save]").count():
            first = page.locator("main input[type=text]:not([name=q]), main input[type=email]").first
            first.fill("")
            page.locator("input[name=_save]").click()
            page.locator(".error-summary a").first.wait_for()
            assert_clean(page)
            assert_fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_refusal_and_its_confirmation_are_clean(visitor, assert_clean, assert_fits, crowded, width):
    page = visitor(width=width, user=factories.staff("Approver"))
    page.goto(f"/admin/deployments/strength/operation-{crowded.pk}/set/")
    page.get_by_label("In force from").fill(around(3))
    page.get_by_label("Authorized number").fill("1")
    page.get_by_label("Instrument:", exact=True).fill("Order 9")
    page.get_by_role("button", name="Set the authorized strength").click()
    page.locator("h2", has_text="What this does").wait_for()
    assert_clean(page)
    assert_fits(page)


def test_the_log_in_page_is_clean(visitor, assert_clean, assert_fits):
    page = visitor(width=390)
    page.goto("/admin/")
    assert_clean(page)
    assert_fits(page)


def test_a_lowering_is_read_and_confirmed_without_javascript(visitor, crowded):
    page = visitor(javascript=False, user=factories.staff("Approver"))
    page.goto(f"/admin/missions/operation/{crowded.pk}/change/")
    page.get_by_role("link", name="Set the authorized strength").click()
    page.get_by_label("In force from").fill(around(3))
    page.get_by_label("Authorized number").fill("1")
    page.get_by_label("Instrument:", exact=True).fill("Order 9")
    page.get_by_role("button", name="Set the authorized strength").click()
    assert page.get_by_label("Authorized number").input_value() == "1"
    page.get_by_label("It stays").check()
    page.get_by_role("button", name="Set the authorized strength").click()
    page.get_by_label("I have read what this does").check()
    page.get_by_role("button", name="Set the authorized strength").click()
    assert page.locator(".messagelist").inner_text().startswith("Done: Set the authorized strength")
    assert page.locator("#numbers tbody tr", has_text="Order 9").locator("td").nth(1).inner_text() == "1"


def test_the_desk_changes_its_language_without_javascript(visitor):
    page = visitor(javascript=False, user=factories.staff("Approver"))
    page.goto("/admin/missions/operation/")
    page.get_by_role("button", name="Français").click()
    assert page.url.endswith("/admin/missions/operation/")
    assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_telephone_the_menu_is_folded_and_rows_are_cards_that_stay_a_table(
    visitor, assert_clean, assert_fits, crowded, javascript
):
    page = visitor(width=390, javascript=javascript, user=factories.staff("Approver"))
    page.goto("/admin/deployments/board/")
    menu = page.get_by_role("navigation", name="Desk pages")
    assert not menu.is_visible()
    page.locator("summary", has_text="Menu").click()
    assert menu.get_by_role("link", name="My day").is_visible()
    assert_fits(page)
    if javascript:
        assert_clean(page)
    row = page.get_by_role("row").filter(has_text="Haiti")
    assert row.get_by_role("rowheader").inner_text() == "Haiti"
    label = row.get_by_role("cell").nth(1).evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label.startswith('"Authorized"')
    page.get_by_role("button", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"


def test_in_a_wide_window_the_menu_is_always_there(visitor):
    page = visitor(user=factories.staff("Approver"))
    page.goto("/admin/deployments/board/")
    assert page.get_by_role("navigation", name="Desk pages").get_by_role("link", name="My day").is_visible()
    assert not page.locator("summary", has_text="Menu").is_visible()


def test_the_keyboard_reaches_the_content_first(visitor):
    page = visitor(user=factories.staff("Approver"))
    page.goto("/admin/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content-start"


@pytest.mark.on("2026-11-24")
def test_an_edition_of_the_future_is_entered_at_the_desk_and_earlier_days_read_as_before(visitor):
    """Numbers rise on one day; later one operation is suspended and one closes; later a region replaces a country."""
    desk = visitor(javascript=False, user=factories.staff("Approver", "Mission editor"))
    days = ("2026-11-24", "2029-12-31", "2030-01-01", "2031-01-01", "2032-01-01")
    before = rows(desk, days[0])
    for name, number in (("Mali", "30"), ("West Bank", "12"), ("Democratic Republic of Congo", "25")):
        act(desk, name, "Set the authorized strength", number=number, day=days[2])
    act(desk, "Ukraine", "Suspend", day=days[3])
    act(desk, "Iraq", "Close", day=days[3])
    act(desk, "Haiti", "Close", day=days[4])
    found_region(desk)
    act(desk, "Caribbean region", "Change terms", day=days[4])
    act(desk, "Caribbean region", "Set the authorized strength", number="14", day=days[4])
    publish(desk, "Caribbean region")

    assert rows(desk, days[0]) == rows(desk, days[1]) == before
    risen = rows(desk, days[2])
    assert (risen["Mali"], risen["West Bank"], risen["Democratic Republic of Congo"]) == (
        "Up to 30",
        "Up to 12",
        "Up to 25",
    )
    later = rows(desk, days[3])
    assert "Iraq" not in later and "Up to 45" in later["Ukraine"]
    last = rows(desk, days[4])
    assert "Haiti" not in last and last["Caribbean region"] == "Up to 14"


def rows(page, day: str) -> dict[str, str]:
    """The public table on a day: the number by the operation's name."""
    page.goto(f"/en/?on={day}")
    lines = page.locator("#current-operations tbody tr")
    return {
        lines.nth(n).locator("th a").inner_text(): lines.nth(n).locator("td").last.inner_text().split("\n")[0]
        for n in range(lines.count())
    }


def act(page, operation: str, title: str, *, day: str, number: str = "") -> None:
    """Finds the operation at the desk and does the act from its page."""
    page.goto("/admin/missions/operation/")
    page.get_by_label("Search", exact=True).fill(operation)
    page.locator("#changelist-search").get_by_role("button", name="Search").click()
    page.locator("#result_list").get_by_role("link", name=operation, exact=True).click()
    page.get_by_role("link", name=title, exact=True).click()
    page.locator("[name=effective_from]").fill(day)
    if number:
        page.locator("[name=maximum]").fill(number)
        page.locator("[name=instrument]").fill("Decision of the day")
    else:
        page.locator("[name=reason]").fill("Decision of the day")
    page.get_by_role("button", name=title, exact=True).click()
    page.locator(".messagelist .success").wait_for()


def publish(page, operation: str) -> None:
    """Publishes the draft from its page."""
    page.goto("/admin/missions/operation/")
    page.get_by_label("Search", exact=True).fill(operation)
    page.locator("#changelist-search").get_by_role("button", name="Search").click()
    page.locator("#result_list").get_by_role("link", name=operation, exact=True).click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.locator(".messagelist .success").wait_for()


def found_region(page) -> None:
    """A new operation of three countries."""
    page.goto("/admin/missions/operation/add/")
    page.get_by_label("Code").fill("caribbean")
    page.get_by_label("Name in English").fill("Caribbean region")
    page.get_by_label("Name in French").fill("Région des Caraïbes")
    page.locator("[name=summary_en]").fill("Advice to the police of the region.")
    page.locator("[name=summary_fr]").fill("Conseils aux polices de la région.")
    for country in ("Haiti", "Jamaica", "Dominican Republic"):
        page.get_by_label(country, exact=True).check()
    page.locator("input[name=_save]").click()
    assert "is a draft without a number" in page.locator(".messagelist").inner_text()
