"""Liveness, readiness and metrics for whoever runs the portal."""

from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from core.database import patience, schema
from core.files.restoring import unfinished_restore
from core.files.scanning import count_waiting
from core.mail.queue import QueueState, queue_state
from core.models import OutboxMail
from deployments.limits import health

# Seconds: of waiting for others who write, and for each answer of the database.
SECONDS, ANSWER = 1.0, 0.6
# As many missing columns as are named; more say no more.
NAMED = 10


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks no database."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the portal can do its work, else 503 with what is wrong; within two seconds.

    Looked at are the database, migrations, tables and columns, gate and guards, and a restore that was not finished.
    Mail that waits or was given up is counted, and takes no traffic away.
    """
    queue = None
    try:
        with patience.of_a_request(SECONDS, ANSWER):
            problems = _problems()
            queue = queue_state(timezone.now()) if not problems else None
    except (DatabaseError, InterfaceError):
        problems = ["database"]
    answer: dict[str, Any] = {"status": "ok" if not problems else "unavailable", "problems": problems}
    if queue and (queue.waiting or queue.given_up):
        answer["mail"] = queue.as_json()
    return JsonResponse(answer, status=503 if problems else 200)


def _problems() -> list[str]:
    restore = ["unfinished restore"] if unfinished_restore() else []
    if schema.is_behind():
        return [*restore, "migrations"]
    return [*restore, *schema.missing()[:NAMED]] or health.problems()


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """How the portal runs, for Prometheus: read from the database, so every worker says the same; no figure of people."""
    registry = CollectorRegistry()
    try:
        with patience.of_a_request(SECONDS, ANSWER):
            problems = _problems()
            _gauge(registry, "portal_ready", "1 when /readyz answers 200", int(not problems))
            _gauge(
                registry, "portal_guards_missing", "Guards of the limits that are missing", len(health.missing_guards())
            )
            _gauge(registry, "portal_gate_revision", "Changes that could touch a limit", health.gate_revision())
            _gauge(registry, "portal_documents_waiting", "Documents that wait for the scanner", count_waiting())
            _mail(registry, queue_state(timezone.now()))
        is_up = 1
    except (DatabaseError, InterfaceError):
        registry, is_up = CollectorRegistry(), 0
        _gauge(registry, "portal_ready", "1 when /readyz answers 200", 0)
    _gauge(registry, "portal_database_up", "1 when the database answers", is_up)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _mail(registry: CollectorRegistry, queue: QueueState) -> None:
    due = OutboxMail.objects.due(timezone.now()).count()
    _gauge(registry, "portal_mail_due", "Mails that are due now", due)
    _gauge(registry, "portal_mail_waiting", "Mails that are not sent yet", queue.waiting)
    _gauge(registry, "portal_mail_failing", "Waiting mails whose last attempt failed", queue.failing)
    _gauge(registry, "portal_mail_oldest_seconds", "Age of the oldest waiting mail", queue.oldest_seconds)
    _gauge(registry, "portal_mail_given_up", "Mails that were given up", queue.given_up)
    error = Gauge("portal_mail_last_error", "1 for the last error of a waiting mail", ["error"], registry=registry)
    if queue.last_error:
        error.labels(queue.last_error).set(1)


def _gauge(registry: CollectorRegistry, name: str, words: str, value: float) -> None:
    Gauge(name, words, registry=registry).set(value)
