"""Files that were brought and wait for an answer or a confirmation: kept for a day under a random name, outside the
database, so that a preview writes nothing there and holds no lock.
"""

import gzip
import json
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from core.tabular import Problem
from deployments.imports.reports import ColumnChange, LineReport, Report
from deployments.models import ImportJob

KEEP_FOR = 24 * 3600


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(data: bytes) -> str:
    """Keep a file; give its name. Files of earlier days go."""
    sweep()
    name = secrets.token_hex(16)
    (_folder() / f"{name}.bin").write_bytes(data)
    return name


def kept(name: str) -> bytes | None:
    """The file of that name; None where it is gone."""
    path = _folder() / f"{name}.bin"
    return path.read_bytes() if name.isalnum() and path.exists() else None


def keep_report(name: str, report: Report) -> None:
    """Keep what a file would do, to be shown in pages."""
    said = {
        "lines": [asdict(line) for line in report.lines],
        "notes": list(report.notes),
        "problems": [
            {"line": p.line, "message": str(p.message), "column": p.column, "value": p.value, "link": p.link}
            for p in report.problems
        ],
        "rows": report.rows,
        "wrong": [[row.line, row.cells] for row in report.wrong],
    }
    with gzip.open(_folder() / f"{name}.json.gz", "wt", compresslevel=1, encoding="utf-8") as file:
        json.dump(said, file)


def kept_report(name: str) -> tuple[Report, list[tuple[int, dict[str, str]]]] | None:
    """The report kept under that name, and the wrong lines; None where it is gone."""
    path = _folder() / f"{name}.json.gz"
    if not name.isalnum() or not path.exists():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        said: dict[str, Any] = json.load(file)
    lines = [
        LineReport(**{**line, "changes": [ColumnChange(**change) for change in line["changes"]]})
        for line in said["lines"]
    ]
    problems = [Problem(**problem) for problem in said["problems"]]
    report = Report(lines, said["notes"], problems, rows=said.get("rows", 0))
    return report, [(line, cells) for line, cells in said["wrong"]]


def sweep() -> int:
    """Remove files of earlier days, but those of long lists that are not finished; how many."""
    before = time.time() - KEEP_FOR
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < before]
    if not old:
        return 0
    waiting = ImportJob.objects.filter(finished_at=None).values_list("order", flat=True)
    needed = {order.get("name") for order in waiting}
    gone = [path for path in old if path.name.partition(".")[0] not in needed]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
