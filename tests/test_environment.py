"""A wrong environment ends the portal in one line before it does anything, and a misspelt name is said."""

import subprocess

import pytest

from config.environment import VARIABLES, problems, shown, warnings
from tests.test_settings import PRODUCTION, run

WRONG = [
    ("FOUR_EYES", "strenght"),
    ("LOGIN_RATE", "abc"),
    ("LOGIN_RATE", "0/m"),
    ("HOLD_DAYS", "abc"),
    ("HOLD_DAYS", "0"),
    ("HOLD_DAYS", "٣"),
    ("STAFF_MFA_REQUIRED", "ture"),
    ("DATABASE_URL", "portal"),
    ("DATABASE_URL", "mysql://host/portal"),
    ("DATABASE_URL", "postgres://"),
    ("DATABASE_URL", "postgres://host:abc/portal"),
    ("DATABASE_URL", "postgres://[::1/portal"),
    ("DATABASE_URL", "sqlite:////proc/version/portal.sqlite3"),
    ("CACHE_URL", "memory"),
    ("EMAIL_URL", "mail.example.org"),
    ("EMAIL_URL", "smtp://mail.example.org:abc"),
    ("MAIL_FROM", "nobody"),
    ("SITE_URL", "portal.example.org"),
    ("SITE_URL", "https://portal.example.org/portal"),
    ("ALLOWED_HOSTS", "https://portal.example.org"),
    ("TIME_ZONE", "Toronto"),
    ("TIME_ZONE", "../etc/passwd"),
    ("MEDIA_ROOT", "/proc/version"),
    ("POSTGRESQL_TOOLS", "/nowhere/at/all"),
    ("TRUSTED_PROXIES", "-1"),
    ("PORT", "99999"),
    ("DEMO", "no"),
    ("BRAND_NAME_FR", "two\nlines"),
    ("OIDC_SERVER_URL", "sign-on"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(name, value):
    [line] = problems({name: value})
    assert line.startswith(f"{name}={shown(name, value)} is not allowed: ")
    assert "\n" not in line


@pytest.mark.parametrize("value", ["selection", "selection, strength", "strength,selection", ""])
def test_four_eyes_are_on_as_they_are_written(value):
    assert problems({"FOUR_EYES": value}) == []


@pytest.mark.parametrize(
    ("name", "value"), [("FOUR_EYES", "strenght"), ("HOLD_DAYS", "abc"), ("SITE_URL", "https://a.b")]
)
@pytest.mark.parametrize("command", [("manage.py", "check"), ("-m", "gunicorn", "config.wsgi", "--check-config")])
def test_nothing_starts_on_a_wrong_environment(command, name, value):
    result: subprocess.CompletedProcess = run(*command, **{name: value})
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_passwords_are_not_repeated():
    [line] = problems({"DATABASE_URL": "postgres://portal:se@cr:et@host:abc/portal"})
    assert "postgres://***@host:abc/portal" in line
    assert "secret" not in problems({"SECRET_KEY": "secret\x01"})[0]


def test_an_empty_value_counts_as_none_and_a_dollar_is_a_letter():
    ask = "from django.conf import settings; print(settings.HOLD_DAYS, settings.SECRET_KEY)"
    result = run("-c", ask, HOLD_DAYS="", DATABASE_URL="", SECRET_KEY="$HOME-and-\\$more")
    assert result.stdout == "14 $HOME-and-\\$more\n"


def test_misspelt_names_are_warned_of_and_others_are_not():
    said = warnings(dict.fromkeys(["FOUREYES", "hold_days", "HOME", "PATH", "LANG", "HOSTNAME", *VARIABLES], "1"))
    assert [line.split()[6] for line in said] == ["FOUREYES.", "hold_days."]
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, HOLD_DAY="3")
    assert result.returncode == 0
    assert result.stderr == "Warning: the portal reads no variable HOLD_DAY. Did you mean HOLD_DAYS?\n"
