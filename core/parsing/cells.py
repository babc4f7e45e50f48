"""Cells of a workbook as the text that people see: days, numbers with leading zeros, percentages."""

import datetime
import math
import re
from collections.abc import Iterable

from core.parsing.xml import parse

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
BUILT_IN_DAYS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
BUILT_IN_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
BUILT_IN_PERCENT = frozenset({9, 10})
ASIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


class Formats:
    """The number format of each style of a workbook: "day", "time", "percent", "000" (leading zeros) or ""."""

    def __init__(self, part: Iterable[bytes], from_1904: bool) -> None:
        self.from_1904 = from_1904
        self.codes: dict[int, str] = {}
        self.styles: list[int] = []
        self._inside = False
        chunks = list(part)
        if chunks:
            for _chunk in parse(chunks, self._start, self._end, lambda text: None):
                pass
        self._kinds = [self._kind(style) for style in self.styles]

    def of(self, style: str) -> str:
        number = int(style)
        return self._kinds[number] if number < len(self._kinds) else ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self.styles.append(int(attributes.get("numFmtId", "0")))

    def _end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def _kind(self, number: int) -> str:
        if number not in self.codes:
            kinds = {"day": BUILT_IN_DAYS, "time": BUILT_IN_TIMES, "percent": BUILT_IN_PERCENT}
            return next((kind for kind, numbers in kinds.items() if number in numbers), "")
        code = ASIDE.sub("", self.codes[number]).partition(";")[0].casefold()
        if re.search("[yd]", code) or code.strip() in ("mmm", "mmmm", "mm/"):
            return "day"
        if re.search("[hs]", code):
            return "time"
        if "%" in code:
            return "percent"
        return code.strip() if re.fullmatch(r"0{2,}", code.strip()) else ""


def decoded(text: str) -> str:
    """``text`` with the characters that XLSX writes as ``_x000D_``; half of one, which no page can show, as the sign for it."""
    if "_x" not in text:
        return text
    units = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def in_words(raw: str, kind: str, from_1904: bool) -> tuple[str, str]:
    """A number as its format shows it, and a mark: "time" where a time of the day was dropped."""
    number = float(raw)
    if not math.isfinite(number):
        return raw, ""
    if kind == "day":
        return _day(number, from_1904)
    if kind == "percent":
        return f"{_plain(number * 100)}%", ""
    if kind and set(kind) == {"0"} and number >= 0:
        return _plain(number).zfill(len(kind)), ""
    return _plain(number) if kind != "time" else raw, ""


def _plain(number: float) -> str:
    rounded = round(number, 9)
    return str(int(rounded)) if abs(rounded) <= 1e15 and rounded == int(rounded) else repr(rounded)


def _day(number: float, from_1904: bool) -> tuple[str, str]:
    """The day that a workbook counts; what cannot be one stays a number. Excel takes 1900 for a leap year."""
    whole = int(number)
    if from_1904:
        first = datetime.date(1904, 1, 1)
    elif whole == 60:
        return "1900-02-29", ""
    else:
        first = datetime.date(1899, 12, 31 if whole < 60 else 30)
    try:
        day = first + datetime.timedelta(days=whole)
    except OverflowError:
        return _plain(number), ""
    return (day.isoformat(), "time" if number - whole > 1e-6 else "") if number >= 1 else (_plain(number), "")
