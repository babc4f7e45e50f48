"""Files as people make them: each test is named by its number in the list of forty, and gives the right answer."""

import datetime
import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from openpyxl.utils import get_column_letter

from core.actors import SYSTEM
from core.tabular import Answers, FileRefused, WhichColumns, WhichDays, WhichSheet, read_lines
from core.text.bilingual import in_each
from deployments.imports import IMPORTS, run_import
from deployments.imports.templates import TEMPLATES
from deployments.models import Deployment
from missions.models import Operation
from officers.models import Officer
from tests import factories
from tests.core.test_tabular import repacked
from tests.factories import day

pytestmark = pytest.mark.django_db
HEAD = ["email", "given_name", "family_name", "police_service", "service_number", "rank", "member_since"]
ROW = ["ada@example.org", "Zoé", "d’Amours-Lœuf", "toronto", "00421", "Sergeant", "2010-05-01"]


@pytest.fixture(autouse=True)
def services():
    names = {"name_en": "Toronto Police Service", "name_fr": "Service de police de Toronto", "aliases": "Metro Toronto"}
    factories.programme()
    return factories.service(code="toronto", **names)


def text(*rows: list[str], comma: str = ",", end: str = "\r\n", before: str = "") -> str:
    def cell(value: str) -> str:
        return f'"{value}"' if any(sign in value for sign in (comma, "\n", '"')) else value

    return before + "".join(comma.join(map(cell, row)) + end for row in (HEAD, *rows))


def book(*rows: list, head: list | None = None) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in (head or HEAD, *rows):
        made.active.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bring(data: bytes, kind: str = "officers", **options):
    return run_import(IMPORTS[kind], data, by=SYSTEM, file_name="list", today=day("2026-11-24"), **options)


def as_the_clean_file() -> bool:
    ada = Officer.objects.select_related("user", "police_service").get()
    stored = [ada.user.email, ada.user.given_name, ada.user.family_name, ada.police_service.code]
    return [*stored, ada.service_number, ada.rank, ada.member_since.isoformat()] == ROW


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("cp1252", "Windows")],
)
def test_1_to_4_encodings(encoding, said):
    report = bring(text(ROW).encode(encoding))
    assert (as_the_clean_file(), any(said in note for note in report.notes)) == (True, True)


@pytest.mark.parametrize("comma", [";", "\t", ","])
def test_5_to_7_separators(comma):
    bring(text(ROW, comma=comma).encode())
    assert as_the_clean_file()


def test_7_a_line_break_in_a_cell_is_a_space():
    bring(text([*ROW[:5], "Detective\nSergeant", ROW[6]]).encode())
    assert Officer.objects.get().rank == "Detective Sergeant"


def test_8_the_separator_stated_in_the_first_line():
    bring(text(ROW, comma=";", before="sep=;\r\n").encode())
    assert as_the_clean_file()


def test_9_old_line_ends_and_none_at_the_end():
    bring(text(ROW, end="\r").rstrip("\r").encode("mac-roman"))
    assert as_the_clean_file()


def test_10_the_head_under_title_rows():
    report = bring(text(ROW, before="Officers of 2027,,,\r\nfor the desk,,,\r\n,,,\r\n").encode())
    assert (as_the_clean_file(), "Head found in row 4." in report.notes) == (True, True)


@pytest.mark.parametrize("heading", ["Given Name", "Prénom", " given_name ", "GIVEN-NAME"])
def test_11_headings(heading):
    bring(text(ROW).replace("given_name", heading).encode())
    assert as_the_clean_file()


def test_12_french_head_and_values():
    head = "Code;Nom en anglais;Nom en français;Pays;Langue de travail;Armée ou non armée;Statut;Nombre autorisé;En vigueur à partir du;Acte"
    row = "mali;Mali;Mali;Mali;français, anglais;Non armée;Active;8 tout au plus;2027-01-05;Décret"
    columns = {
        "Langue de travail": "languages",
        "Armée ou non armée": "armed",
        "En vigueur à partir du": "effective_from",
    }
    bring(f"{head}\n{row}\n".encode("cp1252"), "operations", answers=Answers(columns=columns))
    terms = Operation.objects.get().terms.get()
    assert (terms.is_armed, terms.languages, Operation.objects.get().strengths.get().maximum) == (
        False,
        ["fr", "en"],
        8,
    )


def test_13_an_extra_column_is_asked_about():
    data = text([*ROW, "x"]).replace("member_since", "member_since,Remarks").encode()
    with pytest.raises(WhichColumns) as asked:
        bring(data)
    assert asked.value.headings == ["Remarks"]
    bring(data, answers=Answers(columns={"Remarks": ""}))
    assert as_the_clean_file()


def test_14_two_columns_with_one_head():
    with pytest.raises(FileRefused, match=r"“given_name” \(B\), “Prénom” \(H\)"):
        bring(text([*ROW, "x"]).replace("member_since", "member_since,Prénom").encode())


