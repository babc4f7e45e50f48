"""Installs postgresql.sql in a database, and compares what is installed with it."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

SQL = (Path(__file__).parent / "postgresql.sql").read_text()
NO_OFFICER_TWICE = "portal_officer_twice"
EXCLUDE = (
    "EXCLUDE USING gist (officer_id WITH =, daterange(first_day, last_day, '[]'::text) WITH &&)"
    " WHERE (((state)::text <> 'cancelled'::text))"
)
# A function is its settings and its body: with another search_path the same body would read other tables.
FUNCTIONS = {
    name: "; ".join("=".join(pair) for pair in re.findall(r"SET (\w+) = ((?:[^,\s]+, )*[^,\s]+)", head)) + body
    for name, head, body in re.findall(r"FUNCTION (portal_\w+)\((.*?)AS \$\$(.*?)\$\$;", SQL, re.DOTALL)
}
TRIGGERS = {
    (table, name): definition
    for definition, name, table in re.findall(r"CREATE OR REPLACE (TRIGGER (\w+) .*? ON (\w+) FOR EACH .*);", SQL)
}
# What the server says of the guards in its own words. prosrc is the body letter by letter; triggers and constraints come
# back as the server writes them, which is why postgresql.sql writes them so. tgenabled = 'A' (ALWAYS): a trigger that is
# merely on would not fire for a session with session_replication_role = replica.
STANDING = """
SELECT 'function', '', p.proname,
    coalesce(replace(array_to_string(p.proconfig, '; '), format(', %s, ', quote_ident(current_schema())), ', {schema}, '), '') || p.prosrc,
    true
FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'portal\\_%'
UNION ALL
SELECT 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled = 'A'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE 'portal\\_%'
UNION ALL
SELECT 'constraint', c.relname, x.conname, pg_get_constraintdef(x.oid), x.convalidated
FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND x.conname = 'portal_officer_twice'
"""
# Every act asks whether the guards are in place: the full comparison (a few milliseconds) is done once, and again when
# this cheap fingerprint differs: a change of a guard writes a new version (xmin, ctid) of its row in the catalogue.
VERSIONS = """
SELECT concat(current_schema(), string_agg(format(' %s.%s.%s', oid, xmin, ctid), '')) FROM (
    SELECT oid, xmin, ctid FROM pg_proc WHERE proname LIKE 'portal\\_%'
    UNION ALL SELECT oid, xmin, ctid FROM pg_trigger WHERE tgname LIKE 'portal\\_%'
    UNION ALL SELECT oid, xmin, ctid FROM pg_constraint WHERE conname = 'portal_officer_twice'
) AS guards
"""
FOUND_SOUND: dict[tuple[Any, ...], str] = {}


def install(connection: BaseDatabaseWrapper) -> None:
    """Replace every function and trigger in one transaction, so that there is no moment without."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _settle(cursor)
        cursor.execute("SELECT quote_ident(current_schema())")
        cursor.execute(SQL.replace("{schema}", cursor.fetchone()[0]))
        for table, name in TRIGGERS:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        if NO_OFFICER_TWICE in missing(connection):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            cursor.execute(
                f"ALTER TABLE deployments_deployment DROP CONSTRAINT IF EXISTS {NO_OFFICER_TWICE},"
                f" ADD CONSTRAINT {NO_OFFICER_TWICE} {EXCLUDE}"
            )


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take triggers, functions and the exclusion constraint away."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _settle(cursor)
        for table, name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        for name in FUNCTIONS:
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}")
        cursor.execute(f"ALTER TABLE deployments_deployment DROP CONSTRAINT IF EXISTS {NO_OFFICER_TWICE}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers ("table.name"), functions and the constraint that are absent, switched off or changed.

    They are compared whenever a row of the catalogue has another version than when all were found sound.
    """
    database = tuple(connection.settings_dict[key] for key in ("HOST", "PORT", "NAME"))
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS)
        versions = cursor.fetchone()[0]
        if FOUND_SOUND.get(database) == versions:
            return []
        cursor.execute(STANDING)
        rows = cursor.fetchall()
    expected = {("trigger", table, name): f"CREATE {text}" for (table, name), text in TRIGGERS.items()}
    expected |= {("function", "", name): body for name, body in FUNCTIONS.items()}
    expected["constraint", "deployments_deployment", NO_OFFICER_TWICE] = EXCLUDE
    standing: dict[tuple[str, str, str], list[tuple[str, bool]]] = defaultdict(list)
    for kind, table, name, text, sound in rows:
        standing[kind, table, name].append((text, bool(sound)))
    # A list, not a value: an overloaded function of the same name would be a second entry, and is as bad as a changed one.
    absent = [key for key, text in expected.items() if standing[key] != [(text, True)]]
    if not absent:
        FOUND_SOUND[database] = versions
    return sorted(f"{table}.{name}" if kind == "trigger" else name for kind, table, name in absent)


def _settle(cursor: CursorWrapper) -> None:
    """Lets foreign keys that wait for the end of the transaction be checked now: they bar changes of a table."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
