"""Taking a place: it is reserved, confirmed, recorded from a list, or let go when its hold has run out."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.refusals import Refusal, require, requires
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.new_days import RoomQuery, check_open, end_hold, is_lapsed, make_room, other_tour
from deployments.domain.tours.records import locked_tour, save_act
from deployments.domain.tours.released import is_firm, refuse_together, require_officer
from deployments.domain.tours.successor_rows import check_takes_over, record_named
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import LIVE, MAY_DEPLOY, OVER, TourVerb, require_possible
from deployments.domain.waivers import NotCleared, not_cleared
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.days import check_ended, check_interval
from deployments.limits.gate import NotDecided, guarded_transaction, locked_transaction
from deployments.limits.refusals import iso
from deployments.limits.rule import Span
from deployments.models import Deployment, DeploymentState, EndReason, Posting
from officers.domain.ownership import requires_self_or
from officers.models import Officer

__all__ = ["confirm", "expire_hold", "expire_holds", "record_tour", "reserve"]


def reserve(
    *,
    by: Actor,
    officer: Officer,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    hold_until: datetime.date | None = None,
    is_told: bool = True,
    relieves: Deployment | None = None,
    today: datetime.date | None = None,
) -> Deployment:
    """Take a place for ``officer`` from ``first_day`` to ``last_day``, both inclusive.

    ``hold_until`` is the last day on which the place is held for an answer; None holds it without end. ``relieves`` is
    the tour from which this one is named to take over. The officer is told, unless the answer to an application does it.
    The guards of the database decide. Only what they refuse is looked at again behind the gate, to say why, and to let
    lapsed holds give way (docs/adr/0011).

    Raises: NotPermitted, OwnMatter, OfficerTaken, TakesNobody, CapacityExceeded, CannotTakeOver, and Refusal for days out of order or out of
    reach, a posting that is not open, or a hold that has run out already.
    """
    require(by, MAY_DEPLOY)
    require_no_stake(by, Deployment(officer=officer, posting=posting))
    today = today or today_here()
    check_interval(first_day, last_day, today)
    days = Span(first_day, last_day)
    unmet = not_cleared(ClearanceAct.RESERVE, officer, posting, days, today=today)
    if unmet:
        _refuse(RoomQuery(officer, posting, days, today), unmet)
    wanted = {
        "officer": officer,
        "posting": posting,
        "first_day": first_day,
        "last_day": last_day,
        "hold_until": hold_until,
        "relieves": relieves,
    }
    try:
        return _reserve_if_the_guards_agree(wanted, by=by, today=today, is_told=is_told)
    except NotDecided:
        return _reserve_behind_the_gate(wanted, by=by, today=today, is_told=is_told)


@locked_transaction
def _refuse(query: RoomQuery, unmet: NotCleared) -> None:
    """Raise what is not met with everything else that stands against the tour."""
    refuse_together([other_tour(query), unmet], query)


@guarded_transaction
def _reserve_if_the_guards_agree(
    wanted: dict[str, Any], *, by: Actor, today: datetime.date, is_told: bool
) -> Deployment:
    tour = Deployment(**wanted, state=DeploymentState.RESERVED)
    if is_told:
        # Written before the place is taken, so that no other act waits for the mail: the row of the tour takes the gate.
        tell_officer(tour, TourVerb.RESERVE)
    return save_new(tour, TourVerb.RESERVE, by=by, today=today, is_told=False)


@locked_transaction
def _reserve_behind_the_gate(wanted: dict[str, Any], *, by: Actor, today: datetime.date, is_told: bool) -> Deployment:
    tour = Deployment(**wanted, state=DeploymentState.RESERVED)
    return begin(tour, TourVerb.RESERVE, by=by, today=today, is_told=is_told)


@requires(MAY_DEPLOY)
@locked_transaction
def record_tour(
    *,
    by: Actor,
    officer: Officer,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    state: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Record a tour in any state, as lists from elsewhere bring it: past ones as well, under the same rules.

    An ended tour has its actual last day, so not after today; one in mission has begun. A cancelled one takes no place.

    Raises: as ``reserve``, and Refusal for an unknown state.
    """
    today = today or today_here()
    tour = Deployment(officer=officer, posting=posting, first_day=first_day, last_day=last_day, state=state)
    check_recordable(tour, today)
    tour.end_reason = EndReason.COMPLETED if state in OVER else ""
    return begin(tour, TourVerb.RECORD, by=by, today=today)


