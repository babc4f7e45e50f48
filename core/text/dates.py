"""Days, and dates known only to the month or the year ("July 2015", "2004")."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Self, overload

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Names of Canada's time zones in French; those of other zones are written alike in both languages.
FRENCH_ZONES = {
    "NST": "HNT", "AST": "HNA", "EST": "HNE", "CST": "HNC", "MST": "HNR", "PST": "HNP",
    "NDT": "HAT", "ADT": "HAA", "EDT": "HAE", "CDT": "HAC", "MDT": "HAR", "PDT": "HAP",
}  # fmt: skip


EARLIEST_DAY = datetime.date(1900, 1, 1)
LATEST_DAY = datetime.date(2199, 12, 31)
ONE_DAY = datetime.timedelta(days=1)


def today_here() -> datetime.date:
    """The present day in the portal's time zone (Toronto unless set otherwise)."""
    return timezone.localdate()


def in_words(day: datetime.date) -> str:
    """A day as people write it: "October 17, 2019", « 1er juin 2016 »; a time gives its day in the portal's time zone."""
    if isinstance(day, datetime.datetime):
        day = timezone.localdate(day)
    words = date_format(day, "DATE_FORMAT")
    return f"1er {words[2:]}" if get_language() == "fr" and day.day == 1 else words


def days_in_words(first_day: datetime.date, last_day: datetime.date) -> str:
    """Both days in words."""
    return f"{in_words(first_day)} – {in_words(last_day)}"


def clock(moment: datetime.datetime) -> str:
    """The time of day in the portal's zone, which it names: "23:59 EST", « 23 h 59 HNE »."""
    local = timezone.localtime(moment)
    zone = local.tzname() or ""
    if get_language() == "fr":
        return f"{local:%H}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{local:%M} {FRENCH_ZONES.get(zone, zone)}"
    return f"{local:%H:%M} {zone}"


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


@dataclass(frozen=True)
class PartialDate:
    """A date with the precision to which it is known; ``date`` is the first day that it can mean."""

    date: datetime.date
    precision: str = DatePrecision.DAY

    def __str__(self) -> str:
        if self.precision == DatePrecision.YEAR:
            return str(self.date.year)
        return date_format(self.date, "YEAR_MONTH_FORMAT" if self.precision == DatePrecision.MONTH else "DATE_FORMAT")

    @property
    def last(self) -> datetime.date:
        """The last day that it can mean: December 31 of a year."""
        if self.precision == DatePrecision.DAY:
            return self.date
        year, month = self.date.year, 12 if self.precision == DatePrecision.YEAR else self.date.month
        return datetime.date(year, month, calendar.monthrange(year, month)[1])

    @property
    def iso(self) -> str:
        """As a machine reads it: 2004, 2015-07 or 2019-10-16."""
        return self.date.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]


class PartialDateOf:
    """Reads the columns ``<field>_on`` and ``<field>_precision`` as one PartialDate, or None."""

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: models.Model, owner: type) -> PartialDate | None: ...

    def __get__(self, instance: models.Model | None, owner: type) -> Self | PartialDate | None:
        if instance is None:
            return self
        day = getattr(instance, f"{self.field}_on")
        return PartialDate(day, getattr(instance, f"{self.field}_precision")) if day else None
