"""Whether the database is what this code needs: applied migrations, tables and columns."""

from collections import defaultdict

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_COLUMNS = {
    "postgresql": """
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "sqlite": """
        SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')
    """,
}


def is_behind() -> bool:
    """Whether a migration of this code is not applied yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def missing() -> list[str]:
    """Tables and columns that the models need and the database lacks, in words for whoever runs the portal."""
    there: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS[connection.vendor])
        for table, column in cursor.fetchall():
            there[table].add(column)
    lacking = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy:
            continue
        if meta.db_table not in there:
            lacking.append(f"table {meta.db_table}")
            continue
        columns = (field.column for field in meta.local_concrete_fields)
        lacking += [f"column {meta.db_table}.{column}" for column in columns if column not in there[meta.db_table]]
    return lacking
