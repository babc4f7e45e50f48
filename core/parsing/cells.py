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
PLACE = "\0"
UNSEEN = re.compile(r"\[[^\]]*\]|_.|\*.")
LITERAL = re.compile(r'"([^"]*)"|\\(.)|([^"\\])')
ASIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


class Formats:
    """The number format of each style of a workbook: "day", "time", "percent", a pattern such as "000-00" or "".

    In a pattern each PLACE stands for a figure, and what is around it for itself.
    """

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
        return _pattern(self.codes[number])


def _pattern(code: str) -> str:
    """The format of numbers with leading zeros, as "00000", "000-00" or "D00000"; "" for every other format."""
    section = re.match(r'(?:"[^"]*"|\\.|[^;])*', code)
    shown = UNSEEN.sub("", section[0] if section else "")
    pattern = "".join(
        quoted or escaped or plain.replace("0", PLACE) for quoted, escaped, plain in LITERAL.findall(shown)
    )
    others = "".join(plain for _quoted, _escaped, plain in LITERAL.findall(shown)).replace("0", "")
    return pattern.strip() if pattern.count(PLACE) > 1 and not others.strip(" -/()") else ""


def decoded(text: str) -> str:
    """``text`` with the characters that XLSX writes as ``_x000D_``; half of one, which no page can show, as the sign for it."""
    if "_x" not in text:
        return text
    units = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def in_words(raw: str, kind: str, from_1904: bool) -> tuple[str, str]:
    """A number as its format shows it, and a mark: "time 17:30:00" where a day has a time too."""
    number = float(raw)
    if not math.isfinite(number):
        return raw, ""
    if kind == "day":
        return _day(number, from_1904)
    if kind == "percent":
        return f"{_plain(number * 100)}%", ""
    if PLACE in kind and number >= 0 and _plain(number).isdigit():
        return _filled(kind, _plain(number)), ""
    return _plain(number) if kind != "time" else raw, ""


def _filled(pattern: str, figures: str) -> str:
    """The figures in the places of the pattern; those for which it has no place stand before the first one."""
    places = pattern.count(PLACE)
    figures = figures.zfill(places)
    first, *rest = figures[: len(figures) - places + 1], *figures[len(figures) - places + 1 :]
    for figure in (first, *rest):
        pattern = pattern.replace(PLACE, figure, 1)
    return pattern


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
    return (day.isoformat(), _time(number - whole)) if number >= 1 else (_plain(number), "")


def _time(part: float) -> str:
    """The mark of a cell that holds a time beside its day: "time 17:30:00"; "" for midnight."""
    seconds = min(round(part * 86_400), 86_399)
    return f"time {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds else ""
