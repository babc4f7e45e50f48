"""Operations and missions with the columns that ``missions.queries`` adds: what holds on the day that was asked for."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from core.text.bilingual import in_own_language
from missions.models import Mission, Operation


@dataclass(slots=True)
class KnownPosting:
    """What a public page says of a posting, and by what it is known how old the page is.

    ``opening`` is its state, a ``PostingState`` of missions.facts, where it is an opening now.
    """

    pk: int
    mission_id: int
    reference: str
    status: str
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    changed_at: datetime.datetime
    title_en: str
    title_fr: str
    duty_station_en: str
    duty_station_fr: str
    opening: Any = None

    @property
    def title(self) -> str:
        return in_own_language(self, "title")

    @property
    def duty_station(self) -> str:
        return in_own_language(self, "duty_station")


class OperationColumns(TypedDict):
    """Added by ``operations_on``; None where nothing is in force or on record."""

    authorized: int | None
    authorized_from: datetime.date | None
    is_first_day_known: bool | None
    instrument: str | None
    instrument_fr: str | None
    status: str | None
    is_armed: bool | None
    languages: list[str] | None
    status_from: datetime.date | None
    status_explanation_en: str | None
    status_explanation_fr: str | None
    numbers_from: datetime.date | None
    terms_from: datetime.date | None


class MissionColumns(TypedDict):
    """Added by ``missions_on``; None where nothing is in force or on record. ``known_postings`` by the queries that say so."""

    authorized: int | None
    authorized_from: datetime.date | None
    is_first_day_known: bool | None
    status: str | None
    status_from: datetime.date | None
    status_explanation_en: str | None
    status_explanation_fr: str | None
    terms_from: datetime.date | None
    known_postings: Sequence[KnownPosting]


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    DatedOperation = WithAnnotations[Operation, OperationColumns]
    DatedMission = WithAnnotations[Mission, MissionColumns]
else:
    DatedOperation, DatedMission = Operation, Mission
