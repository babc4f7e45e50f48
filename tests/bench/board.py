"""The strength board: its queries, and its time against the same table rendered from memory."""

import time

from tests.bench import databases
from tests.bench.figures import Figure, in_turn

MOST_QUERIES = 6
MOST_TIMES = 3


def measure(operations: int, current: int, rounds: int) -> list[Figure]:
    """The board of ``operations`` operations in which ``current`` officers are out, and ten times as many were."""
    from django.db import connection
    from django.template.response import TemplateResponse
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from deployments.admin.boards import board
    from deployments.setup.scale.load import Volume, load_scale
    from officers.models import User

    databases.make("bench_board")
    load_scale(Volume(operations=operations, officers=2 * current, deployments=11 * current, current=current))
    request = RequestFactory().get(reverse("strength-board"))
    request.user = User.objects.create(email="bench@example.org", is_superuser=True, is_staff=True)
    request.LANGUAGE_CODE = "en"

    with CaptureQueriesContext(connection) as queries:
        page = board(request).render()
    assert len(page.context_data["rows"]) == operations

    def from_memory() -> float:
        started = time.perf_counter()
        TemplateResponse(request, page.template_name, page.context_data).render()
        return time.perf_counter() - started

    def from_database() -> float:
        started = time.perf_counter()
        board(request).render()
        return time.perf_counter() - started

    floor, measured = in_turn(rounds, from_memory, from_database)
    return [
        Figure(
            f"Strength board of {operations} operations, {current} officers out",
            f"the same table from memory: {1000 * floor:.0f} ms",
            f"{1000 * measured:.0f} ms, {len(queries)} queries",
            f"{measured / floor:.1f} times",
            f"under {MOST_TIMES} times, at most {MOST_QUERIES} queries",
            measured / floor < MOST_TIMES and len(queries) <= MOST_QUERIES,
        )
    ]
