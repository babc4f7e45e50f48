"""Odd files beyond the forty and their cousins: what programs and people do to cells, headings, days and numbers."""

import datetime
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.tabular import FileRefused
from deployments.models import Posting
from missions.models import Operation
from officers.models import LanguageRating, Officer, QualificationGrant
from tests import factories
from tests.core.test_tabular import repacked
from tests.test_cousins_of_files import assert_refused_in_words, changed, csv_of
from tests.test_forty_files import HEAD, ROW, as_the_clean_file, book, bring, saved, services, text

__all__ = ["services"]
pytestmark = pytest.mark.django_db
CLEAN = text(ROW)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)


def headed(**heads: str) -> bytes:
    found = CLEAN
    for name, heading in heads.items():
        found = found.replace(name, f'"{heading}"', 1)
    return found.encode()


def cell(place: str, value, number_format: str = "General") -> bytes:
    def change(made) -> None:
        made.active[place], made.active[place].number_format = value, number_format

    return changed(change)


def zipped(**parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def inline(*rows: list[str]) -> bytes:
    """A workbook whose cells and rows do not say where they are."""
    cells = ["".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in row) for row in rows]
    body = SHEET % "".join(f"<row>{row}</row>" for row in cells)
    return repacked(saved(book(ROW)), xl__worksheets__sheet1_xml=body.encode())


def heads_over_two_rows(made) -> None:
    made.active.insert_rows(2)
    for column in "ABCDEFG":
        made.active.merge_cells(f"{column}1:{column}2")


def columns_of_a_report(made) -> None:
    """As reports are exported: every cell spans two columns, of which one has no heading."""
    made.active.insert_cols(2)
    for row in (1, 2):
        made.active.merge_cells(f"A{row}:B{row}")


