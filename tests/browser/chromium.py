"""The browser of the tests and of the pictures in docs/."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


NAMES = ("chromium-headless-shell", "chromium", "google-chrome")


def executable() -> str | None:
    """The Chromium on this machine, without windows where there is one; None: then Playwright uses its own."""
    return next(filter(None, map(shutil.which, NAMES)), None)
