"""A file as sheets of lines: parsed in a process of its own (core.files.bounded), its faults put into words."""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.files.bounded import NO_TURN, Bounds, NoTurn, OutOfBounds, messages_of
from core.tabular.problems import FileRefused

BOUNDS = Bounds(seconds=90, processor=60, megabytes=256)
SAVE_AS = _("Open it in the program it comes from and save it as an Excel workbook (XLSX) or as “CSV UTF-8”.")
FAULTS = {
    "not_text": _("This is neither text nor a workbook. Save the list as an Excel workbook (XLSX) or as “CSV UTF-8”."),
    "other_letters": _(
        "The letters with accents here belong to another encoding. Save the list as an Excel workbook (XLSX) or as"
        " “CSV UTF-8”."
    ),
    "nul": _("The file holds a NUL character: it is not a CSV file."),
    "quotes": _("The quotation marks do not match, or a cell is far too long, from here on."),
    "too_long": _("A cell is far too long."),
    "too_wide": _("The sheet has more than %(columns)s columns."),
    "row_number": _("The workbook names a row that no sheet has: %(value)s."),
    "too_much": _("The file would unpack to far more than a list of this kind needs."),
    "unreadable": _("This workbook cannot be read: it is damaged. Open it in Excel and save it as XLSX again."),
    "no_workbook": _("This is an archive (ZIP), not an Excel workbook (XLSX): choose the list inside it."),
    "old_excel": _("This is an old Excel workbook (XLS). Open it and save it as XLSX."),
    "binary_excel": _("This is a binary Excel workbook (XLSB). Open it and save it as XLSX."),
    "password": _("The workbook is locked with a password. Take the password away and save it again."),
    "macros": _("The workbook holds macros or embedded objects. Save it as “Excel workbook (XLSX)”, without macros."),
    "opendocument": _("This is an OpenDocument sheet (ODS). Open it and save it as an Excel workbook (XLSX)."),
    "numbers": _("This is a Numbers sheet. Export it as Excel (XLSX): File, Export To, Excel."),
    "foreign": SAVE_AS,
}
KINDS = {
    "pdf": _("This is a PDF, not a list."),
    "picture": _("This is a picture, not a list."),
    "markup": _("This is a web page or an XML document, not a list."),
    "archive": _("This is an archive, not a list."),
    "rtf": _("This is a text with layout (RTF), not a list."),
}
NO_ANSWER = _("The file takes more time or memory to open than a list needs. Save the list alone as CSV and try again.")


@dataclass
class SheetLine:
    """One line that holds anything: its number, its cells, and marks by column ("time 17:30:00", "formula")."""

    number: int
    cells: list[str]
    marks: dict[int, str] = field(default_factory=dict)


@dataclass
class SheetBegins:
    name: str
    is_hidden: bool


@dataclass
class SheetEnds:
    """What is to be said of a sheet that was read."""

    hidden_rows: int
    hidden_columns: int
    is_filtered: bool
    merged: list[str]


@dataclass
class Format:
    """What the file is: "csv" or "xlsx", and the encoding of a text."""

    name: str
    encoding: str


def parts_of(data: bytes, known: set[str]) -> Generator[Format | SheetBegins | SheetLine | SheetEnds, None, None]:
    """The file in pieces, as they come. ``known`` are headings by which the separator of a CSV file is found.

    Raises FileRefused.
    """
    try:
        # Closed at once: a refusal that somebody keeps would keep the turn of the next file.
        with closing(messages_of("core.parsing", data, json.dumps(sorted(known)), bounds=BOUNDS)) as messages:
            for message in messages:
                yield _part(message)
    except NoTurn as error:
        raise FileRefused.because(NO_TURN) from error
    except OutOfBounds as error:
        raise FileRefused.because(NO_ANSWER) from error


def _part(message: list[Any] | dict[str, Any]) -> Format | SheetBegins | SheetLine | SheetEnds:
    if isinstance(message, list):
        marks = {int(column): mark for column, mark in message[2].items()} if len(message) > 2 else {}
        return SheetLine(message[0], message[1], marks)
    if "fault" in message:
        raise _refusal(message["fault"], message["line"], message["values"])
    if "sheet" in message:
        return SheetBegins(message["sheet"], message["hidden"])
    if "format" in message:
        return Format(message["format"], message["encoding"])
    return SheetEnds(message["hidden_rows"], message["hidden_columns"], message["filtered"], message["merged"])


def _refusal(code: str, line: int, values: dict[str, Any]) -> FileRefused:
    words = str(FAULTS[code]) % values if values else str(FAULTS[code])
    if code == "foreign":
        words = f"{KINDS[values['kind']]} {SAVE_AS}"
    return FileRefused.because(words, line)
