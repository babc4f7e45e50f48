"""A secret key for a machine of one's own; production brings its own in SECRET_KEY."""

import contextlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def local_secret_key(folder: Path, *, allowed: bool) -> str:
    """The key kept in ``folder``, made on first use.

    Raises ImproperlyConfigured where the site is not a loopback address: a public site names its own key.
    """
    if not allowed:
        raise ImproperlyConfigured("Set SECRET_KEY: a generated key is only used where SITE_URL is a loopback address.")
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text().strip()


def _write_once(path: Path, key: str) -> None:
    """Two processes that start together agree on the first key, and neither reads half of one."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.touch(mode=0o600)
    new.write_text(key)
    with contextlib.suppress(FileExistsError):
        os.link(new, path)
    new.unlink()
