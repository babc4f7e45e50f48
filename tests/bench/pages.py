"""The public pages through the server, on PostgreSQL with two processes, beside a bare Django that says hello.

The ratio is of answers a second of processor time (server and database), which a busy machine disturbs least; floor and
figure in turn. Answers by the clock are printed beside it.
"""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scripts.catalogues import ROOT
from tests.bench import databases
from tests.bench.databases import say
from tests.bench.figures import Figure, spaced
from tests.bench.serving import Load, Server, answer, environment, load, question, server

FEW, MANY = 50, 1_000
SMALL, LARGE = "bench_pages", "bench_pages_many"
MADE = {  # the most queries, whatever the rows
    "current operations": ("/en/", 5),
    "an operation": ("/en/operations/mali/", 8),
    "a mission": ("/en/missions/minusma/", 8),
    f"openings ({FEW})": ("/en/openings/", 5),
}
MADE_GOAL, KEPT_GOAL, UNCHANGED_GOAL, MANY_GOAL = 0.035, 0.3, 0.35, 1.5
KEPT = (
    *("/en/", "/fr/", "/en/?on=2020-01-01", "/en/operations.csv", "/en/operations/mali/", "/fr/missions/minusma/"),
    *("/en/past-operations/", "/en/compare/", "/en/changes/", "/en/changes.atom", "/en/map/", "/en/map.svg"),
    *("/en/numbers/", "/en/numbers.svg", "/en/numbers.csv", "/en/help/about/", "/fr/help/glossary/"),
    *("/en/search/?q=mali", "/en/openings/", "/fr/openings/", "/en/openings.csv", "/en/openings.atom"),
    *("/en/openings.ics", "/en/openings/{opening}/", "/en/openings/{opening}/calendar.ics"),
    *("/sitemap.xml", "/robots.txt", "/.well-known/security.txt"),
)


def measure(rounds: int) -> list[Figure]:
    """Made anew, kept, and unchanged (304), each against hello; then 1,000 openings against 50."""
    logging.disable(logging.INFO)
    opening = _prepare()
    bare = {"DJANGO_SETTINGS_MODULE": "tests.bench.hello"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

        def served(application: str, database: str, **more: str) -> Server:
            return stack.enter_context(server(application, folder, environment(database, **more)))

        floor = Floor(served("tests.bench.hello", SMALL, **bare), rounds)
        anew, many = served("config.wsgi", SMALL, KEEP_PAGES="0"), served("config.wsgi", LARGE, KEEP_PAGES="0")
        kept = served("config.wsgi", SMALL)
        figures = [_query(floor), *_made(floor, anew), *_kept(floor, kept, [p.format(opening=opening) for p in KEPT])]
        return [*figures, _many(anew, many, rounds)]


def _prepare() -> str:
    """First data, demonstration and so many openings in each of two databases; the reference of an opening."""
    from django.core.management import call_command
    from django.db import connection

    databases.make(SMALL)
    for command in ("createcachetable", "load_first_data", "load_demo"):
        call_command(command, verbosity=0)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment(SMALL), check=True)  # where the servers look, not the tests
    reference = _fill(FEW)
    connection.close()
    databases.use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {LARGE}")
        cursor.execute(f"CREATE DATABASE {LARGE} TEMPLATE {SMALL}")
    databases.use(LARGE)
    _fill(MANY)
    connection.close()
    return reference


def _fill(openings: int) -> str:
    """Copies of the demonstration's open postings until there are so many; one of them."""
    from django.db import connection
    from django.utils import timezone

    from deployments.models import LanguageRequirement, Posting

    taking = Posting.objects.filter(status="open", opens_at__lte=timezone.now(), closes_at__gte=timezone.now())
    originals, there = list(taking.prefetch_related("language_requirements")), taking.count()
    copies, asked = [], []
    for number in range(openings - there):
        original = originals[number % len(originals)]
        twin = copy(original)
        twin.pk, twin.reference = None, f"{original.reference[:30]}-{openings}-{number}"
        twin.title_en, twin.title_fr = f"{twin.title_en} {number}", f"{twin.title_fr} {number}"
        copies.append(twin)
        for each in map(copy, original.language_requirements.all()):
            each.pk, each.posting = None, twin
            asked.append(each)
    Posting.objects.bulk_create(copies)
    for each in asked:
        each.posting_id = each.posting.pk
    LanguageRequirement.objects.bulk_create(asked)
    assert taking.count() == openings
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return originals[0].reference


