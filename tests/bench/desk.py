"""Every page of the desk at 100 times the volume: its time and its queries beside those at the volume itself."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from tests.bench import databases
from tests.bench.databases import say
from tests.bench.figures import Figure, spaced

OPERATIONS = 10  # as many as the portal's first data set has
MOST_TIMES = 3
DOUBTFUL = 2.4
SMALL, LARGE = "bench_desk_small", "bench_desk_large"


@dataclass(frozen=True)
class Measured:
    """A page: seconds at the volume and at 100 times the volume, and its queries at each."""

    name: str
    small: float
    large: float
    queries: tuple[int, int]

    @property
    def ratio(self) -> float:
        return self.large / self.small

    @property
    def is_constant(self) -> bool:
        return self.queries[0] == self.queries[1]

    def row(self) -> tuple[str, ...]:
        queries = f"{self.queries[0]}" if self.is_constant else f"**{self.queries[0]}, {self.queries[1]}**"
        return (self.name, f"{1000 * self.small:.0f}", f"{1000 * self.large:.0f}", f"{self.ratio:.1f}", queries)


class Desk:
    """The desk in one database, opened by somebody with every role."""

    def __init__(self, name: str, officers: int, tours: int) -> None:
        from django.db import connection, connections
        from django.test import Client

        from deployments.setup.scale.load import Volume, load_scale
        from tests import factories
        from tests.desk_pages import ROLES, downloads_for, pages_for

        databases.make(name)
        load_scale(Volume.of(OPERATIONS, officers, tours))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.connection = connections["default"]
        person = factories.staff(*ROLES)
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(person)
        self.pages, self.downloads = pages_for(person), downloads_for(person)
        del connections["default"]

    def opened(self) -> "Desk":
        """From here on the portal works in this desk's database, over a connection that stays."""
        from django.contrib.contenttypes.models import ContentType
        from django.db import connections

        connections["default"] = self.connection
        ContentType.objects.clear_cache()
        return self

    def seconds(self, url: str) -> float:
        """How long the page takes."""
        started = time.perf_counter()
        response = self.client.get(url)
        taken = time.perf_counter() - started
        assert response.status_code == 200, f"{url}: {response.status_code}"
        return taken

    def queries(self, url: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            self.seconds(url)
        return len(captured)


def measure(officers: int, tours: int, rounds: int, only: str = "") -> list[Figure]:
    """Each page in turn in a database of so many officers and tours, and in one of a hundredth of them."""
    logging.disable(logging.INFO)
    small, large = Desk(SMALL, officers // 100, tours // 100), Desk(LARGE, officers, tours)
    assert set(small.pages) == set(large.pages), set(small.pages) ^ set(large.pages)
    found = [_page(name, small, large, rounds) for name in small.pages if only in name]
    found = [_page(m.name, small, large, 4 * rounds) if m.ratio > DOUBTFUL else m for m in found]
    say(_table(found))
    say()
    say(_downloads(small, large))
    say()
    return [_figure(found, officers, tours)]


def _page(name: str, small: Desk, large: Desk, rounds: int) -> Measured:
    times: dict[Desk, list[float]] = {small: [], large: []}
    queries: dict[Desk, int] = {}
    for number in range(rounds + 1):
        for desk, taken in times.items():
            url = desk.opened().pages[name]
            if number:
                desk.seconds("/healthz")
                taken.append(desk.seconds(url))
            else:
                desk.seconds(url)
                queries[desk] = desk.queries(url)
    return Measured(name, median(times[small]), median(times[large]), (queries[small], queries[large]))


def _table(found: Iterable[Measured]) -> str:
    head = ("Page", "ms", "ms at 100 times", "Ratio", "Queries")
    rows = [head, ("---",) * len(head), *(each.row() for each in sorted(found, key=lambda m: -m.ratio))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _downloads(small: Desk, large: Desk) -> str:
    """The time that a whole list takes as a file, and for each of its rows."""
    lines = []
    for name in small.downloads:
        taken = {desk: desk.opened().seconds(desk.downloads[name]) for desk in (small, large, small, large)}
        lines.append(f"{name}: {1000 * taken[small]:.0f} ms, {1000 * taken[large]:.0f} ms")
    return "\n".join(lines)


def _figure(found: list[Measured], officers: int, tours: int) -> Figure:
    worst = max(found, key=lambda each: each.ratio)
    over = [each for each in found if each.ratio > MOST_TIMES]
    changing = [each for each in found if not each.is_constant]
    return Figure(
        f"{len(found)} pages of the desk at {spaced(officers)} officers and {spaced(tours)} tours: the worst, {worst.name}",
        f"at a hundredth of the volume: {1000 * worst.small:.0f} ms",
        f"{1000 * worst.large:.0f} ms",
        f"{worst.ratio:.1f} times; {len(over)} pages over {MOST_TIMES}, {len(changing)} with more queries",
        f"every page within {MOST_TIMES} times, with as many queries",
        not over and not changing,
    )
