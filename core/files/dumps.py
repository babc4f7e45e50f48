"""The database as one file, made and put back by the database's own tools."""

import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

NAMES = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
# A database without these is not the portal's.
TABLES = {"django_migrations", "officers_user", "missions_operation", "deployments_deployment", "core_historyentry"}
_PR_SET_PDEATHSIG = 1


class BackupError(Exception):
    """The copy cannot be made, or is not what its manifest says."""


def name() -> str:
    """The file name of the dump of the present kind of database."""
    return NAMES[connection.vendor]


@contextmanager
def snapshot() -> Iterator[str]:
    """A view of the database that queries in the block share with ``dump``; its name on PostgreSQL, else empty."""
    if connection.vendor != "postgresql":
        yield ""
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(target: Path, snapshot: str) -> None:
    """Write the database into ``target``. Raises BackupError where its tool fails."""
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")
        return
    target.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)


def check(source: Path) -> None:
    """Raise BackupError where the file is no database, damaged, or not the portal's."""
    found = _tables_of_postgresql(source) if connection.vendor == "postgresql" else _tables_of_sqlite(source)
    if not found >= TABLES:
        raise BackupError(f"{source} is not a database of the portal: it lacks {', '.join(sorted(TABLES - found))}.")


def restore(source: Path) -> None:
    """Put the database back as a whole, or leave it as it was and raise BackupError."""
    if connection.vendor == "postgresql":
        connection.close()
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(source)
        )
        return
    connection.ensure_connection()
    with closing(_read_only(source)) as kept:
        kept.backup(connection.connection)
    connection.close()


def _tables_of_sqlite(source: Path) -> set[str]:
    try:
        with closing(_read_only(source)) as kept:
            if kept.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise BackupError(f"{source} is damaged.")
            return {row[0] for row in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BackupError(f"{source} is no database: {error}.") from error


def _read_only(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _tables_of_postgresql(source: Path) -> set[str]:
    """The tables whose rows the dump holds."""
    rows = (line.split() for line in _run("pg_restore", "--list", str(source), connects=False).splitlines())
    return {row[6] for row in rows if row[3:5] == ["TABLE", "DATA"] and len(row) > 6}


def _run(tool: str, *arguments: str, connects: bool = True) -> str:
    """Run one of PostgreSQL's programs on the portal's database; the password stays out of the command line."""
    program = shutil.which(tool, path=os.pathsep.join([settings.POSTGRESQL_TOOLS, os.environ.get("PATH", "")]))
    if program is None:
        raise BackupError(f"{tool} is not on the PATH: install PostgreSQL's client programs.")
    values = connection.settings_dict
    access = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = os.environ | {name: str(values[key]) for name, key in access.items() if values[key]}
    database = [f"--dbname={values['NAME']}"] if connects else []
    done = subprocess.run(
        [program, *database, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_end_with_parent,
    )
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()[:500]}")
    return done.stdout


def _end_with_parent() -> None:
    """Run in the child: where the system can, it is ended together with the command that started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
