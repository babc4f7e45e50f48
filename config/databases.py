"""Turns a database URL into Django's settings with the profile that the limits rely on (docs/adr/0004)."""

from pathlib import Path
from typing import Any

import environ

BACKENDS = {
    "django.db.backends.postgresql": "core.database.postgresql",
    "django.db.backends.sqlite3": "core.database.sqlite3",
}
STAYS_OPEN = 60  # seconds: opening anew takes 5 ms on either database, more than a kept page
# How long who writes waits for others is the backend's matter.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
}
POSTGRESQL_OPTIONS = {
    "tcp_user_timeout": 10_000,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A page asks for milliseconds of work: starting workers for it, or compiling it, takes longer than the answer.
    "options": "-c statement_timeout=30000 -c max_parallel_workers_per_gather=0 -c jit=off",
}


def configured(url: str) -> dict[str, Any]:
    """The DATABASES entry for ``url`` (sqlite:// or postgres://), with the engine's profile added."""
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    settings["ENGINE"] = BACKENDS[settings["ENGINE"]]
    options = dict(settings.get("OPTIONS", {}))
    if settings["ENGINE"].endswith("sqlite3"):
        if settings["NAME"] != ":memory:":
            Path(settings["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        settings["OPTIONS"] = SQLITE_OPTIONS | options
        settings["CONN_MAX_AGE"] = STAYS_OPEN
    else:
        settings["OPTIONS"] = POSTGRESQL_OPTIONS | options
        settings["CONN_HEALTH_CHECKS"] = True
        settings["CONN_MAX_AGE"] = STAYS_OPEN
    return settings
