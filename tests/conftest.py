"""What every test may use."""

import gc
import os
import shutil
import sys

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from core.files.pdf import can_make_pdf
from tests import clock, factories, ready_database


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: the collector of garbage need not look through them each time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's own folder goes with the run; workers leave that to their master."""
    if not hasattr(config, "workerinput") and "PORTAL_TEST_DIR" in os.environ:
        shutil.rmtree(os.environ["PORTAL_TEST_DIR"], ignore_errors=True)


# Tests of engines, races and files, which reach the rules by the way: measuring their branches takes two thirds more time.
UNMEASURED = (
    *("tests/concurrency/*", "tests/core/*", "tests/test_every_write_path.py", "tests/test_constraints.py"),
    *("tests/test_upgrades.py", "tests/deployments/test_guards*", "tests/deployments/test_*differential*"),
    *("tests/deployments/test_first_*", "tests/deployments/test_judged*"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long proof belongs to one part of `make prove`. The browser's tests take longest: they begin first, so that no
    worker waits for them at the end."""
    for item in items:
        if item.get_closest_marker("prove") and not any(mark.name.startswith("part_") for mark in item.iter_markers()):
            raise pytest.UsageError(f"{item.nodeid} is marked `prove` without a part (pyproject.toml lists the parts)")
        if any(item.path.match(pattern) for pattern in UNMEASURED):
            item.add_marker("no_cover")
    items.sort(key=lambda item: item.path.parent.name != "browser")


@pytest.fixture
def approver(db):
    return factories.staff("Approver")


@pytest.fixture
def editor(db):
    return factories.staff("Mission editor")


@pytest.fixture
def selection_officer(db):
    return factories.staff("Selection officer")


@pytest.fixture
def auditor(db):
    return factories.staff("Auditor")


@pytest.fixture
def without_pango(monkeypatch):
    """As on a machine without the library that makes PDFs."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    can_make_pdf.cache_clear()
    yield
    can_make_pdf.cache_clear()


@pytest.fixture(autouse=True)
def its_own_day(request):
    """A test marked ``on("2026-11-24")`` runs on that day, whatever the day is outside."""
    its_day = request.node.get_closest_marker("on")
    if its_day is None:
        yield
    else:
        with time_machine.travel(f"{its_day.args[0]}{clock.HOUR}"):
            yield


@pytest.fixture(autouse=True)
def no_attempts_so_far():
    """Rate limits are counted in the cache: every test begins with none used up."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_english():
    """A page leaves its language behind in the thread: every test begins in English."""
    translation.activate("en")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """Every worker has a name for its database by now: it is copied from one that is ready."""
    ready_database.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database goes, ends what a browser's last request still holds open on PostgreSQL."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()


@pytest.fixture(autouse=True)
def kinds_of_the_database(request, _django_db_marker) -> None:
    """What is remembered of the kinds of records is what this database has: a flush or a restore gives them other keys."""
    asked = [name for name in ("transactional_db", "db") if name in request.fixturenames]
    if asked or request.node.get_closest_marker("django_db"):
        for name in asked[:1]:
            request.getfixturevalue(name)
        ContentType.objects.clear_cache()
        for kind in ContentType.objects.all():  # ``get_for_models`` takes ten times as long, before every test
            ContentType.objects._add_to_cache(connection.alias, kind)