DAYS = [
    "20100501", "2010 05 01", "2010–05–01", "2010‑05‑01", "2010-MAY-01", "2010 May 1", "Sat May 1 2010", "sam. 1 mai 2010",
    "1er mai 2010, 14 h 30", "2010-05-01 14h30", "2010-05-01T12:30:00-04:00", "2010-05-01T00:00:00.000Z", "the 1st of May 2010",
    "May-01-2010", "1re mai 2010", "1ᵉʳ mai 2010", "MAI 1 2010",
]  # fmt: skip
RIGHT = {
    "marks in the middle": CLEAN.replace("\r\n", "\r\n\ufeff").replace("ada@", "\ufeffada@").encode(),
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + CLEAN.encode(),
    "the end of a DOS text": CLEAN.encode() + b"\x1a",
    "quotation marks after a space": CLEAN.replace("Zoé", ' "Zoé"').encode(),
    "spaces after commas": CLEAN.replace(",", ", ").encode(),
    "line ends three signs long": CLEAN.replace("\r\n", "\r\r\n").encode(),
    "old Mac line ends in Windows-1252": CLEAN.replace("\r\n", "\r").encode("cp1252"),
    "sep= in UTF-16": ("sep=;\r\n" + CLEAN.replace(",", ";")).encode("utf-16"),
    "a column without a heading between each": "\n".join(",,".join(row) for row in (HEAD, ROW)).encode(),
    "a remark above": ("# exported\n" + CLEAN).encode(),
    "headings with their codes": headed(email="E-mail address (email)", rank="Grade (rank)"),
    "headings with a note": headed(member_since="Member since (YYYY-MM-DD)", rank="Rank (optional)"),
    "une note en français": headed(member_since="Membre depuis [aaaa-mm-jj]", email="Courriel (obligatoire)"),
    "headings over two lines": headed(given_name="Given\nname", email="E-mail address *"),
    "headings merged over two rows": changed(heads_over_two_rows),
    "columns of a report": changed(columns_of_a_report),
    "a heading above groups": changed(lambda m: (m.active.insert_rows(1), m.active.merge_cells("A1:C1"))),
    "a day in French": cell("G2", datetime.date(2010, 5, 1), "[$-40C]d mmmm yyyy;@"),
    "a day with its month alone": cell("G2", datetime.date(2010, 5, 1), "mmm-yy"),
    "zeros for what is negative": cell("E2", 421, "00000;-00000"),
    "zeros of a language": cell("E2", 421, "[$-1009]00000"),
    "no places": inline(HEAD, ROW),
    "more behind the workbook": saved(book(ROW)) + bytes(5_000),
    **{f"the day {written}": csv_of(6, written) for written in DAYS},
}
REFUSED = {
    "NUL": (CLEAN.replace("Sergeant", "Ser\0geant").encode(), "Line 2: The file holds a NUL"),
    "quotation marks never closed": (CLEAN.replace("Sergeant", '"Sergeant').encode(), "Line 2: The quotation marks"),
    "codes of web pages": (csv_of(1, "Zo&eacute;"), "Line 2, given_name: Signs written as codes: “Zo&eacute;”, perhaps “Zoé”"),
    "numbers of web pages": (csv_of(2, "d&#8217;Amours"), "Line 2, family_name: Signs written as codes"),
    "UTF-7": (CLEAN.encode("utf-7"), "Line 2, given_name: Signs written as codes: “Zo+AOk”, perhaps “Zoé”"),
    "NULL": (csv_of(4, "NULL"), "Line 2, service_number: A program wrote “NULL” for a cell that is empty"),
    "NaN": (csv_of(5, "NaN"), "Line 2, rank: A program wrote “NaN”"),
    "a number with decimals": (csv_of(4, "421.0"), "Line 2, service_number: A program wrote the number with decimals"),
    "cells merged over columns": (changed(lambda m: m.active.merge_cells("B2:C2")), "merged over several columns: B2:C2"),
    "a total": (text(ROW, ["TOTAL GÉNÉRAL", "", "", "", "", "", "1"]).encode(), "Line 3, member_since: Not a day"),
    "a footnote": ((CLEAN + "Page 1 of 1\r\n").encode(), "Line 3: 1 cell, where the header has 7."),
    "a column of numbers": (CLEAN.replace("email", "No,email").replace("ada@", "1,ada@").encode(), "Line 1: Unknown columns: “No”"),
    "a heading that says something else": (headed(member_since="Member since (first service)"), "Line 1: Unknown columns"),
    "one column in two languages": ("\n".join(",".join([*r, c]) for r, c in ((HEAD, "Courriel"), (ROW, "b@c.de"))).encode(), "“email” (A), “Courriel” (H)"),
    "a formula in a list of many": (changed(lambda m: m.active.__setitem__("E2", "=1+1")), "Line 2, service_number: A formula without"),
    "a time alone": (cell("G2", datetime.time(5, 0)), "Line 2, member_since: Not a day"),
    "a duration": (cell("G2", datetime.timedelta(hours=30)), "Line 2, member_since: Not a day"),
    "the day that 1900 had not": (cell("G2", 60, "yyyy-mm-dd"), "Line 2, member_since: Not a day as YYYY-MM-DD: “1900-02-29”"),
    "a day before all": (cell("G2", -5, "yyyy-mm-dd"), "Line 2, member_since: Not a day"),
    "Arabic figures": (csv_of(6, "٢٠١٠-٠٥-٠١"), "Line 2, member_since: Not a day"),
    "a day in eight figures, day first": (csv_of(6, "01052010"), "Line 2, member_since: Not a day"),
    "entities": (repacked(saved(book(ROW)), xl__worksheets__sheet1_xml=f'<!DOCTYPE x [<!ENTITY a "b">]>{SHEET % ""}'.encode()), "damaged"),
    "a number that is none": (repacked(saved(book(ROW)), xl__worksheets__sheet1_xml=(SHEET % '<row r="1"><c><v>abc</v></c></row>').encode()), "damaged"),
    "a text that is not there": (repacked(saved(book(ROW)), xl__worksheets__sheet1_xml=(SHEET % '<row r="1"><c t="s"><v>-7</v></c></row>').encode()), "damaged"),
    "ODS, renamed": (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml="<x/>"), "OpenDocument"),
    "a letter, renamed": (zipped(word__document_xml="<x/>"), "This is an archive (ZIP)"),
    "an archive with a list": (zipped(list_xml=CLEAN), "choose the list inside it"),
    "a bomb in the book": (zipped(xl__workbook_xml="0" * 50_000_000), "unpack to far more"),
    "a program": (b"MZ\x90\0" + b"\0\1" * 40, "neither text nor a workbook"),
    "a data file": (b"PAR1" + b"\x15\0" * 40, "neither text nor a workbook"),
    "a picture": (b"RIFF\x10\0\0\0WEBP" + bytes(20), "neither text nor a workbook"),
    "every byte": (bytes(range(256)) * 4, "neither text nor a workbook"),
    "a directory file": (b"\0\0\0\x18ftypheic" + bytes(30), "NUL"),
    "hundreds of columns that nobody knows": (",".join([*HEAD, *(f"Q{n}" for n in range(900))]).encode() + b"\na@b.ca", "Line 1: 900 columns are none of this list, “Q0”"),
    "commas alone": (b",,,\n,,,\n", "empty"),
    "one word": (b"hello", "Line 1: Unknown columns"),
}  # fmt: skip


