"""The database that runs and workers copy (tests/ready_database.py) is never one of another state of the project."""

import shutil
from pathlib import Path

import grimp
import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from core import revision
from deployments.limits import guards
from deployments.models import Deployment, Posting
from deployments.setup.roles import ROLES
from officers.models import Qualification
from tests import factories, ready_database
from tests.ready_database import ROOT, files, key

APPS = ("core", "missions", "officers", "deployments", "config")
RECEIVERS = ("core.revision", "officers.installation", "deployments.setup.installation")


def project_in(folder: Path) -> Path:
    for path in files():
        (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.relative_to(ROOT))
    return folder


@pytest.mark.parametrize(
    "changed",
    [
        "deployments/migrations/0001_initial.py",
        "missions/migrations/0001_initial.py",
        "deployments/models/posting.py",
        "deployments/limits/guards/postgresql.sql",
        "deployments/limits/guards/sqlite.py",
        "deployments/setup/roles.py",
        "officers/installation.py",
        "requirements.txt",
    ],
)
def test_what_makes_the_database_makes_a_new_one_when_it_changes(tmp_path, changed):
    project = project_in(tmp_path)
    assert key(project) == key()
    with (project / changed).open("a") as file:
        file.write("\n")
    assert key(project) != key()


def test_a_new_migration_makes_a_new_one(tmp_path):
    project = project_in(tmp_path)
    (project / "deployments/migrations/9999_more.py").touch()
    assert key(project) != key()


def test_a_page_makes_none(tmp_path):
    project = project_in(tmp_path)
    (project / "deployments/views").mkdir()
    (project / "deployments/views/another.py").write_text("a = 1\n")
    assert key(project) == key()


def test_all_that_migrations_models_and_receivers_import_is_in_the_hash():
    graph = grimp.build_graph(*APPS, exclude_type_checking_imports=True, cache_dir=None)
    roots = {name for name in graph.modules if {"migrations", "models"} & set(name.split("."))} | set(RECEIVERS)
    needed = roots.union(*(graph.find_upstream_modules(name) for name in roots))
    hashed = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files()}
    assert len(needed) > 50
    assert needed - hashed == set()


def test_every_receiver_of_migrate_is_known():
    naming = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if {"post_migrate", "pre_migrate"} & set(path.read_text(encoding="utf-8").replace(".", " ").split())
    }
    assert naming - set(RECEIVERS) == set()


@pytest.mark.django_db
def test_the_copy_has_guards_roles_and_first_rows():
    assert guards.missing(connection) == []
    assert revision.missing(connection) == []
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert Qualification.objects.count() == 8


@pytest.mark.django_db
def test_no_test_writes_into_what_is_kept():
    name = str(connection.settings_dict["NAME"])
    assert "test" in name
    assert ready_database.key() not in name


@pytest.mark.django_db(transaction=True)
def test_what_a_test_wrote_is_gone_and_what_it_removed_is_back(monkeypatch):
    with monkeypatch.context() as slow_way:  # earlier tests may have let a table grow to just below the limit
        slow_way.setattr(ready_database, "LARGE", 0)
        call_command("flush", verbosity=0, interactive=False)
    factories.deployment(factories.posting(), "2026-01-01", "2026-03-01")
    Group.objects.all().delete()
    Qualification.objects.update(name_en="Changed")
    assert ready_database.put_back()
    assert Deployment.objects.count() == 0
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert not Qualification.objects.filter(name_en="Changed").exists()
    assert guards.missing(connection) == []
    assert revision.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_table_that_has_grown_is_emptied_the_slow_way(monkeypatch):
    monkeypatch.setattr(ready_database, "LARGE", 0)
    factories.posting()
    if connection.vendor == "postgresql":
        assert not ready_database.put_back()
    call_command("flush", verbosity=0, interactive=False)
    assert Posting.objects.count() == 0
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_a_test_took_away_is_back():
    guards.drop(connection)
    call_command("flush", verbosity=0, interactive=False)
    assert guards.missing(connection) == []
