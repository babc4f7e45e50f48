"""Who follows whom in a posting: successors, gaps and overlaps of tours."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from deployments.models import Deployment, DeploymentState

STAGES = (30, 60, 90, 120)
HANDOVER = datetime.timedelta(days=30)
RECENT = datetime.timedelta(days=60)


def lasting(today: datetime.date) -> QuerySet[Deployment]:
    """Tours to come, under way or just over: those among which successors are found."""
    return Deployment.objects.consuming().filter(last_day__gte=today - RECENT)


def successors(tours: Iterable) -> dict[int, object]:
    """The tour that takes over from another in the same posting, by the primary key of the one before.

    The tours that end first are served first, each by the earliest departure that nobody has yet: one that begins after
    its own tour did, at most HANDOVER before it ends. ``tours`` have ``pk``, ``posting_id``, ``first_day``, ``last_day``.
    """
    by_posting = defaultdict(list)
    for tour in tours:
        by_posting[tour.posting_id].append(tour)
    return {key: follower for there in by_posting.values() for key, follower in _paired(there)}


def _paired(tours: list) -> Iterable[tuple[int, object]]:
    waiting = sorted(tours, key=lambda tour: (tour.first_day, tour.pk))
    for ending in sorted(tours, key=lambda tour: (tour.last_day, tour.pk)):
        earliest = ending.last_day - HANDOVER
        fits = (tour for tour in waiting if tour.first_day >= earliest and tour.first_day > ending.first_day)
        follower = next(fits, None)
        if follower is not None:
            waiting.remove(follower)
            yield ending.pk, follower


def gap_after(tour: Deployment, successor: Deployment) -> int:
    """Days on which nobody is there between the two; negative: days on which both are."""
    return (successor.first_day - tour.last_day).days - 1


def without_successor(today: datetime.date, within: int = max(STAGES)) -> list[tuple[int, datetime.date]]:
    """Primary key and last day of live tours that end from ``today`` within so many days and that nobody follows.

    One query, the first to end first.
    """
    rows = lasting(today).values_list("pk", "posting_id", "first_day", "last_day", "state", named=True).order_by()
    listed = list(rows)
    followed = successors(listed)
    until = today + datetime.timedelta(days=within)
    live = DeploymentState.live_states()
    return sorted(
        (
            (row.pk, row.last_day)
            for row in listed
            if row.state in live and today <= row.last_day <= until and row.pk not in followed
        ),
        key=lambda found: (found[1], found[0]),
    )
