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


def executable() -> str | None:
    """The Chromium on this machine, or None: then Playwright uses its own."""
    return shutil.which("chromium") or shutil.which("google-chrome")
