"""A portal that runs version 1.0.0 with real data is brought to this version by ``migrate`` alone.

``tests/data/1.0.0.*.sql.gz`` are dumps of 1.0.0 with the first data set and the demonstration people, one for each
database. ``tests/data/landed_migrations.txt`` holds the hash of every migration that has been released.
"""

import gzip
import hashlib
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from deployments.limits import audit, guards
from deployments.models import Assessment, Deployment
from missions.models import AuthorizedStrength
from scripts.landed_migrations import LANDED, fingerprints
from tests.psql import psql_command

# A result as 1.0.0 recorded it: with an application alone.
OLD_RESULT = """
    INSERT INTO deployments_assessment (kind, held_on, outcome, recorded_at, application_id, recorded_by_id)
    SELECT 'medical', '2026-01-05', 'failed', '2026-01-06 12:00:00', a.id, u.id
    FROM deployments_application a, officers_user u ORDER BY a.id, u.id LIMIT 1
"""
DATA = Path(__file__).parent / "data"


def load_dump(name: str) -> None:
    """Fills the empty database ``name`` with the dump of 1.0.0."""
    with gzip.open(DATA / f"1.0.0.{connection.vendor}.sql.gz", "rt", encoding="utf-8") as dump:
        sql = dump.read()
    if connection.vendor == "sqlite":
        shell = sqlite3.connect(name)
        shell.executescript(sql)
        shell.close()
    else:
        environment = {"PGPASSWORD": connection.settings_dict["PASSWORD"] or ""}
        subprocess.run(psql_command(name), input=sql, text=True, env=environment, check=True, capture_output=True)


def on_the_server(*statements: str) -> None:
    """Runs ``statements`` on PostgreSQL, without the portal's own time limit: the server syncs its files meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in ("SET statement_timeout = 0", *statements):
                cursor.execute(statement)


@pytest.fixture
def portal_of_1_0_0(django_db_setup, django_db_blocker, tmp_path) -> Iterator[None]:
    """The tests' connection on a database as 1.0.0 left it; the tests' own database comes back afterwards."""
    own = connection.settings_dict["NAME"]
    name = str(tmp_path / "portal.sqlite3") if connection.vendor == "sqlite" else f"{own}_1_0_0"
    with django_db_blocker.unblock():
        on_the_server(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            load_dump(name)
            ContentType.objects.clear_cache()
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            ContentType.objects.clear_cache()  # its keys are those of the other database
            on_the_server(f"DROP DATABASE {name}")


@pytest.mark.slow
def test_a_portal_of_1_0_0_migrates_and_keeps_its_records_and_limits(portal_of_1_0_0, client):
    tours, numbers = Deployment.objects.count(), AuthorizedStrength.objects.values_list("operation__code", "maximum")
    authorized = sorted(numbers, key=str)
    assert tours == 69
    with connection.cursor() as cursor:
        cursor.execute(OLD_RESULT)
    call_command("migrate", verbosity=0)
    (result,) = Assessment.objects.select_related("application")
    assert (result.officer_id, result.kind, result.outcome) == (result.application.officer_id, "medical", "failed")
    assert Deployment.objects.count() == tours
    assert sorted(numbers.all(), key=str) == authorized
    assert guards.missing(connection) == []
    assert audit.breaches() == []
    assert client.get("/en/").status_code == 200
    assert missing_columns() == []


def missing_columns() -> list[str]:
    """Columns that a model has and the database has not."""
    missing = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" LIMIT 0')
            known = {column[0] for column in cursor.description}
            missing += [f.column for f in model._meta.local_concrete_fields if f.column not in known]
    return missing


def test_no_landed_migration_is_changed():
    """Databases that exist have run them as they were: a new state is a new migration."""
    landed = dict(line.split()[::-1] for line in LANDED.read_text(encoding="utf-8").splitlines())
    now = fingerprints()
    assert {name: now.get(name) for name in landed} == landed


def test_a_changed_migration_has_another_fingerprint(tmp_path):
    (tmp_path / "core/migrations").mkdir(parents=True)
    migration = tmp_path / "core/migrations/0001_initial.py"
    migration.write_text("a = 1\n")
    before = fingerprints(tmp_path)
    migration.write_text("a = 2\n")
    assert before == {"core/migrations/0001_initial.py": hashlib.sha256(b"a = 1\n").hexdigest()}
    assert fingerprints(tmp_path) != before
