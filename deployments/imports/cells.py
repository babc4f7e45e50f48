"""The cells of a row as values; what cannot be one becomes a problem at its line and column."""

import datetime
import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tabular import Problem, Row

YES_NO = {"yes": True, "oui": True, "no": False, "non": False, "": None}
LARGEST = 999_999
NO_DAY = datetime.date.min


class Cells:
    """Reads one row; ``problems`` gathers what was wrong with it. Where a cell is wrong, its value is a stopgap."""

    def __init__(self, row: Row, problems: list[Problem]) -> None:
        self.row, self.problems, self.line = row, problems, row.line

    def wrong(self, column: str, message: object) -> None:
        self.problems.append(Problem(self.line, message, column))

    def text(self, column: str, *, limit: int, required: bool = True) -> str:
        value = self.row[column]
        if required and not value:
            self.wrong(column, _("This cell may not be empty."))
        if len(value) > limit:
            self.wrong(column, gettext("Longer than %(limit)s characters.") % {"limit": limit})
        return value

    def optional_day(self, column: str) -> datetime.date | None:
        return self.day(column) if self.row[column] else None

    def day(self, column: str) -> datetime.date:
        value = self.row[column]
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        self.wrong(column, gettext("Not a day as YYYY-MM-DD: “%(value)s”.") % {"value": value})
        return NO_DAY

    def number(self, column: str) -> int | None:
        """A whole number from 0 ("22" or "22.0"); None where the cell is empty."""
        value = self.row[column]
        if not value:
            return None
        found = re.fullmatch(r"([0-9]{1,9})(\.0*)?", value)
        if found and int(found[1]) <= LARGEST:
            return int(found[1])
        self.wrong(
            column,
            gettext("Not a whole number from 0 to %(largest)s: “%(value)s”.") % {"largest": LARGEST, "value": value},
        )
        return None

    def yes_no(self, column: str) -> bool | None:
        """True, False, or None where the cell is empty."""
        value = self.row[column].casefold()
        if value not in YES_NO:
            self.wrong(column, gettext("Not yes or no: “%(value)s”.") % {"value": self.row[column]})
        return YES_NO.get(value)

    def choice(self, column: str, values: Collection[str]) -> str:
        value = self.row[column].casefold()
        if value not in values:
            self.wrong(
                column,
                gettext("“%(value)s” is not one of: %(values)s.")
                % {"value": self.row[column], "values": ", ".join(values)},
            )
        return value

    def codes(self, column: str, known: Collection[str], message: object) -> tuple[str, ...]:
        """Codes parted by semicolons, each once, in their order; ``message`` names with %(codes)s those not in ``known``."""
        parts = _each_once(part.strip() for part in self.row[column].split(";"))
        by_folded = {code.casefold(): code for code in known}
        unknown = [part for part in parts if part.casefold() not in by_folded]
        if unknown:
            self.wrong(column, str(message) % {"codes": ", ".join(unknown)})
        return _each_once(by_folded.get(part.casefold(), "") for part in parts)


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
