"""A real browser on the live portal: wide and narrow, with and without JavaScript, in both languages."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import ARGUMENTS, executable

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

WIDE, NARROW = 1280, 390
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what fails is named and handed over, and style sheets are not read again for rules that are not asked: else it
# takes twice as long.
VIOLATIONS = """standards => axe.run({
    runOnly: {type: "tag", values: standards}, resultTypes: ["violations"], preload: false,
}).then(found => [found.passes.length, found.violations])"""
NOTES_CSP_REPORTS = """
window.cspReports = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.cspReports.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Playwright's own, on the Chromium of this machine; one browser for all tests of a worker."""
    return {**browser_type_launch_args, "args": ARGUMENTS, "executable_path": executable()}


@pytest.fixture(scope="session", autouse=True)
def a_click_ends_with_the_loaded_page() -> Iterator[None]:
    """What a test counts after a click is of the page that the click led to, and all of it.

    Playwright waits until the answer begins; on a busy machine a page is then still empty.
    """
    click = Locator.click

    def click_and_load(self: Locator, **kind) -> None:
        page = self.page
        click(self, **kind)
        page.wait_for_load_state()

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Locator, "click", click_and_load)
        yield


@dataclass
class Visitor:
    """Opens pages in one kind of browser window and remembers what they complained about."""

    browser: Browser
    site: str
    width: int = WIDE
    javascript: bool = True
    language: str = "en"
    complaints: dict[Page, list[str]] = field(default_factory=dict)

    def window(self, *, cookies: list[dict] | None = None) -> Page:
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": self.width, "height": 800},
            java_script_enabled=self.javascript,
            locale=f"{self.language}-CA",
        )
        if cookies:
            context.add_cookies(cookies)
        context.add_init_script(NOTES_CSP_REPORTS)
        page = context.new_page()
        page.set_default_timeout(15_000)
        complaints = self.complaints[page] = []
        page.on("console", lambda message: complaints.append(message.text) if _is_error(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "requestfailed", lambda request: complaints.append(failure_of(request)) if failure_of(request) else None
        )
        page.complaints = complaints
        return page

    def close(self) -> None:
        for page in self.complaints:
            page.context.close()


def _is_error(message) -> bool:
    """An error in the console, but for the note that the page itself was answered with an error's status."""
    own_status = "Failed to load resource" in message.text and message.location["url"] == message.page.url
    return message.type == "error" and not own_status


@pytest.fixture
def visitor(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """``visitor(width=390, javascript=False, language="fr", user=None)`` gives a page of the live portal, logged in as
    ``user`` where one is given."""
    opened: list[Visitor] = []

    def open_window(*, user=None, **kind) -> Page:
        opened.append(Visitor(browser, live_server.url, **kind))
        return opened[-1].window(cookies=[_session_of(user, live_server.url)] if user else None)

    yield open_window
    for each in opened:
        each.close()


@pytest.fixture
def visitor_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``visitor_at("http://localhost:8001", width=390)``: as ``visitor``, under another name of the portal's host."""
    opened: list[Visitor] = []

    def open_window(site: str, **kind) -> Page:
        opened.append(Visitor(browser, site, **kind))
        return opened[-1].window()

    yield open_window
    for each in opened:
        each.close()


def _session_of(user, site: str) -> dict:
    """The cookie of a session in which ``user`` is logged in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site,
    }


@pytest.fixture
def page(visitor) -> Page:
    """A wide window, in English, with JavaScript."""
    return visitor()


@pytest.fixture
def narrow_page(visitor) -> Page:
    """A window as narrow as a telephone."""
    return visitor(width=NARROW)


@pytest.fixture
def plain_page(visitor) -> Page:
    """A window without JavaScript."""
    return visitor(javascript=False)


@pytest.fixture
def assert_clean() -> Callable[[Page], None]:
    """``assert_clean(page)``: no breach of WCAG or good practice, no error in the console, nothing stopped by the CSP."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        reports = page.evaluate("window.cspReports") or []
        assert not page.complaints, page.complaints
        assert not reports, reports
        page.evaluate(Axe().axe_script)
        passed, violations = page.evaluate(VIOLATIONS, STANDARDS)
        assert passed > 10, f"the rules did not run on {page.url}"
        assert not violations, f"{page.url}\n{AxeResults({'violations': violations}).generate_report()}"

    return check


UNLABELLED = """() => Array.from(document.querySelectorAll("table.table-cards"), table => {
    const headings = Array.from(table.tHead.rows[0].cells, cell => (cell.querySelector(".text") || cell).textContent);
    const bare = text => text.replace(/\\s+/g, " ").trim().toLowerCase();
    return Array.from(table.tBodies).flatMap(body => Array.from(body.rows)).flatMap(row => Array.from(row.cells))
        .filter(cell => cell.tagName === "TD" && cell.colSpan === 1)
        .filter(cell => bare(cell.dataset.label || "") !== bare(headings[cell.cellIndex] || ""))
        .map(cell => `${cell.dataset.label} beneath ${headings[cell.cellIndex]}`);
}).flat()"""


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """``assert_fits(page)``: nothing makes it scroll sideways; in rows that become cards a cell has its column's heading."""

    def check(page: Page) -> None:
        width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width <= room, f"{page.url} is {width} px wide in a window of {room} px"
        unlabelled = page.evaluate(UNLABELLED)
        assert not unlabelled, f"{page.url}: {unlabelled[:5]}"

    return check


@pytest.fixture
def visit(visitor, assert_clean, assert_fits):
    """``visit(person, path)`` opens the page as the person reads it; every kind of page is looked at once."""
    from tests.browser.people import Visit  # reads models, which are there once Django is set up

    seen: set[tuple] = set()

    def look(page: Page) -> None:
        assert_clean(page)
        assert_fits(page)

    def open_page(person, path: str, **kind) -> "Visit":
        page = Visit(visitor(user=person, language=person.language, **kind), look, seen)
        page.open(path)
        return page

    return open_page


def failure_of(request) -> str:
    """A request that failed, in words; "" for an icon that the browser gave up because the reader went on."""
    gave_up = request.failure == "net::ERR_ABORTED" and "/icons/" in request.url
    return "" if gave_up else f"{request.url}: {request.failure}"
