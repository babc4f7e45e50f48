"""The largest of the forty files, by their numbers: hostile ones, 5,000 rows beside other work, 100,000 rows killed."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.models import HistoryEntry, OutboxMail
from core.tabular import FileRefused, reading
from core.tabular.reading import Bounds
from deployments.domain.notes import write_note
from deployments.imports.jobs import work_on_jobs
from deployments.models import ImportJob
from officers.models import Officer
from scripts.catalogues import ROOT
from tests import factories
from tests.core.test_tabular import HOSTILE_SHEETS, sheet
from tests.deployments.test_killed_import import WORK, job_of, officers
from tests.test_forty_files import ROW, book, bring, saved

PAGE = "/admin/deployments/import/officers/"


def bomb() -> bytes:
    """A sheet of four gigabytes: the same megabyte of nothing 4,095 times, packed once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b" " * 1024**2) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = megabyte * 4_095 + packer.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book(ROW)))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            is_sheet = item.filename == "xl/worksheets/sheet1.xml"
            new.writestr(item.filename, packed if is_sheet else old.read(item))
    stored, said = len(packed).to_bytes(4, "little"), (4_095 * 1024**2).to_bytes(4, "little")
    return out.getvalue().replace(stored * 2, stored + said)


HOSTILE = {name: (lambda content=content: sheet(content), words) for name, (content, words) in HOSTILE_SHEETS.items()}


@pytest.mark.django_db
def test_38_hostile_workbooks(monkeypatch):
    """In words, in two seconds on a quiet machine, and in a process that has no more than 200 megabytes."""
    monkeypatch.setattr(reading, "BOUNDS", Bounds(seconds=90, processor=60, megabytes=200))
    for name, (make, words) in {**HOSTILE, "a bomb of 4 GB": (bomb, "unpack to far more")}.items():
        data, started = make(), time.perf_counter()
        with pytest.raises(FileRefused, match=words):
            bring(data)
        assert time.perf_counter() - started < 4, name
    assert not Officer.objects.exists()


class Beside(threading.Thread):
    """Somebody who opens a page and writes a note, again and again; the longest that each took."""

    def __init__(self, officer: Officer, by) -> None:
        super().__init__(daemon=True)
        self.officer, self.by, self.is_over = officer, by, threading.Event()
        self.longest, self.faults = {"page": 0.0, "note": 0.0, "times": 0}, []

    def run(self) -> None:
        try:
            while not self.is_over.is_set():
                self._once()
        except Exception as error:
            self.faults.append(error)
        finally:
            connection.close()

    def _once(self) -> None:
        begun = time.perf_counter()
        assert Client().get("/en/").status_code == 200
        page = time.perf_counter()
        write_note(self.officer, by=self.by, text=f"Note {self.longest['times']}")
        self.longest["page"] = max(self.longest["page"], page - begun)
        self.longest["note"] = max(self.longest["note"], time.perf_counter() - page)
        self.longest["times"] += 1
        self.is_over.wait(0.05)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self.is_over.set()
        self.join(60)


@pytest.mark.prove
@pytest.mark.part_volume
@pytest.mark.django_db(transaction=True)
def test_39_five_thousand_rows(client):
    """Shown and imported in a minute; whoever works beside it waits for the preview not at all, for the import briefly."""
    factories.service(code="toronto")
    officer, by = factories.officer(), factories.staff("Selection officer")
    client.force_login(factories.staff("Mission editor"))
    with Beside(officer, by) as usual:
        usual.is_over.wait(2)
    started = time.perf_counter()
    with Beside(officer, by) as previewing:
        shown = client.post(PAGE, {"file": SimpleUploadedFile("long.csv", officers(5_000))})
        work_on_jobs()
    with Beside(officer, by) as importing:
        done = client.post(shown.url, {"go": ""})
        work_on_jobs()
    took = time.perf_counter() - started
    print(f"\n{connection.vendor}: {took:.1f} s; {usual.longest} / {previewing.longest} / {importing.longest}")
    assert (done.status_code, Officer.objects.count()) == (302, 5_001)
    assert [usual.faults, previewing.faults, importing.faults] == [[], [], []]
    assert took < 60
    for what in ("page", "note"):
        assert previewing.longest[what] < usual.longest[what] + 1, what
    assert importing.longest["page"] < usual.longest["page"] + 1


def worked_on_until(job: ImportJob, done: int) -> int:
    """A process of its own works on the list and is killed after so many rows; the most memory that it held, in kB."""
    seen = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    command = [sys.executable, "-W", "ignore", "-c", WORK.format(name=str(connection.settings_dict["NAME"]))]
    process = subprocess.Popen(command, cwd=ROOT, env=seen)
    held, until = 0, time.monotonic() + 900
    try:
        while job.done < done and not job.finished_at:
            assert time.monotonic() < until, f"{job.state}, {job.done} of {job.total}"
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            held = max(held, int(status.partition("VmHWM:")[2].split()[0]))
            with suppress(subprocess.TimeoutExpired):
                assert process.wait(timeout=0.05) is None, "the process ended by itself"
            job.refresh_from_db()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    ImportJob.objects.filter(pk=job.pk).update(leased_until=timezone.now())  # as if the time had passed
    return held


@pytest.mark.prove
@pytest.mark.part_kills
@pytest.mark.django_db(transaction=True)
def test_40_a_hundred_thousand_rows():
    """In the background, killed twice and gone on with: each row once, in less than 300 megabytes."""
    factories.service(code="toronto")
    editor, rows = factories.staff("Mission editor"), 100_000
    job = job_of("officers", officers(rows), rows, editor)
    begun = time.monotonic()
    held = [worked_on_until(job, rows // 4), worked_on_until(job, rows // 2), worked_on_until(job, rows)]
    work_on_jobs()
    job.refresh_from_db()
    print(f"\n{connection.vendor}: {max(held) // 1024} MB, {time.monotonic() - begun:.0f} s")
    assert (job.state, job.done, job.changed, Officer.objects.count()) == ("done", rows, rows, rows)
    assert HistoryEntry.objects.filter(verb="import").count() == rows
    assert OutboxMail.objects.filter(address=editor.email).count() == 1
    assert max(held) < 300 * 1024
