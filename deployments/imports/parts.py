"""Cells that hold several small records of one: languages with levels, qualifications with grade and days."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from core.actors import Actor
from core.tabular.days import clear_day
from deployments.imports.cells import Cells, language_names
from deployments.imports.names import UNKNOWN_COUNTRY, Names, by_code_and_name, countries_of, country_codes
from deployments.imports.reports import LineReport
from deployments.imports.session import ImportSession
from deployments.imports.writing import in_parts, link_many, save_many
from deployments.models import LanguageRequirement, QualificationRequirement
from officers.models import LanguageRating, Qualification, QualificationGrant
from officers.models.language import LETTERS

SKILLS = ("reading", "writing", "speaking")
RATED = re.compile(r"(?P<name>[^:(=]+?)\s*[:(= ]\s*(?P<levels>(?:[ABC0–-][ /]?){1,3})\)?", re.IGNORECASE)
BETWEEN = re.compile(r"(?<=\d)\s*(?:/|→|[–—]|\bto\b|\bau\b|\s-\s)\s*(?=\d)")
LASTS = re.compile(r"(?P<first>\S+?)(?:\s*(?:/|→|\bto\b|\bau\b)\s*(?P<last>\S+))?$")
# What one part says: its key within the record, and its values by attribute.
Said = dict[Any, dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """Small records of one record, in one cell: what reads the cell, what writes it, the table behind it.

    What a cell does not name stays: a list adds and changes, and never takes anything away.
    """

    model: type[Model]
    owner: str
    keys: tuple[str, ...]
    attributes: tuple[str, ...]
    read: Callable[[Cells, str], Said]
    words: Callable[[Any, Mapping[str, Any]], str]

    def recorded(self, owners: Iterable[Any]) -> dict[int, Said]:
        """What is recorded for each of ``owners``, by their keys."""
        found: dict[int, Said] = {}
        for some in in_parts([owner.pk for owner in owners if owner.pk], 900):
            rows = self.model._default_manager.filter(**{f"{self.owner}__in": some})
            for row in rows.order_by("pk").values(f"{self.owner}_id", *self.keys, *self.attributes):
                key = self._key(row)
                found.setdefault(row[f"{self.owner}_id"], {})[key] = {name: row[name] for name in self.attributes}
        return found

    def _key(self, row: Mapping[str, Any]) -> Any:
        return tuple(row[name] for name in self.keys) if len(self.keys) > 1 else row[self.keys[0]]

    def in_words(self, said: Said) -> str:
        """The cell that says this."""
        return "; ".join(sorted(self.words(key, values) for key, values in said.items()))

    def afterwards(self, recorded: Said, said: Said) -> Said:
        """What the record has once the cell was brought."""
        return recorded | said

    def new(self, said: Said, recorded: Said) -> Said:
        """What of ``said`` is not recorded so."""
        return {
            key: values
            for key, values in said.items()
            if key not in recorded or self.words(key, values) != self.words(key, recorded[key])
        }

    def save(self, changed: Iterable[tuple[Any, Said, str]], *, by: Actor) -> None:
        """Write what each owner's cell brings that is new, with the note that its version keeps."""
        changed = list(changed)
        known: dict[Any, Any] = {}
        for some in in_parts([owner.pk for owner, _said, _note in changed], 900):
            for old in self.model._default_manager.filter(**{f"{self.owner}__in": some}):
                known[getattr(old, f"{self.owner}_id"), self._key(vars(old))] = old
        records = []
        for owner, said, note in changed:
            for key, values in said.items():
                parts = dict(zip(self.keys, key if len(self.keys) > 1 else (key,), strict=True))
                row: Any = known.get((owner.pk, key)) or self.model(**{f"{self.owner}_id": owner.pk}, **parts)
                for name, value in values.items():
                    setattr(row, name, value)
                if hasattr(row, "verified_by_id"):  # what somebody verified was something else
                    row.verified_by_id = row.verified_at = None
                records.append((row, note))
        save_many(records, by=by)


