"""CSV for people and machines: UTF-8 with a mark that spreadsheets know, and no cell that runs as a formula."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value) -> str:
    """``value`` as text; text that a spreadsheet would run gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \xa0\ufeff").startswith(STARTS_A_FORMULA) else text


def csv_response(name: str, head: Sequence, rows: Iterable[Sequence]) -> HttpResponse:
    """A download called ``name`` with one line of headings."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([str(heading) for heading in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return response
