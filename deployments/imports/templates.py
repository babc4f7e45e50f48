"""Files to fill in: the headings of a list in the reader's language, an example row, the values that a column takes."""

import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.tabular import DAY
from core.tabular.sheets import csv_response
from deployments.imports.session import Import

ROWS = 5_000


def csv_template(kind: Import) -> HttpResponse:
    """CSV with the headings in the reader's language and one example row."""
    head = [str(column.heading or column.code) for column in kind.asked]
    return csv_response(f"{kind.name}.csv", head, [[column.example for column in kind.asked]])


def xlsx_template(kind: Import) -> HttpResponse:
    """A workbook with the same, where cells of a column with few values offer them, and days are days."""
    book = Workbook()
    sheet = book.active
    sheet.title = kind.name
    sheet.append([str(column.heading or column.code) for column in kind.asked])
    sheet.append([column.example for column in kind.asked])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(kind.asked, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 22
        if column.kind == DAY:
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        if column.allowed:
            values = ",".join(str(value) for value in column.allowed)
            offered = DataValidation(type="list", formula1=f'"{values}"', allow_blank=True)
            sheet.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{ROWS}")
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="{kind.name}.xlsx"'
    return response


TEMPLATES = {"csv": csv_template, "xlsx": xlsx_template}
