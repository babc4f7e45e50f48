"""Dated versions as a reader sees them: which holds, which has ended, which is planned, which was withdrawn."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.charts import Life
from core.text.dates import ONE_DAY, DatePrecision, PartialDate
from missions.dated import DatedMission, DatedOperation
from missions.models import AuthorizedStrength, TermsStatus
from missions.models.versions import Version, VersionT


class Standing(models.TextChoices):
    IN_FORCE = "in_force", _("In force")
    ENDED = "ended", _("Ended")
    LATER = "later", _("Later")
    PLANNED = "planned", _("Planned")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@dataclass(frozen=True)
class Entry(Generic[VersionT]):
    """A version, its last day (None: until further notice), and whether it is past, in force, ahead or withdrawn."""

    version: VersionT
    until: datetime.date | None
    standing: Standing


def timeline(versions: Iterable[VersionT], *, day: datetime.date, today: datetime.date) -> list[Entry[VersionT]]:
    """The versions seen from ``day``, latest first; a version that begins after ``today`` is planned."""
    entries: list[Entry[VersionT]] = []
    until: datetime.date | None = None
    for version in sorted(versions, key=_by_day, reverse=True):
        if version.withdrawn_at:
            entries.append(Entry(version, None, Standing.WITHDRAWN))
            continue
        entries.append(Entry(version, until, _standing(version.effective_from, until, day, today)))
        until = version.effective_from - ONE_DAY
    return entries


def _standing(begins: datetime.date, until: datetime.date | None, day: datetime.date, today: datetime.date) -> Standing:
    if begins > day:
        return Standing.PLANNED if begins > today else Standing.LATER
    return Standing.ENDED if until and until < day else Standing.IN_FORCE


def in_force(entries: Iterable[Entry[VersionT]]) -> VersionT | None:
    """The version in force on the timeline's day."""
    return next((entry.version for entry in entries if entry.standing == Standing.IN_FORCE), None)


def next_change(entries: Iterable[Entry[VersionT]]) -> VersionT | None:
    """The first version that begins after the timeline's day."""
    ahead = [entry.version for entry in entries if entry.standing in (Standing.PLANNED, Standing.LATER)]
    return ahead[-1] if ahead else None


def terms_on_record_since(
    terms: Iterable[Version], numbers: Iterable[AuthorizedStrength], starts: PartialDate | None
) -> Version | None:
    """The first terms, of which nothing says whether they held before their day; None where it is known for another reason.

    It is known where a number that knows its first day begins with them, or the mission itself.
    """
    first = min((version for version in terms if not version.withdrawn_at), key=_by_day, default=None)
    known = {number.effective_from for number in numbers if number.is_first_day_known and not number.withdrawn_at}
    if starts and starts.precision == DatePrecision.DAY:
        known.add(starts.date)
    return None if first is None or first.effective_from in known else first


def _by_day(version: Version) -> tuple[datetime.date, int]:
    return version.effective_from, version.pk


@dataclass(frozen=True)
class PastOperation:
    """An operation of the past: since when it had a number, from which day it has none or is closed, its last number."""

    operation: DatedOperation
    began: datetime.date | None
    ended: datetime.date | None
    last_number: int | None

    @property
    def is_closed(self) -> bool:
        return self.operation.status == TermsStatus.CLOSED


def past(operation: DatedOperation) -> PastOperation:
    """Read the prefetched standing versions of ``operation``, earliest first, up to the page's day."""
    numbers = list(operation.strengths.all())
    given = [version for version in numbers if version.maximum is not None]
    ends = [
        _beginning_of_last(numbers, lambda version: version.maximum is None),
        _beginning_of_last(operation.terms.all(), lambda version: version.status == TermsStatus.CLOSED),
    ]
    return PastOperation(
        operation,
        began=given[0].effective_from if given else None,
        ended=min(filter(None, ends), default=None),
        last_number=given[-1].maximum if given else None,
    )


def _beginning_of_last(versions: Iterable[VersionT], matches: Callable[[VersionT], bool]) -> datetime.date | None:
    """The first day of the unbroken run of matching versions that the last version ends; None if it does not match."""
    began = None
    for version in versions:
        began = (began or version.effective_from) if matches(version) else None
    return began


def latest_change(
    records: Iterable[Any],
    versions: Iterable[Version],
    *,
    until: datetime.date,
    moments: Iterable[datetime.datetime | datetime.date | None] = (),
) -> datetime.date | None:
    """The day of the latest change of content, number or terms: an edit, a recording, a withdrawal, a coming into force.

    A version comes into force as a change of the page on its day, if that is not after ``until``.
    """
    found: list[datetime.datetime | datetime.date | None] = [record.changed_at for record in records]
    found += moments
    for version in versions:
        found += [version.recorded_at, version.withdrawn_at, None if version.withdrawn_at else version.effective_from]
    end = timezone.make_aware(datetime.datetime.combine(until + ONE_DAY, datetime.time()))
    times = [at for at in found if isinstance(at, datetime.datetime) and at < end]
    days: list[datetime.date] = [at for at in found if at and not isinstance(at, datetime.datetime) and at <= until]
    if times:
        days.append(timezone.localdate(max(times)))
    return max(days, default=None)


def steps(numbers: Iterable[Entry[AuthorizedStrength]]) -> list[tuple[datetime.date, int | None]]:
    """The numbers of a timeline that were not withdrawn, earliest first, as a chart takes them."""
    standing = [entry.version for entry in reversed(list(numbers)) if not entry.version.withdrawn_at]
    return [(version.effective_from, version.maximum) for version in standing]


def lives(missions: Iterable[DatedMission]) -> list[Life]:
    """From when to when each mission of ``missions_on`` lasts; one whose first day is not on record is left out."""
    found = []
    for mission in missions:
        first = mission.starts_on or mission.terms_from
        last = mission.ends.last if mission.ends else None
        if last is None and mission.status == TermsStatus.CLOSED and mission.status_from:
            last = mission.status_from - ONE_DAY
        if first is not None:
            found.append(Life(mission.acronym or mission.name, first, last if last is None else max(first, last)))
    return found
