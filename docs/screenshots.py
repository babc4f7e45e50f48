"""Takes the pictures of docs/images from a running portal: ``python docs/screenshots.py http://127.0.0.1:8000``."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.chromium import ARGUMENTS, executable  # noqa: E402

IMAGES = Path(__file__).resolve().parent / "images"
WIDTHS = {"wide": 1280, "narrow": 390}
PAGES = {
    "current-operations": "/",
    "operation": "/operations/mali/",
    "mission": "/missions/minusma/",
    "past-operations": "/past-operations/",
}


def main(site: str, folder: Path = IMAGES) -> None:
    """Writes one picture a page, language and width."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        for width_name, width in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": 900})
            for name, path in PAGES.items():
                for language in ("en", "fr"):
                    page.goto(f"{site.rstrip('/')}/{language}{path}")
                    page.screenshot(path=folder / f"{name}-{language}-{width_name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
