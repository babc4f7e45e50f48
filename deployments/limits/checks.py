"""What ``manage.py check`` says about the guards. Only warnings: an error would keep ``migrate`` from repairing them."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError, connection

from deployments.limits import guards


@register("limits")
def guards_stand(**kwargs: Any) -> list[CheckMessage]:
    """Warns of a missing gate or guard in a database whose tables are there."""
    from deployments.models import Gate

    try:
        if not set(connection.introspection.table_names()) >= guards.TABLES:
            return []
        problems = [] if Gate.objects.filter(pk=1).exists() else ["gate"]
        problems += guards.missing(connection)
    except DatabaseError:
        return []
    return [
        Warning(f"The database lacks a guard of the limits: {name}", hint="Run migrate.", id="deployments.W001")
        for name in problems
    ]
