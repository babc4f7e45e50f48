"""The rows of a file by column, and what is said of how it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.tabular.problems import Problem


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record: its line in the file and its cells by column, trimmed, composed (NFC), "" where empty."""

    line: int
    places: Mapping[str, int]
    values: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        place = self.places.get(column)
        return "" if place is None else self.values[place]

    def __contains__(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.places

    @property
    def cells(self) -> dict[str, str]:
        return {column: self.values[place] for column, place in self.places.items()}


@dataclass
class Table:
    """The rows of a file, what is to be said about how it was read, and its wrong lines where they are wanted."""

    rows: list[TableRow]
    notes: list[str]
    head: list[str]
    problems: list[Problem] = field(default_factory=list)
    wrong: list[TableRow] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
