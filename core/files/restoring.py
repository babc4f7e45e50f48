"""Changing uploads over to those of a backup, and the mark of a restore that has begun and is not finished.

Everything happens inside the folder of the uploads, so that it may be a mount point or a symbolic link: new files are
unpacked in a hidden folder beside the present ones, and only renamed at the end. The present ones are kept there until
the new ones are in place.
"""

import json
import shutil
import tarfile
from pathlib import Path

from django.conf import settings

WORK = ".restore"
MARK = "unfinished.json"


def unfinished_restore() -> str:
    """The backup whose restore has begun and was not finished; empty where there is none."""
    mark = _work() / MARK
    try:
        return str(json.loads(mark.read_text()).get("backup") or "unknown")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, AttributeError):
        return "unknown"


def begin(backup: Path) -> None:
    """Mark the restore of ``backup`` as begun, on the disk before anything else is touched."""
    _work().mkdir(parents=True, exist_ok=True)
    _work().joinpath(MARK).write_text(json.dumps({"backup": str(backup.resolve())}))


def unpack(archive: Path) -> None:
    """Unpacks the uploads of a backup beside the present ones."""
    new = _work() / "new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    with tarfile.open(archive) as kept:
        # Python before 3.11.4 knows no filters; what the archive holds was checked before anything was touched.
        if hasattr(tarfile, "data_filter"):
            kept.extraction_filter = tarfile.data_filter
        kept.extractall(new)  # noqa: S202


def change_over() -> None:
    """Put the unpacked uploads in the place of the present ones, by renaming alone."""
    former = _work() / "former"
    former.mkdir(exist_ok=True)
    for present in _uploads(_root()):
        present.rename(_free(former / present.name))
    for fresh in _uploads(_work() / "new"):
        fresh.rename(_root() / fresh.name)


def finish() -> None:
    """Remove the former uploads, and the mark last."""
    for name in ("former", "new"):
        shutil.rmtree(_work() / name, ignore_errors=True)
    (_work() / MARK).unlink(missing_ok=True)
    shutil.rmtree(_work(), ignore_errors=True)


def _uploads(folder: Path) -> list[Path]:
    """What lies in ``folder``, but for this module's own and what the file system keeps for itself."""
    return [path for path in folder.iterdir() if path.name not in {WORK, "lost+found"}]


def _free(path: Path) -> Path:
    """``path``, or with a number where a restore that was broken off has left the name there."""
    number = 0
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name}.{number}")
    return path


def _root() -> Path:
    return Path(settings.MEDIA_ROOT).resolve()


def _work() -> Path:
    return _root() / WORK
