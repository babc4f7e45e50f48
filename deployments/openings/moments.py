"""When the state of an opening changes without anybody's act."""

import datetime

from django.db.models import Min, Q

from deployments.openings.opening import CLOSING_SOON, published

INSTANT = datetime.timedelta(microseconds=1)


def next_moment(now: datetime.datetime) -> datetime.datetime | None:
    """The first moment after ``now`` at which an opening opens, is about to close, or has closed; one query."""
    found = published().aggregate(
        opens=Min("opens_at", filter=Q(opens_at__gt=now)),
        closing=Min("closes_at", filter=Q(closes_at__gt=now + CLOSING_SOON)),
        closes=Min("closes_at", filter=Q(closes_at__gte=now)),
    )
    moments = (
        found["opens"],
        found["closing"] and found["closing"] - CLOSING_SOON,
        # It is open up to and with this moment.
        found["closes"] and found["closes"] + INSTANT,
    )
    return min(filter(None, moments), default=None)
