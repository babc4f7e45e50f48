"""Around one tour: whom it takes over from, who takes over from it, and who could."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from core.text.dates import ONE_DAY
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, Deployment
from deployments.queries.rotation import Follower, Relay, followers, lasting, relay_of, rows_of

MAX_CANDIDATES = 10
COULD_FOLLOW = [ApplicationState.QUALIFIED, ApplicationState.NOMINATED]


@dataclass(frozen=True)
class Succession:
    """A tour between the one before and the one after it in the posting, each named or likely.

    ``candidates`` are applications that could be selected for ``days``: as many as the tour has, from the day after it.
    """

    before: Relay | None
    after: Relay
    candidates: tuple[Application, ...]
    days: Span


def succession_of(tour: Deployment, today: datetime.date) -> Succession:
    """Who comes before and after ``tour``; candidates only for a live tour for which nobody is named. Four queries at most."""
    rows = rows_of(lasting(today).filter(posting=tour.posting).order_by())
    found = followers(rows)
    if (named := tour.relieved_by.values_list("pk", flat=True).first()) is not None:
        found[tour.pk] = Follower(named, is_named=True)
    follower = found.get(tour.pk)
    before = tour.relieves_id or next((key for key, each in found.items() if each.pk == tour.pk), None)
    wanted = {before, follower.pk if follower else None} - {None}
    beside = {tour.pk: tour, **Deployment.objects.select_related("officer__user").in_bulk(wanted)}
    after = relay_of(tour, follower, beside, today)
    first_day = tour.last_day + ONE_DAY
    return Succession(
        relay_of(beside[before], Follower(tour.pk, before == tour.relieves_id), beside, today) if before else None,
        after,
        tuple(_candidates(tour)) if after.is_live and not after.is_named else (),
        Span(first_day, first_day + (tour.last_day - tour.first_day)),
    )


def _candidates(tour: Deployment) -> QuerySet[Application]:
    waiting = tour.posting.applications.filter(state__in=COULD_FOLLOW).exclude(officer=tour.officer)
    return waiting.select_related("officer__user").order_by("state_since", "pk")[:MAX_CANDIDATES]
