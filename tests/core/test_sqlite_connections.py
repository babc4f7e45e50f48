"""A connection to SQLite stays open between requests, and never longer than its file stays in place."""

import sqlite3

import pytest
from django.db import connections

from config.databases import configured
from core.database.sqlite3.base import DatabaseWrapper


@pytest.fixture
def path(tmp_path):
    return tmp_path / "portal.sqlite3"


@pytest.fixture
def wrapper(path, django_db_blocker):
    named(path, "first")
    found = DatabaseWrapper(connections.configure_settings({"default": configured(f"sqlite:///{path}")})["default"])
    with django_db_blocker.unblock():
        yield found
        found.close()


def named(path, name: str) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE who (name text)")
        file.execute("INSERT INTO who VALUES (?)", [name])
    file.close()


def asked(wrapper: DatabaseWrapper) -> str:
    """What a request reads."""
    wrapper.close_if_unusable_or_obsolete()
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT name FROM who")
        found = cursor.fetchone()[0]
    wrapper.close_if_unusable_or_obsolete()
    return found


def test_the_next_request_finds_it_open(wrapper):
    asked(wrapper)
    before = wrapper.connection
    assert before is not None
    assert asked(wrapper) == "first"
    assert wrapper.connection is before


def test_the_next_request_reads_the_file_that_was_put_in_place(wrapper, path):
    assert asked(wrapper) == "first"
    other = path.with_name("other.sqlite3")
    named(other, "second")
    other.replace(path)
    assert asked(wrapper) == "second"


def test_a_connection_that_only_stayed_open_would_go_on_with_the_file_set_aside(wrapper, path):
    assert asked(wrapper) == "first"
    path.rename(path.with_name("aside"))
    named(path, "second")
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT name FROM who")
        assert cursor.fetchone()[0] == "first"
