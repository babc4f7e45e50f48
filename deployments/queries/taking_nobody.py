"""Tours that have not begun, with days on which terms by now take nobody: decided before, and gone on with knowingly."""

import datetime

from django.utils.translation import gettext as _

from deployments.domain.tours.new_days import closed_words
from deployments.domain.verbs.tours import BEFORE_DEPARTURE
from deployments.limits.levels import closed_spans_of
from deployments.limits.rule import Span
from deployments.models import Deployment


def first_closed_days(today: datetime.date) -> dict[int, datetime.date]:
    """Of each tour to begin that has such days, by its primary key, the first of them. Three queries."""
    ahead = Deployment.objects.filter(state__in=BEFORE_DEPARTURE, last_day__gte=today).order_by()
    tours = list(ahead.select_related("posting__mission"))
    closed = closed_spans_of({tour.posting_id: tour.posting for tour in tours}.values())
    found = {tour.pk: _closed_days(tour, closed[tour.posting_id], today) for tour in tours}
    return {pk: min(days).first_day for pk, days in found.items() if days}


def closed_days_words(tour: Deployment, today: datetime.date) -> str:
    """Which terms take nobody on days of the tour, and that the desk may go on all the same; "" where none do."""
    days = _closed_days(tour, closed_spans_of([tour.posting])[tour.posting_id], today)
    if not days:
        return ""
    said = dict.fromkeys(closed_words(tour.posting, span) for span in days)
    return _("%(terms)s The place was kept all the same; cancel the tour if nobody is to go.") % {
        "terms": " ".join(said)
    }


def _closed_days(tour: Deployment, closed: list[Span], today: datetime.date) -> list[Span]:
    """The days of the tour, from ``today`` on, that lie in one of the spans."""
    first = max(tour.first_day, today)
    met = (Span(max(span.first_day, first), min(span.last_day, tour.last_day)) for span in sorted(closed))
    return [span for span in met if span.first_day <= span.last_day]
