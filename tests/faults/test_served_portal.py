"""The faults, on the portal as it is served: gunicorn, real databases, a proxy, a full disk. Figures are printed."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from tests.bench import databases
from tests.faults import proxy
from tests.faults.portal import Served, served

pytestmark = [pytest.mark.prove, pytest.mark.part_faults]
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the proxy stands before PostgreSQL")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about the file of SQLite")
PAGES = ["/en/", "/fr/openings/", "/en/my/", "/admin/", "/admin/deployments/my-day/", "/en/openings.csv"]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def all_at_once(asks: list) -> list:
    """Each of ``asks`` in a thread of its own; what they answered."""
    answers: list = []
    threads = [threading.Thread(target=lambda ask=ask: answers.append(ask())) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def watched(portal: Served, seconds: float) -> list[float]:
    """How long /healthz took, asked again and again."""
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        status, one, _ = portal.get("/healthz")
        assert status == 200
        took.append(one)
        time.sleep(0.1)
    return took


@on_postgresql
@pytest.mark.parametrize("mood", ["refuses", "silent"])
def test_with_the_database_away_everything_answers_within_five_seconds(tmp_path, django_db_blocker, mood):
    values = connection.settings_dict
    port = values["PORT"] or 5432
    target = f"{values['HOST']}/.s.PGSQL.{port}" if values["HOST"].startswith("/") else (values["HOST"], int(port))
    with django_db_blocker.unblock():
        databases.make("proof_away")
        connection.close()
        databases.use(values["NAME"])
    with (
        proxy.before(target) as server,
        served(tmp_path, f"postgres://postgres@127.0.0.1:{server.port}/proof_away") as portal,
    ):
        assert portal.sign_in("approver@example.org") == 302
        assert portal.get("/admin/")[0] == 200
        server.mood = mood
        asks = [lambda path=path: portal.get(path) for path in PAGES * 6]
        watch: list[float] = []
        watcher = threading.Thread(target=lambda: watch.extend(watched(portal, 6)))
        watcher.start()
        answers = all_at_once(asks)
        watcher.join()
        status, ready, _ = portal.get("/readyz")
        worst = max(seconds for _status, seconds, _text in answers)
        say(
            f"{mood}: {len(answers)} requests, worst {worst:.1f} s; /healthz worst {max(watch):.2f} s; /readyz {ready:.1f} s"
        )
        assert {status for status, _seconds, _text in answers} <= {503}
        assert worst < 5
        assert max(watch) < 1
        assert (status, ready < 2) == (503, True)
        server.mood = "passes"
        began = time.monotonic()
        while portal.get("/en/")[0] != 200:
            assert time.monotonic() < began + 10
            time.sleep(0.2)
        say(f"{mood}: recovered after {time.monotonic() - began:.1f} s")


@on_sqlite
def test_with_the_file_locked_reading_goes_on_and_writing_says_busy(tmp_path):
    file = tmp_path / "portal.sqlite3"
    with served(tmp_path, f"sqlite:///{file}") as portal:
        assert portal.sign_in("officer@example.org") == 302
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        strangers = [Served(portal.port, portal.process) for _ in range(24)]
        writes: list = []
        writing = threading.Thread(
            target=lambda: writes.extend(
                all_at_once(
                    [
                        lambda one=one: one.post("/en/accounts/login/", {"login": "a@b.ca", "password": "x"})
                        for one in strangers
                    ]
                )
            )
        )
        writing.start()
        time.sleep(1.5)
        reads = []
        while writing.is_alive():
            reads.append(portal.get("/en/"))
        writing.join()
        holder.execute("ROLLBACK")
        slow = max(seconds for _status, seconds, _text in writes)
        read = max(seconds for _status, seconds, _text in reads)
        say(f"locked: {len(writes)} log-ins, worst {slow:.1f} s; {len(reads)} reads meanwhile, worst {read:.2f} s")
        assert {status for status, _seconds, _text in writes} == {503}
        assert slow < 5
        assert {status for status, _seconds, _text in reads} == {200}
        assert read < 1
        assert portal.sign_in("officer2@example.org") == 302


@on_sqlite
def test_on_a_read_only_folder_pages_are_read_or_say_so(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    disk = Disk(folder, "size=200m")
    with disk, served(tmp_path, f"sqlite:///{folder / 'portal.sqlite3'}") as portal:
        disk.remount("ro")
        answers = [portal.get(path) for path in PAGES] + [
            portal.post("/en/accounts/login/", {"login": "a@b.ca", "password": "x"})
        ]
        say(f"read-only: {sorted(status for status, _seconds, _text in answers)}")
        assert {status for status, _seconds, _text in answers} <= {200, 302, 503}
        assert max(seconds for _status, seconds, _text in answers) < 5


class Disk:
    """A file system in memory, where mounting is allowed."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options

    def __enter__(self) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", self.options, "tmpfs", str(self.folder)], capture_output=True
        )
        if done.returncode:
            pytest.exit("mounting is not allowed here")

    def __exit__(self, *error) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=True)