def test_harmless_ones_come_in_right():
    for name, data in RIGHT.items():
        bring(data)
        assert as_the_clean_file(), name
        Officer.objects.all().delete()


def test_others_end_in_words_and_nothing_is_written():
    assert_refused_in_words(REFUSED)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_and_command_answer_each_of_them_in_words(client, tmp_path, language):
    """Each by the page of the desk, a few by the command: below 500, and nothing half-written."""
    client.force_login(factories.staff("Mission editor", language=language))
    for name, (data, _words) in REFUSED.items():
        answer = client.post("/admin/deployments/import/officers/", {"file": SimpleUploadedFile("liste.csv", data)})
        assert answer.status_code in (400, 409), name
    for name in ("UTF-7", "NULL", "cells merged over columns", "a program"):
        (tmp_path / "list").write_bytes(REFUSED[name][0])
        with pytest.raises(CommandError):
            call_command("import_list", "officers", str(tmp_path / "list"))
    assert not Officer.objects.exists()


@pytest.mark.parametrize(
    ("number_format", "stored"), [("000-00", "004-21"), ('"D"00000', "D00421"), ("\\D0000", "D0421"), ("$#,##0", "421"), ("00", "421")]
)  # fmt: skip
def test_a_service_number_as_its_format_shows_it(number_format, stored):
    bring(cell("E2", 421, number_format))
    assert Officer.objects.get().service_number == stored


HEADS = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"
OPERATION = ("mali", "Mali", "Mali", "ML", "fr", "yes", "active", "22", "2026-01-05", "Order 7")
SAID = {
    "armed": {
        **dict.fromkeys(["ARMÉES", "armés", "avec arme", "with arms", "1.0", "✅"], True),
        **dict.fromkeys(["Non armés", "non-armées", "sans armes", "without arms", "0,0", "✗", "☐"], False),
        **dict.fromkeys(["10", "-", "armed?", "ja", "À déterminer", "Armed / unarmed"]),
    },
    "authorized": {
        **dict.fromkeys(["8 (max.)", "max. 8", "maximum : 8", "Up to 8 officers", "8 policiers", "8 policières (max.)"], 8),
        **dict.fromkeys(["Jusqu’à concurrence de 8", "au maximum 8", "8 au maximum", "no more than 8", "8 postes"], 8),
        **dict.fromkeys(["1 000 (max.)", "Up to 1 000 police officers"], 1000),
        **dict.fromkeys(["8+", "~8", "8 mois", "8 (huit)", "2 2", "5+3", "8.5", "VIII", "８", "8 $", "-"]),
    },
    "countries": {
        **dict.fromkeys(["Mali et Niger", "Mali & Niger", "Mali and NE"], ("ML", "NE")),
        "Bosnia and Herzegovina": ("BA",),
        **dict.fromkeys(["Turquie", "Turkey"], ("TR",)),
        **dict.fromkeys(["Gaza", "Cisjordanie et bande de Gaza"], ("PS",)),
        **dict.fromkeys(["Lebannon", "England", "466"]),
    },
    "languages": {
        **dict.fromkeys(["French and English", "fra et anglais", "fr-CA & eng"], ("fr", "en")),
        **dict.fromkeys(["bilingue", "EN-FR", "French (working)"]),
    },
    "status": {
        **dict.fromkeys(["Actif", "actives", "en cours", "Ongoing"], "active"),
        **dict.fromkeys(["Suspendu", "suspendues"], "suspended"),
        **dict.fromkeys(["Fermé", "fermées", "clos", "Ended", "terminé"], "closed"),
        **dict.fromkeys(["Réévaluation", "in reassessment"], "reassessment"),
        **dict.fromkeys(["a", "act", "?", "activity"]),
    },
}  # fmt: skip


