"""TEST_TODAY moves every clock of a run, and a test that depends on today is named."""

import os
import subprocess
import sys

import pytest

from scripts.catalogues import ROOT
from tests.clock.days import DAYS

pytestmark = [pytest.mark.prove, pytest.mark.part_clock]
PLANTED = """
import datetime

from core.text.dates import today_here


def test_that_expires():
    assert today_here() < datetime.date(2026, 12, 31)


def test_that_lasts():
    assert today_here() + datetime.timedelta(days=1) > today_here()
"""
SERVER = """
import django
from django.utils import timezone

django.setup()
print(timezone.localdate())
"""
LOOK = """
import django

django.setup()
from django.test import Client

from core.text.dates import today_here
from deployments.models import Deployment
from officers.models import User

visitor = Client(HTTP_HOST="localhost")
front = visitor.get("/en/").content.decode()
assert front.count("Up to ") >= 6 and "Up to 22" in front, front
for address in ("/fr/", "/en/openings/", "/fr/operations/mali/", "/en/map/", "/en/changes/", "/en/openings.ics"):
    assert visitor.get(address).status_code == 200, address
openings = visitor.get("/en/openings/").content.decode()
assert "/apply/" in openings or "Closes" in openings, openings
assert Deployment.objects.on(today_here()).filter(state="in_mission").exists(), "nobody is there today"
for person, address in (
    ("officer", "/en/my/"), ("coordinator", "/en/coordination/"),
    *(("approver", f"/admin/deployments/{page}/") for page in ("my-day", "rotation")),
    ("selection", "/admin/deployments/my-day/"),
):
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(User.objects.get(email=f"{person}@example.org"))
    assert browser.get(address).status_code == 200, (person, address)
print("looks right on", today_here())
"""


def on(day: str, *command: str, **environment: str) -> subprocess.CompletedProcess:
    """A process of its own that begins on ``day``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_CLOCK", "PORTAL_TEST"))}
    seen = clean | {"TEST_TODAY": day, "TEST_DATABASE": "sqlite"} | environment
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=seen, capture_output=True, text=True)


def test_a_test_with_a_literal_day_is_named_once_that_day_has_passed(tmp_path):
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED)
    pytest_here = ("-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-rf", str(planted))
    assert on("2026-11-24", *pytest_here).returncode == 0
    later = on("2027-01-03", *pytest_here)
    assert later.returncode == 1
    assert "1 failed, 1 passed" in later.stdout
    assert "test_that_expires" in later.stdout


def test_a_server_that_a_test_starts_has_the_tests_day():
    """With the settings of the portal and none of the tests': ``sitecustomize`` alone moves its clock."""
    starter = "import subprocess, sys, tests.clock.sitecustomize\nprint(subprocess.check_output([sys.executable, '-c', sys.argv[1]], text=True))"
    server = on("2028-02-29", "-c", starter, SERVER, DJANGO_SETTINGS_MODULE="config.settings")
    assert server.stdout.strip() == "2028-02-29", server.stderr


@pytest.mark.parametrize("day", DAYS)
def test_a_new_portal_with_its_first_data_and_the_demonstration_looks_right(day, tmp_path):
    """With the settings of the portal: each command and each page in a process that begins on ``day``."""
    portal = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(tmp_path),
        "SECRET_KEY": "a key for tests only",
        "DEBUG": "1",  # pages without the built static files
        "STAFF_MFA_REQUIRED": "0",
        "PYTHONPATH": str(ROOT / "tests" / "clock"),
    }
    for command in ("migrate", "load_first_data", "load_demo", "daily", "check_strength"):
        done = on(day, "manage.py", command, **portal)
        assert done.returncode == 0, f"{command}: {done.stdout[-500:]}{done.stderr[-2000:]}"
    seen = on(day, "-c", LOOK, **portal)
    assert seen.stdout.strip().splitlines()[-1:] == [f"looks right on {day}"], seen.stderr[-2000:]