@requires_self_or(MAY_DEPLOY)
@locked_transaction
def confirm(deployment: Deployment, *, by: Actor, today: datetime.date | None = None) -> Deployment:
    """Keep a reserved place without a hold: the officer accepted it.

    Raises: NotPermitted, ImpossibleTransition, and Refusal where the hold has run out.
    """
    tour = locked_tour(deployment, by=SYSTEM)
    require_possible(tour, TourVerb.CONFIRM)
    if is_lapsed(tour, today or today_here()):
        raise Refusal(_("The hold has run out."), code="hold_expired")
    tour.hold_until = None
    return save_act(tour, TourVerb.CONFIRM, by=by, before=tour.state)


@requires(MAY_DEPLOY)
@locked_transaction
def expire_hold(deployment: Deployment, *, by: Actor, today: datetime.date | None = None) -> Deployment:
    """End a reservation whose hold has run out.

    Raises: NotPermitted, ImpossibleTransition, and Refusal while the hold runs.
    """
    tour = locked_tour(deployment, by=by)
    require_possible(tour, TourVerb.EXPIRE)
    if not is_lapsed(tour, today or today_here()):
        raise Refusal(_("The hold has not run out."), code="hold_stands")
    end_hold(tour, by=by)
    return tour


@requires(MAY_DEPLOY)
@locked_transaction
def expire_holds(*, by: Actor, today: datetime.date | None = None) -> list[Deployment]:
    """End every reservation whose hold has run out; safe to repeat.

    Raises: NotPermitted.
    """
    lapsed = Deployment.objects.filter(state=DeploymentState.RESERVED, hold_until__lt=today or today_here())
    tours = list(lapsed.select_related("officer__user", "posting").order_by("pk"))
    for tour in tours:
        end_hold(tour, by=by)
    return tours


def begin(
    tour: Deployment,
    verb: TourVerb,
    *,
    by: Actor,
    today: datetime.date,
    reason: str = "",
    is_told: bool = True,
) -> Deployment:
    """Save a new tour. One that takes a place needs room for it."""
    require_no_stake(by, tour)
    check_interval(tour.first_day, tour.last_day, today)
    tour.posting = Posting.objects.select_related("mission__operation__programme").get(pk=tour.posting_id)
    if tour.state in LIVE:
        check_open(tour.posting)
    query = RoomQuery(tour.officer, tour.posting, Span(tour.first_day, tour.last_day), today)
    if tour.state in LIVE and verb != TourVerb.RESERVE:
        act = ClearanceAct.TRANSFER if verb == TourVerb.TRANSFER else ClearanceAct.RECORD
        require_officer(act, query, is_firm=is_firm(tour), before=tour.transferred_from)
    if tour.state != DeploymentState.CANCELLED:
        make_room(query)
    return save_new(tour, verb, by=by, today=today, reason=reason, is_told=is_told)


def save_new(
    tour: Deployment,
    verb: TourVerb,
    *,
    by: Actor,
    today: datetime.date,
    reason: str = "",
    is_told: bool = True,
) -> Deployment:
    """Save a new tour as it is: the guards of the database alone decide."""
    check_hold(tour, today)
    before = tour.relieves
    if before is not None:
        check_takes_over(tour, before, field="relieves")
    tour.created_by_id = by.pk
    save_act(tour, verb, by=by, reason=reason, is_told=is_told, transferred_from=tour.transferred_from_id)
    if before is not None:
        record_named(before, tour, by=by)
    return tour


def check_hold(tour: Deployment, today: datetime.date) -> None:
    """Raise Refusal for a place whose hold has run out before it is taken."""
    if tour.hold_until is not None and is_lapsed(tour, today):
        raise Refusal(
            _("The hold, until %(day)s, has run out already.") % {"day": iso(tour.hold_until)},
            code="hold_past",
            field="hold_until",
        )


def check_begun(first_day: datetime.date, today: datetime.date) -> None:
    """Raise Refusal where a tour in mission would begin after today."""
    if first_day > today:
        raise Refusal(
            _(
                "The tour begins on %(day)s: nobody is in mission before. Change its dates if the officer arrives earlier."
            )
            % {"day": iso(first_day)},
            code="not_begun",
            field="first_day",
        )


def check_recordable(tour: Deployment, today: datetime.date) -> None:
    """Raise Refusal for an unknown state, or days that do not go with the state or are out of order or of reach."""
    if tour.state not in DeploymentState.values:
        raise Refusal(_("Unknown state: %(state)s.") % {"state": tour.state}, code="bad_value", field="state")
    check_interval(tour.first_day, tour.last_day, today)
    if tour.state in OVER:
        check_ended(tour.last_day, today)
    if tour.state == DeploymentState.IN_MISSION:
        check_begun(tour.first_day, today)
