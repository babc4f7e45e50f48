"""Which code and settings make the pages: what another release made is not shown."""

import hashlib

from django.conf import settings

PARTS = ("config", "core", "deployments", "locale", "missions", "officers", "templates")
SUFFIXES = {".py", ".html", ".mo", ".csv", ".toml", ".json", ".svg"}
PLAIN_VALUES = (str, bool, int, float, type(None))


def release() -> str:
    """The same in every process that runs the same files with the same settings."""
    found = hashlib.sha256()
    for part in PARTS:
        for path in sorted((settings.BASE_DIR / part).rglob("*")):
            if path.suffix in SUFFIXES:
                found.update(f"{path}:{path.stat().st_mtime_ns}".encode())
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    found.update(manifest.read_bytes() if manifest.exists() else b"")
    for name in sorted(name for name in dir(settings) if name.isupper()):
        value = getattr(settings, name)
        if isinstance(value, PLAIN_VALUES):
            found.update(f"{name}={value}".encode())
    return found.hexdigest()[:16]
