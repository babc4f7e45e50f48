"""Files that were brought: one that waits for a word is never lost, and one that nobody needs goes."""

import datetime
import os
import time

import pytest
from django.core.management import call_command
from django.utils import timezone

from deployments.imports import IMPORTS
from deployments.imports.jobs import ABANDONED_AFTER, begin_job, confirm, work_on_jobs
from deployments.imports.kept import KEEP_FOR, _folder, keep, kept
from deployments.models import ImportJob
from officers.models import Officer
from tests import factories

pytestmark = pytest.mark.django_db
LIST = b"email,given_name,family_name,police_service,service_number\na@example.org,Ada,Roy,toronto,1\n"


@pytest.fixture
def job():
    factories.service(code="toronto")
    order = {
        "name": keep(LIST),
        "file_name": "long.csv",
        "answers": {},
        "partial": False,
        "acknowledge_lowering": False,
    }
    made = begin_job(IMPORTS["officers"], order, by=factories.staff("Mission editor"), total=1)
    work_on_jobs()
    made.refresh_from_db()
    assert made.state == "ready"
    return made


def days_pass() -> None:
    then = time.time() - KEEP_FOR - 60
    for path in _folder().iterdir():
        os.utime(path, (then, then))


def as_of_now() -> None:
    """The disk dates files by the machine's clock, which may not be that of the tests."""
    for path in _folder().iterdir():
        os.utime(path, (time.time(), time.time()))


def test_a_list_that_waits_keeps_its_file_whoever_brings_another(job):
    days_pass()
    keep(b"another")
    call_command("daily")
    assert kept(job.order["name"]) == LIST
    assert confirm(job, by=job.by)
    work_on_jobs()
    assert Officer.objects.count() == 1


def test_files_of_finished_lists_and_of_none_go_with_the_daily_run(job, capsys):
    stray = keep(b"stray")
    as_of_now()
    confirm(job, by=job.by)
    work_on_jobs()
    call_command("daily")
    assert kept(stray) == b"stray"  # it may be shown as a preview right now
    days_pass()
    call_command("daily")
    assert (kept(stray), kept(job.order["name"]), list(_folder().iterdir())) == (None, None, [])


@pytest.mark.parametrize(("before", "state"), [(datetime.timedelta(-1), "ready"), (datetime.timedelta(1), "cancelled")])
def test_a_list_without_a_word_is_left_after_two_weeks(job, before, state):
    ImportJob.objects.update(created_at=timezone.now() - ABANDONED_AFTER - before)
    days_pass()
    call_command("daily")
    job.refresh_from_db()
    assert (job.state, kept(job.order["name"]) is None) == (state, state == "cancelled")


def test_a_list_that_is_being_imported_is_never_left(job):
    confirm(job, by=job.by)
    ImportJob.objects.update(created_at=timezone.now() - 2 * ABANDONED_AFTER)
    call_command("daily")
    job.refresh_from_db()
    assert job.state == "running"


def test_a_name_leads_to_no_file_elsewhere():
    name = keep(LIST)
    assert kept(name) == LIST
    assert kept(f"../imports/{name}") is None


def test_the_right_lines_of_a_long_list_go_in_and_the_wrong_ones_come_back(client, settings):
    settings.STAFF_MFA_REQUIRED = False
    factories.service(code="toronto")
    wrong = LIST + b"b@example.org,Bea,Roy,nowhere,2\n"
    editor = factories.staff("Mission editor")
    order = {
        "name": keep(wrong),
        "file_name": "long.csv",
        "answers": {},
        "partial": False,
        "acknowledge_lowering": False,
    }
    refused = begin_job(IMPORTS["officers"], order, by=editor, total=2)
    work_on_jobs()
    client.force_login(editor)
    address = f"/admin/deployments/import/jobs/{refused.pk}/"
    page = client.get(address).content.decode()
    assert "Line 3, Police service: No police service has this code or name" in page
    file = client.get(address, {"lines": "wrong"})
    assert file["Content-Disposition"] == 'attachment; filename="long-wrong.csv"'
    assert [line.split(",")[0] for line in file.content.decode("utf-8-sig").splitlines()] == ["email", "b@example.org"]
    goes_on = {client.post(address, {"partial": "1"})["Location"] for _twice in range(2)}
    assert len(goes_on) == 1
    work_on_jobs()
    assert client.post(goes_on.pop(), {"go": "1"}).status_code == 302
    work_on_jobs()
    assert list(Officer.objects.values_list("user__email", flat=True)) == ["a@example.org"]
    assert [each.state for each in ImportJob.objects.order_by("pk")] == ["refused", "done"]
    assert client.post(address, {"partial": "1"}).status_code == 302  # there is nothing new in it then
    ImportJob.objects.filter(pk=refused.pk).update(done=1)
    assert client.post(address, {"partial": "1"}).status_code == 409
