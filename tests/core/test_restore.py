"""A restore loses nothing of what it replaces, whatever is wrong with the backup, the disk or the moment."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.files import backup, dumps, restoring
from core.files.backup import MANIFEST, UPLOADS
from officers.models import User
from scripts.catalogues import ROOT
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def uploads(tmp_path, settings) -> Path:
    """The folder of the uploads is a symbolic link, as good as a mount point: it cannot be renamed away."""
    real = tmp_path / "disk" / "uploads"
    (real / "documents").mkdir(parents=True)
    (real / "lost+found").mkdir()
    (real / "documents" / "kept").write_text("as in the backup")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.symlink_to(real)
    return settings.MEDIA_ROOT


@pytest.fixture
def folder(tmp_path, uploads) -> Path:
    call_command("backup", str(tmp_path / "backup"), verbosity=0)
    (uploads / "documents" / "kept").write_text("changed since")
    (uploads / "documents" / "later").write_text("later")
    return tmp_path / "backup"


def content(uploads: Path) -> dict[str, str]:
    files = (path for path in uploads.rglob("*") if path.is_file())
    return {path.relative_to(uploads).as_posix(): path.read_text() for path in files}


def sealed(folder: Path) -> None:
    """Writes a manifest whose hashes are right for what lies in the folder."""
    names = [dumps.name(), UPLOADS]
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / MANIFEST).write_text(json.dumps({"vendor": connection.vendor, "sha256": hashes}))


def refused(folder: Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("restore", str(folder), verbosity=0)
    return str(caught.value)


def test_uploads_come_back_through_a_link_and_nothing_is_left_beside_them(folder, uploads):
    call_command("restore", str(folder), verbosity=0)
    assert content(uploads) == {"documents/kept": "as in the backup"}
    assert uploads.is_symlink()
    assert sorted(path.name for path in uploads.iterdir()) == ["documents", "lost+found"]


@pytest.mark.parametrize(
    "manifest",
    [
        {"vendor": "sqlite", "sha256": {}},
        {"sha256": {}},
        {"vendor": ["sqlite"], "sha256": {}},
        {"vendor": "sqlite", "sha256": []},
        {"vendor": "sqlite", "sha256": {"portal.sqlite3": 1, UPLOADS: "x"}},
        {"vendor": "sqlite", "sha256": {"../../etc/passwd": "0" * 64}},
        [],
        None,
        "text",
    ],
    ids=str,
)
def test_a_manifest_is_taken_whole_or_not_at_all(folder, uploads, manifest):
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert "no complete backup" in refused(folder)
    assert content(uploads)["documents/later"] == "later"


@pytest.mark.parametrize("harm", ["empty", "foreign", "no database"])
def test_another_database_with_the_right_hash_is_refused(folder, uploads, harm):
    before = factories.user()
    dump = folder / dumps.name()
    if harm == "no database":
        dump.write_bytes(b"something else")
    elif connection.vendor == "sqlite":
        dump.unlink()
        other = sqlite3.connect(dump)
        other.execute("CREATE TABLE cats (name)" if harm == "foreign" else "PRAGMA user_version = 1")
        other.commit()
        other.close()
    else:
        dump.unlink()
        tables = ["--table=django_session"] if harm == "foreign" else ["--schema=nowhere", "--exclude-schema=public"]
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS nowhere")
        dumps._run("pg_dump", "--format=custom", *tables, f"--file={dump}")
    sealed(folder)
    assert any(word in refused(folder) for word in ("no database", "not a database", "valid archive"))
    assert User.objects.filter(pk=before.pk).exists()
    assert content(uploads)["documents/later"] == "later"
    assert restoring.unfinished_restore() == ""


def test_without_room_for_the_uploads_nothing_is_replaced(folder, uploads, monkeypatch):
    before = factories.user()

    def full(archive: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "unpack", full)
    assert "Nothing was replaced" in refused(folder)
    assert User.objects.filter(pk=before.pk).exists()
    assert content(uploads)["documents/later"] == "later"


def test_a_restore_that_is_broken_off_is_named_until_it_is_repeated(folder, uploads, client, monkeypatch, capsys):
    def killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "change_over", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("restore", str(folder), verbosity=0)
    assert content(uploads)["documents/later"] == "later"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["problems"]) == (503, ["unfinished restore"])
    with pytest.raises(CommandError):
        call_command("check_strength")
    assert str(folder.resolve()) in capsys.readouterr().err
    monkeypatch.undo()
    call_command("restore", str(folder), verbosity=0)
    assert client.get("/readyz").status_code == 200
    assert content(uploads) == {"documents/kept": "as in the backup"}


def test_a_failed_backup_leaves_nothing_that_looks_like_one(tmp_path, uploads, monkeypatch):
    def full(folder: Path) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_seal", full)
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(tmp_path / "new"), verbosity=0)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no program of its own")
def test_a_killed_restore_takes_its_program_along(tmp_path):
    """``pg_restore`` would go on by itself, and replace the database after somebody gave up."""
    tool = tmp_path / "pg_restore"
    tool.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/pid"\nexec sleep 60\n')
    tool.chmod(0o700)
    call = "import django; django.setup(); from core.files import dumps; dumps._run('pg_restore')"
    environment = os.environ | {"POSTGRESQL_TOOLS": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = subprocess.Popen([sys.executable, "-c", call], cwd=ROOT, env=environment)
    until = time.monotonic() + 30
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < until
    program = int((tmp_path / "pid").read_text())
    command.send_signal(signal.SIGKILL)
    command.wait()
    while Path(f"/proc/{program}").exists() and b"Z" not in Path(f"/proc/{program}/stat").read_bytes().split()[2:3]:
        assert time.monotonic() < until, "the program goes on by itself"
