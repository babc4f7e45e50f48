"""Files like the forty that nobody listed: each comes in right, or ends in words with line and column, and writes nothing."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from core.tabular import FileRefused
from core.tabular.misread import meant_by
from deployments.imports import IMPORTS
from missions.models import Operation
from officers.models import Officer
from tests import factories
from tests.test_forty_files import HEAD, ROW, as_the_clean_file, book, bring, saved, services, text

__all__ = ["services"]
pytestmark = pytest.mark.django_db
OTHER = ["b@example.org", "Noël", "Côté", "toronto", "2", "", ""]
PLAIN = [*ROW[:2], "Amours-Roy", *ROW[3:]]  # without signs that old encodings lack


def changed(change, *rows: list) -> bytes:
    """A workbook of the clean row to which something was done."""
    made = book(*(rows or [ROW]))
    change(made)
    return saved(made)


def with_cell(place: int, value) -> list:
    return [value if n == place else cell for n, cell in enumerate(ROW)]


def csv_of(place: int, value: str) -> bytes:
    return text(with_cell(place, value)).encode()


def shifted() -> bytes:
    made = book(head=[None])
    for n, (heading, cell) in enumerate(zip(HEAD, ROW, strict=True)):
        made.active.cell(5, 3 + n, heading)
        made.active.cell(6, 3 + n, cell)
    return saved(made)


def hidden(made) -> None:
    made.create_sheet("Empty")
    made.active = 1
    made["Sheet"].sheet_state = "hidden"


def protected(made) -> None:
    made.active.protection.sheet, made.active.protection.password = True, "secret"


def merged_title(made) -> None:
    made.active.insert_rows(1)
    made.active["A1"] = "Officers of the desk"
    made.active.merge_cells("A1:G1")


def from_1904(made) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    made.epoch = CALENDAR_MAC_1904
    made.active["G2"] = datetime.date(2010, 5, 1)


WRAPPED = "\n".join('"' + ",".join(row).replace('"', '""') + '"' for row in (HEAD, ROW))
ZIP = io.BytesIO()
with zipfile.ZipFile(ZIP, "w") as _archive:
    _archive.writestr("Index/Document.iwa", "x")

# How each file is made, and what is said of it; "" for nothing but how it was read.
RIGHT = {
    "UTF-16 without a mark": (text(ROW).encode("utf-16-be"), "UTF-16"),
    "columns in another order": ("\n".join(",".join(reversed(r)) for r in (HEAD, ROW)).encode(), ""),
    "tabs inside quotation marks": (text(ROW).replace("Zoé", '"Zoé\t"').encode(), ""),
    "parted by |": (text(ROW, comma="|").encode(), ""),
    "two heads": (text(HEAD, ROW).encode(), "repeated in line 2, which was left out"),
    "a head on every page": (text(ROW, HEAD).encode(), "repeated in line 3, which was left out"),
    "blank rows between": (text([""] * 7, [" \u00a0 "] * 7, ROW, [""] * 7).encode(), ""),
    "headings in capitals with accents": (
        text(ROW).replace("given_name", "PRÉNOM").replace("police_service", "SERVICE DE POLICE").encode(),
        "",
    ),
    "marks of direction around a cell": (text([f"\u200e{cell}\u200f" for cell in ROW]).encode(), ""),
    "lines taken for one cell": (WRAPPED.encode(), ""),
    "cells after the last column": (text([*ROW, "", ""]).replace("since", "since,,").encode(), ""),
    "a day as text": (saved(book(ROW)), ""),
    "a day with a time zone": (csv_of(6, "2010-05-01T00:00:00Z"), ""),
    "1904": (changed(from_1904), ""),
    "a hidden sheet alone": (changed(hidden), "hidden"),
    "a protected sheet": (changed(protected), ""),
    "a merged title": (changed(merged_title), "Head found in row 2."),
    "a table that begins elsewhere": (shifted(), ""),
    "letters in bold": (changed(lambda made: made.active.__setitem__("B2", CellRichText("Zo", TextBlock(InlineFont(b=True), "é")))), ""),
    "a link": (changed(lambda made: setattr(made.active["A2"], "hyperlink", "mailto:ada@example.org")), ""),
    "a chart": (changed(lambda made: made.create_chartsheet("Chart")), ""),
}  # fmt: skip
# The words, and what stands before them: line and column, or the line alone.
REFUSED = {
    "UTF-8 read twice": (text(ROW).encode().decode("cp1252").encode(), "Line 2, given_name: Read in the wrong encoding"),
    "UTF-8 read twice, in a workbook": (saved(book([c.encode().decode("cp1252") for c in ROW])), "perhaps “Zoé”"),
    "UTF-8 read as Mac Roman": (text(ROW).encode().decode("mac-roman").encode(), "Line 2, given_name: Read in the wrong"),
    "a heading that was read twice": (text(ROW).replace("given_name", "PrÃ©nom").encode(), "Line 1, PrÃ©nom: Read in"),
    "letters lost": (csv_of(1, "Zo\ufffd"), "Line 2, given_name: A letter was lost"),
    "Cyrillic": (text(with_cell(2, "Петров")).replace("’", "'").replace("é", "e").encode("cp1251"), "Line 2: The letters"),
    "EBCDIC": (text(PLAIN).encode("cp500"), "another encoding"),
    "UTF-32 without a mark": (text(ROW).encode("utf-32-le"), "NUL"),
    "a row of totals": (text(ROW, ["Total", "", "", "", "1", "", ""]).encode(), "Line 3, "),
    "a total without a name": (text(ROW, ["", "", "", "", "1", "", ""]).encode(), "Line 3, email"),
    "cells merged over rows": (changed(lambda m: m.active.merge_cells("D2:D3"), ROW, OTHER), "merged over several rows"),
    "10,000 characters": (csv_of(5, "x" * 10_000), "Line 2, rank: Longer than 500"),
    "#REF!": (csv_of(6, "#REF!"), "Line 2, member_since: An error of the spreadsheet"),
    "#VALEUR!": (csv_of(5, "#VALEUR!"), "Line 2, rank: An error of the spreadsheet"),
    "#####": (csv_of(6, "########"), "Line 2, member_since: An error of the spreadsheet"),
    "an error in a workbook": (changed(lambda m: setattr(m.active["F2"], "data_type", "e"), with_cell(5, "#NAME?")), "rank: An error"),
    "a number that was shortened": (saved(book(with_cell(4, 1e20))), "Line 2, service_number: A number that the"),
    "a percentage": (changed(lambda m: setattr(m.active["G2"], "number_format", "0%"), with_cell(6, 0.5)), "Not a day as YYYY-MM-DD: “50%”"),
    "a day as its number": (saved(book(with_cell(6, 40299))), "Line 2, member_since: Not a day"),
    "N/A": (csv_of(6, "N/A"), "Line 2, member_since: Not a day"),
    "a dash": (csv_of(6, "-"), "Line 2, member_since: Not a day"),
    "s.o.": (csv_of(3, "s.o."), "Line 2, police_service: "),
    "a letter read from right to left": (csv_of(1, "\u202eéoZ"), "Line 2, given_name: Holds an invisible character"),
    "an address with a name": (csv_of(0, "Ada <ada@example.org>"), "Line 2, email: "),
    "rows and columns exchanged": ("\n".join(map(",".join, zip(HEAD, ROW, strict=True))).encode(), "Unknown columns"),
    "another separator in the rows": ((";".join(HEAD) + "\n" + ",".join(ROW)).encode(), "Line 2: "),
    "a head alone": (",".join(HEAD).encode(), "a header but no rows"),
    "nothing": (b"", "empty"),
    "a mark alone": (b"\xef\xbb\xbf", "empty"),
    "Numbers, renamed": (ZIP.getvalue(), "Numbers sheet"),
    "an archive by gzip": (b"\x1f\x8b\x08\x00" + b"\0" * 60, "This is an archive"),
    "a page of the web": (b"<html><table><tr><td>email</td></tr></table></html>", "web page"),
    "JSON": (b'[{"email": "ada@example.org"}]', "Line 1: Unknown columns"),
    "two rows on one line": (text(ROW).encode() + b"b@example.org,B\r\nRoy,toronto,2,,\r\n", "Line 3: 2 cells"),
}  # fmt: skip
OLD_ENCODINGS = {"cp850": "DOS (850)", "cp863": "DOS (850)", "cp437": "DOS (850)", "iso8859-15": "ISO 8859-15"}


def test_harmless_ones_come_in_right():
    for name, (data, said) in RIGHT.items():
        report = bring(data)
        assert (as_the_clean_file(), said in " ".join(report.notes)) == (True, True), (name, report.notes)
        Officer.objects.all().delete()


def assert_refused_in_words(files: dict[str, tuple[bytes, str]]) -> None:
    """Each file is refused with its words, and nothing is written."""
    for name, (data, words) in files.items():
        with pytest.raises(FileRefused) as refused:
            bring(data)
        assert words in str(refused.value), (name, str(refused.value))
    assert not Officer.objects.exists()


def test_others_end_in_words_and_nothing_is_written():
    assert_refused_in_words(REFUSED)


def test_old_encodings_are_said():
    for encoding, said in OLD_ENCODINGS.items():
        row = [ROW[0], "Noël", "Bœuf" if encoding == "iso8859-15" else "Côté-Hébert", *ROW[3:5], "l’été", ROW[6]]
        report = bring(text([cell.replace("’", "'") for cell in row]).encode(encoding))
        user = Officer.objects.get().user
        assert ([user.given_name, user.family_name], said in report.notes[0]) == (row[1:3], True), encoding
        Officer.objects.all().delete()


@pytest.mark.parametrize("word", ["São Tomé", "MONTRÉAL – OUEST", "CITÉ…", "CAFÉ’S", "ÂGE", "Åse–Roy", "√2", "≈ 3", "NÃO", "IRMÃ"])  # fmt: skip
def test_words_with_accents_are_not_taken_for_misread_ones(word):
    assert meant_by(word) == ""


NUMBERS = {
    **dict.fromkeys(["1 000", "1\u00a0000", "1\u202f000", "Jusqu’à 1 000", "1000.0", "1000 tout au plus"], 1000),
    **dict.fromkeys(["1,000", "1.000", "1'000", "1 00", "22,5", "-3", "22%", "≤22", "22-25", "twenty", "0x16", "1e3", "٢٢"]),
}  # fmt: skip


def test_numbers_as_people_write_them():
    head = "code,name_en,name_fr,countries,authorized,effective_from,instrument"
    for n, (written, stored) in enumerate(NUMBERS.items()):
        data = f'{head}\nmali-{n},Mali {n},Mali {n},ML,"{written}",2027-01-05,Order\n'.encode()
        if stored is None:
            with pytest.raises(FileRefused, match="Line 2, authorized: Not a whole number"):
                bring(data, "operations")
            continue
        bring(data, "operations")
        assert Operation.objects.get(code=f"mali-{n}").strengths.get().maximum == stored, written


def test_a_page_answers_each_of_them_in_words(client):
    """A few of each kind by the page itself: below 500, and nothing half-written."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(factories.staff("Mission editor", language="fr"))
    for name in ("UTF-8 read twice", "Numbers, renamed", "#REF!", "a row of totals", "JSON", "nothing"):
        file = SimpleUploadedFile("liste.csv", REFUSED[name][0])
        assert client.post("/admin/deployments/import/officers/", {"file": file}).status_code in (400, 409), name
    assert not Officer.objects.exists()


def test_all_forty_are_built():
    """Each number of the list names a test, alone or within a range."""
    found: set[int] = set()
    here = Path(__file__).parent
    for file in ("test_forty_files.py", "test_long_files.py", "deployments/test_round_trip.py"):
        for line in (here / file).read_text(encoding="utf-8").splitlines():
            if line.startswith("def test_") and line[9].isdigit():
                found |= numbers_of(line[9:].partition("(")[0].split("_"))
    assert found == set(range(1, 41))
    assert IMPORTS


def numbers_of(words: list[str]) -> set[int]:
    """The numbers with which the name of a test begins: 8, "1_to_4", "32_and_33"."""
    first = int(words[0])
    if len(words) > 2 and words[1] in ("to", "and") and words[2].isdigit():
        return set(range(first, int(words[2]) + 1))
    return {first}
