"""Rows of leave: an act that shortens a tour cuts its leave off with it."""

from core.actors import Actor
from core.history.acts import record_act
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Deployment


def cut_off_leave(tour: Deployment, *, by: Actor) -> None:
    """Take away the days of leave that lie outside the days of ``tour``; the history keeps what they were."""
    inside = {"first_day__gte": tour.first_day, "last_day__lte": tour.last_day}
    for leave in tour.leaves.exclude(**inside).order_by("first_day"):
        were = {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
        leave.first_day, leave.last_day = max(leave.first_day, tour.first_day), min(leave.last_day, tour.last_day)
        if leave.first_day <= leave.last_day:
            leave.save(update_fields=["first_day", "last_day"])
            record_act(tour, TourVerb.CUT_LEAVE, by=by, **were, until=leave.last_day.isoformat())
        else:
            leave.delete()
            record_act(tour, TourVerb.CUT_LEAVE, by=by, **were)
