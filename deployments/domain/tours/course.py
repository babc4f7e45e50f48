"""The course of a tour of duty: prepared, under way, with other days, or continued in another posting."""

import datetime

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal, requires
from core.text.bilingual import in_each
from core.text.dates import ONE_DAY, today_here
from deployments.domain.tours.accepted import require_accepted
from deployments.domain.tours.new_days import RoomQuery, make_room
from deployments.domain.tours.preparation import keep_checklist, require_seen_to
from deployments.domain.tours.records import locked_tour, save_act
from deployments.domain.tours.released import not_released, release_lost, require_officer
from deployments.domain.tours.reservations import begin, check_begun
from deployments.domain.tours.successor_rows import end_links_out_of_order
from deployments.domain.verbs.tours import MAY_DEPLOY, OVER, TourVerb, move
from deployments.domain.waivers import not_cleared, raise_together
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.days import check_ended, check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import iso
from deployments.limits.rule import Span
from deployments.models import Deployment, DeploymentState, EndReason, Posting

__all__ = ["change_dates", "check_in", "extend", "prepare", "transfer"]


@requires(MAY_DEPLOY)
@locked_transaction
def prepare(deployment: Deployment, *, by: Actor, today: datetime.date | None = None) -> Deployment:
    """Begin the preparation of a reserved tour: the place is firm, without a hold.

    Raises: NotPermitted, ImpossibleTransition, NotAccepted where the officer was selected and has not accepted,
    ReleaseMissing, NotCleared.
    """
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.PREPARE)
    require_accepted(tour)
    days = Span(tour.first_day, tour.last_day)
    raise_together(
        [
            not_released(tour.officer, tour.posting, [days]),
            not_cleared(ClearanceAct.PREPARE, tour.officer, tour.posting, days, today=today, tour=tour),
        ]
    )
    tour.hold_until = None
    return save_act(tour, TourVerb.PREPARE, by=by, before=before)


@requires(MAY_DEPLOY)
@locked_transaction
def check_in(deployment: Deployment, *, by: Actor, reason: str = "", today: datetime.date | None = None) -> Deployment:
    """Record the arrival in the mission. What is open on the checklist stays in the history, with the reason to go on.

    Raises: NotPermitted, ImpossibleTransition, ChecklistOpen without such a reason, ReleaseMissing where the release was
    withdrawn, and Refusal before the first day.
    """
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.CHECK_IN)
    check_begun(tour.first_day, today or today_here())
    days = Span(tour.first_day, tour.last_day)
    raise_together(
        [
            release_lost(tour),
            not_cleared(ClearanceAct.CHECK_IN, tour.officer, tour.posting, days, today=today, tour=tour),
        ]
    )
    left = [in_each(item) for item in require_seen_to(tour, reason=reason)]
    return save_act(tour, TourVerb.CHECK_IN, by=by, before=before, reason=reason, open_items=left)


@requires(MAY_DEPLOY)
@locked_transaction
def extend(
    deployment: Deployment,
    *,
    by: Actor,
    last_day: datetime.date,
    reason: str,
    is_told: bool = True,
    today: datetime.date | None = None,
) -> Deployment:
    """A later last day. The added days are new consumption and meet every rule. Raises as ``reserve``.

    The officer is told, unless the answer to a request does it.
    """
    check_reason(reason)
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.EXTEND)
    if last_day <= tour.last_day:
        raise Refusal(
            _("An extension ends after the present last day, %(day)s.") % {"day": iso(tour.last_day)},
            code="no_extension",
            field="last_day",
        )
    return _move_days(tour, TourVerb.EXTEND, by, before, tour.first_day, last_day, reason, today, is_told)


