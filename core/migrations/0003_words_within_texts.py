"""On PostgreSQL an index of the letters in what the desk's longest lists are searched by; SQLite reads through them."""

from django.db import migrations

EXPRESSIONS = {
    "core_historyentry_words": ("core_historyentry", "search_text"),
    "core_outboxmail_address_words": ("core_outboxmail", "upper(address::text)"),
    "core_outboxmail_message_words": ("core_outboxmail", "upper(message_id::text)"),
}


def make(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, (table, expression) in EXPRESSIONS.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (({expression}) gin_trgm_ops)")


def remove(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in EXPRESSIONS:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [migrations.RunPython(make, remove)]
