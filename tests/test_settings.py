"""The portal is safe as it comes, and runs as the environment says."""

import functools
import io
import json
import logging
import logging.config
import os
import re
import stat
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.local_secret import local_secret_key
from config.logs import logging_for
from scripts.catalogues import ROOT
from tests import factories
from tests.factories import PASSWORD
from tests.test_architecture import tracked

PRODUCTION = {
    "SITE_URL": "https://portal.example.org",
    "SECRET_KEY": "".join(chr(code) for code in range(48, 123) if chr(code).isalnum()),
    "DATABASE_URL": "postgres://portal:portal@db.example.org/portal",
}
READ = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.isupper()]
print(json.dumps({name: getattr(settings, name) for name in names}, default=object.__repr__))
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """A command in the portal's folder that sees these variables and no others."""
    seen = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=seen | environment, capture_output=True, text=True, check=False
    )


@functools.cache
def _settings(environment: tuple[tuple[str, str], ...]) -> dict:
    result = run("-c", READ, **dict(environment))
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def settings_with(**environment: str) -> dict:
    """The settings as a process reads them that sees only these variables."""
    return _settings(tuple(sorted(environment.items())))


def test_a_production_environment_passes_every_deployment_check():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_public_site_without_a_key_of_its_own_does_not_start():
    result = run("manage.py", "check", **{**PRODUCTION, "SECRET_KEY": ""})
    assert result.returncode == 1
    assert result.stderr.startswith("SECRET_KEY= is missing")


def test_nothing_is_open_that_was_not_asked_for():
    settings = settings_with()
    assert settings["DEBUG"] is False
    assert set(settings["ALLOWED_HOSTS"]) == {"127.0.0.1", "localhost", "[::1]"}
    assert settings["STAFF_MFA_REQUIRED"] is True
    assert settings["PUBLIC_SHOWS_DEPLOYED"] is False
    assert settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert settings["EMAIL_BACKEND"].endswith("filebased.EmailBackend")


def test_a_public_site_answers_under_its_own_name():
    settings = settings_with(**PRODUCTION)
    assert set(settings["ALLOWED_HOSTS"]) == {"portal.example.org", "127.0.0.1", "localhost", "[::1]"}
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://portal.example.org"]


@pytest.mark.parametrize(("site", "secure"), [("https://portal.example.org", True), ("http://127.0.0.1:8000", False)])
def test_cookies_and_transport_are_secure_exactly_where_the_site_is_https(site, secure):
    settings = settings_with(**{**PRODUCTION, "SITE_URL": site})
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert settings[name] is secure, name
    assert (settings["SECURE_HSTS_SECONDS"] >= 31_536_000) is secure
    assert bool(settings["SECURE_PROXY_SSL_HEADER"]) is secure
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


OF_COOKIES = re.compile(r"SECURE|.*_COOKIE_(NAME|SECURE|DOMAIN|PATH|HTTPONLY|SAMESITE)")


@pytest.mark.django_db
def test_on_https_every_cookie_is_taken_from_this_host_alone(client, settings):
    """What a browser asks of "__Host-": Secure, the path "/", and no domain. The language alone is no secret."""
    for name, value in settings_with(**PRODUCTION).items():
        if OF_COOKIES.fullmatch(name):
            setattr(settings, name, value)
    person, seen = factories.user(), {}
    secret = {"login": person.email, "password": PASSWORD}
    for answer in (
        client.get("/fr/accounts/login/", secure=True),
        client.post("/fr/accounts/login/", secret, secure=True),
        client.get("/fr/my/", secure=True),
    ):
        seen |= answer.cookies
    assert client.get("/fr/my/", secure=True).status_code == 200
    names = {"__Host-sessionid", "__Host-csrftoken", "__Host-seen", "__Host-device"}
    assert seen.keys() - {settings.LANGUAGE_COOKIE_NAME} == names
    for cookie in seen.values():
        assert cookie["secure"] and cookie["path"] == "/" and not cookie["domain"] and cookie["samesite"] == "Lax"
        assert cookie["httponly"] or cookie.key in {"__Host-csrftoken", settings.LANGUAGE_COOKIE_NAME}


