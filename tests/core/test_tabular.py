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
    return [row.cells for row in read_table(data.encode() if isinstance(data, str) else data, COLUMNS).rows]


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
    rows = read_table(data.encode(), COLUMNS).rows
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
        ((HEADER + LINE).encode("utf-16")[:-1], 2, "neither text nor a workbook"),
        (HEADER.encode() + b"mali,\x81\xba\xc6\xb6,1,\n", 2, "neither text nor a workbook"),
        (HEADER + "ok,ok,1,\r\nma\0li,b,1,\n", 3, "NUL"),
        ("%PDF-1.7\n\x80\x81", 0, "This is a PDF, not a list."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, 0, "old Excel workbook (XLS)"),
        ("code,name,number\nmali,b,1\n", 1, "missing: day"),
        ("code,name,number,day,code\nmali,b,1,,\n", 1, "twice: “code” (A), “code” (E)"),
        ("code,name,number,day,colour,,x\nmali,b,1,,\n", 1, "Unknown columns: “colour”, “x”"),
        (HEADER + "mali,b,1,\nmali,b\n", 3, "2 cells, where the header has 4"),
        (HEADER + "mali,b,1,,surplus\n", 2, "5 cells, where the header has 4"),
        (HEADER + f"mali,{'x' * 501},1,\n", 2, "500 characters"),
        (HEADER + f"mali,{'x' * 200_000},1,\n", 2, "far too long"),
        (HEADER + 'ok,b,1,\nmali,"never closed,1,\n\n', 3, "quotation marks"),
        (HEADER + 'ok,b,1,\nmali,"closed" too early,1,\n', 3, "quotation marks"),
        (HEADER + "mali,Opera\x08tion,1,\n", 2, "invisible"),
        (HEADER + "mali,\u202egnp.exe,1,\n", 2, "invisible"),
        (HEADER + "mali,#REF!,1,\n", 2, "error of the spreadsheet"),
        (workbook(("mali", "b", "=10+12", "")), 2, "A formula without its result"),
        (workbook(("mali", "b", 1, ""), sheets={"Older": [COLUMNS, ("x",)]}), 0, "could be the list: Sheet, Older"),
        (workbook(("mali", "#N/A", 1, "")), 2, "error of the spreadsheet"),
        (workbook(("mali", "b" * 501, 1, "")), 2, "500 characters"),
        (workbook(), 0, "no rows"),
        (b"PK\x03\x04 and then nothing of the kind", 0, "cannot be read: it is damaged"),
        (workbook(("mali", "b", 1, ""))[:-300], 0, "cannot be read: it is damaged"),
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
    two = refusal(HEADER + "mali,#N/A,#REF!,\nhaiti,b\n")
    assert [(p.line, p.column) for p in two.problems] == [(2, "name"), (2, "number"), (3, "")]
    many = refusal(HEADER + "mali,#N/A,1,\n" * 150)
    assert (len(many.sentences()), many.left_out) == (101, 50)
    assert many.sentences()[-1] == "And 50 more."
    assert many.as_json()["problems"][0] == {
        "line": 2,
        "column": "name",
        "message": "An error of the spreadsheet in place of a value: #N/A.",
        "value": "#N/A",
    }


def test_more_rows_than_the_limit_are_refused_at_their_line():
    found = refusal(HEADER + "a,b,1,\n" * (MAX_ROWS + 1))
    assert (found.problems[0].line, str(MAX_ROWS) in str(found.problems[0])) == (MAX_ROWS + 2, True)


def test_too_many_bytes_are_not_even_looked_at():
    assert "25 megabytes" in str(refusal(b"\xff" * (MAX_BYTES + 1)))
    with translation.override("fr"):
        assert "25 mégaoctets" in str(refusal(b"\xff" * (MAX_BYTES + 1)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    good = workbook(("mali", "b", 1, ""))
    bomb = repacked(good, xl__worksheets__sheet1_xml=b" " * 50_000_000)
    assert len(bomb) < 100_000
    started = time.perf_counter()
    assert "unpack to far more" in str(refusal(bomb))
    assert time.perf_counter() - started < 1
    assert "unpack to far more" in str(refusal(repacked(good, **{f"part{n}_xml": b"x" for n in range(1_100)})))


def test_an_understated_size_in_the_archive_gives_no_more_than_it_states():
    bomb = repacked(workbook(("mali", "b", 1, "")), xl__worksheets__sheet1_xml=b" " * 50_000_000)
    lying = bomb.replace((50_000_000).to_bytes(4, "little"), (2_000).to_bytes(4, "little"))
    assert "cannot be read" in str(refusal(lying))


def test_entities_are_not_expanded():
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    good = workbook(("mali", "b", 1, ""))
    assert "cannot be read" in str(refusal(repacked(good, xl__worksheets__sheet1_xml=laughs)))


@pytest.mark.parametrize("part", ["xl__vbaProject_bin", "xl__activeX__activeX1_xml", "xl__embeddings__oleObject1_bin"])
def test_macros_and_embedded_objects_are_refused(part):
    assert "macros or embedded objects" in str(refusal(repacked(workbook(("a", "b", 1, "")), **{part: b"x"})))


def sheet(content: str) -> bytes:
    """A workbook whose sheet is ``content``."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = f'<worksheet xmlns="{space}"><sheetData>{content}</sheetData></worksheet>'
    return repacked(workbook(("mali", "b", 1, "")), xl__worksheets__sheet1_xml=whole.encode())


HOSTILE_SHEETS = {
    "a row that no sheet has": ('<row r="99999999999"><c r="A1"><v>1</v></c></row>', "names a row that no sheet has"),
    "20,000 columns": ("<row>" + "<c><v>1</v></c>" * 20_000 + "</row>", "more than 1000 columns"),
    "a cell of 5 MB": ("<row><c t='inlineStr'><is><t>" + "x" * 5_000_000 + "</t></is></c></row>", "far too long"),
    "an empty cell far out": ("<row>" + "<c/>" * 300_000 + "<c><v>1</v></c></row>", "more than 1000 columns"),
    "elements without end": ("<row>" * 200_000, "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE_SHEETS)
def test_a_hostile_sheet_is_refused_in_two_seconds(name):
    content, words = HOSTILE_SHEETS[name]
    started = time.perf_counter()
    assert words in str(refusal(sheet(content)))
    assert time.perf_counter() - started < 4  # two on a quiet machine


WIDE = {
    "20,000 headings": (",".join(f"c{n}" for n in range(20_000)) + "\n", 1),
    "one line": (HEADER + "mali,b,1," + "," * 997 + "x\n", 2),
}


@pytest.mark.parametrize("name", WIDE)
def test_a_csv_file_has_no_more_columns_than_a_workbook(name):
    text, line = WIDE[name]
    started = time.perf_counter()
    [problem] = refusal(text).problems
    assert (problem.line, str(problem.message)) == (line, "The sheet has more than 1000 columns.")
    assert time.perf_counter() - started < 4  # two on a quiet machine
    # The control: as many separators with nothing between them are what some programs save.
    assert len(read_table((HEADER.rstrip() + "," * 2_000 + "\n" + LINE).encode(), COLUMNS).rows) == 1


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
