"""Which days an act may name, and the reason that it must give: the same for every door."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Refusal
from core.text.dates import EARLIEST_DAY, ONE_DAY
from deployments.limits.refusals import iso
from deployments.limits.rule import Span
from deployments.models import Posting

HORIZON_YEARS = 10


def horizon(today: datetime.date) -> datetime.date:
    """The last day that an act may name: ten years from ``today``."""
    year = today.year + HORIZON_YEARS
    if (today.month, today.day) == (2, 29):
        return datetime.date(year, 3, 1)
    return today.replace(year=year)


def check_day(day: datetime.date, today: datetime.date, *, field: str) -> None:
    """Raise Refusal for a day before 1900 or more than ten years ahead."""
    if day < EARLIEST_DAY:
        raise Refusal(
            _("%(day)s is too long ago: the earliest day is %(earliest)s.")
            % {"day": iso(day), "earliest": iso(EARLIEST_DAY)},
            code="too_early",
            field=field,
        )
    if day > horizon(today):
        raise Refusal(
            _("%(day)s is more than %(years)s years ahead.") % {"day": iso(day), "years": HORIZON_YEARS},
            code="too_far",
            field=field,
        )


def check_interval(first_day: datetime.date, last_day: datetime.date, today: datetime.date) -> None:
    """Raise Refusal where the days are out of order, before 1900, or more than ten years ahead."""
    check_day(first_day, today, field="first_day")
    check_day(last_day, today, field="last_day")
    if last_day < first_day:
        raise Refusal(
            _("The last day, %(last)s, is before the first day, %(first)s.")
            % {"last": iso(last_day), "first": iso(first_day)},
            code="days_out_of_order",
            field="last_day",
        )


def check_ended(last_day: datetime.date, today: datetime.date) -> None:
    """Raise Refusal for an actual last day that is still to come."""
    if last_day > today:
        raise Refusal(
            _("The actual last day, %(day)s, cannot be after today.") % {"day": iso(last_day)},
            code="ends_in_future",
            field="last_day",
        )


def check_reason(reason: str, *, field: str = "reason") -> None:
    """Raise Refusal where no reason is given."""
    if not reason.strip():
        raise Refusal(_("Give a reason: it is kept in the history."), code="reason_required", field=field)


def planned_tour(posting: Posting, today: datetime.date) -> Span:
    """The planned days (both inclusive); what is not planned yet begins today and lasts the posting's usual months."""
    first_day = posting.tour_first_day or max(
        today, timezone.localdate(posting.closes_at) if posting.closes_at else today
    )
    if posting.tour_last_day:
        return Span(min(first_day, posting.tour_last_day), posting.tour_last_day)
    month = first_day.month - 1 + posting.tour_months
    year, month = first_day.year + month // 12, month % 12 + 1
    return Span(first_day, datetime.date(year, month, min(first_day.day, 28)) - ONE_DAY)