@requires(MAY_DEPLOY)
@locked_transaction
def change_dates(
    deployment: Deployment,
    *,
    by: Actor,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Other days, planned or (of an ended tour) actual. Days that it did not occupy before meet every rule; giving days
    up is always possible. Raises as ``reserve``.
    """
    check_reason(reason)
    today = today or today_here()
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.CHANGE_DATES)
    if (first_day, last_day) == (tour.first_day, tour.last_day):
        raise Refusal(_("The tour has these days already."), code="nothing_changes", field="first_day")
    if tour.state == DeploymentState.IN_MISSION:
        check_begun(first_day, today)
    if tour.state in OVER:
        check_ended(last_day, today)
    return _move_days(tour, TourVerb.CHANGE_DATES, by, before, first_day, last_day, reason, today)


@requires(MAY_DEPLOY)
@locked_transaction
def transfer(
    deployment: Deployment,
    *,
    by: Actor,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Move the officer to another posting: the tour ends the day before ``first_day``, and a linked one begins.

    Gives the new tour. It is in mission where the officer is and the day has come, else it is still to be prepared. A
    tour of which nothing would remain is cancelled. Inside an operation, what was checked off and is asked for there stays
    done. Raises as ``reserve``, and NotAccepted of a reserved tour that waits for the officer; nothing changes then.
    """
    check_reason(reason)
    today = today or today_here()
    check_interval(first_day, last_day, today)
    old = locked_tour(deployment, by=by)
    before = move(old, TourVerb.TRANSFER)
    if before == DeploymentState.RESERVED:
        require_accepted(old)
    _check_transfer(old, posting, first_day)
    moves_now = before == DeploymentState.IN_MISSION and first_day <= today
    if first_day <= old.first_day:
        old.state = DeploymentState.CANCELLED
    else:
        old.last_day = first_day - ONE_DAY
        if moves_now:
            old.state, old.end_reason = DeploymentState.ENDED, EndReason.TRANSFERRED
    save_act(old, TourVerb.TRANSFER, by=by, before=before, reason=reason, is_told=False, to_posting=posting.reference)
    tour = Deployment(
        officer=old.officer,
        posting=posting,
        first_day=first_day,
        last_day=last_day,
        state=DeploymentState.PREPARATION if before == DeploymentState.IN_MISSION and not moves_now else before,
        hold_until=old.hold_until,
        transferred_from=old,
    )
    begin(tour, TourVerb.TRANSFER, by=by, today=today, reason=reason)
    keep_checklist(old, tour, by=by)
    return tour


def _move_days(
    tour: Deployment,
    verb: TourVerb,
    by: Actor,
    before: str,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None,
    is_told: bool = True,
) -> Deployment:
    """Give ``tour`` other days, past the wall where they are new; a late return that they no longer reach is dropped."""
    today = today or today_here()
    check_interval(first_day, last_day, today)
    query = RoomQuery(tour.officer, tour.posting, Span(first_day, last_day), today, current=tour)
    act = ClearanceAct.ADD_DAYS_RESERVED if tour.state == DeploymentState.RESERVED else ClearanceAct.ADD_DAYS
    require_officer(act, query, is_firm=tour.state != DeploymentState.RESERVED)
    make_room(query)
    were = {"first_day_was": tour.first_day.isoformat(), "last_day_was": tour.last_day.isoformat()}
    tour.first_day, tour.last_day = first_day, last_day
    end_links_out_of_order(tour, by=by)
    if tour.late_from is not None and not first_day < tour.late_from <= last_day:
        tour.late_from, tour.late_reason = None, ""
    return save_act(tour, verb, by=by, before=before, reason=reason, is_told=is_told, **were)


def _check_transfer(old: Deployment, posting: Posting, first_day: datetime.date) -> None:
    if posting.pk == old.posting_id:
        raise Refusal(_("The officer is in this posting already."), code="same_posting", field="posting")
    if first_day > old.last_day + ONE_DAY:
        raise Refusal(
            _("A transfer follows on the tour, which ends on %(day)s.") % {"day": iso(old.last_day)},
            code="gap_in_transfer",
            field="first_day",
        )
    if old.state == DeploymentState.IN_MISSION and first_day <= old.first_day:
        raise Refusal(
            _("The officer has been there since %(day)s: the transfer comes after.") % {"day": iso(old.first_day)},
            code="before_first_day",
            field="first_day",
        )
    if Deployment.objects.filter(transferred_from=old).exists():
        raise Refusal(_("The officer was transferred from this tour already."), code="already_transferred")
