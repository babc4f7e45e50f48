"""From the lines of a file to rows by column, each cell cleaned and checked for what no list needs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.tabular.columns import DAY, LONG_TEXT, YES_NO, Answers, Column, as_columns
from core.tabular.misread import misread
from core.tabular.normal import normal_days, normal_yes_no
from core.tabular.problems import FileRefused, Problem
from core.tabular.reading import Format, SheetLine, parts_of
from core.tabular.rows import Table, TableRow
from core.tabular.sheet import Sheet, chosen, sheets_of
from core.text.clean import cleaned, is_refused

MAX_BYTES = 25_000_000
MAX_ROWS = 100_000
MAX_CELL = 500
MAX_LONG_CELL = 10_000
EXCEL_ERROR = re.compile(
    r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|VALEUR!|NOM\?|NOMBRE!|NUL!|N/D|PROPAGATION!|CALCUL!|#+)$"
)
# Spreadsheets, and this portal's own lists, put an apostrophe before what would otherwise run or lose its zeros.
AS_TEXT = re.compile(r"'(?=[=+\-@\d\t\r\n ])")
# How some programs keep the leading zeros of a number: ="00421".
AS_FORMULA = re.compile(r'="([^"=]*)"')
SHORTENED = re.compile(r"[0-9][.,]?[0-9]*[Ee]\+[0-9]{1,3}")
# What programs write where they have no value. "None" and "N/A" are words that people write too.
WRITTEN_FOR_NOTHING = frozenset(["NULL", "(null)", "NaN", "NaT", "<NA>", "\\N", "undefined"])
ENCODINGS = {
    "cp1252": "Windows-1252 (Latin-1)",
    "cp850": "DOS (850)",
    "iso8859-15": "ISO 8859-15 (Latin-9)",
    "mac-roman": "Mac Roman",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
}
# What says in which direction a text is read, without a mark of its own: programs put it around days and numbers.
DIRECTION = "\u200e\u200f\u061c"


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


def read_table(data: bytes, columns: Iterable[Column | str], answers: Answers | None = None) -> Table:
    """The rows of a CSV or XLSX file; blank lines are skipped. Raises FileRefused with every problem found.

    Raises WhichSheet, WhichColumns or WhichDays where ``answers`` leave open what the file does not say by itself.
    """
    table = read_lines(data, columns, answers)
    if table.problems:
        raise FileRefused(table.problems)
    return table


def read_lines(data: bytes, columns: Iterable[Column | str], answers: Answers | None = None) -> Table:
    """As ``read_table``; lines with a problem are kept apart, with the problems, instead of refusing the file."""
    columns, answers = as_columns(columns), answers or Answers()
    _check_size(data)
    known = {key for column in columns for key in column.keys()}  # noqa: SIM118
    with closing(parts_of(data, known)) as parts:
        form, sheets = sheets_of(parts, columns, answers, MAX_ROWS)
    sheet = chosen(sheets, answers, columns)
    places = sheet.head_places(columns, answers)
    repeated = sheet.drop_repeated_heads()
    rows, problems = _rows(sheet, places, columns, is_csv=form.name == "csv")
    table = Table(rows, [*_encoding(form), *sheet.notes(sheets), *repeated, *_not_read(places, columns)], sheet.heads)
    table.times = _dropped_times(sheet, places, columns)
    for column in columns:
        if column.code in places and column.kind == YES_NO:
            normal_yes_no(table, column.code)
    said = {(problem.line, problem.column) for problem in problems}
    days = normal_days(table, [c for c in columns if c.kind == DAY and c.code in places], answers.days)
    problems += [problem for problem in days if (problem.line, problem.column) not in said]
    if not table.rows:
        raise FileRefused.because(_("The file has a header but no rows."))
    at_fault = {problem.line for problem in problems}
    table.problems = problems
    table.wrong = [row for row in table.rows if row.line in at_fault]
    if at_fault:
        table.rows = [row for row in table.rows if row.line not in at_fault]
    return table


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise FileRefused.because(
            _("The file is larger than %(size)s megabytes.") % {"size": localize(MAX_BYTES // 1_000_000)}
        )
    if not data.strip():
        raise FileRefused.because(_("The file is empty."))


def _encoding(form: Format) -> Iterator[str]:
    if form.name == "csv":
        yield gettext("Read as text in %(encoding)s.") % {"encoding": ENCODINGS.get(form.encoding, "UTF-8")}


def _not_read(places: dict[str, int], columns: Sequence[Column]) -> Iterator[str]:
    named = [str(column.heading) for column in columns if column.informs and column.heading and column.code in places]
    if named:
        yield gettext("Not read, because it follows from the rest: %(names)s.") % {"names": ", ".join(named)}


def _dropped_times(sheet: Sheet, places: dict[str, int], columns: Sequence[Column]) -> list[int]:
    """The lines with a cell that holds a day and a time, of which the day alone was read."""
    days = {places[column.code] for column in columns if column.kind == DAY and column.code in places}
    return [line.number for line in sheet.lines if any(line.marks.get(place, "").startswith("time") for place in days)]


def _rows(
    sheet: Sheet, places: dict[str, int], columns: Sequence[Column], *, is_csv: bool
) -> tuple[list[TableRow], list[Problem]]:
    limits = {column.code: (MAX_LONG_CELL if column.kind == LONG_TEXT else MAX_CELL) for column in columns}
    is_long = {column.code: column.kind == LONG_TEXT for column in columns}
    days = {column.code for column in columns if column.kind == DAY}
    shared = {code: number for number, code in enumerate(places)}
    width = len(sheet.heads)
    rows: list[TableRow] = []
    problems: list[Problem] = []
    for line in sheet.lines:
        if is_csv and (wrong := _misfit(line, width)):
            problems.append(wrong)
        values = []
        for code, place in places.items():
            cell = clean(line.cells[place], lines=is_long[code]) if place < len(line.cells) else ""
            if line.marks and code not in days and (mark := line.marks.get(place, "")).startswith("time"):
                cell = f"{cell} {mark.removeprefix('time ')}"
            values.append(cell)
            if cell and (message := _fault(cell, line.marks.get(place, ""), limits[code])):
                problems.append(Problem(line.number, message, code, cell[:60]))
        rows.append(TableRow(line.number, shared, tuple(values)))
    return rows, problems


def _misfit(line: SheetLine, width: int) -> Problem | None:
    found = len(line.cells)
    if found >= width and not any(cell.strip() for cell in line.cells[width:]):
        return None
    message = ngettext(
        "%(found)s cell, where the header has %(width)s.", "%(found)s cells, where the header has %(width)s.", found
    )
    return Problem(line.number, message % {"found": found, "width": width})


def _fault(cell: str, mark: str, limit: int) -> str:
    """What no list needs in a cell, in words; "" for nothing."""
    if mark == "formula":
        return gettext("A formula without its result. Open the workbook in a spreadsheet and save it once.")
    if len(cell) > limit:
        return gettext("Longer than %(limit)s characters.") % {"limit": limit}
    if is_refused(cell):
        return gettext("Holds an invisible character.")
    if (("&" in cell or "+" in cell) or not cell.isascii()) and (message := misread(cell)):
        return message
    if cell in WRITTEN_FOR_NOTHING:
        return gettext("A program wrote “%(value)s” for a cell that is empty. Empty the cell.") % {"value": cell}
    if cell[-1].isdigit() and SHORTENED.fullmatch(cell):
        return gettext("A number that the spreadsheet shortened: “%(value)s”. Write all its figures, as text.") % {
            "value": cell
        }
    if cell[0] == "#" and EXCEL_ERROR.match(cell):
        return gettext("An error of the spreadsheet in place of a value: %(value)s.") % {"value": cell}
    return ""


def clean(cell: str, *, lines: bool = False) -> str:
    """The text of a cell: composed, spaces of every kind as one; line breaks stay where a text may have ``lines``."""
    if cell.isascii() and cell.isalnum():
        return cell
    cell = cleaned(cell).strip(DIRECTION)
    if lines:
        kept = [_single_spaced(line) for line in re.split(r"\r\n?|\n", cell)]
        cell = "\n".join(kept).strip("\n")
    else:
        cell = _single_spaced(re.sub(r"[\r\n\t]", " ", cell))
    if quoted := AS_FORMULA.fullmatch(cell):
        return quoted[1]
    return AS_TEXT.sub("", cell, count=1) if cell.startswith("'") else cell


def _single_spaced(text: str) -> str:
    return re.sub(r"[^\S\r\n\x1c-\x1f\x0b\x0c\x85]+", " ", text).strip(" ")
