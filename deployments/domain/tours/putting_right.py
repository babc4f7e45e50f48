"""Putting right what was recorded by mistake: a tour that ended or was cancelled goes on, or gets its true last day."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal, requires
from core.text.dates import ONE_DAY, today_here
from deployments.domain.tours.accepted import require_accepted
from deployments.domain.tours.ends import LateReturnNotAcknowledged, is_late
from deployments.domain.tours.new_days import RoomQuery, check_open, make_room
from deployments.domain.tours.records import locked_tour, save_act
from deployments.domain.tours.released import against, refuse_together, require_officer
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, move
from deployments.domain.waivers import OfficerRefusal
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.days import check_ended, check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.levels import live_level_of
from deployments.limits.refusals import CapacityExceeded
from deployments.limits.rule import Span, shortfalls, since_records
from deployments.models import Deployment, DeploymentState

__all__ = ["correct_last_day", "reinstate"]
OTHER_TOUR = "other-tour"


@requires(MAY_DEPLOY)
@locked_transaction
def reinstate(
    deployment: Deployment,
    *,
    by: Actor,
    reason: str,
    last_day: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Deployment:
    """Let a tour go on: a cancelled one is prepared again on its days, one that ended is in mission until ``last_day``.

    A cancelled tour occupies all its days anew; one that ended only those after its actual last day, or from the first
    day of an acknowledged late return. New days meet every wall. A tour that was recorded as over goes on as if it were new:
    all its days need a release, and its posting is open.

    Raises: NotPermitted, ImpossibleTransition, NotAccepted for a cancelled tour whose application was not accepted,
    OfficerTaken, TakesNobody, CapacityExceeded, ReleaseMissing, NotCleared, and Refusal without a last day, for a posting
    that is not open to a tour that begins, or after a transfer.
    """
    check_reason(reason)
    today = today or today_here()
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.REINSTATE)
    if before == DeploymentState.CANCELLED:
        require_accepted(tour)
        check_open(tour.posting)
        days = Span(tour.first_day, tour.last_day)
        query = RoomQuery(tour.officer, tour.posting, days, today)
        require_officer(ClearanceAct.ADD_DAYS, query, is_firm=True, before=tour)
        make_room(query)
        tour.hold_until = None
        return save_act(tour, TourVerb.REINSTATE, by=by, before=before, reason=reason)
    return _go_on(tour, by, before, last_day, reason, today)


@requires(MAY_DEPLOY)
@locked_transaction
def correct_last_day(
    deployment: Deployment,
    *,
    by: Actor,
    last_day: datetime.date,
    reason: str,
    acknowledge_late: bool = False,
    today: datetime.date | None = None,
) -> Deployment:
    """Give a tour that is over another actual last day, not after today; the state stays.

    Days after the present one are new and meet every wall. They are past, though: what was is recorded as an
    acknowledged late return, with ``acknowledge_late``, whatever else stands against them but another tour (rule 12).

    Raises: as ``reinstate``, LateReturnNotAcknowledged, and Refusal for a day that cannot be.
    """
    check_reason(reason)
    today = today or today_here()
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.CORRECT_LAST_DAY)
    check_interval(tour.first_day, last_day, today)
    check_ended(last_day, today)
    if last_day == tour.last_day:
        raise Refusal(_("This is the last day already."), code="nothing_changes", field="last_day")
    query = RoomQuery(tour.officer, tour.posting, Span(tour.first_day, last_day), today, current=tour)
    accepted = _accepted(query, acknowledged=acknowledge_late)
    was = tour.last_day
    if is_late(query, acknowledged=acknowledge_late) or accepted:
        tour.late_from, tour.late_reason = tour.late_from or was + ONE_DAY, reason
    elif tour.late_from is not None and last_day < tour.late_from:
        tour.late_from, tour.late_reason = None, ""
    tour.last_day = last_day
    detail: dict[str, Any] = {
        "last_day_was": was.isoformat(),
        "late_from": tour.late_from.isoformat() if tour.late_from else None,
    }
    if accepted:
        detail["accepted"] = accepted
    return save_act(tour, TourVerb.CORRECT_LAST_DAY, by=by, before=before, reason=reason, **detail)


def _go_on(
    tour: Deployment, by: Actor, before: str, last_day: datetime.date | None, reason: str, today: datetime.date
) -> Deployment:
    """A tour that was over is in mission again until ``last_day``."""
    if last_day is None:
        raise Refusal(_("Name the last day of the tour."), code="last_day_required", field="last_day")
    check_interval(tour.first_day, last_day, today)
    if Deployment.objects.consuming().filter(transferred_from=tour).exists():
        raise Refusal(
            _("The officer was transferred from this tour: transfer the officer back from the one that follows."),
            code="already_transferred",
        )
    if not tour.was_firm:  # recorded as over: nobody was asked for its days
        check_open(tour.posting)
    was = tour.last_day
    if tour.late_from is not None:
        tour.last_day = tour.late_from - ONE_DAY  # the days after it were accepted over strength: now they need room
        tour.late_from, tour.late_reason = None, ""
    days = Span(tour.first_day, last_day)
    query = RoomQuery(tour.officer, tour.posting, days, today, current=tour)
    asked = None if tour.was_firm else [days]
    require_officer(ClearanceAct.ADD_DAYS, query, is_firm=True, before=tour, released=asked)
    _require_place(tour, days)
    make_room(query)
    ended_as = tour.end_reason
    tour.state, tour.last_day, tour.end_reason = DeploymentState.IN_MISSION, last_day, ""
    detail: dict[str, Any] = {"last_day_was": was.isoformat(), "end_reason": ended_as}
    return save_act(tour, TourVerb.REINSTATE, by=by, before=before, reason=reason, **detail)


def _require_place(tour: Deployment, days: Span) -> None:
    """Places of a posting may have been lowered below tours that are over, but never below those that are live."""
    asked = since_records(tour.posting.mission.operation.records_from, [days])
    found = shortfalls([live_level_of(tour.posting)], asked) if asked else []
    if found:
        raise CapacityExceeded(found, None)


def _accepted(query: RoomQuery, *, acknowledged: bool) -> list[str]:
    """Codes of what stands against the officer on the days that are new, accepted with an acknowledged late return.

    Raises OfficerTaken or what names it among others, which nobody can accept, and LateReturnNotAcknowledged.
    """
    found = against(ClearanceAct.ADD_DAYS, query, is_firm=True)
    codes = [finding.code for refusal in found for finding in refusal.findings]
    if not found or (acknowledged and OTHER_TOUR not in codes):
        return codes
    try:
        refuse_together(found, query)
    except OfficerRefusal as cause:
        if OTHER_TOUR in codes:
            raise
        raise LateReturnNotAcknowledged(cause) from cause
    return codes
