"""XLSX: the bytes of a workbook to lines of cells. The archive is weighed before anything in it is unpacked."""

import datetime
import io
import math
import warnings
import zipfile
from collections.abc import Iterator

import openpyxl
from django.utils.translation import gettext_lazy as _
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from core.tabular.problems import FileRefused

MAX_PARTS = 200
MAX_UNPACKED = 12 * 1024 * 1024
MAX_RATIO = 100
ACTIVE = ("vbaproject", "externallinks/", "activex/", "embeddings/", "macrosheets/", "connections.xml", "querytables/")
UNREADABLE = _("This is not an Excel workbook (XLSX) that can be read. Open it in Excel and save it as XLSX again.")


def lines(data: bytes, width: int) -> Iterator[tuple[int, list[str]]]:
    """Each row of the only sheet that holds anything, as text, filled up to ``width`` cells.

    Days come as ISO text, whole numbers without a fraction, yes and no for true and false, a formula with its ``=``.
    Raises FileRefused for a bomb, macros, links to elsewhere, two filled sheets, or what openpyxl cannot read.
    """
    _weigh(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            for number, row in enumerate(_only_filled_sheet(book).iter_rows(), start=1):
                cells = [_text(cell) for cell in row]
                yield number, cells + [""] * (width - len(cells))
    except FileRefused:
        raise
    except Exception as error:  # openpyxl lets through whatever its parsers meet in a broken or hostile part
        raise FileRefused.because(UNREADABLE) from error


def _weigh(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefused.because(UNREADABLE) from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > max(len(data) * MAX_RATIO, 1024 * 1024):
        raise FileRefused.because(_("The workbook would unpack to far more than a list of this kind needs."))
    names = [part.filename.casefold() for part in parts]
    if any(word in name for name in names for word in ACTIVE):
        raise FileRefused.because(
            _("The workbook holds macros, embedded objects or links to other files. Save the list alone as XLSX.")
        )
    if "xl/workbook.xml" not in names or any(part.flag_bits & 1 for part in parts):
        raise FileRefused.because(UNREADABLE)


def _only_filled_sheet(book: openpyxl.Workbook):
    sheets = book.worksheets
    for sheet in sheets:
        sheet.reset_dimensions()
    filled = [sheet for sheet in sheets if any(cell.value is not None for row in sheet.iter_rows() for cell in row)]
    if len(filled) > 1:
        raise FileRefused.because(
            _("More than one sheet is filled: %(names)s. Leave only the sheet to import.")
            % {"names": ", ".join(sheet.title for sheet in filled)}
        )
    return filled[0] if filled else sheets[0]


def _text(cell: ReadOnlyCell | EmptyCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f":
        return "=" + str(getattr(value, "text", value) or "").lstrip("=")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
