"""A copy of everything the portal keeps, by the database's own tools, and the way back; every file verified by hash."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from pathlib import Path

from django.conf import settings
from django.db import connection

MANIFEST = "manifest.json"
DUMPS = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
UPLOADS = "uploads.tar"


class BackupError(Exception):
    """The copy cannot be made, or is not what its manifest says."""


def back_up(folder: Path) -> list[str]:
    """Writes database and uploads into the new or empty ``folder``; the names of the files written.

    Raises BackupError where the folder holds something, or the database's tool fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a new folder for each backup.")
    dump = folder / DUMPS[connection.vendor]
    {"sqlite": _dump_sqlite, "postgresql": _dump_postgresql}[connection.vendor](dump)
    with tarfile.open(folder / UPLOADS, "w") as archive:
        if settings.MEDIA_ROOT.exists():
            archive.add(settings.MEDIA_ROOT, arcname=".")
    files = [dump.name, UPLOADS]
    manifest = {"vendor": connection.vendor, "sha256": {name: _hash(folder / name) for name in files}}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return [*files, MANIFEST]


def restore(folder: Path) -> None:
    """Puts database and uploads back as they were in the backup ``folder``, in place of what stands now.

    Everything is verified before anything is touched. Raises BackupError where a file is missing or changed, or the
    backup comes from another kind of database.
    """
    manifest = _verified(folder)
    if manifest["vendor"] != connection.vendor:
        raise BackupError(f"The backup is of {manifest['vendor']}, the portal runs on {connection.vendor}.")
    dump = folder / DUMPS[connection.vendor]
    {"sqlite": _restore_sqlite, "postgresql": _restore_postgresql}[connection.vendor](dump)
    _restore_uploads(folder / UPLOADS)


def _verified(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        wrong = [name for name, digest in manifest["sha256"].items() if _hash(folder / name) != digest]
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{folder} is no complete backup: {error}") from error
    if wrong:
        raise BackupError(f"Changed since the backup was made: {', '.join(wrong)}.")
    _check_members(folder / UPLOADS)
    return manifest


def _check_members(archive: Path) -> None:
    """Raises BackupError for a member that is no plain file or folder inside the archive's own folder."""
    inside = Path("/inside")
    with tarfile.open(archive) as kept:
        for member in kept:
            is_inside = Path(os.path.normpath(inside / member.name)).is_relative_to(inside)
            if not is_inside or not (member.isreg() or member.isdir()):
                raise BackupError(f"{archive} holds what no backup of uploads holds: {member.name}")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump_sqlite(target: Path) -> None:
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()


def _restore_sqlite(source: Path) -> None:
    connection.ensure_connection()
    kept = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    try:
        kept.backup(connection.connection)
    finally:
        kept.close()
    connection.close()


def _dump_postgresql(target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _restore_postgresql(source: Path) -> None:
    connection.close()
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(source))


def _run(tool: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs on the portal's database; the password stays out of the command line."""
    program = shutil.which(tool, path=os.pathsep.join([settings.POSTGRESQL_TOOLS, os.environ.get("PATH", "")]))
    if program is None:
        raise BackupError(f"{tool} is not on the PATH: install PostgreSQL's client programs.")
    values = connection.settings_dict
    access = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = os.environ | {name: str(values[key]) for name, key in access.items() if values[key]}
    command = [program, f"--dbname={values['NAME']}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()[:500]}")


def _restore_uploads(archive: Path) -> None:
    fresh = settings.MEDIA_ROOT.with_name(f"{settings.MEDIA_ROOT.name}.restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(archive) as kept:
        # Python before 3.11.4 knows no filters; what the archive holds was checked before anything was touched.
        if hasattr(tarfile, "data_filter"):
            kept.extraction_filter = tarfile.data_filter
        kept.extractall(fresh)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    fresh.mkdir(parents=True, exist_ok=True)
    fresh.rename(settings.MEDIA_ROOT)
