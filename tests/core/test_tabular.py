"""A table that somebody else made is read as it says, or refused with the line at fault."""

import datetime
import io
import time
import zipfile

import openpyxl
import pytest
from django.utils import translation

from core.tabular import MAX_BYTES, MAX_ROWS, FileRefused, read_path, read_table

COLUMNS = ("code", "name", "number", "day")
HEADER = "code,name,number,day\n"


def workbook(*rows: tuple, sheets: dict[str, list[tuple]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in (COLUMNS, *rows):
        book.active.append(row)
    for title, content in (sheets or {}).items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The workbook with parts added or replaced; ``__`` in a name stands for a slash, ``_xml`` for ``.xml``."""
    named = {name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): v for name, v in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, named.pop(item.filename, None) or old.read(item))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


def cells(data: bytes | str) -> list[dict[str, str]]:
    return [row.cells for row in read_table(data.encode() if isinstance(data, str) else data, COLUMNS)]


def refusal(data: bytes | str) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        cells(data)
    return caught.value


MALI = {"code": "mali", "name": "Opération au Mali", "number": "22", "day": "2027-04-01"}
LINE = "mali,Opération au Mali,22,2027-04-01\n"


@pytest.mark.parametrize(
    "data",
    [
        (HEADER + LINE).encode(),
        (HEADER + LINE).encode("utf-8-sig"),
        (HEADER + LINE).encode("utf-16"),
        (HEADER + LINE).replace("\n", "\r\n").encode(),
        (HEADER + LINE).replace("\n", "\r").encode(),
        (HEADER + LINE).replace(",", ";").encode(),
        (HEADER + LINE).replace(",", "\t").encode(),
        ("\n , , , \n" + HEADER + "\n,,,\n" + LINE + "\n\n").encode(),
        ('\ufeff Code ,NAME,"number",day,,\nmali,  Opération au Mali,22 ,\u00a02027-04-01,,\n').encode(),
        "day,number,code,name\n2027-04-01,22,mali,Ope\u0301ration au Mali".encode(),
        workbook(("mali", "Opération au Mali", 22, datetime.date(2027, 4, 1))),
        workbook((None, None), ("mali ", "Opération au Mali", 22.0, datetime.datetime(2027, 4, 1))),
        workbook(("mali", "Opération au Mali", "22", "2027-04-01"), sheets={"Sheet2": []}),
    ],
    ids=lambda data: None,
)
def test_reads_what_spreadsheets_save(data):
    assert cells(data) == [MALI]


def test_each_row_knows_its_line_in_the_file():
    data = HEADER + '\nmali,"A, B",1,\n\nhaiti,"say ""up to""",2,\n'
    rows = read_table(data.encode(), COLUMNS)
    assert [(row.line, row["name"]) for row in rows] == [(3, "A, B"), (5, 'say "up to"')]


def test_a_workbook_says_yes_and_no_and_keeps_a_fraction():
    assert cells(workbook((True, False, 22.5, None))) == [{"code": "yes", "name": "no", "number": "22.5", "day": ""}]


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (b"", 0, "empty"),
        (b" \n\n", 0, "empty"),
        ("\ufeff\n".encode(), 0, "empty"),
        (",,,\n,,,\n", 0, "empty"),
        (HEADER, 0, "no rows"),
        (HEADER.encode() + "é".encode("cp1252") + b",b,1,\n", 2, "UTF-8"),
        (HEADER.encode() + b"ok,ok,1,\nmali,\xff\xfe,1,\n", 3, "UTF-8"),
        ((HEADER + LINE).encode("utf-16")[:-1], 2, "UTF-8"),
        ((HEADER + LINE).encode("utf-16-le"), 2, "UTF-8"),
        ((HEADER + "mali,b,1,\n").encode("utf-16-be"), 1, "NUL"),
        ((HEADER + LINE).encode("utf-32"), 1, "NUL"),
        (HEADER + "ok,ok,1,\r\nma\0li,b,1,\n", 3, "NUL"),
        ("%PDF-1.7\n\x80\x81", 1, "missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, 0, "old or encrypted"),
        ("code,name,number\nmali,b,1\n", 1, "missing: day"),
        ("code,name,number,day,code\nmali,b,1,,\n", 1, "twice: code"),
        ("code,name,number,day,colour,,x\nmali,b,1,,\n", 1, "Unknown columns: colour"),
        (HEADER + "mali,b,1,\nmali,b\n", 3, "2 cells, where the header has 4"),
        (HEADER + "mali,b,1,,surplus\n", 2, "5 cells, where the header has 4"),
        (HEADER + f"mali,{'x' * 501},1,\n", 2, "500 characters"),
        (HEADER + f"mali,{'x' * 200_000},1,\n", 2, "far too long"),
        (HEADER + 'ok,b,1,\nmali,"never closed,1,\n\n', 3, "quotation marks"),
        (HEADER + 'ok,b,1,\nmali,"closed" too early,1,\n', 3, "quotation marks"),
        (HEADER + 'mali,"two\nlines",1,\n', 2, "line break"),
        (HEADER + "mali,Opera\x08tion,1,\n", 2, "invisible"),
        (HEADER + "mali,\u202egnp.exe,1,\n", 2, "invisible"),
        (HEADER + "mali, =1+1,1,\n", 2, "formula"),
        (HEADER + "mali,+cmd|' /C calc'!A0,1,\n", 2, "formula"),
        (HEADER + "mali,@SUM(A1),1,\n", 2, "formula"),
        (HEADER + "mali,-A1,1,\n", 2, "formula"),
        (HEADER + "mali,#REF!,1,\n", 2, "error of the spreadsheet"),
        (workbook(("mali", "b", "=10+12", "")), 2, "formula"),
        (workbook(("mali", "#N/A", 1, "")), 2, "error of the spreadsheet"),
        (workbook(("mali", "b" * 501, 1, "")), 2, "500 characters"),
        (workbook(), 0, "no rows"),
        (workbook(("mali", "b", 1, ""), sheets={"Older": [("x",)]}), 0, "More than one sheet is filled: Sheet, Older"),
        (b"PK\x03\x04 and then nothing of the kind", 0, "not an Excel workbook"),
        (workbook(("mali", "b", 1, ""))[:-300], 0, "not an Excel workbook"),
    ],
    ids=lambda value: None,
)
def test_refuses_and_names_the_line(data, line, word):
    problems = refusal(data).problems
    assert problems[0].line == line
    assert word in str(problems[0])


def test_a_negative_number_is_left_to_whoever_knows_the_column():
    assert cells(HEADER + "mali,b,-5,\n")[0]["number"] == "-5"


def test_every_problem_is_told_at_once_and_very_many_are_counted():
    two = refusal(HEADER + "mali,=1,=2,\nhaiti,b\n")
    assert [(p.line, p.column) for p in two.problems] == [(2, "name"), (2, "number"), (3, "")]
    many = refusal(HEADER + "mali,=1,1,\n" * 150)
    assert (len(many.problems), many.left_out) == (100, 50)
    assert many.sentences()[-1] == "And 50 more."
    assert many.as_json()["problems"][0] == {
        "line": 2,
        "column": "name",
        "message": "Begins like a formula: put the value in its place.",
    }


def test_the_limit_of_rows_is_exact_and_a_hundred_thousand_are_refused_at_once():
    assert len(cells(HEADER + "a,b,1,\n" * MAX_ROWS)) == MAX_ROWS
    started = time.perf_counter()
    found = refusal(HEADER + "a,b,1,\n" * 100_000)
    assert found.problems[0].line == MAX_ROWS + 2
    assert refusal(HEADER + LINE + "\n" * 100_000).problems[0].message == "The file has more than 20000 lines."
    assert time.perf_counter() - started < 1


def test_too_many_bytes_are_not_even_looked_at():
    assert "1.5 megabytes" in str(refusal(b"\xff" * (MAX_BYTES + 1)))
    with translation.override("fr"):
        assert "1,5 mégaoctets" in str(refusal(b"\xff" * (MAX_BYTES + 1)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    good = workbook(("mali", "b", 1, ""))
    bomb = repacked(good, xl__worksheets__sheet1_xml=b" " * 50_000_000)
    assert len(bomb) < 100_000
    started = time.perf_counter()
    assert "unpack to far more" in str(refusal(bomb))
    assert time.perf_counter() - started < 1
    assert "unpack to far more" in str(refusal(repacked(good, **{f"part{n}_xml": b"x" for n in range(300)})))


def test_an_understated_size_in_the_archive_gives_no_more_than_it_states():
    bomb = repacked(workbook(("mali", "b", 1, "")), xl__worksheets__sheet1_xml=b" " * 50_000_000)
    lying = bomb.replace((50_000_000).to_bytes(4, "little"), (2_000).to_bytes(4, "little"))
    assert "not an Excel workbook" in str(refusal(lying))


def test_entities_are_not_expanded():
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    good = workbook(("mali", "b", 1, ""))
    assert "not an Excel workbook" in str(refusal(repacked(good, xl__worksheets__sheet1_xml=laughs)))


@pytest.mark.parametrize(
    "part", ["xl__vbaProject_bin", "xl__externalLinks__externalLink1_xml", "xl__embeddings__oleObject1_bin"]
)
def test_macros_and_links_to_other_files_are_refused(part):
    assert "macros, embedded objects or links" in str(refusal(repacked(workbook(("a", "b", 1, "")), **{part: b"x"})))


def test_a_sheet_that_claims_a_million_rows_or_columns_is_refused_quickly():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData>{}</sheetData></worksheet>'
    )
    good = workbook(("mali", "b", 1, ""))
    far = sheet.format('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    wide = sheet.format("<row>" + "<c/>" * 300_000 + "<c><v>1</v></c></row>")
    started = time.perf_counter()
    for content in (far, wide):
        assert refusal(repacked(good, xl__worksheets__sheet1_xml=content.encode())).problems
    assert time.perf_counter() - started < 5


def test_reads_a_file_of_the_server_and_names_a_path_that_is_none(tmp_path):
    path = tmp_path / "editions.csv"
    path.write_text(HEADER + LINE)
    assert read_path(path) == (HEADER + LINE).encode()
    for wrong, word in (
        (tmp_path, "not a file"),
        (tmp_path / "none.csv", "no such file"),
        ("/proc/self/mem", "cannot be read"),
    ):
        with pytest.raises(FileRefused, match=word):
            read_path(wrong)
