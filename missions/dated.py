"""Operations and missions with the columns that ``missions.queries`` adds: what holds on the day that was asked for."""

import datetime
from typing import TYPE_CHECKING, TypedDict

from missions.models import Mission, Operation


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
    """Added by ``missions_on``; None where nothing is in force or on record."""

    authorized: int | None
    authorized_from: datetime.date | None
    is_first_day_known: bool | None
    status: str | None
    status_from: datetime.date | None
    status_explanation_en: str | None
    status_explanation_fr: str | None
    terms_from: datetime.date | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    DatedOperation = WithAnnotations[Operation, OperationColumns]
    DatedMission = WithAnnotations[Mission, MissionColumns]
else:
    DatedOperation, DatedMission = Operation, Mission
