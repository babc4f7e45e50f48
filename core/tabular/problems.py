"""What is wrong with a file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal

SHOWN = 100


@dataclass(frozen=True)
class Problem:
    """One fault: ``line`` as a spreadsheet counts them (0 for the whole file), ``column`` by its header."""

    line: int
    message: object
    column: str = ""

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
    """Nothing of the file was taken; ``problems`` are in the order of its lines, the first SHOWN of them."""

    code = "file_refused"

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = sorted(problems, key=lambda problem: problem.line)
        self.problems = found[:SHOWN]
        self.left_out = len(found) - len(self.problems)
        super().__init__(_("The file was refused."), field="file")

    @classmethod
    def because(cls, message: object, line: int = 0, column: str = "") -> "FileRefused":
        """A refusal with one problem."""
        return cls([Problem(line, message, column)])

    def __str__(self) -> str:
        return "\n".join(self.sentences())

    def sentences(self) -> list[str]:
        """Every problem in the reader's language, and how many more there are."""
        said = [str(problem) for problem in self.problems]
        if self.left_out:
            said.append(ngettext("And %(n)s more.", "And %(n)s more.", self.left_out) % {"n": self.left_out})
        return said

    def as_json(self) -> dict:
        lines = [{"line": p.line, "column": p.column, "message": str(p.message)} for p in self.problems]
        return super().as_json() | {"problems": lines}