def stored(column: str, code: str):
    operation = Operation.objects.get(code=code)
    terms = operation.terms.get()
    return {
        "armed": terms.is_armed,
        "authorized": operation.strengths.get().maximum,
        "countries": tuple(sorted(operation.countries.values_list("code", flat=True))),
        "languages": tuple(terms.languages),
        "status": terms.status,
    }[column]


@pytest.mark.parametrize("column", SAID)
def test_words_of_operations_as_people_write_them(column):
    """The right ones come in, and each wrong one is named at its line."""
    lines, wrong = [HEADS], []
    for number, (value, right) in enumerate(SAID[column].items(), start=2):
        row = dict(zip(HEADS.split(","), OPERATION, strict=True)) | {"code": f"mali-{number}", column: value}
        lines.append(",".join(f'"{each}"' for each in row.values()))
        wrong += [f"Line {number}, {column}: "] if right is None else []
    report = bring("\n".join(lines).encode(), "operations", partial=True)
    assert [str(problem)[: len(begins)] for problem, begins in zip(report.problems, wrong, strict=True)] == wrong
    for number, (value, right) in enumerate(SAID[column].items(), start=2):
        assert right is None or stored(column, f"mali-{number}") == right, value


PARTS = {
    ("languages", "fr: CBC, en=CCC"): [("en", "CCC"), ("fr", "CBC")],
    ("languages", "fr:CBC|en:C"): [("en", "CCC"), ("fr", "CBC")],
    ("languages", "fr:CBC; fr:BBB"): "Said twice with different levels: “fr:BBB”",
    ("languages", "fr:fluent"): "Not a language with levels",
    ("qualifications", "driving-manual 2020-05-05 to 2026-05-04"): ["driving-manual 2020-05-05/2026-05-04"],
    ("qualifications", "driving-manual 2020-05-05 – 2026-05-04"): ["driving-manual 2020-05-05/2026-05-04"],
    ("qualifications", "driving-manual 20200505 au 20260504"): ["driving-manual 2020-05-05/2026-05-04"],
    ("qualifications", "driving-manual 05.01.2020 - 04.05.2026"): "Not a qualification with its days",
    ("qualifications", "driving-manual 2020-05-05"): "give its last day",
}


@pytest.mark.parametrize(("column", "written"), PARTS)
def test_small_records_in_one_cell(column, written):
    row = {"email": "ada@example.org", "given_name": "Ada", "family_name": "Roy", "police_service": "toronto"}
    row |= {"service_number": "1", column: written}
    data = "\n".join(",".join(f'"{each}"' for each in line) for line in (row, row.values())).encode()
    right = PARTS[column, written]
    if isinstance(right, str):
        with pytest.raises(FileRefused, match=f"Line 2, {column}: .*{right}"):
            bring(data)
        return
    bring(data)
    rated = [(each.language, "".join(each.letters())) for each in LanguageRating.objects.order_by("language")]
    held = [
        f"{each.qualification.code} {each.valid_from}/{each.valid_until}" for each in QualificationGrant.objects.all()
    ]
    assert (rated or held) == right


def closing(value, number_format: str = "General") -> bytes:
    made = book(["x-1", factories.mission().code, "Adviser", "Conseiller", value], head=["reference", "mission", "title_en", "title_fr", "closes_at"])  # fmt: skip
    made.active["E2"].number_format = number_format
    return saved(made)


@pytest.mark.parametrize(
    ("value", "number_format", "until"),
    [
        (datetime.datetime(2027, 1, 5, 17, 30), "yyyy-mm-dd hh:mm", "2027-01-05 17:30"),
        (datetime.date(2027, 1, 5), "yyyy-mm-dd", "2027-01-05 23:59"),
        ("5 janvier 2027", "General", "2027-01-05 23:59"),
        ("20270105", "General", "2027-01-05 23:59"),
        ("13/1/2027", "General", "2027-01-13 23:59"),
        ("5/1/2027", "General", None),
    ],
)
def test_a_posting_closes_when_the_cell_says(value, number_format, until):
    """With the time of the cell, or at the end of its day; a day that can be read in two ways is refused."""
    data = closing(value, number_format)
    if until is None:
        with pytest.raises(FileRefused, match="Line 2, closes_at: Not a day as YYYY-MM-DD"):
            bring(data, "postings")
        return
    bring(data, "postings")
    assert f"{timezone.localtime(Posting.objects.get().closes_at):%Y-%m-%d %H:%M}" == until
