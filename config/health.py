"""Liveness and readiness for whoever runs the portal."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from deployments import guards
from deployments.models import Gate


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, migrations are applied, and gate and guards stand; else 503 with what is wrong."""
    try:
        problems = _problems()
    except DatabaseError:
        problems = ["database"]
    return JsonResponse(
        {"status": "ok" if not problems else "unavailable", "problems": problems}, status=503 if problems else 200
    )


def _problems() -> list[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["migrations"]
    gate = [] if Gate.objects.filter(pk=1).exists() else ["gate"]
    return gate + [f"guard {name}" for name in guards.missing(connection)]
