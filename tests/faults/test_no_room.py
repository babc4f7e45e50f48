"""No room on the disk: what counts attempts says so, and not "too many attempts", on both databases."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, connection

from core.database.faults import DatabaseFault, fault_of

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = "x" * 200_000
# PostgreSQL's own answer where it finds no room for a row.
NO_ROOM = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON core_cache FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.fixture
def full(settings) -> Iterator[None]:
    settings.CACHES = {
        "default": {"BACKEND": "core.database.cache.HonestDatabaseCache", "LOCATION": "core_cache"},
        "django": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    }
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # other tests leave free pages behind, which would be room
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(NO_ROOM)
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1073741823")
        else:
            cursor.execute("DROP TRIGGER no_room ON core_cache; DROP FUNCTION no_room()")


@pytest.mark.parametrize("write", ["add", "set"])
def test_what_could_not_be_counted_is_said(full, write):
    with pytest.raises(DatabaseError) as told:
        getattr(caches["default"], write)("attempts", LARGE)
    assert fault_of(told.value) is DatabaseFault.FULL


def test_control_djangos_own_cache_says_that_the_key_is_there(full):
    assert caches["django"].add("attempts", LARGE) is False
    assert caches["django"].get("attempts") is None
