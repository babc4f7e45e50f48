"""What every migrate leaves in the database: the gate's row, the guards, the roles."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate, pre_migrate

from deployments.limits import guards


def connect() -> None:
    """Called once, when the apps are ready."""
    from deployments.limits import checks  # noqa: F401

    config = apps.get_app_config("deployments")
    pre_migrate.connect(take_guards_away, sender=config, dispatch_uid="deployments.limits.guards")
    post_migrate.connect(put_in_place, sender=config, dispatch_uid="deployments.setup.installation")


def take_guards_away(*, using: str = DEFAULT_DB_ALIAS, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """SQLite remakes tables in migrations, which loses or breaks triggers; PostgreSQL keeps its guards all the time."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        guards.drop(connection)


def put_in_place(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make what is missing. While migrations are only part applied, the tables may not be there yet."""
    from deployments.models import Gate
    from deployments.setup.roles import make_roles

    connection = connections[using]
    if not set(connection.introspection.table_names()) >= guards.TABLES:
        return
    Gate.objects.using(using).get_or_create(pk=1)
    guards.install(connection)
    make_roles(using)