@pytest.mark.parametrize("written", ["2010-05-01", "1 May 2010", "1er mai 2010", datetime.date(2010, 5, 1)])
def test_15_days(written):
    bring(saved(book([*ROW[:6], written])))
    assert as_the_clean_file()


def test_15_a_workbook_that_counts_from_1904():
    made = book([*ROW[:6], datetime.date(2010, 5, 1)])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    bring(saved(made))
    assert as_the_clean_file()


def test_16_ambiguous_days_are_asked_about():
    data = text([*ROW[:6], "5/1/2010"], ["b@example.org", "B", "B", "toronto", "2", "", "13/1/2010"]).encode()
    with pytest.raises(WhichDays, match="13/1/2010.* suggests that the day comes first") as asked:
        bring(data)
    bring(data, answers=Answers(days=asked.value.proposed))
    assert Officer.objects.get(service_number="00421").member_since == day("2010-01-05")


@pytest.mark.parametrize(
    ("written", "words"), [("2027-02-29", "Not a day"), ("31/04/2009", "Not a day"), ("1/1/07", "two digits")]
)
def test_17_no_days(written, words):
    with pytest.raises(FileRefused, match=f"Line 2, member_since: .*{words}"):
        bring(text([*ROW[:6], written]).encode())


def test_18_a_day_with_a_time():
    report = bring(saved(book([*ROW[:6], datetime.datetime(2010, 5, 1, 23, 30)])))
    assert (as_the_clean_file(), any("time of day was dropped" in note for note in report.notes)) == (True, True)


OPERATION = (
    "code,name_en,name_fr,countries,authorized,effective_from,instrument\nmali,Mali,Mali,{},{},2027-01-05,Order\n"
)


@pytest.mark.parametrize(("written", "stored"), [("1 000", 1000), ("1\u202f000", 1000), ("Up to 22", 22), ("22.0", 22)])
def test_19_numbers(written, stored):
    bring(OPERATION.format("ML", written).encode(), "operations")
    assert Operation.objects.get().strengths.get().maximum == stored


def test_19_a_percentage_is_no_number():
    with pytest.raises(FileRefused, match="Line 2, authorized: Not a whole number"):
        bring(OPERATION.format("ML", "22%").encode(), "operations")


@pytest.mark.parametrize(
    ("value", "form", "stored"), [("00421", "@", "00421"), (421, "00000", "00421"), (421, "General", "421")]
)
def test_20_service_numbers(value, form, stored):
    made = book([*ROW[:4], value, *ROW[5:]])
    made.active["E2"].number_format = form
    bring(saved(made))
    assert Officer.objects.get().service_number == stored


@pytest.mark.parametrize(("written", "stored"), [("'0421", "0421"), ("-", "-"), ("=1+1", "=1+1")])
def test_21_signs_of_spreadsheets_in_csv(written, stored):
    bring(text([*ROW[:5], written, ROW[6]]).encode())
    assert Officer.objects.get().rank == stored


def test_22_formulas_by_their_value_or_refused():
    data = saved(book([*ROW[:5], '="Ser"&"geant"', ROW[6]]))
    with pytest.raises(FileRefused, match="Line 2, rank: A formula without its result.*save it once"):
        bring(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    counted = sheet.replace('<c r="F2">', '<c r="F2" t="str">').replace("<v></v>", "<v>Sergeant</v>").replace("<v />", "<v>Sergeant</v>").replace("<v/>", "<v>Sergeant</v>")  # fmt: skip
    bring(repacked(data, xl__worksheets__sheet1_xml=counted.encode()))
    assert as_the_clean_file()


@pytest.mark.parametrize("written", ["TRUE", "yes", "oui", "1", "x", "vrai", "Armed", "Armée"])
def test_23_yes(written):
    head, row = "code,name_en,name_fr,armed,status,effective_from", f"mali,Mali,Mali,{written},active,2027-01-05"
    bring(f"{head}\n{row}\n".encode(), "operations")
    assert Operation.objects.get().terms.get().is_armed is True


def test_24_merged_cells_are_named():
    made = book(ROW, ["b@example.org", "B", "B", None, "2", "", ""])
    made.active.merge_cells("D2:D3")
    with pytest.raises(FileRefused, match="merged over several rows: D2:D3"):
        bring(saved(made))


def test_25_what_is_hidden_is_read_and_counted_aloud():
    made = book(ROW)
    made.active.row_dimensions[2].hidden = True
    made.active.column_dimensions["F"].hidden = True
    made.create_sheet("Lists").append(["toronto"])
    made["Lists"].sheet_state = "hidden"
    report = bring(saved(made))
    said = " ".join(report.notes)
    assert as_the_clean_file()
    assert all(words in said for words in ("1 hidden row", "1 hidden column", "left out: Lists"))


def test_26_two_filled_sheets_are_asked_about():
    made = book(ROW)
    old = made.create_sheet("Old")
    for row in (HEAD, ["b@example.org", "B", "B", "toronto", "2", "", ""]):
        old.append(row)
    with pytest.raises(WhichSheet) as asked:
        bring(saved(made))
    assert asked.value.sheets == ["Sheet", "Old"]
    bring(saved(made), answers=Answers(sheet="Sheet"))
    assert as_the_clean_file()


def test_27_a_million_formatted_rows():
    data = saved(book(ROW))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_577))
    started = time.perf_counter()
    bring(repacked(data, xl__worksheets__sheet1_xml=sheet.replace("</sheetData>", f"{empty}</sheetData>").encode()))
    assert as_the_clean_file()
    assert time.perf_counter() - started < 20  # two on a quiet machine, of which the file's making is one


