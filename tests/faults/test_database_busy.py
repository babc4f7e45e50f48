"""Somebody else writes to SQLite and is never done: reading goes on, and whoever writes is told within seconds."""

import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection

from core.database import patience
from core.database.sqlite3 import base as sqlite
from tests import factories
from tests.factories import PASSWORD
from tests.reading import Page

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="about the lock of SQLite"),
]


@pytest.fixture
def hasty(monkeypatch):
    """A request waits half a second instead of four."""
    monkeypatch.setattr(sqlite, "MOMENT", 0.1)
    whole = patience.of_a_request
    monkeypatch.setattr(patience, "of_a_request", lambda seconds=0.5, answer=0.5: whole(min(seconds, 0.5), answer))
    connection.close()
    yield
    connection.close()


@pytest.fixture
def writer(hasty) -> Iterator[sqlite3.Connection]:
    holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    yield holder
    holder.close()


@pytest.fixture
def counted_in_the_database(settings):
    """Rate limits lie in a table, as they do outside the tests."""
    settings.CACHES = {
        "default": {"BACKEND": "core.database.cache.HonestDatabaseCache", "LOCATION": "core_cache"},
        "django": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    }
    call_command("createcachetable", verbosity=0)
    cache.clear()


def login(client, **also):
    person = factories.user()
    return {"login": person.email, "password": PASSWORD, **also}


@pytest.mark.parametrize(
    ("path", "extra"), [("accounts/login/", {}), ("accounts/password/reset/", {"email": "a@example.org"})]
)
def test_signing_in_says_busy_and_not_too_many_attempts(client, writer, counted_in_the_database, path, extra):
    client.raise_request_exception = False
    fields = login(client, **extra)
    writer.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    answer = client.post(f"/fr/{path}", fields)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Rien n'a été enregistré" in Page(answer).text
    assert time.monotonic() - started < 2
    assert client.get("/en/").status_code == 200, "reading goes on"
    writer.execute("ROLLBACK")
    assert client.post(f"/fr/{path}", fields).status_code == 302


def test_control_djangos_own_cache_calls_it_too_many_attempts(client, writer, counted_in_the_database, monkeypatch):
    client.raise_request_exception = False
    fields = login(client)
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", caches["django"])
    writer.execute("BEGIN IMMEDIATE")
    assert client.post("/en/accounts/login/", fields).status_code == 429


def test_who_waits_never_takes_more_than_a_few_threads(writer):
    """As many as WAITERS wait for long; the others are told after a moment, and later ones at once."""
    person = factories.user()
    writer.execute("BEGIN IMMEDIATE")
    took = []

    def write() -> None:
        started = time.monotonic()
        with patience.of_a_request(), pytest.raises(Exception, match="locked"):
            type(person).objects.filter(pk=person.pk).update(given_name="Late")
        took.append(time.monotonic() - started)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(sqlite.WAITERS + 3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    started = time.monotonic()
    write()
    assert time.monotonic() - started < 0.1, "enough others wait already"
    for thread in threads:
        thread.join()
    assert sum(seconds > 0.4 for seconds in took) == sqlite.WAITERS


def test_who_waits_gets_the_turn_when_the_other_is_done(writer):
    person = factories.user()
    writer.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: None).start()
    done = threading.Event()

    def write() -> None:
        with patience.of_a_request():
            type(person).objects.filter(pk=person.pk).update(given_name="Later")
        connection.close()
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.25)
    writer.execute("ROLLBACK")
    thread.join()
    assert done.is_set()
    person.refresh_from_db()
    assert person.given_name == "Later"
