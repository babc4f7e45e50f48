"""From lines of cells to rows by column, each cell checked for what no list needs."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.tabular import text, workbook
from core.tabular.problems import FileRefused, Problem

MAX_BYTES = 1_500_000
MAX_ROWS = 2_000
MAX_LINES = 20_000
MAX_CELL = 500
FORMULA = re.compile(r"[=+@]|-(?!\d)")
EXCEL_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """One record: its line in the file and its cells by column, trimmed, composed (NFC), "" where empty."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_path(path: str | Path) -> bytes:
    """The content of a file on the server. Raises FileRefused if it is missing, no file, unreadable or too large."""
    path = Path(path)
    try:
        if not path.exists():
            raise FileRefused.because(_("There is no such file: %(path)s.") % {"path": path})
        if not path.is_file():
            raise FileRefused.because(_("This is not a file: %(path)s.") % {"path": path})
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise FileRefused.because(_("The file cannot be read: %(path)s.") % {"path": path}) from error


def read_table(data: bytes, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV or XLSX file whose header names ``columns``, each once, in any order; blank lines are skipped.

    Raises FileRefused with every problem found: by line and column where they have one.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused.because(
            _("The file is larger than %(size)s megabytes.") % {"size": localize(MAX_BYTES / 1_000_000)}
        )
    if not data.strip():
        raise FileRefused.because(_("The file is empty."))
    if data.startswith(OLD_EXCEL):
        raise FileRefused.because(_("This is an old or encrypted Excel file. Save it as XLSX or as “CSV UTF-8”."))
    if data.startswith(ARCHIVE):
        return _rows(workbook.lines(data, len(columns)), columns)
    return _rows(text.lines(data, columns), columns)


def _rows(lines: Iterable[tuple[int, list[str]]], columns: Sequence[str]) -> list[Row]:
    filled = _filled(lines)
    line, names = next(filled, (0, []))
    if not names:
        raise FileRefused.because(_("The file is empty."))
    header = _header(line, names, columns)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in filled:
        if len(rows) == MAX_ROWS:
            raise FileRefused.because(_("The file has more than %(limit)s rows: split it.") % {"limit": MAX_ROWS}, line)
        problems += _misfit(line, cells, len(header)) or _hostile(line, header, cells)
        rows.append(Row(line, {name: _clean(cell) for name, cell in zip(header, cells, strict=False)}))
    if problems:
        raise FileRefused(problems)
    if not rows:
        raise FileRefused.because(_("The file has a header but no rows."))
    return rows


def _filled(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything."""
    for count, (line, cells) in enumerate(lines, start=1):
        if count > MAX_LINES:
            raise FileRefused.because(_("The file has more than %(limit)s lines.") % {"limit": MAX_LINES}, line)
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(line: int, cells: list[str], columns: Sequence[str]) -> list[str]:
    names = [_clean(cell).casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    counted = Counter(names)
    faults = (
        (_("Columns are missing: %(names)s."), [name for name in columns if name not in counted]),
        (_("Columns are named twice: %(names)s."), [name for name, n in counted.items() if n > 1]),
        (_("Unknown columns: %(names)s."), [name or "“”" for name in counted if name not in columns]),
    )
    problems = [
        Problem(line, message % {"names": ", ".join(name[:60] for name in found[:20])})
        for message, found in faults
        if found
    ]
    if problems:
        raise FileRefused(problems)
    return names


def _misfit(line: int, cells: list[str], width: int) -> list[Problem]:
    if len(cells) >= width and not any(cell.strip() for cell in cells[width:]):
        return []
    found = len(cells)
    message = ngettext(
        "%(found)s cell, where the header has %(width)s.", "%(found)s cells, where the header has %(width)s.", found
    )
    return [Problem(line, message % {"found": found, "width": width})]


def _hostile(line: int, header: list[str], cells: list[str]) -> Iterator[Problem]:
    for column, cell in zip(header, cells, strict=False):
        value = _clean(cell)
        if len(value) > MAX_CELL:
            message = gettext("Longer than %(limit)s characters.") % {"limit": MAX_CELL}
        elif HIDDEN.search(value):
            message = gettext("Holds a line break or an invisible character.")
        elif FORMULA.match(value):
            message = gettext("Begins like a formula: put the value in its place.")
        elif EXCEL_ERROR.match(value):
            message = gettext("An error of the spreadsheet in place of a value: %(value)s.") % {"value": value}
        else:
            continue
        yield Problem(line, message, column)


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())
