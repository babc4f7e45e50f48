"""One migrated database for a whole run: the first worker that needs one makes it, every other one copies it.

Migrating takes 13 s of processor time, copying less than one. The copy is kept in ``var/`` between runs as well (as a
file of SQLite, or as a dump of PostgreSQL), so that one file of tests starts at once. What is kept is found by a hash of
everything that makes it: a changed migration, model, guard or role makes a new one. ``test_ready_database.py`` holds that
nothing is left out of the hash. ``python -m tests.ready_database`` makes it before a run, while nobody waits for it.

What may be written in the copy is up to the tests; what is kept is never opened by them.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, transaction

from core import revision
from deployments.limits import guards
from tests import clock

ROOT = Path(__file__).resolve().parent.parent
# What migrations, models and the receivers of `migrate` are made of, and what says which database there is.
MADE_OF = (
    *("*/migrations", "*/models", "*/models.py", "core/text", "core/*.py", "missions/*.py", "officers/*.py"),
    *("deployments/*.py", "deployments/limits", "deployments/setup/*.py", "config/*.py", "tests/clock"),
    *("tests/flushing", "tests/ready_database.py", "requirements*.txt"),
)
KEPT = 3  # databases of earlier states that stay in var/
LARGE = 1_000_000  # bytes: a table that grew beyond them is emptied the slow way, which also frees them
_ready: Path | None = None  # on SQLite, what this process has copied
_rows: dict[str, str | None] = {}  # on PostgreSQL, what this process's copy held: each table's rows as JSON


def files(root: Path = ROOT) -> list[Path]:
    """The files of which the database is made."""
    found = {path for pattern in MADE_OF for path in root.glob(pattern)}
    inside = {below for path in found if path.is_dir() for below in path.rglob("*")}
    return sorted(path for path in found | inside if path.is_file() and path.suffix != ".pyc")


def key(root: Path = ROOT) -> str:
    """A hash of what the database is made of, of the programs that make it, and of the day on which it is made."""
    made = hashlib.sha256(f"{sys.version} {django.VERSION} {sqlite3.sqlite_version} {clock.today()}".encode())
    for path in files(root):
        made.update(f"{path.relative_to(root)} {path.stat().st_size} ".encode())
        made.update(path.read_bytes())
    return made.hexdigest()[:20]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One worker of the run at a time."""
    with (Path(os.environ["PORTAL_TEST_DIR"]) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def use(kept_in: Path = ROOT / "var" / "tests") -> None:
    """From here on ``create_test_db`` copies what is ready, or makes it as ever and keeps it."""
    make = connection.creation.create_test_db
    copy = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[connection.vendor]

    def create_test_db(**options) -> str:
        if options.get("keepdb") or (connection.vendor == "postgresql" and not settings.SOCKET):
            return make(**options)  # a database of somebody else's, or a server on which nothing may be left behind
        with alone(connection.vendor):
            return copy(lambda: make(**options), kept_in)

    connection.creation.create_test_db = create_test_db


def _now_in_use(name: str) -> str:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return name


def _on_sqlite(make: Callable[[], str], kept_in: Path) -> str:
    global _ready
    kept_in.mkdir(parents=True, exist_ok=True)
    _ready = kept = kept_in / f"{key()}.sqlite3"
    if kept.exists():
        name = connection.creation._get_test_db_name()
        shutil.copy(kept, name)
        return _now_in_use(name)
    name = make()
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    unfinished.replace(kept)
    _leave_the_latest(kept)
    return name


def _leave_the_latest(kept: Path) -> None:
    for old in sorted(kept.parent.glob(f"*{kept.suffix}"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def put_back() -> bool:
    """Make the test database again what was copied, which takes a twentieth of emptying it table by table.

    False where nothing was copied, inside a transaction, and on PostgreSQL where a guard is away or a table has grown.
    """
    if connection.in_atomic_block:
        return False
    return _put_back_on_sqlite() if connection.vendor == "sqlite" else _put_back_on_postgresql()


def _put_back_on_sqlite() -> bool:
    if _ready is None or not _ready.exists():
        return False
    connection.close()  # a reading that was left half way would keep the database in use
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{_ready}?mode=ro", uri=True)) as ready:
        ready.backup(connection.connection)
    return True


def _put_back_on_postgresql() -> bool:
    if not _rows or guards.missing(connection) or revision.missing(connection):
        return False
    tables = _executed_here(
        "SELECT tablename, pg_relation_size(tablename::regclass) FROM pg_tables WHERE schemaname = 'public'"
    )
    if {name for name, _size in tables} != set(_rows) or any(size > LARGE for _name, size in tables):
        return False
    now = _rows_now()
    with transaction.atomic():
        _executed_here("SET LOCAL session_replication_role = replica")
        for table in (name for name in _rows if now[name] != _rows[name]):
            triggers = _executed_here(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table
            )
            _executed_here(f"ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table}")
            if _rows[table]:
                _executed_here(
                    f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)", _rows[table]
                )
            for (trigger,) in triggers:
                _executed_here(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    return True


def _rows_now() -> dict[str, str | None]:
    """At most the first thousand rows of each table; no table begins with more."""
    tables = _executed_here("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = "SELECT json_agg(row ORDER BY row::text)::text FROM (SELECT * FROM {0} LIMIT 1000) row"
    return dict(_executed_here(" UNION ALL ".join(f"SELECT '{name}', ({rows.format(name)})" for (name,) in tables)))


def _on_postgresql(make: Callable[[], str], kept_in: Path) -> str:
    """The run's server needs not outlive the machine's fall: it ends with the run.

    Nor does it gather statistics: while tests roll back what they wrote, they say that every table is empty, and a query
    planned for empty tables takes seconds.
    """
    kept, ready, name = kept_in / f"{key()}.sql", f"ready_{key()}", connection.creation._get_test_db_name()
    if not _executed("SELECT 1 FROM pg_database WHERE datname = %s", ready):
        for setting in ("fsync", "autovacuum"):
            _executed(f"ALTER SYSTEM SET {setting} = off")
        _executed("SELECT pg_reload_conf()")
        if not kept.exists():
            make()
            connection.close()
            _dump(name, kept)
        _executed(f"CREATE DATABASE {ready}")
        _program("psql", "-v", "ON_ERROR_STOP=1", "-1", "-d", ready, "-f", str(kept))
    _executed(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _executed(f"CREATE DATABASE {name} TEMPLATE {ready}")
    _now_in_use(name)
    _rows.update(_rows_now())
    return name


def _dump(name: str, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    _program("pg_dump", "-d", name, "-f", str(unfinished))
    unfinished.replace(kept)
    _leave_the_latest(kept)


def _program(name: str, *options: str) -> None:
    command = [f"{settings.POSTGRESQL_TOOLS}/{name}", "-q" if name == "psql" else "--no-sync"]
    subprocess.run([*command, "-h", settings.SOCKET, "-U", "postgres", *options], check=True, stdout=subprocess.DEVNULL)


def _executed(statement: str, *values: str) -> list[tuple]:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def _executed_here(statement: str, *values: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def prepare() -> None:
    """Make what is kept in ``var/`` for the database that TEST_DATABASE names, unless it is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    use()
    try:
        connection.creation.create_test_db(verbosity=0)
        connection.close()
    finally:
        shutil.rmtree(os.environ["PORTAL_TEST_DIR"], ignore_errors=True)


if __name__ == "__main__":
    prepare()
