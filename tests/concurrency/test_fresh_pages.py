"""Kept pages under a writer: the next anonymous request shows each change, in whichever of four processes it lands.

Others read the same pages all the while, so that they are kept in every process. Control: without the triggers that renew
the content revision some answers are stale.
"""

import datetime
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from core import revision
from core.actors import SYSTEM
from deployments.domain.authority import set_strength
from deployments.models import Posting
from missions.models import HelpPage, Mission, Operation
from tests.bench import databases
from tests.faults.portal import Served, served
from tests.psql import psql_command

pytestmark = [pytest.mark.prove, pytest.mark.part_races]
PAIRS, OF_CONTROL, PROCESSES, READERS = 10_000, 400, 4, 2
FIRST = datetime.date(2020, 1, 1)


class Writer:
    """Changes what pages show, each time by another way; each way gives the page and what it has to say from then on."""

    def __init__(self, portal: Served, database: str) -> None:
        self.portal, self.database, self.number = portal, database, 0
        assert portal.sign_in("editor@example.org") in (200, 302)
        self.help, self.mission = HelpPage.objects.get(code="about"), Mission.objects.get(code="minustah")
        self.operation = Operation.objects.get(code="haiti")
        self.posting = Posting.objects.filter(status="open", closes_at__gt=datetime.datetime.now(datetime.UTC))[0]
        content = [self.save, self.bulk, self.update, self.statement] * 4
        self.ways: list[Callable[[], tuple[str, str]]] = [*content, self.number_set, self.desk, self.desk, self.shell]

    def change(self) -> tuple[str, str, str]:
        """The way, the page, and what it says now."""
        way = self.ways[self.number % len(self.ways)]
        self.number += 1
        return way.__name__, *way()

    @property
    def word(self) -> str:
        return f"Word {self.number}"

    def save(self) -> tuple[str, str]:
        self.help.title_en = self.word
        self.help.save()
        return "/en/help/about/", self.word

    def bulk(self) -> tuple[str, str]:
        self.operation.name_en = self.word
        Operation.objects.bulk_update([self.operation], ["name_en"])
        return "/en/operations.csv", self.word

    def update(self) -> tuple[str, str]:
        Posting.objects.filter(pk=self.posting.pk).update(title_en=self.word)
        return f"/en/openings/{self.posting.reference}/", self.word

    def statement(self) -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE missions_helppage SET title_en = %s WHERE code = 'about'", [self.word])
        return "/en/help/about/", self.word

    def number_set(self) -> tuple[str, str]:
        day, maximum = FIRST + datetime.timedelta(days=self.number // len(self.ways)), 4 + self.number // 20 % 10
        values = {"effective_from": day, "maximum": maximum, "instrument": "Proof", "note": "Proof"}
        set_strength(self.operation, by=SYSTEM, acknowledge_lowering=True, **values)
        return "/en/operations/haiti/", f"Up to {maximum}"

    def desk(self) -> tuple[str, str]:
        """By the desk's buttons, in turn off the public pages and back on them."""
        verb = "unpublish" if Mission.objects.get(pk=self.mission.pk).is_published else "publish"
        status = self.portal.post(
            f"/admin/deployments/mission/{self.mission.pk}/{verb}/", {"reason": "Proof"}, Accept="application/json"
        )[0]
        assert status == 200, (verb, status)
        return "/en/missions/minustah/", "200" if verb == "publish" else "404"

    def shell(self) -> tuple[str, str]:
        """By the database's own program, or by a connection that knows nothing of the portal."""
        statement = f"UPDATE missions_helppage SET title_en = '{self.word}' WHERE code = 'about'"
        if connection.vendor == "postgresql":
            subprocess.run([*psql_command(self.database), "-c", statement], check=True)
        else:
            with sqlite3.connect(self.database, timeout=30) as file:
                file.execute(statement)
            file.close()
        return "/en/help/about/", self.word


@pytest.fixture
def own_database(tmp_path, django_db_blocker) -> Iterator[tuple[str, str]]:
    """A database beside the tests' own, in use here too: its name, and the URL for the server."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            name, url = "proof_fresh", "postgres://postgres@/proof_fresh"
            databases.make(name)
        else:
            name = str(tmp_path / "portal.sqlite3")
            url = f"sqlite:///{name}"
        databases.use(name)
        yield name, url
        databases.use(before)


def test_the_next_request_shows_every_change(own_database, tmp_path):
    name, url = own_database
    place = {"PGHOST": connection.settings_dict["HOST"] or ""}
    with served(tmp_path, url, workers=PROCESSES, LOG_LEVEL="ERROR", **place) as portal:
        stop, writer = threading.Event(), Writer(portal, name)
        anonymous = Served(portal.port, portal.process)
        readers = [threading.Thread(target=_read, args=[portal, stop]) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        began = time.monotonic()
        stale = _stale(writer, anonymous, _count("PAIRS", PAIRS))
        took = time.monotonic() - began
        revision.drop(connection)
        control = _stale(writer, anonymous, OF_CONTROL)
        revision.install(connection)
        stop.set()
        for reader in readers:
            reader.join()
    sys.stdout.write(
        f"{connection.vendor}: {_count('PAIRS', PAIRS)} changes in {took:.0f} s, {sum(stale.values())} stale {dict(stale)};"
        f" without the triggers {sum(control.values())} of {OF_CONTROL} {dict(control)}\n"
    )
    assert not stale
    assert sum(control.values()) > OF_CONTROL / 10


def _count(name: str, usual: int) -> int:
    return int(os.environ.get(f"PROOF_{name}", usual))


def _read(portal: Served, stop: threading.Event) -> None:
    """A visitor without a session, again and again."""
    visitor = Served(portal.port, portal.process)
    while not stop.wait(0.01):
        for path in ("/en/help/about/", "/en/operations.csv", "/en/operations/haiti/", "/en/missions/minustah/"):
            visitor.get(path)


def _stale(writer: Writer, visitor: Served, pairs: int) -> Counter[str]:
    """How many of the next requests did not show the change, by way."""
    found: Counter[str] = Counter()
    for _ in range(pairs):
        way, path, says = writer.change()
        status, _seconds, page = visitor.get(path)
        if says in ("200", "404"):
            found[way] += str(status) != says
        else:
            assert status == 200, (way, path, status, page[:300])
            found[way] += re.search(rf"\b{says}\b", page) is None
    return +found