def test_28_signs_that_are_not_seen():
    bring(saved(book([*ROW[:5], "Ser\u200bgeant_x000D_\n", ROW[6]])))
    assert as_the_clean_file()


@pytest.mark.parametrize(
    ("given", "family"), [("Luc", "d’Amours"), ("Ann", "MacDonald-Tremblay"), ("", "Suharto"), ("E\u0301lise", "Roy")]
)
def test_29_names(given, family):
    bring(text([ROW[0], given, family, *ROW[3:]]).encode())
    user = Officer.objects.get().user
    assert (user.given_name, user.family_name) == (given.replace("E\u0301", "É"), family)


@pytest.mark.parametrize(
    ("written", "code"), [("XK", "XK"), ("Kosovo", "XK"), ("West Bank", "PS"), ("Cisjordanie", "PS"), ("DRC", "CD")]
)
def test_30_countries(written, code):
    bring(OPERATION.format(written, 5).encode(), "operations")
    assert list(Operation.objects.get().countries.values_list("code", flat=True)) == [code]


@pytest.mark.parametrize(
    "written", ["Toronto Police Service", "service de police de toronto", "TORONTO", "Metro Toronto"]
)
def test_31_services(written):
    bring(text([*ROW[:3], written, *ROW[4:]]).encode())
    assert as_the_clean_file()


def test_32_and_33_officers_as_named_the_same_row_twice_and_again():
    bring(text(ROW).encode())
    posting = factories.posting(reference="mali-adviser")
    head, days = "officer,posting,first_day,last_day,state", f"{posting.reference},2025-01-01,2025-12-31,closed"
    lines = "\n".join([head, f"toronto:00421,{days}", f"Ada@Example.org,{days}"]).encode()
    report = bring(lines, "deployments")
    assert (report.changed, report.lines[1].note) == (1, "The same as line 2.")
    assert (bring(lines, "deployments").changed, Deployment.objects.count()) == (0, 1)
    with pytest.raises(FileRefused, match="Line 2, officer: .*Nearest: “ada@example.org”"):
        bring(f"{head}\nadda@example.org,{days}\n".encode(), "deployments")


def test_35_one_wrong_row_among_500():
    rows = [[f"a{n}@example.org", "Ada", "Roy", "toronto", str(n), "", ""] for n in range(500)]
    rows[100][3] = "nowhere"
    with pytest.raises(FileRefused, match="Line 102, police_service"):
        bring(text(*rows).encode())
    assert not Officer.objects.exists()
    assert bring(text(*rows).encode(), partial=True).changed == 499


SAVED = sorted((Path(__file__).parent / "data" / "libreoffice").iterdir())


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name)
def test_36_files_as_libreoffice_saves_them(path):
    """Made by scripts/libreoffice_files.py."""
    refused = {".ods": "OpenDocument", ".xls": "old Excel workbook", ".fods": "web page or an XML document"}
    if path.suffix in refused:
        with pytest.raises(FileRefused, match=refused[path.suffix]):
            bring(path.read_bytes())
        return
    bring(path.read_bytes())
    assert as_the_clean_file()


@pytest.mark.parametrize("kind", IMPORTS)
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("form", TEMPLATES)
def test_templates_are_read_by_the_import_that_they_belong_to(kind, language, form):
    """Headings in the reader's language, one example row, and in a workbook the values that a column takes."""
    with translation.override(language):
        data = TEMPLATES[form](IMPORTS[kind]).content
        table = read_lines(data, IMPORTS[kind].fields)
    asked = IMPORTS[kind].asked
    assert table.head == [str(in_each(column.heading)[language]) for column in asked]
    assert [row[column.code] for row in table.rows for column in asked] == [column.example for column in asked]
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        offered = {str(each.sqref).split("2:")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
        wanted = {get_column_letter(n): c.allowed for n, c in enumerate(asked, start=1) if c.allowed}
        assert offered == {letter: f'"{",".join(map(str, values))}"' for letter, values in wanted.items()}
        assert all(len(formula) <= 257 for formula in offered.values()), "spreadsheets take at most 255 characters"


ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as _archive:
    _archive.writestr("list.txt", "x")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"", "empty"),
        (ZIP.getvalue(), "archive"),
        (b"%PDF-1.7 ...", "PDF"),
        (saved(book(ROW))[:3000], "damaged"),
    ],
    ids=["xls", "password", "0 bytes", "zip", "pdf", "half"],
)
def test_36_and_37_no_lists(data, words):
    with pytest.raises(FileRefused, match=words):
        bring(data)
