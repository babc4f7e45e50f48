"""CSV and XLSX for people and machines: no cell of them runs as a formula; the CSV has the mark that spreadsheets know."""

import csv
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook

from core.text.clean import without_refused

STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LEADS_TO_A_FORMULA = "\t\r\n"


def safe_cell(value: Any) -> str:
    """``value`` as text: first cleaned, then, where a spreadsheet would run what is left, with an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = without_refused(str(value))
    is_run = text[:1] in LEADS_TO_A_FORMULA or text.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{text}" if text and is_run else text


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download called ``name`` with one line of headings."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([str(heading) for heading in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return response


def xlsx_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A workbook called ``name`` with one sheet: a line of headings, numbers as numbers, days as days."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([str(heading) for heading in head])
    for row in rows:
        sheet.append([_typed(cell) for cell in row])
    response = HttpResponse(content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    book.save(response)
    return response


SHEETS = {"csv": csv_response, "xlsx": xlsx_response}


def _typed(value: Any) -> str | int | datetime.date:
    """A whole number or a day as such, anything else as text that is safe and that a workbook can hold."""
    if isinstance(value, int | datetime.date) and not isinstance(value, bool | datetime.datetime):
        return value
    return safe_cell(value)