@on_sqlite
def test_on_a_full_disk_nothing_is_half_done_and_backup_ends_in_words(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with (
        Disk(folder, "size=60m"),
        served(tmp_path, f"sqlite:///{folder / 'portal.sqlite3'}", MEDIA_ROOT=str(folder / "media")) as portal,
    ):
        assert portal.sign_in("officer@example.org") == 302
        with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 4096)
        answers = [portal.get(path) for path in PAGES[:2]]
        writes = [
            portal.post("/en/accounts/signup/", {}),
            portal.post("/en/accounts/login/", {"login": "a@b.ca", "password": "x"}),
        ]
        say(f"full: reads {[a[0] for a in answers]}, writes {[a[0] for a in writes]}")
        assert {status for status, _seconds, _text in (*answers, *writes)} <= {200, 302, 403, 503}
        environment = {
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
            "SECRET_KEY": "x",
            "PATH": "/usr/bin:/bin",
        }
        ended = subprocess.run(
            [sys.executable, "manage.py", "backup", str(folder / "backup")],
            env=environment,
            capture_output=True,
            text=True,
        )
        say(f"full: backup ends with {ended.returncode}: {ended.stderr.strip()[:120]}")
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert not list((folder / "backup").iterdir())
        (folder / "filler").unlink()
        assert portal.sign_in("officer2@example.org") == 302


@pytest.fixture
def small_disk(tmp_path, django_db_blocker) -> Iterator[tuple[Path, str]]:
    """A database of the running server whose tables lie on a small file system; its folder and name."""
    folder, name = tmp_path / "tables", "proof_full"
    folder.mkdir()
    for parent in (folder, *folder.parents):  # the server is another account
        if parent.owner() == folder.owner() and parent != Path(tempfile.gettempdir()):
            parent.chmod(parent.stat().st_mode | 0o011)
    with Disk(folder, "size=140m"), django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        served_by = Path(cursor.fetchone()[0]).stat()
        os.chown(folder, served_by.st_uid, served_by.st_gid)
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        cursor.execute(f"CREATE DATABASE {name} TABLESPACE {name}")
        yield folder, name
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        cursor.execute(f"DROP TABLESPACE {name}")
        connection.close()


@on_postgresql
def test_with_no_room_for_its_tables_postgresql_is_read_and_acts_say_so(tmp_path, small_disk):
    folder, name = small_disk
    values = connection.settings_dict
    port = values["PORT"] or 5432
    target = f"{values['HOST']}/.s.PGSQL.{port}" if values["HOST"].startswith("/") else (values["HOST"], int(port))
    with (
        proxy.before(target) as server,
        served(tmp_path, f"postgres://postgres@127.0.0.1:{server.port}/{name}") as portal,
    ):
        assert portal.sign_in("approver@example.org") == 302
        with suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 4096)
        reads = [portal.get(path) for path in PAGES]
        writes: list[tuple[int, float, str]] = []
        while len(writes) < 400 and not any(status == 503 for status, _seconds, _text in writes):
            writes.append(portal.post("/en/accounts/password/reset/", {"email": f"nobody{len(writes)}@example.org"}))
        found = sorted({answer[0] for answer in writes})
        say(f"full on PostgreSQL: reads {[answer[0] for answer in reads]}, {len(writes)} writes {found}")
        assert {status for status, _seconds, _text in reads} <= {200, 302, 503}
        assert {302, 503} >= set(found) >= {503}, "no room is said, and is neither a failure nor too many attempts"
        assert "no room" in writes[-1][2]
        (folder / "filler").unlink()
        assert Served(portal.port, portal.process).sign_in("officer2@example.org") == 302


def test_at_sigterm_what_was_acknowledged_can_be_read_on(tmp_path, django_db_blocker):
    url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    cut, asked = 0, 0
    for _round in range(3):
        with served(tmp_path, url) as portal:
            done: list[int] = []

            def read_on(portal: Served = portal, done: list[int] = done) -> None:
                one = Served(portal.port, portal.process)
                while portal.process.poll() is None:
                    status = one.post("/en/accounts/password/reset/", {"email": "nobody@example.org"})[0]
                    if status == 302:
                        done.append(one.get("/en/accounts/password/reset/done/")[0])
                    elif status == 0:
                        return

            threads = [threading.Thread(target=read_on) for _ in range(8)]
            for thread in threads:
                thread.start()
            time.sleep(2)
            portal.process.terminate()
            for thread in threads:
                thread.join()
            asked, cut = asked + len(done), cut + done.count(0)
    say(f"SIGTERM: {asked} acts acknowledged in 3 rounds, {cut} pages after them cut off")
    assert asked
    assert cut == 0
