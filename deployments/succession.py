"""Around one tour: whom it takes over from, who takes over from it, and who could."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from deployments.capacity import Span
from deployments.domain.days import ONE_DAY
from deployments.models import Application, ApplicationState, Deployment
from deployments.rotation import Relay, lasting, successors

MOST = 10
COULD_FOLLOW = [ApplicationState.QUALIFIED, ApplicationState.NOMINATED]


@dataclass(frozen=True)
class Succession:
    """A tour between the one before and the one after it in the posting.

    ``candidates`` are applications that could be selected for ``days``: as many as the tour has, from the day after it.
    """

    before: Relay | None
    after: Relay
    candidates: tuple[Application, ...]
    days: Span


def succession_of(tour: Deployment, today: datetime.date) -> Succession:
    """Who comes before and after ``tour``; candidates only for a live tour that nobody follows. At most two queries."""
    there = list(lasting(today).filter(posting=tour.posting).select_related("officer__user"))
    followed = successors(there)
    before = next((each for each in there if followed.get(each.pk) == tour), None)
    after = Relay(tour, followed.get(tour.pk), (tour.last_day - today).days)
    first_day = tour.last_day + ONE_DAY
    return Succession(
        Relay(before, tour, (before.last_day - today).days) if before else None,
        after,
        tuple(_candidates(tour)) if after.is_live and after.successor is None else (),
        Span(first_day, first_day + (tour.last_day - tour.first_day)),
    )


def _candidates(tour: Deployment) -> QuerySet[Application]:
    waiting = tour.posting.applications.filter(state__in=COULD_FOLLOW).exclude(officer=tour.officer)
    return waiting.select_related("officer__user").order_by("state_since", "pk")[:MOST]
