"""Brings a portal of one's own up to date before it serves: ``python -m config.prepare``, safe to repeat.

One process for all of it, and static files only where one is newer, so that a second start takes a few seconds.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from core.database import schema


def prepare(*, with_demonstration: bool) -> None:
    """Database, cache, first data, demonstration people and static files."""
    call_command("migrate", verbosity=0)
    if lacking := schema.missing():
        raise SystemExit(
            f"The database is not that of this code, though its migrations have the same names. It lacks:"
            f" {', '.join(lacking)}. Set it aside, or restore a backup."
        )
    call_command("createcachetable", verbosity=0)
    call_command("load_first_data")
    if with_demonstration:
        _load_demonstration()
    if _static_files_changed():
        call_command("collectstatic", interactive=False, verbosity=0)


def _load_demonstration() -> None:
    """A portal that holds real officers by now still starts; it says why no demonstration people were added."""
    try:
        call_command("load_demo")
    except CommandError as refusal:
        sys.stdout.write(f"{refusal}\n")


def _static_files_changed() -> bool:
    """Whether a file is newer than the manifest that the last collection ended with."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return any(Path(path).stat().st_mtime > collected for path in files)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare(with_demonstration=os.environ.get("DEMO", "1") != "0")
