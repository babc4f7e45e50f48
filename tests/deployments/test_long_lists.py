"""What long lists cost behind the gate, where every other writer waits: no query for each row, and few seconds."""

import os
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.database.ahead import Ahead
from core.database.bulk import collector_off
from deployments.imports import IMPORTS
from deployments.imports.session import Order, carry_out, checked, write_plan
from missions.models import AuthorizedStrength, Programme
from tests.factories import day
from tests.long_lists import TODAY, base, long_lists

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on(TODAY.isoformat())]


def read(kind: str, data: bytes):
    return checked(IMPORTS[kind], Order(data, f"{kind}.csv"), by=SYSTEM, today=TODAY)


@pytest.fixture
def portal():
    for kind, data in base().items():
        carry_out(read(kind, data), by=SYSTEM, today=TODAY)
    AuthorizedStrength.objects.create(
        programme=Programme.objects.get(code="cpa"),
        maximum=60_000,
        effective_from=day("2004-01-01"),
        instrument="Order",
    )


def queries_of(rows: int, after: int) -> dict[str, int]:
    found = {}
    for kind, data in long_lists(after + rows).items():
        head, *lines = data.splitlines()
        preview = read(kind, b"\n".join([head, *lines[after:]]))
        with CaptureQueriesContext(connection) as queries:
            assert carry_out(preview, by=SYSTEM, today=TODAY).changed == rows, kind
        found[kind] = len(queries)
    return found


def test_a_list_asks_no_query_for_a_row(portal):
    few, many = queries_of(20, after=0), queries_of(240, after=20)
    # SQLite takes 999 values in a statement: a new record of 25 columns needs one for each 39 rows.
    more = 0 if connection.vendor == "postgresql" else 12
    assert {kind: (few[kind], many[kind]) for kind in few if many[kind] > few[kind] + more} == {}


def backend_seconds() -> float:
    """What the server of this connection has used of the processor."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    used = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.prove
@pytest.mark.part_volume
@pytest.mark.parametrize(("rows", "seconds"), [(2_000, 2), (5_000, 5)])
def test_long_lists_hold_the_gate_for_seconds(portal, rows, seconds):
    """In seconds of the processor, half as many again as on a quiet machine: those of the clock say more of the others.

    What is planned before the gate is not counted.
    """
    used = {}
    for kind, data in long_lists(rows).items():
        preview = read(kind, data)
        plan = Ahead(preview.planned)
        begun, processor, server = time.perf_counter(), time.process_time(), backend_seconds()
        with collector_off():
            assert write_plan(plan, "").changed == rows, kind
        wall = time.perf_counter() - begun
        own, servers = time.process_time() - processor, backend_seconds() - server
        used[kind] = own + servers
        print(
            f"\n{connection.vendor} {kind} {rows}: processor {own:.2f} + {servers:.2f} s, in all {wall:.2f} s", end=""
        )
    assert {kind: spent for kind, spent in used.items() if spent > 1.5 * seconds} == {}
