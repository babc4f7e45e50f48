"""On PostgreSQL an index of the letters in what the desk's longest lists are searched by; SQLite reads through them.

Where the server lacks pg_trgm, or the portal's account may not add it, PostgreSQL reads through them as well.
"""

from django.db import migrations

EXPRESSIONS = {
    "core_historyentry_words": ("core_historyentry", "search_text"),
    "core_outboxmail_address_words": ("core_outboxmail", "upper(address::text)"),
    "core_outboxmail_message_words": ("core_outboxmail", "upper(message_id::text)"),
}
CAN_ADD = """
    SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')
        OR EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm')
           AND has_database_privilege(current_database(), 'CREATE')
"""


def make(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql" and _can_add_letters(schema_editor.connection):
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (table, expression) in EXPRESSIONS.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (({expression}) gin_trgm_ops)")


def _can_add_letters(connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CAN_ADD)
        return cursor.fetchone()[0]


def remove(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in EXPRESSIONS:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [migrations.RunPython(make, remove)]
