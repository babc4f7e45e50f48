"""A line of a list of operations or missions, read."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, LONG_TEXT, YES_NO, Column
from missions.models import Programme, TermsStatus

# What operations and missions have from a day on, then whether they show on the public pages.
DATED = (
    Column("status", _("Status"), ("statut", "état"), required=False, example="active", allowed=tuple(TermsStatus)),
    Column("authorized", _("Authorized police deployments"), ("authorized strength", "effectif autorisé", "nombre autorisé", "number", "nombre", "maximum"), required=False, example="22"),
    Column("effective_from", _("In force from"), ("from", "à partir du", "en vigueur le", "effective from", "since", "depuis"), kind=DAY, required=False, example="2027-04-01"),
    Column("instrument", _("Instrument"), ("acte", "décision"), required=False, example="Order 7"),
    Column("instrument_fr", _("Instrument in French"), required=False),
    Column("first_day_known", _("First day known"), kind=YES_NO, required=False),
)  # fmt: skip
PUBLISHED = Column(
    "is_published", _("Shown to the public"), ("published", "publié", "publiée", "public"), YES_NO, required=False
)
SUMMARIES = (
    Column("summary_en", _("Summary in English"), ("summary",), LONG_TEXT, required=False),
    Column("summary_fr", _("Summary in French"), ("résumé", "sommaire"), LONG_TEXT, required=False),
)


@dataclass(frozen=True)
class Terms:
    """The status of an operation or mission; of a mission nothing else."""

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


@dataclass(frozen=True, kw_only=True)
class DatedValues:
    """What a line says from its day on. ``terms`` None changes no terms, ``authorized`` None no number, unless it
    ``ends_limit``.
    """

    line: int
    code: str
    terms: Terms | None
    authorized: int | None
    effective_from: datetime.date
    instrument: str
    instrument_fr: str = ""
    is_first_day_known: bool = True
    ends_limit: bool = False

    @property
    def says_number(self) -> bool:
        return self.authorized is not None or self.ends_limit


@dataclass(frozen=True, kw_only=True)
class OperationLine(DatedValues):
    """One line of a list of operations, read."""

    name_en: str
    name_fr: str
    countries: tuple[str, ...] | None
    category: str
    programme: Programme | None
    is_published: bool | None = None
    summaries: Mapping[str, str] = field(default_factory=dict)

    @property
    def undated(self) -> tuple[Any, ...]:
        """What a list says of an operation whatever the day."""
        return (
            self.name_en,
            self.name_fr,
            frozenset(self.countries or ()),
            self.category,
            self.programme,
            self.is_published,
        )

    def summaries_differ(self, first: "OperationLine") -> bool:
        """Whether it says another summary than the operation's first line; an empty cell says nothing."""
        return any(text and text != first.summaries[name] for name, text in self.summaries.items())
