"""Takes the pictures of docs/images from a running portal: ``python docs/screenshots.py http://127.0.0.1:8000``.

The portal is one with its demonstration people, as ``make run`` serves it.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.chromium import ARGUMENTS, executable

IMAGES = Path(__file__).resolve().parent / "images"
WIDTHS = {"wide": 1280, "narrow": 390}
HEIGHT = 900
LANGUAGES = {"en": "English", "fr": "Français"}
PUBLIC = {
    "current-operations": "/",
    "operation": "/operations/mali/",
    "mission": "/missions/minusma/",
    "past-operations": "/past-operations/",
    "openings": "/openings/",
}
DESK = {
    "my-day": "/admin/deployments/my-day/",
    "strength-board": "/admin/deployments/board/",
    "pipeline": "/admin/deployments/pipeline/",
    "rotation": "/admin/deployments/rotation/",
}
CHOSEN = {"pipeline": "ukraine-police-trainer", "rotation": "Mali"}
APPROVER, PASSWORD = "approver@example.org", "demo-Portal-2026"


def main(site: str, folder: Path = IMAGES) -> None:
    """Writes one picture a page, language and width."""
    site = site.rstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        for width in WIDTHS:
            take_public(browser, site, folder, width)
            take_desk(browser, site, folder, width)
        browser.close()


def take_public(browser: Browser, site: str, folder: Path, width: str) -> None:
    page = window(browser, width)
    for name, path in PUBLIC.items():
        for language in LANGUAGES:
            page.goto(f"{site}/{language}{path}")
            page.screenshot(path=folder / f"{name}-{language}-{width}.png")


def take_desk(browser: Browser, site: str, folder: Path, width: str) -> None:
    """As an approver, who reads the desk in the one language and then in the other."""
    page = window(browser, width)
    page.goto(f"{site}/admin/login/")
    page.locator("input[name=login]").fill(APPROVER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    for language, language_name in LANGUAGES.items():
        for name, path in DESK.items():
            page.goto(site + path)
            switch = page.get_by_role("button", name=language_name)
            if switch.count():
                menu = page.locator("#desk-menu > summary")
                if menu.is_visible():
                    menu.click()
                switch.click()
            if name in CHOSEN:
                page.locator(f"main a[href*='/{name}/']").filter(has_text=CHOSEN[name]).first.click()
            page.wait_for_load_state()
            page.screenshot(path=folder / f"{name}-{language}-{width}.png")


def window(browser: Browser, width: str) -> Page:
    return browser.new_context(viewport={"width": WIDTHS[width], "height": HEIGHT}).new_page()


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
