"""The limits stated in SQL, inside the database: whoever writes, one officer too many is refused.

``missing`` compares what is installed with what ``install`` would put there, so that a guard that was
switched off, or changed to let something pass, counts as missing.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from deployments.limits.guards import postgresql, sqlite

SQLITE_TRIGGERS = sqlite.triggers()
TABLES = frozenset(sqlite.UNIQUE) | {"officers_officer"}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place; safe to repeat. On PostgreSQL nothing is taken away meanwhile."""
    if missing(connection):
        if connection.vendor == "postgresql":
            postgresql.install(connection)
        else:
            drop(connection)
            with connection.cursor() as cursor:
                for statement in SQLITE_TRIGGERS.values():
                    cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away, for a migration on SQLite and for tests of what happens without."""
    if connection.vendor == "postgresql":
        postgresql.drop(connection)
        return
    with connection.cursor() as cursor:
        for name in _standing_on_sqlite(cursor):
            cursor.execute(f'DROP TRIGGER "{name}"')


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of guards that are absent, switched off or changed; empty when all are in place. One query."""
    if connection.vendor == "postgresql":
        return postgresql.missing(connection)
    with connection.cursor() as cursor:
        standing = _standing_on_sqlite(cursor)
    return sorted(name for name, statement in SQLITE_TRIGGERS.items() if standing.get(name) != statement)


def _standing_on_sqlite(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'portal~_%' ESCAPE '~'")
    return dict(cursor.fetchall())