@dataclass(frozen=True)
class Measured:
    """Medians: of hello, of the page, and of their ratios by processor time and by the clock."""

    hello: Load
    page: Load
    ratio: float
    ratio_by_clock: float


class Floor:
    """The bare server, asked in turn with each page."""

    def __init__(self, hello: Server, rounds: int) -> None:
        self.hello, self.rounds = hello, rounds
        load(hello, question("/hello/"), 400)
        load(hello, question("/query/"), 100)

    def against(self, of: Server, asked: bytes, answers: int, status: int = 200) -> Measured:
        load(of, asked, max(answers // 5, 12), status)
        hellos, pages = [], []
        for _ in range(self.rounds):
            hellos.append(load(self.hello, question("/hello/"), 300))
            pages.append(load(of, asked, answers, status))
        pairs = list(zip(hellos, pages, strict=True))
        return Measured(
            _median(hellos),
            _median(pages),
            median(page.by_processor / hello.by_processor for hello, page in pairs),
            median(page.by_clock / hello.by_clock for hello, page in pairs),
        )


def _median(found: Sequence[Load]) -> Load:
    return Load(median(each.by_clock for each in found), median(each.by_processor for each in found))


def _figure(name: str, found: Measured, goal: float, words: str = "", *, also: bool = True) -> Figure:
    return Figure(
        name,
        f"hello: {found.hello.by_processor:.0f} / s of processor, {found.hello.by_clock:.0f} / s",
        f"{found.page.by_processor:.0f} / s of processor, {found.page.by_clock:.0f} / s{words}",
        f"{found.ratio:.4f} (by the clock {found.ratio_by_clock:.4f})",
        f"at least {goal}",
        found.ratio >= goal and also,
    )


def _query(floor: Floor) -> Figure:
    found = floor.against(floor.hello, question("/query/"), 300)
    return _figure("A bare view with one query (for comparison)", found, 0)


def _made(floor: Floor, anew: Server) -> list[Figure]:
    """The four pages where nothing is kept, with their queries."""
    figures = []
    for name, (path, most) in MADE.items():
        queries = _queries(path)
        found = floor.against(anew, question(path), 40)
        words = f", {queries} queries"
        figures.append(_figure(f"Made anew: {name}", found, MADE_GOAL, words, also=queries <= most))
    return figures


def _queries(path: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    databases.use(SMALL)
    client = Client(SERVER_NAME="localhost")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    connection.close()
    return len(captured)


def _kept(floor: Floor, kept: Server, paths: Sequence[str]) -> list[Figure]:
    """Every page, file and feed kept and unchanged: a table of all, and the slowest of each as a figure."""
    found = {}
    for path in paths:
        status, headers, _body = answer(kept.port, question(path))
        assert status == 200, (path, status)
        fresh = floor.against(kept, question(path), 200)
        unchanged = floor.against(kept, question(path, If_None_Match=headers["etag"]), 200, 304)
        found[path] = fresh, unchanged
    say("| Page | kept, of hello | 304, of hello |\n| --- | --- | --- |")
    for path, (fresh, unchanged) in found.items():
        say(f"| {path} | {fresh.ratio:.2f} | {unchanged.ratio:.2f} |")
    say()
    slowest = min(found, key=lambda path: found[path][0].ratio)
    last = min(found, key=lambda path: found[path][1].ratio)
    return [
        _figure(f"Kept: the slowest of {len(found)}, {slowest}", found[slowest][0], KEPT_GOAL),
        _figure(f"Unchanged (304): the slowest of {len(found)}, {last}", found[last][1], UNCHANGED_GOAL),
    ]


def _many(few: Server, many: Server, rounds: int) -> Figure:
    asked = question("/en/openings/")
    for of in (few, many):
        load(of, asked, 16)
    found = [(load(few, asked, 30), load(many, asked, 30)) for _ in range(rounds)]
    times = median(one.by_processor / other.by_processor for one, other in found)
    return Figure(
        f"Openings made anew with {spaced(MANY)} that take applications, against {FEW}",
        f"{median(one.by_processor for one, _ in found):.0f} / s of processor",
        f"{median(other.by_processor for _, other in found):.0f} / s of processor",
        f"{times:.2f} times slower",
        f"at most {MANY_GOAL} times",
        times <= MANY_GOAL,
    )
