"""Liveness and readiness for whoever runs the portal."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from core.models import OutboxMail
from deployments.limits import health


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
    return health.problems()


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """How the portal runs, for Prometheus: read from the database, so every worker says the same; no figure of people."""
    problems = _problems()
    figures = {
        "portal_ready": ("1 when /readyz answers 200", int(not problems)),
        "portal_guards_missing": ("Guards of the limits that are missing", len(health.missing_guards())),
        "portal_gate_revision": ("Changes that could touch a limit", health.gate_revision()),
        "portal_mail_due": ("Mails that are due now", OutboxMail.objects.due(timezone.now()).count()),
        "portal_mail_given_up": ("Mails that were given up", OutboxMail.objects.given_up().count()),
    }
    registry = CollectorRegistry()
    for name, (words, value) in figures.items():
        Gauge(name, words, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