class LinkedCountries(Part):
    """The countries of a record, by their codes. The cell names all of them: what it leaves out is taken away."""

    def recorded(self, owners: Iterable[Any]) -> dict[int, Said]:
        found: dict[int, Said] = {}
        for some in in_parts([owner.pk for owner in owners if owner.pk], 900):
            links = self.model._default_manager.filter(**{f"{self.owner}__in": some})
            for key, code in links.values_list(f"{self.owner}_id", "country__code"):
                found.setdefault(key, {})[code] = {}
        return found

    def in_words(self, said: Said) -> str:
        return ";".join(sorted(said))

    def afterwards(self, recorded: Said, said: Said) -> Said:
        return said

    def new(self, said: Said, recorded: Said) -> Said:
        return said

    def save(self, changed: Iterable[tuple[Any, Said, str]], *, by: Actor) -> None:
        codes = {owner.pk: list(said) for owner, said, _note in changed}
        countries = countries_of(code for found in codes.values() for code in found)
        link_many(
            self.model, self.owner, "country", {key: [countries[c].pk for c in found] for key, found in codes.items()}
        )


def linked_countries(through: type[Model], owner: str) -> LinkedCountries:
    """The column that names the countries which ``through`` links to its ``owner``."""
    known = country_codes()

    def read(cells: Cells, column: str) -> Said:
        return {code: {} for code in cells.names(column, known, UNKNOWN_COUNTRY)}

    return LinkedCountries(through, owner, ("country",), (), read, lambda code, _values: str(code))


class Parts:
    """The parts that a list brings to its records: compared line by line, then written after the records."""

    def __init__(self, parts: Mapping[str, Part], owners: Iterable[Any] = ()) -> None:
        self.parts = parts
        listed = list(owners)
        self.recorded = {column: part.recorded(listed) for column, part in parts.items()} if listed else {}
        self.changed: dict[str, list[tuple[Any, Said, int]]] = {column: [] for column in parts}

    def read(self, cells: Cells) -> dict[str, Said]:
        """What a line says in the columns that the file has."""
        return {column: part.read(cells, column) for column, part in self.parts.items() if cells.has(column)}

    def compare(self, said: Mapping[str, Said], owner: Any, report: LineReport) -> None:
        """Add to the report what would change, and keep it to be written."""
        for column, brought in said.items():
            part = self.parts[column]
            now = self.recorded.get(column, {}).get(owner.pk, {}) if owner.pk else {}
            before, after = part.in_words(now), part.in_words(part.afterwards(now, brought))
            if before != after:
                report.compare(column, before, after)
                self.changed[column].append((owner, part.new(brought, now), report.line))

    def words(self, column: str, owner: Any) -> str:
        """The cell of a record, for a file."""
        return self.parts[column].in_words(self.recorded.get(column, {}).get(owner.pk, {}))

    def save(self, session: ImportSession) -> None:
        for column, changed in self.changed.items():
            if changed:
                noted = [(owner, new, session.note(line)) for owner, new, line in changed]
                self.parts[column].save(noted, by=session.by)


def _read_languages(cells: Cells, column: str) -> Said:
    """``fr:CBC; en:CCC``: by code or name, then reading, writing and speaking; one letter means all three."""
    found: Said = {}
    for text in _texts(re.sub(r"[,|]", ";", cells.row[column])):
        match = RATED.fullmatch(text)
        code = language_names().find(match["name"]) if match else None
        levels = read_letters(match["levels"]) if match else None
        if code is None or not levels:
            words = gettext("Not a language with levels as in fr:CBC (reading, writing, speaking): “%(value)s”.")
            cells.wrong(column, words % {"value": text})
            continue
        if found.setdefault(code, levels) != levels:
            cells.wrong(column, gettext("Said twice with different levels: “%(value)s”.") % {"value": text})
    return found


def read_letters(text: str) -> dict[str, int] | None:
    """Levels by skill of ``CBC`` or ``C``; nothing of an empty text, and None where it is no level."""
    letters = re.sub(r"[ /]", "", text).upper().replace("-", "–").replace("0", "–")
    if len(letters) not in (0, 1, 3) or any(letter not in LETTERS for letter in letters):
        return None
    return dict(zip(SKILLS, map(LETTERS.index, letters.ljust(3, letters[0])), strict=True)) if letters else {}


def as_letters(levels: Mapping[str, Any]) -> str:
    """The levels of the three skills as ``read_letters`` reads them."""
    return "".join(LETTERS[levels[skill]] for skill in SKILLS)


def _language_words(code: Any, values: Mapping[str, Any]) -> str:
    return f"{code}:{as_letters(values)}"


def _texts(cell: str) -> list[str]:
    return [text.strip() for text in re.split(r"[;\n]", cell) if text.strip()]


