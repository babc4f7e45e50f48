"""Leave during a tour: it frees no place."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.records import locked_tour
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, require_possible
from deployments.limits.days import check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import iso
from deployments.models import Deployment, Leave

__all__ = ["cancel_leave", "record_leave"]


@requires(MAY_DEPLOY)
@locked_transaction
def record_leave(
    deployment: Deployment,
    *,
    by: Actor,
    first_day: datetime.date,
    last_day: datetime.date,
    today: datetime.date | None = None,
) -> Leave:
    """Leave from ``first_day`` to ``last_day``, both inclusive, inside a live tour; it goes on counting meanwhile.

    Raises NotPermitted, and Refusal for days out of order, outside the tour, or that are leave already.
    """
    check_interval(first_day, last_day, today or today_here())
    tour = locked_tour(deployment, by=by)
    require_no_stake(by, tour)
    require_possible(tour, TourVerb.RECORD_LEAVE)
    if first_day < tour.first_day or last_day > tour.last_day:
        raise Refusal(
            _("Leave lies inside the tour, %(first)s to %(last)s.")
            % {"first": iso(tour.first_day), "last": iso(tour.last_day)},
            code="outside_tour",
            field="first_day",
        )
    if tour.leaves.filter(first_day__lte=last_day, last_day__gte=first_day).exists():
        raise Refusal(_("The officer is on leave on one of these days already."), code="leave_twice", field="first_day")
    leave = Leave.objects.create(deployment=tour, first_day=first_day, last_day=last_day)
    record_act(tour, TourVerb.RECORD_LEAVE, by=by, first_day=first_day.isoformat(), last_day=last_day.isoformat())
    tell_officer(tour, TourVerb.RECORD_LEAVE, leave_first=first_day, leave_last=last_day)
    return leave


@requires(MAY_DEPLOY)
@transaction.atomic
def cancel_leave(leave: Leave, *, by: Actor, reason: str) -> Deployment:
    """The leave does not take place; the history keeps its days.

    Raises NotPermitted, and Refusal without a reason or where somebody cancelled it meanwhile.
    """
    check_reason(reason)
    tour = locked_tour(leave.deployment, by=by)
    require_no_stake(by, tour)
    days = {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
    deleted, _models = Leave.objects.filter(pk=leave.pk).delete()
    if not deleted:
        raise Refusal(_("This leave is cancelled already."), code="nothing_changes")
    record_act(tour, TourVerb.CANCEL_LEAVE, by=by, reason=reason, **days)
    tell_officer(tour, TourVerb.CANCEL_LEAVE, leave_first=leave.first_day, leave_last=leave.last_day)
    return tour
