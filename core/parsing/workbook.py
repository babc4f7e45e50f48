"""XLSX: a workbook to messages about its sheets and rows. The archive is weighed before anything in it is unpacked.

A reader of its own, because what people have in workbooks is what libraries leave out when they read in a stream: hidden
and filtered rows, merged cells, formats that carry leading zeros, formulas beside their values, a million empty rows.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

from core.parsing.cells import Formats, decoded, in_words
from core.parsing.faults import MAX_COLUMNS, ParsingFault
from core.parsing.xml import attributes_of, parse, text_of

MAX_PARTS = 1_000
MAX_UNPACKED = 300 * 1024**2
MAX_RATIO = 100
FREE = 8 * 1024**2  # what is no more than this when unpacked may be packed as well as it likes
MAX_ROW = 1_048_576
MAX_CELL = 32_767
MAX_STRINGS = 40_000_000  # characters
MAX_MERGED = 2_000  # areas of merged cells that are looked at
CHUNK = 256 * 1024
ACTIVE = ("vbaproject", "activex/", "embeddings/", "macrosheets/")
# Cells and rows that hold nothing are taken out before the parser sees them: a formatted sheet has a million.
EMPTY_CELL = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?(?: t="n")?(?:/>|></c>| />)')
EMPTY_ROW = re.compile(rb'<row r="\d{1,7}"[^<>]*(?:/>|>\s*</row>)')
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")


def messages(file: BinaryIO) -> Iterator[object]:
    """The format, then each sheet that holds anything: its name, its rows, what is hidden or merged. Raises Fault."""
    with zipfile.ZipFile(file) as archive:
        names = _weighed(archive)
        book = _Book(archive, names)
        yield {"format": "xlsx", "encoding": ""}
        for name, part, is_hidden in book.sheets:
            if part in names:
                yield {"sheet": name, "hidden": is_hidden}
                yield from _Sheet(book).messages(archive, names[part])


def _weighed(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > max(packed * MAX_RATIO, FREE):
        raise ParsingFault("too_much")
    names = {part.filename.casefold().lstrip("/"): part for part in parts}
    if "mimetype" in names and b"opendocument" in archive.read(names["mimetype"])[:100]:
        raise ParsingFault("opendocument")
    if any(name.endswith(".iwa") for name in names):
        raise ParsingFault("numbers")
    if "xl/workbook.bin" in names:
        raise ParsingFault("binary_excel")
    if "xl/workbook.xml" not in names:
        raise ParsingFault("no_workbook")
    if any(word in name for name in names for word in ACTIVE):
        raise ParsingFault("macros")
    if any(part.flag_bits & 1 for part in parts):
        raise ParsingFault("password")
    return names


class _Book:
    """What the sheets of a workbook share: their names, texts, formats, and from which day days are counted."""

    def __init__(self, archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> None:
        self.archive, self.names = archive, names
        targets = {
            each["Id"]: _path(each["Target"]) for each in self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        properties = self._elements("xl/workbook.xml", "workbookPr")
        from_1904 = any(each.get("date1904") in ("1", "true") for each in properties)
        self.sheets = [
            (each.get("name", ""), targets.get(each.get("id", ""), ""), each.get("state", "visible") != "visible")
            for each in self._elements("xl/workbook.xml", "sheet")
        ]
        self.formats = Formats(self._part("xl/styles.xml"), from_1904)
        self.texts = list(self._texts())

    def _part(self, name: str) -> Iterator[bytes]:
        if name in self.names:
            with self.archive.open(self.names[name]) as part:
                while chunk := part.read(CHUNK):
                    yield chunk

    def _elements(self, part: str, element: str) -> list[dict[str, str]]:
        return list(attributes_of(self._part(part), element))

    def _texts(self) -> Iterator[str]:
        length = 0
        for text in text_of(self._part("xl/sharedstrings.xml"), "si"):
            length += len(text)
            if len(text) > MAX_CELL:
                raise ParsingFault("too_long")
            if length > MAX_STRINGS:
                raise ParsingFault("too_much")
            yield decoded(text)


def _path(target: str) -> str:
    target = target.casefold()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}".replace("xl/../", "")


class _Sheet:
    """Reads one sheet; ``rows`` gathers those that the parser has finished."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.rows: list[list[Any]] = []
        self.row = self.column = 0
        self.hidden_rows = self.hidden_columns = 0
        self.is_filtered = self.is_hidden = False
        self.merged: list[str] = []
        self.cells: dict[int, str] = {}
        self.marks: dict[str, str] = {}
        self.cell: dict[str, str] = {}
        self.value: list[str] | None = None
        self.length = 0
        self.has_value = self.has_formula = False

    def messages(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[object]:
        with archive.open(part) as file:
            for _chunk in parse(_sieved(file), self._start, self._end, self._text):
                yield from self.rows
                self.rows.clear()
        yield {
            "hidden_rows": self.hidden_rows,
            "filtered": self.is_filtered,
            "hidden_columns": self.hidden_columns,
            "merged": self.merged,
        }

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._place(attributes)
        elif name in ("v", "t"):
            self.value = [] if self.value is None else self.value
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.value = None
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns += 1 if last > MAX_COLUMNS else last - first + 1
        elif name == "filterColumn":
            self.is_filtered = True
        elif name == "mergeCell" and len(self.merged) < MAX_MERGED and "ref" in attributes:
            self.merged.append(attributes["ref"])

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        if not 1 <= self.row <= MAX_ROW:
            raise ParsingFault("row_number", value=attributes.get("r", "")[:20])
        self.column = 0
        self.is_hidden = attributes.get("hidden") in ("1", "true")

    def _place(self, attributes: dict[str, str]) -> None:
        self.cell, self.value, self.has_value, self.has_formula, self.length = attributes, None, False, False, 0
        place = REFERENCE.match(attributes.get("r", ""))
        if place:
            column = 0
            for letter in place[1]:
                column = column * 26 + ord(letter) - 64
            self.column = column
        else:
            self.column += 1

    def _text(self, text: str) -> None:
        if self.value is not None:
            self.length += len(text)
            if self.length > MAX_CELL:
                raise ParsingFault("too_long", self.row)
            self.value.append(text)

    def _end(self, name: str) -> None:
        if name == "v":
            self.has_value = True
        elif name == "c":
            self._end_cell()
        elif name == "row" and self.cells:
            self._end_row()

    def _end_cell(self) -> None:
        raw = "".join(self.value or ())
        kind = self.cell.get("t", "n")
        self.value = None
        if self.has_formula and not raw and (not self.has_value or kind != "str"):
            text, mark = "=", "formula"
        elif not raw:
            return
        elif kind == "s":
            text, mark = self.book.texts[int(raw)], ""
        elif kind in ("inlineStr", "str"):
            text, mark = decoded(raw), ""
        elif kind == "b":
            text, mark = "yes" if raw.strip() in ("1", "true") else "no", ""
        elif kind == "n":
            text, mark = in_words(raw, self.book.formats.of(self.cell.get("s", "0")), self.book.formats.from_1904)
        else:  # an error, or a day in ISO
            text, mark = raw.removesuffix("T00:00:00"), ""
        if not text:
            return
        if self.column > MAX_COLUMNS:
            raise ParsingFault("too_wide", self.row, columns=MAX_COLUMNS)
        self.cells[self.column - 1] = text
        if mark:
            self.marks[str(self.column - 1)] = mark

    def _end_row(self) -> None:
        width = max(self.cells) + 1
        cells = [self.cells.get(column, "") for column in range(width)]
        self.rows.append([self.row, cells, self.marks] if self.marks else [self.row, cells])
        self.hidden_rows += self.is_hidden
        self.cells, self.marks = {}, {}


def _sieved(file: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end before a row begins, without cells and rows that hold nothing."""
    rest = b""
    while chunk := file.read(CHUNK):
        rest += chunk
        cut = rest.rfind(b"<row")
        if cut > 0:
            yield EMPTY_ROW.sub(b"", EMPTY_CELL.sub(b"", rest[:cut]))
            rest = rest[cut:]
        elif len(rest) > 4 * CHUNK:
            yield rest
            rest = b""
    yield EMPTY_ROW.sub(b"", EMPTY_CELL.sub(b"", rest))
