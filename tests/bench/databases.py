"""Databases of a real PostgreSQL for the figures: one each, migrated, then filled with volume."""

import os
import sys

SETTINGS = "config.settings_test"


def set_up() -> None:
    """Starts Django on the tests' own PostgreSQL; the processes that follow find the same one."""
    os.environ["TEST_DATABASE"] = "postgresql"
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()


def use(name: str) -> None:
    """From here on the portal works in the database ``name``."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def make(name: str) -> None:
    """A new database with the portal's tables, guards and roles, in use."""
    from django.core.management import call_command
    from django.db import connection

    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
        settings = dict(cursor.fetchall())
        assert settings == {"fsync": "on", "synchronous_commit": "on"}, f"not durable: {settings}"
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    use(name)
    call_command("migrate", verbosity=0)


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
