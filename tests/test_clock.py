"""TEST_TODAY moves every clock of a run, and a test that depends on today is named."""

import os
import subprocess
import sys

import pytest

from scripts.catalogues import ROOT

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