@pytest.mark.parametrize(
    ("url", "engine"), [("sqlite:////tmp/a.sqlite3", "sqlite3"), ("postgres://a:b@c/d", "postgresql")]
)
def test_each_database_runs_with_the_profile_that_the_limits_rely_on(url, engine):
    database = settings_with(**{**PRODUCTION, "DATABASE_URL": url})["DATABASES"]["default"]
    assert database["ENGINE"].endswith(engine)
    if engine == "sqlite3":
        assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    else:
        assert "statement_timeout" in database["OPTIONS"]["options"]
        assert database["CONN_HEALTH_CHECKS"] is True


def test_a_generated_key_is_long_kept_and_readable_by_its_owner_alone(tmp_path):
    key = local_secret_key(tmp_path / "var", allowed=True)
    kept = tmp_path / "var" / "secret_key"
    assert len(key) > 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert local_secret_key(tmp_path / "var", allowed=True) == key
    assert [path.name for path in kept.parent.iterdir()] == ["secret_key"]


def test_no_key_is_generated_for_a_public_site(tmp_path):
    with pytest.raises(ImproperlyConfigured):
        local_secret_key(tmp_path / "var", allowed=False)
    assert list(tmp_path.iterdir()) == []


def test_the_repository_holds_no_secret():
    secret = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abp]-\w|\b(?:api_?key|secret_?key)"
        r"\s*=\s*[\"'][\w+/=-]{16,}[\"']|://[^\s:/@\"'{$]+:[^\s:/@\"'{$]{12,}@",
        re.IGNORECASE,
    )
    found = []
    for name in tracked():
        if (ROOT / name).exists():
            found += [f"{name}: {text}" for text in secret.findall((ROOT / name).read_text("utf-8", "replace"))]
    assert found == []


# --- Headers ------------------------------------------------------------------------------------------


def test_the_content_security_policy_allows_nothing_inline_and_nothing_foreign(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    directives = {name: values for name, *values in (part.split() for part in policy.split(";") if part.strip())}
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert {value for values in directives.values() for value in values} == {"'none'", "'self'", "data:"}
    assert [name for name, values in directives.items() if "data:" in values] == ["img-src"]


def test_every_answer_carries_the_headers_that_protect_its_reader(client):
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_styles_and_scripts_call_no_foreign_host():
    calls = re.compile(r"(?:url\(|@import|fetch\(|import)\s*[\"']?(?:https?:)?//[^\"')\s]*|sourceMappingURL")
    wrong = []
    for kind in ("*.css", "*.js"):
        for path in (ROOT / "static").rglob(kind):
            wrong += [f"{path.name}: {found}" for found in calls.findall(path.read_text(encoding="utf-8"))]
    assert wrong == []


# --- Logs ---------------------------------------------------------------------------------------------


@pytest.fixture
def log_lines():
    """Lines that the portal's own logging writes while the test runs; call it to read them."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    described = logging_for(debug=False)
    handler.setFormatter(
        logging.config.DictConfigurator(described).configure_formatter(described["formatters"]["event"])
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: written.getvalue().splitlines()
    root.removeHandler(handler)
    root.setLevel(level)


def test_logs_are_json_with_a_request_number_and_name_nobody(client, editor, log_lines):
    client.post("/admin/login/", {"username": editor.email, "login": editor.email, "password": "wrong"}, follow=True)
    client.get(f"/en/nowhere/{editor.email}")
    client.force_login(editor)
    client.get("/admin/officers/user/", {"q": editor.email})
    logging.getLogger("portal").warning("mail to %s failed", editor.email)
    lines = [json.loads(line) for line in log_lines()]
    assert any(line.get("user_id") == editor.pk for line in lines)
    assert all("request_id" in line for line in lines if line["event"].startswith("request_"))
    assert any(line["event"] == "request_finished" and line["code"] == 404 for line in lines)
    assert [line for line in log_lines() if "@" in line or PASSWORD in line or editor.family_name in line] == []


def test_an_error_is_logged_with_its_place_and_without_addresses(log_lines):
    try:
        raise ValueError("no such officer: robin.person@example.org")
    except ValueError:
        logging.getLogger("portal").exception("an act failed")
    [line] = [json.loads(line) for line in log_lines()]
    assert line["level"] == "error"
    assert "test_settings.py" in line["exception"]
    assert "robin" not in line["exception"]
