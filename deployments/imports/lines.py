"""A line of a list of operations, read."""

import datetime
from dataclasses import dataclass
from typing import Any

from missions.models import Programme


@dataclass(frozen=True)
class Terms:
    """The status of an operation; empty where the list gives none."""

    status: str
    armed: bool | None
    languages: tuple[str, ...]

    def says_the_same(self, other: "Terms | None") -> bool:
        """The order of the languages says nothing."""
        return other is not None and (self.status, self.armed, set(self.languages)) == (
            other.status,
            other.armed,
            set(other.languages),
        )


@dataclass(frozen=True)
class OperationLine:
    """One line of the list, read. ``terms`` None changes no terms, ``authorized`` None no number."""

    line: int
    code: str
    name_en: str
    name_fr: str
    countries: tuple[str, ...] | None
    category: str
    programme: Programme | None
    terms: Terms | None
    authorized: int | None
    effective_from: datetime.date
    instrument: str
    instrument_fr: str = ""
    is_first_day_known: bool = True

    @property
    def undated(self) -> tuple[Any, ...]:
        """What a list says of an operation whatever the day."""
        return (self.name_en, self.name_fr, frozenset(self.countries or ()), self.category, self.programme)
