"""The cells of a row as values; what cannot be one becomes a problem at its line and column."""

import datetime
import re
from functools import lru_cache
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.parsing.names import heading_key
from core.tabular import Problem, TableRow
from core.text.bilingual import in_each
from core.text.languages import LANGUAGES
from deployments.imports.names import Names
from deployments.models import AssessmentOutcome
from missions.models import TermsStatus
from missions.models.strength import GREATEST_NUMBER

Found = TypeVar("Found")
YES_NO = {"yes": True, "no": False, "": None}
NO_DAY = datetime.date.min
UP_TO = re.compile(
    r"^(?:up to|jusqu['’]à(?: concurrence de)?|au (?:plus|maximum)|at most|(?:no|not) more than|maximum|max\.?)\s*:?\s*"
    r"|\s*\(?(?:tout au plus|au plus|at most|au maximum|maximum|max\.?)\)?$",
    re.IGNORECASE,
)
# What people write behind a number, by column; the others count officers or places.
UNITS = {
    "tour_months": re.compile(r"(?<=\d)\s*(?:months?|mois)$", re.IGNORECASE),
    **dict.fromkeys(
        ("min_age", "max_age", "min_service_years", "max_retired_years"),
        re.compile(r"(?<=\d)\s*(?:years?|ans?|années?)$", re.IGNORECASE),
    ),
}
COUNTED = re.compile(
    r"(?<=\d)\s*(?:police officers?|officers?|policiers?|policières?|agente?s?|people|persons?|personnes?|places?|posts?"
    r"|postes?|positions?)$",
    re.IGNORECASE,
)
CODES_ALSO = {"en": ("eng", "en-CA"), "fr": ("fra", "fre", "fr-CA"), "es": ("spa",), "ar": ("ara",)}
AND = re.compile(r"\s+(?:and|et)\s+|\s*&\s*", re.IGNORECASE)
# What lists say beside the words of the portal.
SAID_ALSO: dict[models.TextChoices, tuple[str, ...]] = {
    TermsStatus.ACTIVE: ("ongoing", "en cours"),
    TermsStatus.REASSESSMENT: ("in reassessment", "under reassessment", "réévaluation"),
    TermsStatus.CLOSED: ("ended", "close", "fermée", "clôturée"),
    AssessmentOutcome.PASSED: ("pass", "success", "succès"),
    AssessmentOutcome.FAILED: ("fail", "failure", "échec"),
}


class Cells:
    """Reads one row; ``problems`` gathers what was wrong with it. Where a cell is wrong, its value is a stopgap."""

    def __init__(self, row: TableRow, problems: list[Problem]) -> None:
        self.row, self.problems, self.line = row, problems, row.line

    def wrong(self, column: str, message: object) -> None:
        self.problems.append(Problem(self.line, message, column, self.row[column][:60]))

    def has(self, column: str) -> bool:
        """Whether the file has the column: what it does not have is not changed."""
        return column in self.row

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
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.wrong(column, gettext("Not a day as YYYY-MM-DD: “%(value)s”.") % {"value": value})
        return NO_DAY

    def number(self, column: str) -> int | None:
        """A whole number from 0 ("22", "22.0", "1 000", "Up to 22"); None where the cell is empty."""
        value = self.row[column]
        if not value:
            return None
        counted = UNITS.get(column, COUNTED).sub("", UP_TO.sub("", value))
        digits = re.sub(r"\s(?=\d{3})", "", counted)
        found = re.fullmatch(r"([0-9]{1,9})([.,]0*)?", digits)
        if found and int(found[1]) <= GREATEST_NUMBER and not re.fullmatch(r"[0-9]{1,3}[.,]000", digits):
            return int(found[1])
        self.wrong(
            column,
            gettext("Not a whole number from 0 to %(largest)s: “%(value)s”.")
            % {"largest": GREATEST_NUMBER, "value": value},
        )
        return None

    def yes_no(self, column: str) -> bool | None:
        """True, False, or None where the cell is empty."""
        value = self.row[column].casefold()
        if value not in YES_NO:
            self.wrong(column, gettext("Not yes or no: “%(value)s”.") % {"value": self.row[column]})
        return YES_NO.get(value)

    def choice(self, column: str, choices: type[models.TextChoices], *, required: bool = True) -> str:
        """One of the choices, by its code or its words in either language."""
        value = self.row[column]
        if not value and not required:
            return ""
        found = _choices(choices).find(value) or _alike(choices).get(_stem(value))
        if found is None:
            self.wrong(
                column,
                gettext("“%(value)s” is not one of: %(values)s.")
                % {"value": value, "values": ", ".join(choices.values)},
            )
        return found or value

    def languages(self, column: str) -> tuple[str, ...]:
        """Codes of languages, by code or name, parted by semicolons or commas."""
        return self.names(
            column, language_names(), _("Unknown language code: %(codes)s. Use ISO 639-1 codes such as en or fr.")
        )

    def names(self, column: str, known: Names[Found], message: object) -> tuple[Found, ...]:
        """Several records by name, each once, in their order; ``message`` names with %(codes)s those that are unknown."""
        whole = known.find(self.row[column]) if self.row[column] else None
        parts = [self.row[column]] if whole is not None else [p.strip() for p in re.split("[;,/|]", self.row[column])]
        found = {part: known.find(part) for text in parts for part in _joined(text, known) if part}
        if unknown := [part for part, record in found.items() if record is None]:
            near = known.nearest(unknown[0], cutoff=0.75) if len(unknown) == 1 else ""
            nearest = " " + gettext("Nearest: “%(name)s”.") % {"name": near} if near else ""
            self.wrong(column, str(message) % {"codes": ", ".join(unknown)} + nearest)
        return tuple(dict.fromkeys(record for record in found.values() if record is not None))

    def record(self, column: str, known: Names[Found], message: object, *, required: bool = True) -> Found | None:
        """One record by name; ``message`` says with %(value)s that there is none, and the nearest name is added."""
        value = self.row[column]
        if not value and not required:
            return None
        found = known.find(value) if value else None
        if found is None:
            words = str(message) % {"value": value}
            if value and (near := known.nearest(value)):
                words += " " + gettext("Nearest: “%(name)s”.") % {"name": near}
            self.wrong(column, words)
        return found


def _joined(text: str, known: Names[Found]) -> list[str]:
    """A name, or those that "and" joins where it is none: "Mali and Niger"."""
    return [text] if known.find(text) is not None else [part.strip() for part in AND.split(text)]


def _stem(text: str) -> str:
    """A word without its ending, which says whether it is feminine or plural."""
    return re.sub(r"(?:ve?|fs?|es?|s)+$", "", heading_key(text))


@lru_cache(maxsize=64)
def _alike(choices: type[models.TextChoices]) -> dict[str, str]:
    """The choices by what their words begin with, where that is one choice alone."""
    found: dict[str, set[str]] = {}
    for member in choices:
        for word in (member.value, *in_each(member.label).values(), *SAID_ALSO.get(member, ())):
            found.setdefault(_stem(word), set()).add(member.value)
    return {stem: values.pop() for stem, values in found.items() if stem and len(values) == 1}


@lru_cache(maxsize=64)
def _choices(choices: type[models.TextChoices]) -> Names[str]:
    return Names((member.value, [member.value, *in_each(member.label).values()]) for member in choices)


@lru_cache(maxsize=1)
def language_names() -> Names[str]:
    return Names((code, [code, *in_each(name).values(), *CODES_ALSO.get(code, ())]) for code, name in LANGUAGES.items())