class Qualifications:
    """The kinds of qualification, by code and name; read once for a list."""

    def __init__(self) -> None:
        self.listed = {each.pk: each for each in Qualification.objects.all()}
        self.names: Names[Qualification] = by_code_and_name(self.listed.values())

    def _named(self, cells: Cells, column: str, text: str) -> tuple[Qualification, str] | None:
        """The qualification that begins ``text``, and the rest; the longest name that fits."""
        words = text.split()
        for count in range(len(words), 0, -1):
            found = self.names.find(" ".join(words[:count]))
            if found is not None:
                return found, " ".join(words[count:])
        near = self.names.nearest(words[0])
        nearest = " " + gettext("Nearest: “%(name)s”.") % {"name": near} if near else ""
        message = gettext("No qualification has this code or name: “%(value)s”.") % {"value": text}
        cells.wrong(column, message + nearest)
        return None

    def _grade(self, cells: Cells, column: str, kind: Qualification, text: str) -> str | None:
        """A grade as the qualification writes it, "" for none; None where it has no such grade."""
        grades = {grade.casefold(): grade for grade in kind.grade_list()}
        if not text or text.casefold() in grades:
            return grades.get(text.casefold(), "")
        words = gettext("%(kind)s has no grade “%(value)s”.") % {"kind": kind.name, "value": text}
        cells.wrong(column, words)
        return None

    def read_held(self, cells: Cells, column: str) -> Said:
        """``medical MS1 2025-02-01/2027-02-01; driving 2020-05-05``: what, grade, first and last day."""
        found: Said = {}
        for text in _texts(cells.row[column]):
            named = self._named(cells, column, BETWEEN.sub("/", text))
            if named is None:
                continue
            kind, rest = named
            grade_words, _space, days = rest.rpartition(" ")
            grade = self._grade(cells, column, kind, grade_words.strip())
            lasts = LASTS.match(days)
            first = clear_day(lasts["first"]) if lasts else None
            last = clear_day(lasts["last"]) if lasts and lasts["last"] else None
            if first is None or (lasts and lasts["last"] and last is None) or (last and last < first):
                words = gettext("Not a qualification with its days as in driving 2020-05-05/2026-05-04: “%(value)s”.")
                cells.wrong(column, words % {"value": text})
            elif last is None and kind.expires:
                words = gettext("%(kind)s has an end of validity: give its last day.") % {"kind": kind.name}
                cells.wrong(column, words)
            elif grade is not None:
                found[kind.pk, first] = {"grade": grade, "valid_until": last}
        return found

    def held_words(self, key: Any, values: Mapping[str, Any]) -> str:
        kind, first = key
        until = values["valid_until"]
        days = first.isoformat() + (f"/{until.isoformat()}" if until else "")
        return " ".join(filter(None, (self.listed[kind].code, values["grade"], days)))

    def read_asked(self, cells: Cells, column: str) -> Said:
        """``driving; medical MS1|MS2``: what, and the grades that will do (none: any)."""
        found: Said = {}
        for text in _texts(cells.row[column]):
            named = self._named(cells, column, text)
            if named is None:
                continue
            kind, rest = named
            parts = [part.strip() for part in re.split(r"[|,]", rest.strip(" ()")) if part.strip()]
            grades = [self._grade(cells, column, kind, part) for part in parts]
            if None not in grades:
                found[kind.pk] = {"grades": ";".join(grade or "" for grade in grades)}
        return found

    def asked_words(self, key: Any, values: Mapping[str, Any]) -> str:
        grades = "|".join(part.strip() for part in values["grades"].split(";") if part.strip())
        return " ".join(filter(None, (self.listed[key].code, grades)))


def parts_of_officers() -> dict[str, Part]:
    """The columns of a list of officers that hold parts of the profile."""
    kinds = Qualifications()
    return {
        "languages": Part(LanguageRating, "officer", ("language",), SKILLS, _read_languages, _language_words),
        "qualifications": Part(
            QualificationGrant,
            "officer",
            ("qualification_id", "valid_from"),
            ("grade", "valid_until"),
            kinds.read_held,
            kinds.held_words,
        ),
    }


def parts_of_postings() -> dict[str, Part]:
    """The columns of a list of postings that hold what is asked of officers."""
    kinds = Qualifications()
    return {
        "languages": Part(LanguageRequirement, "posting", ("language",), SKILLS, _read_languages, _language_words),
        "qualifications": Part(
            QualificationRequirement,
            "posting",
            ("qualification_id",),
            ("grades",),
            kinds.read_asked,
            kinds.asked_words,
        ),
    }
