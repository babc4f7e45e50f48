"""What is wrong with a file, and where; what has to be answered before it can be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal

SHOWN = 100


@dataclass(frozen=True)
class Problem:
    """One fault: ``line`` as a spreadsheet counts them (0 for the whole file), ``column`` by its header, its value.

    ``link`` is where it can be put right, if not in the file.
    """

    line: int
    message: object
    column: str = ""
    value: str = ""
    link: str = ""

    def __str__(self) -> str:
        if not self.line:
            return str(self.message)
        if not self.column:
            return gettext("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}
        return gettext("Line %(line)s, %(column)s: %(message)s") % {
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


class FileRefused(Refusal):
    """Nothing of the file was taken; ``problems`` are in the order of its lines, of which the first SHOWN are said."""

    code = "file_refused"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(_("The file was refused."), field="file")

    @classmethod
    def because(cls, message: object, line: int = 0, column: str = "") -> "FileRefused":
        """A refusal with one problem."""
        return cls([Problem(line, message, column)])

    @property
    def left_out(self) -> int:
        """How many problems are not said one by one."""
        return max(0, len(self.problems) - SHOWN)

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def sentences(self) -> list[str]:
        """The problems in the reader's language, and how many more there are."""
        said = [str(problem) for problem in self.problems[:SHOWN]]
        if self.left_out:
            said.append(ngettext("And %(n)s more.", "And %(n)s more.", self.left_out) % {"n": self.left_out})
        return said

    def as_json(self) -> dict[str, Any]:
        lines = [
            {"line": p.line, "column": p.column, "message": str(p.message), "value": p.value}
            for p in self.problems[:SHOWN]
        ]
        return super().as_json() | {"problems": lines}


class FileAsks(FileRefused):
    """The file cannot be read before a question about it is answered (core.tabular.columns.Answers)."""


class WhichSheet(FileAsks):
    """More than one sheet could be the list."""

    code = "which_sheet"

    def __init__(self, sheets: Sequence[str]) -> None:
        words = _("More than one sheet could be the list: %(names)s. Name the one to import.")
        super().__init__([Problem(0, words % {"names": ", ".join(sheets)})])
        self.sheets = list(sheets)

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"sheets": self.sheets}


class WhichColumns(FileAsks):
    """Headings that name no column of the list: each is left out, or named as a column, by whoever brings the file."""

    code = "which_columns"

    def __init__(self, line: int, headings: Sequence[str], missing: Sequence[str], free: Sequence[str]) -> None:
        named = ", ".join(gettext("“%(value)s”") % {"value": heading[:60]} for heading in headings[:20])
        problems = [
            Problem(line, _("Unknown columns: %(names)s. Leave them out, or name their columns.") % {"names": named})
        ]
        if missing:
            problems.append(Problem(line, _("Columns are missing: %(names)s.") % {"names": ", ".join(missing)}))
        super().__init__(problems)
        self.headings, self.missing, self.free = list(headings), list(missing), list(free)

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"headings": self.headings, "missing": self.missing, "columns": self.free}


class WhichDays(FileAsks):
    """Days in figures that can be read in two ways; ``proposed`` is the one that a line suggests."""

    code = "which_days"

    def __init__(self, problem: Problem, proposed: str, because: Problem | None) -> None:
        super().__init__([problem, *([because] if because else [])])
        self.proposed = proposed

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"proposed": self.proposed}
