"""Files that no record names: left behind where the machine stopped between the file and its row."""

import time
from pathlib import Path

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField

FOLDER = "documents"
# Seconds: a younger file may belong to an act that is under way.
AGE = 24 * 3600


def names_in_rows() -> set[str]:
    """Names of the files that any record has."""
    return {
        name
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField)
        for name in model._base_manager.values_list(field.name, flat=True)
        if name
    }


def collect() -> int:
    """Delete files older than a day that no record names; how many."""
    root = Path(default_storage.path(""))
    before = time.time() - AGE
    old = [path for path in (root / FOLDER).rglob("*") if path.is_file() and path.stat().st_mtime < before]
    if not old:
        return 0
    named = names_in_rows()
    found = [path for path in old if path.relative_to(root).as_posix() not in named]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
