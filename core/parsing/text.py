"""CSV: bytes to lines of cells, whatever encoding, separator and line end the program that saved it used."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from core.parsing.faults import MAX_COLUMNS, ParsingFault
from core.parsing.names import heading_key

DELIMITERS = ",;\t|"
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters that French and names have often: the 8-bit encoding that gives most of them is the one it was saved in.
FRENCH = re.compile("[àâçéèêëîïôöùûüœ’«»ÀÂÇÉÈÊËÎÏÔÖÙÛÜŒ“”–—…€]")
# A capital within a word, a small letter with an accent where a sign would stand, and a sign or a fraction where a letter
# would: ZoÈ, ìZoé, Roy ñ Tremblay, C“té, b½uf.
MISPLACED = re.compile(
    r"[a-zà-ÿ][À-ÖØ-ÞŠŽŸ]|(?<![^\W\d_])[ìíîïñòóôùúûåäö](?=[A-Z\s,;])"
    r"|(?<=[^\W\d_])[\u201a\u02c6‰‡\u2039¼½¾]|(?<=[^\W\d_])[“…Œ—–](?=[a-z])"
)
# Letters of another script, read as if they were ours: no word has three letters with accents in a row.
OTHER_LETTERS = re.compile("[À-ÖØ-öø-ÿ]{3}")
EIGHT_BITS = ("cp1252", "mac-roman", "cp850", "iso8859-15")
LINE_ENDS = 3  # Windows ends lines with two signs, old Macs with one
UNLIKELY = re.compile("[\x80-\x9f¡-©¬-ºÐ×Þ÷þ‰†‡∂∑∏π∫Ω≈∆˚¸˝˛ˇ\u2500-\u25ff]")
LOOKED_AT = 30
# What no text has: a program or a picture that a guess took for letters of two bytes.
CONTROL = re.compile("[\x01-\x08\x0e-\x19\x1b-\x1f]")
END_OF_DOS = "\x1a"  # by which programs of DOS end a text


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of the encoding found. Raises Fault for what is no text."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return _plain(data.decode(encoding)), encoding.removesuffix("-sig")
            except UnicodeDecodeError as error:
                raise ParsingFault(
                    "not_text", _line_at_end_of(data[: error.start].decode(encoding, "ignore"))
                ) from error
    for encoding, zeros in (("utf-16-le", data[1:400:2]), ("utf-16-be", data[0:400:2])):
        if zeros and zeros.count(0) > len(zeros) * 0.6:
            try:
                return _plain(_likely(data.decode(encoding))), "utf-16"
            except UnicodeDecodeError as error:
                raise ParsingFault("not_text", 1) from error
    try:
        return _plain(data.decode()), "utf-8"
    except UnicodeDecodeError:
        return _eight_bits(data)


def _eight_bits(data: bytes) -> tuple[str, str]:
    candidates = {name: data.decode(name, "replace") for name in EIGHT_BITS}
    scores = {name: _likeness(text) for name, text in candidates.items()}
    scores["cp1252"] += LINE_ENDS * (b"\r\n" in data)
    scores["mac-roman"] += LINE_ENDS * (b"\r" in data and b"\n" not in data)
    name = max(EIGHT_BITS, key=lambda each: scores[each])
    if scores[name] <= 0:
        name = "cp1252"
    text = candidates[name]
    if "\ufffd" in text:
        raise ParsingFault("not_text", _line_at_end_of(text[: text.index("\ufffd")]))
    if other := OTHER_LETTERS.search(text):
        raise ParsingFault("other_letters", _line_at_end_of(text[: other.start()]))
    return _plain(text), name


def _likeness(text: str) -> int:
    """How much a text looks like French or English, where one encoding of 8 bits is as possible as another."""
    return (
        len(FRENCH.findall(text))
        - 2 * len(UNLIKELY.findall(text))
        - 3 * len(MISPLACED.findall(text))
        - 5 * text.count("\ufffd")
    )


def _likely(text: str) -> str:
    if CONTROL.search(text[:400]):
        raise ParsingFault("not_text", 1)
    return text


def _plain(text: str) -> str:
    text = text.rstrip(END_OF_DOS)
    if "\0" in text:
        raise ParsingFault("nul", _line_at_end_of(text[: text.index("\0")]))
    return text


def _line_at_end_of(text: str) -> int:
    return len(re.findall(r"\r\n?|\n", text)) + 1


def lines(text: str, known: set[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it starts. Raises Fault where the quotation marks do not match, or
    more columns hold anything than a list may have.
    """
    stated = re.match(r"\ufeff?\"?sep=(.)\"?[ \t]*(\r\n|\r|\n)", text, re.IGNORECASE)
    begin = stated.end() if stated else 0
    delimiter = stated[1] if stated else _delimiter(text, known)
    stream = io.StringIO(text[begin:], newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True, skipinitialspace=True)
    before = line = 1 if stated else 0
    try:
        for cells in reader:
            unwrapped = _unwrapped(cells, delimiter)
            if any(unwrapped[MAX_COLUMNS:]):
                raise ParsingFault("too_wide", line + 1, columns=MAX_COLUMNS)
            yield line + 1, unwrapped[:MAX_COLUMNS]
            line = before + reader.line_num
    except csv.Error as error:
        raise ParsingFault("too_long" if "limit" in str(error) else "quotes", line + 1) from error


def _unwrapped(cells: list[str], delimiter: str) -> list[str]:
    """The cells of a line that a spreadsheet took for one cell, and put between quotation marks when it saved it."""
    if len(cells) != 1 or delimiter not in cells[0]:
        return cells
    try:
        return next(csv.reader(cells, delimiter=delimiter, strict=True))
    except csv.Error:
        return cells


def _delimiter(text: str, known: set[str]) -> str:
    """The separator that makes one of the first lines name most of the columns; else the one that parts most."""
    head = text[:60_000].splitlines()[:LOOKED_AT]

    def found(delimiter: str) -> tuple[int, int]:
        rows = [line.split(delimiter) for line in head]
        named = max((len({heading_key(cell) for cell in row} & known) for row in rows), default=0)
        return named, max((len(row) for row in rows), default=0)

    return max(DELIMITERS, key=found)
