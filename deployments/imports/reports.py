"""What an import did, or would do, line by line."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from core.tabular import Column, Problem, TableRow


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What one column becomes, in the words of the file: "" where nothing is recorded."""

    column: str
    before: str
    after: str


@dataclass(slots=True)
class LineReport:
    """What one line of the file does: ``record`` by its code, from ``day`` where the line is dated, ``note`` what else
    is to be said of it.
    """

    line: int
    record: str
    day: str = ""
    created: bool = False
    changes: list[ColumnChange] = field(default_factory=list)
    note: str = ""

    @property
    def does_anything(self) -> bool:
        return self.created or bool(self.changes)

    def compare(self, column: str, before: object, after: object) -> None:
        """Add a change where there is one; None is nothing recorded."""
        if before != after:
            self.changes.append(ColumnChange(column, in_words(before), in_words(after)))


def in_words(value: object) -> str:
    """A value as a list writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


@dataclass
class Report:
    """What an import did, or would do: its lines, what was said while reading, and the lines that are wrong.

    ``rows`` is how many the file has.
    """

    lines: list[LineReport]
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wrong: Sequence[TableRow] = ()
    rows: int = 0

    @property
    def right(self) -> int:
        """How many rows have no fault."""
        return self.rows - len({problem.line for problem in self.problems if problem.line})

    @property
    def changed(self) -> int:
        """How many lines change anything."""
        return sum(line.does_anything for line in self.lines)

    @property
    def created(self) -> int:
        return sum(line.created for line in self.lines)

    @property
    def updated(self) -> int:
        """How many lines change what is recorded already."""
        return self.changed - self.created

    @property
    def unchanged(self) -> int:
        """How many lines change nothing."""
        return len(self.lines) - self.changed

    def fingerprint(self) -> str:
        """The same for two reports that say the same."""
        said = json.dumps([asdict(line) for line in self.lines], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def with_every_cell(report: Report, rows: Sequence[TableRow], columns: Sequence[Column]) -> Report:
    """The report for people: of what is new, every cell that was read is shown, also where no rule compared it."""
    cells = {row.line: row for row in rows}
    lines = [_with_cells(line, cells[line.line], columns) if line.created else line for line in report.lines]
    return replace(report, lines=lines)


def _with_cells(line: LineReport, row: TableRow, columns: Sequence[Column]) -> LineReport:
    said = {change.column for change in line.changes}
    more = [
        ColumnChange(column.code, "", row[column.code])
        for column in columns
        if column.code not in said and row[column.code] not in ("", line.record, line.day)
    ]
    return replace(line, changes=[*line.changes, *more])
