"""Which sheet of a file is the list, which row holds its headings, and which column each heading means."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.parsing.names import heading_key
from core.tabular.columns import Answers, Column
from core.tabular.misread import misread
from core.tabular.problems import FileRefused, Problem, WhichColumns, WhichSheet
from core.tabular.reading import Format, SheetBegins, SheetEnds, SheetLine

IN_BRACKETS = re.compile(r"(.{1,200}?)[ \n]*[(\[]([^()\[\]]{1,40})[)\]]", re.DOTALL)
# What people write behind a heading: how a day is written, whether a cell may be empty.
NOTES = frozenset(
    [
        "yyyymmdd",
        "aaaammjj",
        "ddmmyyyy",
        "jjmmaaaa",
        "mmddyyyy",
        "mmjjaaaa",
        "yesno",
        "ouinon",
        "yn",
        "on",
        "required",
        "mandatory",
        "optional",
        "obligatoire",
        "requis",
        "facultatif",
        "max",
        "maximum",
    ]
)
UNSEEN = "\ufeff\u200b\u2060"
MAX_UNKNOWN = 100  # headings that somebody can be asked about, one by one
LOOKED_AT = 20  # lines among which the head is looked for


@dataclass
class Sheet:
    """One sheet: its head, the lines below it, and what was found about it."""

    name: str
    is_hidden: bool
    head: SheetLine | None = None
    titles: int = 0
    matches: int = 0
    lines: list[SheetLine] = field(default_factory=list)
    dropped: int = 0
    ends: SheetEnds | None = None

    @property
    def heads(self) -> list[str]:
        """The headings, without empty ones at the end."""
        names = [" ".join(cell.split()) for cell in (self.head.cells if self.head else [])]
        while names and not names[-1]:
            names.pop()
        return names

    def settle(self, keys: Mapping[str, str], answers: Answers) -> None:
        """Find the head among the first lines: the one that names most columns; of equals the first."""

        def named(line: SheetLine) -> int:
            return len({heading_key(c) for c in line.cells if column_for(c, keys) or answers.column_of(c)})

        first = self.lines[:LOOKED_AT]
        best = max(first, key=named, default=None)
        if best is None:
            return
        self.matches = named(best)
        self.head = best if self.matches > 1 or (self.matches and len(keys) < 8) else first[0]
        self.titles = self.lines.index(self.head)
        self.lines = self.lines[self.titles + 1 :]

    def head_places(self, columns: Sequence[Column], answers: Answers) -> dict[str, int]:
        """The place of each column that the head names. Raises FileRefused, WhichColumns."""
        if self.head is None:
            raise FileRefused.because(_("The file is empty."))
        codes = codes_by_key(columns)
        places: dict[str, list[int]] = {}
        unknown: list[str] = []
        for place, heading in enumerate(self.heads):
            said = answers.column_of(heading or _unnamed(place))
            code = column_for(heading, codes) if said is None else said
            if not heading.isascii() and (words := misread(heading)):
                raise FileRefused([Problem(self.head.number, words, heading)])
            if code:
                places.setdefault(code, []).append(place)
            elif said is None and (heading or self._holds(place)):
                unknown.append(heading or _unnamed(place))
        self._refuse_twice(places, unknown)
        missing = [column.named for column in columns if column.is_missing(places)]
        if len(unknown) > MAX_UNKNOWN:
            raise _too_many(self.head.number, unknown)
        if unknown:
            free = [column.code for column in columns if column.code not in places and not column.informs]
            raise WhichColumns(self.head.number, unknown, missing, free)
        if missing:
            words = _("Columns are missing: %(names)s.") % {"names": ", ".join(missing)}
            raise FileRefused([Problem(self.head.number, words)])
        return {code: found[0] for code, found in places.items()}

    def drop_repeated_heads(self) -> list[str]:
        """Leave out lines that repeat the headings, as printed lists do on every page; what is to be said of it."""
        heads = self.heads

        def repeats(line: SheetLine) -> bool:
            return (
                line.cells[0].strip() == heads[0] and [" ".join(c.split()) for c in line.cells][: len(heads)] == heads
            )

        found = [line for line in self.lines if line.cells and repeats(line)]
        if not found:
            return []
        self.lines = [line for line in self.lines if line not in found]
        numbers = ", ".join(str(line.number) for line in found[:10])
        words = ngettext(
            "The headings are repeated in line %(lines)s, which was left out.",
            "The headings are repeated in lines %(lines)s, which were left out.",
            len(found),
        )
        return [words % {"lines": numbers}]

    def _holds(self, place: int) -> bool:
        """Whether any line has something in a column."""
        return any(place < len(line.cells) and line.cells[place].strip() for line in self.lines)

    def _refuse_twice(self, places: dict[str, list[int]], unknown: list[str]) -> None:
        assert self.head is not None
        problems = []
        for code, found in places.items():
            if len(found) > 1:
                both = ", ".join(f"“{self.heads[place]}” ({_letter(place)})" for place in found)
                words = _("Columns are named twice: %(names)s, each for %(column)s. Leave one of them.")
                problems.append(Problem(self.head.number, words % {"names": both, "column": code}))
        for heading, number in Counter(heading_key(each) for each in unknown).items():
            if number > 1:
                both = ", ".join(f"“{h}” ({_letter(n)})" for n, h in enumerate(self.heads) if heading_key(h) == heading)
                words = _("Columns are named twice: %(names)s. Give each its own heading.")
                problems.append(Problem(self.head.number, words % {"names": both}))
        if problems:
            raise FileRefused(problems)

    def notes(self, sheets: Sequence["Sheet"]) -> Iterator[str]:
        """What is said aloud: where the head was, which rows and sheets were hidden, what was left out."""
        if self.head is not None and self.titles:
            yield gettext("Head found in row %(row)s.") % {"row": self.head.number}
        if self.ends and self.ends.hidden_rows:
            n = self.ends.hidden_rows
            words = (
                ngettext(
                    "%(n)s row hidden by a filter was read too.", "%(n)s rows hidden by a filter were read too.", n
                )
                if self.ends.is_filtered
                else ngettext("%(n)s hidden row was read too.", "%(n)s hidden rows were read too.", n)
            )
            yield words % {"n": n}
        if self.ends and self.ends.hidden_columns:
            n = self.ends.hidden_columns
            yield ngettext("%(n)s hidden column was read too.", "%(n)s hidden columns were read too.", n) % {"n": n}
        if self.is_hidden:
            yield gettext("The sheet “%(sheet)s” is hidden.") % {"sheet": self.name}
        others = [other.name for other in sheets if other is not self and other.head is not None]
        if others:
            yield gettext("Read from the sheet “%(sheet)s”; left out: %(names)s.") % {
                "sheet": self.name,
                "names": ", ".join(others),
            }


def codes_by_key(columns: Sequence[Column]) -> dict[str, str]:
    return {key: column.code for column in columns for key in column.keys()}  # noqa: SIM118


def column_for(heading: str, codes: Mapping[str, str]) -> str:
    """The code of the column that a heading names, also with its code or a note of how to write it in brackets behind;
    "" for none.
    """
    code = codes.get(heading_key(heading), "")
    found = None if code else IN_BRACKETS.fullmatch(heading.strip())
    if found is None:
        return code
    code, note = codes.get(heading_key(found[1]), ""), heading_key(found[2])
    return code if note in NOTES or codes.get(note) == code else ""


def sheets_of(
    parts: Iterable[Format | SheetBegins | SheetLine | SheetEnds],
    columns: Sequence[Column],
    answers: Answers,
    most: int,
) -> tuple[Format, list[Sheet]]:
    """The format and every sheet that holds anything. Lines of a sheet that cannot be the list are not kept."""
    keys = codes_by_key(columns)
    form, sheets, count = Format("csv", "utf-8"), [], 0
    for part in parts:
        if isinstance(part, Format):
            form = part
        elif isinstance(part, SheetBegins):
            sheets.append(Sheet(part.name, part.is_hidden))
            count = 0
        elif isinstance(part, SheetEnds):
            sheets[-1].ends = part
        else:
            _add(sheets[-1], part, keys, answers, most, count)
            count += 1
    for sheet in sheets:
        if sheet.head is None and sheet.lines:
            sheet.settle(keys, answers)
    return form, [sheet for sheet in sheets if sheet.head is not None]


def _add(sheet: Sheet, line: SheetLine, keys: Mapping[str, str], answers: Answers, most: int, count: int) -> None:
    if not any(cell.strip().strip(UNSEEN) for cell in line.cells):
        return
    if sheet.head is not None and not sheet.matches:
        sheet.dropped += 1
        return
    sheet.lines.append(line)
    if sheet.head is None and len(sheet.lines) == LOOKED_AT:
        sheet.settle(keys, answers)
    if len(sheet.lines) > most + (LOOKED_AT if sheet.head is None else 0):
        raise FileRefused.because(_("The file has more than %(limit)s rows: split it.") % {"limit": most}, line.number)


def chosen(sheets: Sequence[Sheet], answers: Answers, columns: Sequence[Column]) -> Sheet:
    """The sheet that is the list: the named one, or the only one whose head fits. Raises WhichSheet, FileRefused."""
    if not sheets:
        raise FileRefused.because(_("The file is empty."))
    if answers.sheet:
        named = [sheet for sheet in sheets if sheet.name == answers.sheet]
        if not named:
            raise WhichSheet([sheet.name for sheet in sheets])
        return _without_merged(named[0])
    fitting = [sheet for sheet in sheets if sheet.matches and _fits(sheet, columns)]
    visible = [sheet for sheet in fitting if not sheet.is_hidden]
    candidates = visible or fitting or [sheet for sheet in sheets if sheet.matches] or list(sheets)
    if len(candidates) > 1:
        raise WhichSheet([sheet.name for sheet in candidates])
    return _without_merged(candidates[0])


def _fits(sheet: Sheet, columns: Sequence[Column]) -> bool:
    """Whether the head names at least half of the columns that have to be there, or half of its own headings."""
    required = sum(column.required for column in columns)
    return sheet.matches * 2 >= min(required, len(sheet.heads))


def _without_merged(sheet: Sheet) -> Sheet:
    """Raise FileRefused where cells of the list are merged: all but one of them are empty then."""
    numbers = sorted(line.number for line in sheet.lines)
    tall, wide = [], []
    for area in sheet.ends.merged if sheet.ends else []:
        (left, first), (right, last) = (_place_of(end) for end in (*area.split(":"), area)[:2])
        if bisect_right(numbers, last) == bisect_left(numbers, first):
            continue
        if last > first:
            tall.append(area)
        elif sum(map(bool, sheet.heads[left : right + 1])) > 1:
            wide.append(area)
    if tall or wide:
        words = (
            _("Cells are merged over several rows: %(areas)s. Undo that and fill in every row.")
            if tall
            else _("Cells are merged over several columns: %(areas)s. Undo that and fill in every cell.")
        )
        raise FileRefused.because(words % {"areas": ", ".join((tall or wide)[:20])})
    return sheet


def _place_of(cell: str) -> tuple[int, int]:
    """The column, from 0, and the row of a cell such as C2."""
    column = 0
    for letter in filter(str.isalpha, cell):
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1, int("".join(filter(str.isdigit, cell)) or 0)


def _too_many(line: int, unknown: Sequence[str]) -> FileRefused:
    words = ngettext(
        "%(n)s column is none of this list, %(names)s and others. Delete those that you do not need.",
        "%(n)s columns are none of this list, %(names)s and others. Delete those that you do not need.",
        len(unknown),
    )
    named = ", ".join(gettext("“%(value)s”") % {"value": heading[:60]} for heading in unknown[:5])
    return FileRefused([Problem(line, words % {"n": localize(len(unknown)), "names": named})])


def _letter(place: int) -> str:
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _unnamed(place: int) -> str:
    return gettext("column %(letter)s") % {"letter": _letter(place)}
