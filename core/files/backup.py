"""A copy of everything the portal keeps, by the database's own tools, and the way back; every file verified by hash."""

import hashlib
import json
import os
import re
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from core.files import dumps, restoring
from core.files.dumps import BackupError
from core.files.orphans import names_in_rows

__all__ = ["BackupError", "back_up", "restore"]

MANIFEST = "manifest.json"
UPLOADS = "uploads.tar"
# A document may be removed while the copy is made; then it is made again.
ATTEMPTS = 3


def back_up(folder: Path) -> list[str]:
    """Write database and uploads into the new or empty ``folder``; the names of the files written.

    Raises BackupError where the folder holds something, there is no room, or the database's tool fails. Nothing is left
    in the folder then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(path.name != "lost+found" for path in folder.iterdir()):
            raise BackupError(f"{folder} is not empty: name a new folder for each backup.")
    except OSError as error:
        raise BackupError(f"{folder} cannot be used: {error.strerror}.") from error
    try:
        for _attempt in range(ATTEMPTS):
            if not _copy_into(folder):
                break
        return _seal(folder)
    except (OSError, sqlite3.Error, tarfile.TarError, DatabaseError) as error:
        _leave_nothing(folder)
        raise BackupError(f"The backup could not be written to {folder}: {error}.") from error
    except BaseException:
        _leave_nothing(folder)
        raise


def restore(folder: Path) -> None:
    """Put database and uploads back as they were in the backup ``folder``, in place of the present ones.

    Everything is verified, and the uploads unpacked beside the present ones, before anything is touched. What is
    replaced goes last. A restore that is broken off between database and uploads stays marked until it is repeated
    (core.files.restoring). Raises BackupError where the backup is not whole or not the portal's, or there is no room.
    """
    manifest = _verified(folder)
    if manifest["vendor"] != connection.vendor:
        raise BackupError(f"The backup is of {manifest['vendor']}, the portal runs on {connection.vendor}.")
    dump = folder / dumps.name()
    dumps.check(dump)
    was_unfinished = restoring.unfinished_restore()
    try:
        restoring.begin(folder)
        restoring.unpack(folder / UPLOADS)
        dumps.restore(dump)
    except (OSError, sqlite3.Error, tarfile.TarError, DatabaseError, BackupError) as error:
        if not was_unfinished:
            restoring.finish()
        raise BackupError(f"Nothing was replaced: {error}") from error
    try:
        restoring.change_over()
    except OSError as error:
        raise BackupError(
            f"The database is restored, the uploads are not: {error}. Repeat the restore; the former uploads are kept."
        ) from error
    restoring.finish()


def _copy_into(folder: Path) -> set[str]:
    """Copy uploads, database, and uploads that came meanwhile; names in rows for which no file was found."""
    archived: set[str] = set()
    with tarfile.open(folder / UPLOADS, "w") as archive:
        _add_uploads(archive, archived)
        with dumps.snapshot() as snapshot:
            in_rows = names_in_rows()
            dumps.dump(folder / dumps.name(), snapshot)
        _add_uploads(archive, archived)
    return in_rows - archived


def _add_uploads(archive: tarfile.TarFile, archived: set[str]) -> None:
    """Add what is not in the archive yet. A file that is removed at this moment is left out."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name in archived or not path.is_file() or restoring.WORK in path.parts:
            continue
        try:
            with path.open("rb") as file:
                archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), file)
        except FileNotFoundError:
            continue
        archived.add(name)


def _seal(folder: Path) -> list[str]:
    """Write the manifest, which makes the folder a backup; the names of all files."""
    files = [dumps.name(), UPLOADS]
    manifest = {"vendor": connection.vendor, "sha256": {name: _hash(folder / name) for name in files}}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return [*files, MANIFEST]


def _leave_nothing(folder: Path) -> None:
    for name in (MANIFEST, UPLOADS, *dumps.NAMES.values()):
        (folder / name).unlink(missing_ok=True)


def _verified(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        _check_whole(manifest)
        wrong = [name for name, digest in manifest["sha256"].items() if _hash(folder / name) != digest]
        if wrong:
            raise BackupError(f"Changed since the backup was made: {', '.join(wrong)}.")
        _check_members(folder / UPLOADS)
    except (OSError, ValueError, RecursionError, tarfile.TarError) as error:
        raise BackupError(f"{folder} is no complete backup: {error}") from error
    return manifest


def _check_whole(manifest: Any) -> None:
    """Raise ValueError unless the manifest names a kind of database, its dump and the uploads, each with its hash."""
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), dict):
        raise ValueError("its manifest names no files.")  # noqa: TRY004
    vendor, hashes = manifest.get("vendor"), manifest["sha256"]
    if not isinstance(vendor, str) or vendor not in dumps.NAMES:
        raise ValueError("its manifest names no database that the portal knows.")
    if set(hashes) != {dumps.NAMES[vendor], UPLOADS}:
        raise ValueError("its manifest has to name the database and the uploads, and nothing else.")
    if not all(isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest) for digest in hashes.values()):
        raise ValueError("its manifest has a hash that is none.")


def _check_members(archive: Path) -> None:
    """Raise BackupError for a member that is no plain file or folder inside the archive's own folder."""
    inside = Path("/inside")
    with tarfile.open(archive) as kept:
        for member in kept:
            is_inside = Path(os.path.normpath(inside / member.name)).is_relative_to(inside)
            is_own = restoring.WORK in Path(member.name).parts
            if not is_inside or is_own or not (member.isreg() or member.isdir()):
                raise BackupError(f"{archive} holds what no backup of uploads holds: {member.name}")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
