"""Writes the hash of every migration into tests/data/landed_migrations.txt: ``python -m scripts.landed_migrations``.

Run it at each release. From then on a test fails where one of those files changes.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANDED = ROOT / "tests/data/landed_migrations.txt"


def fingerprints(root: Path = ROOT) -> dict[str, str]:
    """SHA-256 of each migration file, by its path below ``root``."""
    files = sorted(root.glob("*/migrations/0*.py"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if __name__ == "__main__":
    LANDED.write_text("".join(f"{digest}  {name}\n" for name, digest in fingerprints().items()), encoding="utf-8")
