"""The columns that a list may have: what they are called, and what their cells hold."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from core.parsing.names import heading_key
from core.text.bilingual import in_each

TEXT, LONG_TEXT, DAY, YES_NO = "text", "long text", "day", "yes or no"


@dataclass(frozen=True)
class Column:
    """One column: its code, its heading in the reader's language, what else people call it, what its cells hold.

    ``required`` columns have to be there, unless one of ``unless`` is. ``allowed`` are values that a template offers,
    ``example`` one of them. A column that ``informs`` is written for readers, never read.
    """

    code: str
    heading: object = ""
    also: tuple[str, ...] = ()
    kind: str = TEXT
    required: bool = True
    example: str = ""
    allowed: tuple[object, ...] = ()
    note: object = ""
    unless: tuple[str, ...] = ()
    informs: bool = False

    @property
    def named(self) -> str:
        """The heading, then the code that means the same in every language."""
        return f"{self.heading} ({self.code})" if self.heading else self.code

    def is_missing(self, found: Collection[str]) -> bool:
        """Whether it has to be there, and neither it nor a substitute is among ``found``."""
        return self.required and self.code not in found and not any(code in found for code in self.unless)

    def keys(self) -> set[str]:
        """Every way to write the heading, brought to one form."""
        names = [self.code, *self.also, *(in_each(self.heading).values() if self.heading else ())]
        return {heading_key(name) for name in names}


@dataclass(frozen=True)
class Answers:
    """What somebody answered about a file: the sheet, the column of a heading ("" to leave it out), how days are written
    ("day first" or "month first").
    """

    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    days: str = ""

    def column_of(self, heading: str) -> str | None:
        """The code that was named for a heading, "" where it is to be left out; None where nothing was said."""
        key = heading_key(heading) or heading
        return next((code for name, code in self.columns.items() if (heading_key(name) or name) == key), None)


def as_columns(columns: Iterable[Column | str]) -> tuple[Column, ...]:
    return tuple(each if isinstance(each, Column) else Column(each) for each in columns)
