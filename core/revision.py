"""The content revision: a token that changes in the same transaction as anything that a public page shows.

Triggers renew it, so that every path counts: acts, admin, bulk writes, imports, ``psql`` and ``sqlite3``. It is random
and no counter: after a restore or a rolled-back transaction no old value ever comes back for other content.

PostgreSQL renews it as the transaction commits (deferred), so that nobody waits for its row, or locks it before the
gate. SQLite, which has one writer at a time, renews it with each row.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

TABLE = "core_contentrevision"
EVENTS = ("insert", "update", "delete")
FUNCTION = f"""
CREATE OR REPLACE FUNCTION content_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('content.renewed_in', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        UPDATE {TABLE} SET token = gen_random_uuid()::text WHERE id = 1;
        PERFORM set_config('content.renewed_in', pg_current_xact_id()::text, true);
    END IF;
    RETURN NULL;
END $$
"""


def watched_tables() -> list[str]:
    """Tables of the models that say ``is_public_content = True``, and of their many-to-many fields."""
    models = [model for model in apps.get_models() if getattr(model, "is_public_content", False)]
    joins = [field.remote_field.through for model in models for field in model._meta.local_many_to_many]
    return sorted({model._meta.db_table for model in (*models, *filter(None, joins))})


def triggers(vendor: str) -> dict[str, tuple[str, str]]:
    """Name of each trigger, with its table and its statement for the engine."""
    if vendor == "postgresql":
        return {name: made for table in watched_tables() for name, made in _of_postgresql(table).items()}
    return {
        f"content_{event}_{table}": (
            table,
            (
                f'CREATE TRIGGER "content_{event}_{table}" AFTER {event.upper()} ON "{table}" BEGIN '
                f"UPDATE {TABLE} SET token = lower(hex(randomblob(16))) WHERE id = 1; END"
            ),
        )
        for table in watched_tables()
        for event in EVENTS
    }


def _of_postgresql(table: str) -> dict[str, tuple[str, str]]:
    """A deferred trigger for rows, and one for TRUNCATE, which has no rows."""
    run = "EXECUTE FUNCTION content_changed()"
    rows, emptied = f"content_rows_{table}", f"content_truncate_{table}"
    return {
        rows: (
            table,
            (
                f"CREATE CONSTRAINT TRIGGER {rows} AFTER INSERT OR UPDATE OR DELETE ON {table} "
                f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {run}"
            ),
        ),
        emptied: (table, f"CREATE TRIGGER {emptied} AFTER TRUNCATE ON {table} FOR EACH STATEMENT {run}"),
    }


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are absent, or switched off on PostgreSQL."""
    query = (
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE 'content\\_%' AND t.tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'content~_%' ESCAPE '~'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return sorted(set(triggers(connection.vendor)) - found)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every missing trigger in place and renew the token: what was written meanwhile was not seen."""
    from core.models import ContentRevision

    wanted, absent = triggers(connection.vendor), missing(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name in absent:
            table, statement = wanted[name]
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(statement)
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    ContentRevision.objects.using(connection.alias).update_or_create(pk=1, defaults={"token": ContentRevision.new()})


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: a migration could not change a table whose deferred triggers still wait."""
    standing = set(triggers(connection.vendor)) - set(missing(connection))
    with connection.cursor() as cursor:
        for name, (table, _statement) in triggers(connection.vendor).items():
            if name in standing:
                cursor.execute(
                    f"DROP TRIGGER {name} ON {table}" if connection.vendor == "postgresql" else f'DROP TRIGGER "{name}"'
                )


def connect(config: AppConfig) -> None:
    """Called once, when the apps are ready."""
    pre_migrate.connect(_before_migrations, sender=config, dispatch_uid="core.revision")
    post_migrate.connect(_after_migrations, sender=config, dispatch_uid="core.revision")


def _before_migrations(*, using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    if plan:
        drop(connections[using])


def _after_migrations(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """While migrations are only part applied, the tables may not be there yet."""
    connection = connections[using]
    if set(connection.introspection.table_names()) >= {TABLE, *watched_tables()}:
        install(connection)
