"""CSV: bytes to lines of cells."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from core.tabular.problems import FileRefused

DELIMITERS = ",;\t"
NOT_TEXT = _(
    "This is not text in UTF-8. In Excel, save as “CSV UTF-8” or as an Excel workbook (XLSX); "
    "UTF-16 is read as well if the file says so at its start."
)


def lines(data: bytes, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it starts.

    Text in UTF-8 (with or without a byte order mark), or UTF-16 with one; cells parted by comma, semicolon or tab,
    whichever parts the header into the most of ``columns``. Raises FileRefused for anything else.
    """
    text = _decode(data)
    stream = io.StringIO(text, newline="")
    first = next((line for line in stream if line.strip()), "")
    stream.seek(0)
    reader = csv.reader(stream, delimiter=_delimiter(first, columns), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused.because(
            _("The quotation marks do not match, or a cell is far too long, from here on."), line
        ) from error


def _decode(data: bytes) -> str:
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if utf16 else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, "ignore")
        raise FileRefused.because(NOT_TEXT, _line_at_end_of(before)) from error
    if "\0" in text:
        before = text[: text.index("\0")]
        raise FileRefused.because(_("The file holds a NUL character: it is not a CSV file."), _line_at_end_of(before))
    return text


def _line_at_end_of(text: str) -> int:
    return len(re.findall(r"\r\n?|\n", text)) + 1


def _delimiter(header: str, columns: Sequence[str]) -> str:
    def columns_found(delimiter: str) -> int:
        return len({cell.strip(' "\r\n').casefold() for cell in header.split(delimiter)} & set(columns))

    return max(DELIMITERS, key=columns_found)
