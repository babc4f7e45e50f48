"""A long list whose process is killed in the middle: another goes on where it stopped, and nothing is doubled."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.history.acts import history_of
from core.models import HistoryEntry, OutboxMail
from deployments.imports import IMPORTS
from deployments.imports.jobs import begin_job, confirm, work_on_jobs
from deployments.imports.kept import keep
from deployments.models import Deployment, ImportJob
from officers.models import Officer
from scripts.catalogues import ROOT
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "email,given_name,family_name,police_service,service_number\n"
WORK = """
import django
django.setup()
from django.db import connections
connections.settings["default"]["NAME"] = {name!r}
from django.core.management import call_command
call_command("work", interval=0.05)
"""


def officers(rows: int) -> bytes:
    return (HEAD + "".join(f"a{n}@example.org,Ada,Roy,toronto,{n}\n" for n in range(rows))).encode()


def job_of(kind: str, data: bytes, rows: int, by) -> ImportJob:
    order = {"name": keep(data), "file_name": "long.csv", "answers": {}, "partial": False}
    job = begin_job(IMPORTS[kind], order | {"acknowledge_lowering": False}, by=by, total=rows)
    work_on_jobs()
    assert confirm(job, by=by)
    return job


def work_until(job: ImportJob, done: int) -> None:
    """A process of its own works on the list, and is killed once so many rows are done."""
    seen = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_test"}
    command = [sys.executable, "-W", "ignore", "-c", WORK.format(name=str(connection.settings_dict["NAME"]))]
    process = subprocess.Popen(command, cwd=ROOT, env=seen)
    until = time.monotonic() + 120
    try:
        while True:
            job.refresh_from_db()
            if job.done >= done or job.finished_at:
                break
            assert time.monotonic() < until, f"{job.state}, {job.done} of {job.total}"
            with suppress(subprocess.TimeoutExpired):
                assert process.wait(timeout=0.002) is None, "the process ended by itself"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def killed_and_gone_on_with(job: ImportJob, kills: int, rows: int) -> list[int]:
    """Kills the process so often, then lets one finish; how far each had come."""
    stops = []
    for n in range(kills):
        work_until(job, job.done + max(1, rows // (kills + 2)) if n else 1)
        job.refresh_from_db()
        stops.append(job.done)
        ImportJob.objects.filter(pk=job.pk).update(leased_until=timezone.now())  # as if the time had passed
    work_on_jobs()
    job.refresh_from_db()
    return stops


def test_a_list_killed_twice_is_finished_and_nothing_is_doubled():
    factories.service(code="toronto")
    editor, rows = factories.staff("Mission editor"), 1_200
    job = job_of("officers", officers(rows), rows, editor)
    stops = killed_and_gone_on_with(job, 2, rows)
    assert 0 < stops[0] < stops[1] < rows, stops
    assert (job.state, job.done, job.changed, Officer.objects.count()) == ("done", rows, rows, rows)
    assert HistoryEntry.objects.filter(verb="import").count() == rows
    assert OutboxMail.objects.filter(address=editor.email).count() == 1


@pytest.mark.prove
@pytest.mark.part_kills
@pytest.mark.parametrize("kills", [10])
def test_tours_killed_ten_times_are_all_there_once(kills):
    service = factories.service(code="toronto", needs_release=False)
    posting = factories.posting(reference="adviser")
    approver, rows = factories.staff("Approver"), 6_000
    people = officers(rows)
    call = job_of("officers", people, rows, factories.staff("Mission editor"))
    work_on_jobs()
    tours = "officer,posting,first_day,last_day,state\n" + "".join(
        f"toronto:{n},{posting.reference},2021-01-01,2021-01-02,cancelled\n" for n in range(rows)
    )
    job = job_of("deployments", tours.encode(), rows, approver)
    stops = killed_and_gone_on_with(job, kills, rows)
    print(f"\nkilled at {stops} of {rows} rows; {call.total} officers of {service}")
    assert (job.state, job.done, job.changed, Deployment.objects.count()) == ("done", rows, rows, rows)
    assert HistoryEntry.objects.filter(verb="record").count() == rows


def test_a_command_that_was_stopped_goes_on_when_it_is_given_again(tmp_path, monkeypatch, capsys):
    from deployments.management import imports as commands

    factories.service(code="toronto")
    monkeypatch.setattr(commands, "MAX_AT_ONCE", 100)
    path = tmp_path / "long.csv"
    path.write_bytes(officers(250))
    carry_out, calls = commands.carry_out, []

    def interrupted(*args, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return carry_out(*args, **options)

    monkeypatch.setattr(commands, "carry_out", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("import_list", "officers", str(path))
    there = Officer.objects.count()
    assert 0 < there < 250
    call_command("import_list", "officers", str(path))
    assert Officer.objects.count() == 250
    assert history_of(Officer.objects.first()).filter(verb="import").count() == 1
    capsys.readouterr()


def test_a_command_refused_in_the_middle_says_what_stays(tmp_path, monkeypatch):
    from core.refusals import Refusal
    from deployments.management import imports as commands

    factories.service(code="toronto")
    monkeypatch.setattr(commands, "MAX_AT_ONCE", 100)
    path = tmp_path / "long.csv"
    path.write_bytes(officers(250))
    carry_out, calls = commands.carry_out, []

    def refused(*args, **options):
        calls.append(1)
        if len(calls) == 2:
            raise Refusal("Somebody else was faster.")
        return carry_out(*args, **options)

    monkeypatch.setattr(commands, "carry_out", refused)
    with pytest.raises(CommandError, match="The first 50 lines stay imported"):
        call_command("import_list", "officers", str(path))
    assert Officer.objects.count() == 50


def test_a_busy_moment_does_not_end_a_long_list(monkeypatch):
    from deployments.imports import jobs
    from deployments.limits.gate import TooBusy

    factories.service(code="toronto")
    job = job_of("officers", officers(120), 120, factories.staff("Mission editor"))
    written, calls = jobs._slice, []

    def busy(*args):
        calls.append(1)
        if len(calls) == 1:
            raise TooBusy("busy")
        return written(*args)

    monkeypatch.setattr(jobs, "_slice", busy)
    monkeypatch.setattr(jobs, "PAUSE", 0)
    work_on_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 120)
