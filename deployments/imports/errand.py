"""One import: who runs it, what went wrong, what it changed. Everything happens, or nothing does."""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.refusals import NotPermitted, Refusal, StalePage, require
from core.tabular import FileRefused, Problem, Row, read_table
from core.text.dates import today_here
from deployments.limits.gate import LimitsUnprotected, TooBusy, through_the_gate
from deployments.limits.refusals import refused_by_database

PERMISSION = "deployments.import_operations"
MAX_AT_ONCE = 2_000


@dataclass(frozen=True)
class Change:
    """What one column becomes, in the words of the file: "" where nothing is recorded."""

    column: str
    before: str
    after: str


@dataclass
class LineReport:
    """What one line of the file does: ``record`` by its code, from ``day`` where the line is dated."""

    line: int
    record: str
    day: str = ""
    created: bool = False
    changes: list[Change] = field(default_factory=list)

    def note(self, column: str, before: object, after: object) -> None:
        """Adds a change where there is one; None is nothing recorded."""
        if before != after:
            self.changes.append(Change(column, *("" if value is None else str(value) for value in (before, after))))


@dataclass(frozen=True)
class Report:
    """What an import did, or would do."""

    lines: list[LineReport]

    @property
    def changed(self) -> int:
        """How many lines change anything."""
        return sum(1 for line in self.lines if line.created or line.changes)

    def fingerprint(self) -> str:
        """The same for two reports that say the same."""
        said = json.dumps([asdict(line) for line in self.lines], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass
class Errand:
    """What the rows of one import share."""

    by: Any
    file_name: str
    acknowledge_lowering: bool
    today: datetime.date
    problems: list[Problem] = field(default_factory=list)

    def note(self, line: int, instrument: str = "") -> str:
        """The note that every act of a line leaves in its record."""
        return ", ".join(filter(None, (f"Import: {self.file_name}, {line}", instrument)))

    def sign(self, record: Any, line: int) -> None:
        """Puts who, and which file, into the version of ``record`` that its next save keeps."""
        record._history_user = self.by if self.by.pk else None
        record._change_reason = self.note(line)[:100]

    @contextmanager
    def attempt(self, line: int, columns: Sequence[str] = ()) -> Iterator[None]:
        """Runs one act; a refusal becomes a problem of ``line`` (at its column if it names one of ``columns``)."""
        try:
            with transaction.atomic():
                yield
        except (LimitsUnprotected, TooBusy):
            raise
        except NotPermitted:
            self.problems.append(Problem(line, gettext("Your role does not include this change."), (*columns, "")[0]))
        except Refusal as refusal:
            column = refusal.field if refusal.field in columns else (*columns, "")[0]
            self.problems.append(Problem(line, str(refusal), column))
        except ValidationError as error:
            self.problems += _invalid(line, error, columns)
        except IntegrityError as error:
            self.problems.append(Problem(line, str(refused_by_database(error))))


@dataclass(frozen=True)
class Import:
    """A kind of list: its name, its columns, and what carries out its rows."""

    name: str
    title: object
    description: object
    columns: tuple[str, ...]
    carry_out: Callable[[list[Row], Errand], list[LineReport]]


class _OnlyTried(Exception):
    """Ends a dry run, so that the database takes everything back."""

    def __init__(self, report: Report) -> None:
        self.report = report


def run_import(
    kind: Import,
    data: bytes,
    *,
    by,
    file_name: str,
    dry_run: bool = False,
    acknowledge_lowering: bool = False,
    expected: str = "",
    today: datetime.date | None = None,
) -> Report:
    """Reads ``data`` and carries out every row, in one transaction behind the gate; says what changed, line by line.

    ``dry_run`` does it all and takes it back. ``expected`` is the fingerprint of a report that somebody agreed to.
    Raises NotPermitted; FileRefused with the lines at fault, leaving nothing behind; StalePage where the import would
    no longer do what was agreed to.
    """
    require(by, PERMISSION)
    rows = read_table(data, kind.columns).rows
    if len(rows) > MAX_AT_ONCE:
        words = _("The file has more than %(limit)s rows: split it.") % {"limit": MAX_AT_ONCE}
        raise FileRefused.because(words, rows[MAX_AT_ONCE].line)
    errand = Errand(by, _plain(file_name), acknowledge_lowering, today or today_here())
    try:
        return _carry_out(kind, rows, errand, dry_run, expected)
    except _OnlyTried as tried:
        return tried.report


@through_the_gate
def _carry_out(kind: Import, rows: list[Row], errand: Errand, dry_run: bool, expected: str) -> Report:
    errand.problems.clear()
    with transaction.atomic():
        report = Report(kind.carry_out(rows, errand))
        if errand.problems:
            raise FileRefused(errand.problems)
        if expected and report.fingerprint() != expected:
            raise StalePage(_("The records changed after the preview, so nothing was imported. Look at it once more."))
        if dry_run:
            raise _OnlyTried(report)
    return report


def _plain(file_name: str) -> str:
    """The last part of a file's name, short and without what could break a line of history."""
    return re.sub(r"[^\w .()+-]", "_", re.split(r"[/\\]", file_name)[-1])[-100:] or "?"


def _invalid(line: int, error: ValidationError, columns: Sequence[str]) -> Iterator[Problem]:
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in by_field.items():
        for message in messages:
            known = name in columns
            yield Problem(line, message if known or name == NON_FIELD_ERRORS else f"{name}: {message}", name * known)
