"""Files beside the forty: each ends in the right text, or in words with line and column."""

import csv
import io

import openpyxl
import pytest

from core.parsing import cells
from core.tabular import Column, FileRefused, TableRow, read_lines
from core.tabular.columns import DAY

COLUMNS = (
    Column("email"),
    Column("given_name", also=("Given name",)),
    Column("family_name", also=("Family name",)),
    Column("number", also=("Service number",)),
    Column("since", also=("Member since",), kind=DAY, required=False),
)
HEAD = ["email", "given_name", "family_name", "number", "since"]
ROW = ["ada@example.org", "Zoé", "d’Amours", "00421", "2010-05-01"]
# With every sign that Windows has and Latin-1 has not, and no accent that would give the encoding away.
SIGNS = ["ada@example.org", "“Zoé”", "O’Neil – Roy", "€ 5…", "2010-05-01"]


def text(*rows: list[str], comma: str = ",", end: str = "\r\n", head: list[str] | None = None) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=comma, lineterminator=end).writerows([head or HEAD, *rows])
    return out.getvalue()


def workbook(*rows: list) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> TableRow:
    table = read_lines(data, COLUMNS)
    assert not table.problems, list(map(str, table.problems))
    [row] = table.rows
    return row


def said(data: bytes) -> str:
    try:
        return " ".join(map(str, read_lines(data, COLUMNS).problems))
    except FileRefused as refused:
        return str(refused)


def is_row(data: bytes, expected: list[str]) -> bool:
    return list(read(data).cells.values()) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("row", [ROW, SIGNS])
def test_encodings_without_a_mark(encoding, row):
    assert is_row(text(row).encode(encoding), row)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
def test_eight_bits_are_told_apart_whatever_the_line_ends(encoding, end):
    assert is_row(text(ROW, end=end).encode(encoding), ROW)


def test_separators_inside_of_cells():
    semicolons = [*ROW[:2], "Roy; Tremblay, fils", "421,0", ROW[4]]
    assert is_row(text(semicolons, comma=";").encode(), semicolons)
    tabs = [ROW[0], 'Zoé "Zo"', *ROW[2:]]
    assert is_row(text(tabs, comma="\t").encode(), tabs)
    assert is_row(("sep=\t\r\n" + text(ROW, comma="\t")).encode(), ROW)


def test_headings_as_people_type_them():
    head = ["email", "Given\u00a0name", "Family\nname\u200b", "Service  number\u00a0", "Member since :"]
    assert is_row(text(ROW, head=head).encode(), ROW)
    assert is_row(text([*ROW, "", ""], head=[*HEAD, "", ""]).encode(), ROW)


def test_a_mark_of_bytes_in_the_middle_and_line_breaks_of_three_kinds():
    rows = [[f"a{n}@example.org", *ROW[1:]] for n in range(3)]
    lines = text(*rows).split("\r\n")
    table = read_lines(f"{lines[0]}\r{lines[1]}\n\ufeff{lines[2]}\r\n{lines[3]}".encode(), COLUMNS)
    assert [row["email"] for row in table.rows] == [row[0] for row in rows]


@pytest.mark.parametrize(
    "written",
    [
        *("2027/01/05", "2027.1.5", "2027-1-5", "5-Jan-2027", "5/Jan/2027", "Jan. 5, 2027", "Tuesday, January 5, 2027"),
        *("5 janv. 2027", "5 janvier 2027", "le 5 janvier 2027", "mardi 5 janvier 2027", "le mardi 5 JANVIER 2027"),
        *("2027-01-05T00:00:00", "2027-01-05 23:30:00", "5 January 2027 08:00"),
    ],
)
def test_days_in_words_and_figures(written):
    assert read(text([*ROW[:4], written]).encode())["since"] == "2027-01-05"


@pytest.mark.parametrize("written", ["janvier 2027", "janv. 2027", "January 2027", "2027-01", "01/2027", "2027"])
def test_a_month_is_no_day_and_said_to_be_one(written):
    words = said(text([*ROW[:4], written]).encode())
    assert words == (
        f"Line 2, since: A month or a year without its day: “{written}”. Write a whole day, as in 2027-01-31."
    )


@pytest.mark.parametrize("written", ["N/A", "-", "inconnu", "46027", "2027-02-29", "2027/13/01"])
def test_no_day_is_one_fault_at_its_line_and_column(written):
    assert said(text([*ROW[:4], written]).encode()) == f"Line 2, since: Not a day as YYYY-MM-DD: “{written}”."


@pytest.mark.parametrize(("written", "number"), [("'00421", "00421"), ('="00421"', "00421"), ("421.0", "421.0")])
def test_numbers_that_a_csv_protects(written, number):
    assert read(text([*ROW[:3], written, ROW[4]]).encode())["number"] == number


@pytest.mark.parametrize(("value", "number"), [(421.0, "421"), (1e15, "1000000000000000"), (421.5, "421.5")])
def test_numbers_of_a_workbook(value, number):
    assert read(workbook(HEAD, [*ROW[:3], value, ROW[4]]))["number"] == number


@pytest.mark.parametrize("written", ["4.21E+11", "4,21E+11", "1E+15"])
def test_a_number_that_lost_its_figures_is_refused(written):
    assert "Line 2, number: A number that the spreadsheet shortened" in said(text([*ROW[:3], written, ROW[4]]).encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf", "empty"),
        (b"  \r\n \r\n", "empty"),
        (text().encode(), "a header but no rows"),
        (workbook(), "empty"),
        (workbook(HEAD), "a header but no rows"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table/></html>", "a web page or an XML document"),
        (b"\xef\xbb\xbf\r\n<table><tr><td>email</td></tr></table>", "a web page or an XML document"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "an XML document"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture"),
        (text(ROW, ROW).encode().replace(b"Zo", b"Z\0", 1), "Line 2: The file holds a NUL"),
        ((text(ROW) + 'b@example.org,"Roy,x,1,2010-05-01\n').encode(), "Line 3: The quotation marks do not match"),
        (text([*ROW, "more"]).encode(), "Line 2: 6 cells, where the header has 5."),
        (text([*ROW, "x"], head=[*HEAD, "Given Name"]).encode(), "named twice: “given_name” (B), “Given Name” (F)"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data, words):
    assert words in said(data)


@pytest.mark.parametrize("written", ["_xD800_", "a_xDFFF_b", "_xD83D_ _xDE00_"])
def test_half_a_character_of_a_workbook_can_be_shown(written):
    """A page, a file and a table take whole characters alone. The control is what the workbook says, taken as it is."""
    cells.decoded(written).encode()
    with pytest.raises(UnicodeEncodeError):
        cells.ESCAPED.sub(lambda found: chr(int(found[1], 16)), written).encode()


def test_two_halves_are_one_character_and_a_number_beyond_all_stays_as_it_is_written():
    assert cells.decoded("_xD83D__xDE00_ _x0041_") == "😀 A"
    assert [cells.in_words("1e400", kind, from_1904=False) for kind in ("", "day", "percent")] == [("1e400", "")] * 3
