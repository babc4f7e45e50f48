"""Around one tour: whom it takes over from, who takes over from it, and who could."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from core.text.dates import ONE_DAY
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, Deployment
from deployments.queries.rotation import Relay, lasting, relay_of, successors

MAX_CANDIDATES = 10
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
    """Who comes before and after ``tour``; candidates only for a live tour that nobody follows. At most three queries."""
    there = lasting(today).filter(posting=tour.posting).order_by()
    rows = there.values_list("pk", "posting_id", "first_day", "last_day", named=True)
    follower_of = {key: follower.pk for key, follower in successors(rows).items()}
    before = next((key for key, follower in follower_of.items() if follower == tour.pk), None)
    beside = Deployment.objects.select_related("officer__user").in_bulk({before, follower_of.get(tour.pk)} - {None})
    after = relay_of(tour, beside.get(follower_of.get(tour.pk)), today)
    first_day = tour.last_day + ONE_DAY
    return Succession(
        relay_of(beside[before], tour, today) if before else None,
        after,
        tuple(_candidates(tour)) if after.is_live and after.successor is None else (),
        Span(first_day, first_day + (tour.last_day - tour.first_day)),
    )


def _candidates(tour: Deployment) -> QuerySet[Application]:
    waiting = tour.posting.applications.filter(state__in=COULD_FOLLOW).exclude(officer=tour.officer)
    return waiting.select_related("officer__user").order_by("state_since", "pk")[:MAX_CANDIDATES]
