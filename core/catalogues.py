"""Message catalogues without gettext's own programs: ``python -m core.catalogues collect`` and ``compile``."""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def compile_all() -> None:
    """Writes django.mo beside every django.po, where it is older or missing."""
    for po_path in ROOT.glob("locale/*/LC_MESSAGES/django.po"):
        mo_path = po_path.with_suffix(".mo")
        if not mo_path.exists() or mo_path.stat().st_mtime < po_path.stat().st_mtime:
            polib.pofile(str(po_path)).save_as_mofile(str(mo_path))


if __name__ == "__main__":
    {"compile": compile_all}[sys.argv[1]]()
