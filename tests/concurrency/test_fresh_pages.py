"""Kept pages under a writer: the next anonymous request shows each change, in whichever of four processes it lands.

Others read the same pages all the while, so that they are kept in every process. Control: without the triggers that renew
the content revision some answers are stale.
"""

import datetime
import io
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.forms import model_to_dict

from core import revision
from core.actors import SYSTEM
from core.history.story import latest_version
from core.text.dates import today_here
from deployments.domain import tours
from deployments.domain.authority import set_strength
from deployments.limits.days import planned_tour
from deployments.models import Deployment, Posting, RoleProfile
from missions.models import HelpPage, Mission, Operation, Organization
from officers.models import Officer
from tests.bench import databases
from tests.faults.portal import Served, served
from tests.psql import psql_command

pytestmark = [pytest.mark.prove, pytest.mark.part_races]
PAIRS, OF_CONTROL, PROCESSES, READERS = 10_000, 400, 4, 2
FIRST = datetime.date(2020, 1, 1)
READ = (
    *("/en/help/about/", "/en/help/privacy/", "/en/operations.csv", "/en/operations/haiti/"),
    *("/en/missions/minustah/", "/en/missions/euam-ukraine/", "/en/openings/ukraine-police-trainer/"),
)


class Writer:
    """Changes what pages show, each time by another way; each way gives the page and what it has to say from then on."""

    def __init__(self, portal: Served, database: str, folder: Path) -> None:
        self.portal, self.database, self.list, self.number = portal, database, folder / "organizations.csv", 0
        assert portal.sign_in("editor@example.org") in (200, 302)
        self.selection = Served(portal.port, portal.process)
        assert self.selection.sign_in("selection@example.org") in (200, 302)
        self.tour: Deployment | None = None
        self.officer = Officer.objects.get(user__email="officer@example.org")
        self.help, self.mission = HelpPage.objects.get(code="about"), Mission.objects.get(code="minustah")
        self.operation = Operation.objects.get(code="haiti")
        self.posting = Posting.objects.get(reference="ukraine-police-trainer")
        page = portal.get(f"/en/openings/{self.posting.reference}/")[2]
        self.places = int(re.search(r"Places left for this tour</dt><dd>(\d+)", page)[1])
        content = [self.save, self.bulk, self.update, self.statement] * 4
        self.ways: list[Callable[[], tuple[str, str]]] = [
            *(*content, self.number_set, self.desk, self.desk, self.shell),
            *(self.tour_act, self.tour_act, self.brought, self.help_form, self.profile_form),
        ]

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
        turn = self.number // len(self.ways)
        day, maximum = FIRST + datetime.timedelta(days=turn), 4 + turn % 10
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

    def tour_act(self) -> tuple[str, str]:
        """In turn a place is taken and given back: the opening says how many are left."""
        if self.tour is None:
            days = planned_tour(self.posting, today_here())
            self.tour = tours.reserve(
                by=SYSTEM, officer=self.officer, posting=self.posting, first_day=days.first_day, last_day=days.last_day
            )
        else:
            tours.cancel(self.tour, by=SYSTEM, reason="Proof")
            self.tour = None
        left = self.places if self.tour is None else self.places - 1
        return f"/en/openings/{self.posting.reference}/", f"Places left for this tour</dt><dd>{left}"

    def brought(self) -> tuple[str, str]:
        """In a list."""
        union = Organization.objects.get(code="eu")
        self.list.write_text(f"code,kind,name_en,name_fr\neu,{union.kind},{self.word},{union.name_fr}\n")
        call_command("import_list", "organizations", self.list, stdout=io.StringIO())
        return "/en/missions/euam-ukraine/", self.word

    def help_form(self) -> tuple[str, str]:
        """By the form of a help page at the desk."""
        self._save_form(self.portal, HelpPage.objects.get(code="privacy"), title_en=self.word)
        return "/en/help/privacy/", self.word

    def profile_form(self) -> tuple[str, str]:
        """By the form of a role profile, whose texts openings show."""
        profile = RoleProfile.objects.get(code="standard")
        self._save_form(self.selection, profile, family_en=self.word, family_fr=self.word)
        return f"/en/openings/{self.posting.reference}/", self.word

    def _save_form(self, by: Served, record: models.Model, **changes: str) -> None:
        meta = record._meta
        typed = {**model_to_dict(record), "seen": latest_version(record), **changes}
        status, _seconds, page = by.post(f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/change/", typed)
        assert status == 302, (meta.label, status, page[-3000:])

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
        stop, writer = threading.Event(), Writer(portal, name, tmp_path)
        anonymous = Served(portal.port, portal.process)
        readers = [threading.Thread(target=_read, args=[portal, stop]) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        began = time.monotonic()
        try:
            stale = _stale(writer, anonymous, _count("PAIRS", PAIRS))
            took = time.monotonic() - began
            revision.drop(connection)
            control = _stale(writer, anonymous, OF_CONTROL)
            revision.install(connection)
        finally:
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
        for path in READ:
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
