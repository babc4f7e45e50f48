"""Tours of duty: how one begins, changes its days and moves on. Each act is one function; endings are in tour_ends."""

import datetime

from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.refusals import Refusal, require
from core.text.bilingual import in_each
from core.text.dates import today_here
from deployments.domain.tours.ends import cancel, close_tour, complete, curtail, reinstate, reintegrate, repatriate
from deployments.domain.tours.preparation import require_seen_to
from deployments.domain.tours.records import fresh, save_act
from deployments.domain.tours.released import is_firm, require_not_lost, require_released
from deployments.domain.tours.room import Wanted, check_open, check_room, expire, is_lapsed
from deployments.domain.verbs.tours import LIVE, MAY_DEPLOY, OVER, TourVerb, move, require_possible
from deployments.limits.days import ONE_DAY, check_ended, check_interval, check_reason
from deployments.limits.gate import left_to_the_guards, through_the_gate
from deployments.limits.refusals import iso
from deployments.limits.rule import Span
from deployments.models import Deployment, DeploymentState, EndReason, Posting
from officers.models import Officer

__all__ = [
    "cancel",
    "change_dates",
    "check_in",
    "close_tour",
    "complete",
    "curtail",
    "expire_hold",
    "expire_holds",
    "extend",
    "prepare",
    "record_tour",
    "reinstate",
    "reintegrate",
    "repatriate",
    "reserve",
    "transfer",
]
S = DeploymentState


def reserve(
    *,
    by,
    officer: Officer,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    hold_until: datetime.date | None = None,
    today: datetime.date | None = None,
) -> Deployment:
    """Takes a place for ``officer`` from ``first_day`` to ``last_day``, both inclusive.

    ``hold_until`` is the last day on which the place is held for an answer; None holds it without end.
    The guards decide; only what they refuse is looked at again in the gate, to say why (docs/adr/0011).
    Raises NotPermitted, OfficerTaken, TakesNobody, CapacityExceeded; Refusal for days out of order or out of reach, a
    posting that is not open, or a hold that has run out already.
    """
    require(by, MAY_DEPLOY)
    today = today or today_here()
    check_interval(first_day, last_day, today)
    values = {"officer": officer, "posting": posting, "first_day": first_day, "last_day": last_day}

    def reserved(begin) -> Deployment:
        return begin(
            Deployment(**values, state=S.RESERVED, hold_until=hold_until), TourVerb.RESERVE, by=by, today=today
        )

    return left_to_the_guards(lambda: reserved(_save_new)) or through_the_gate(reserved)(_begin)


@through_the_gate
def record_tour(
    *,
    by,
    officer: Officer,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    state: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Records a tour in any state, as lists from elsewhere bring it: past ones as well, under the same rules.

    An ended tour has its actual last day, so not after today; one in mission has begun. A cancelled one takes no place.
    Raises as ``reserve``.
    """
    require(by, MAY_DEPLOY)
    today = today or today_here()
    tour = Deployment(officer=officer, posting=posting, first_day=first_day, last_day=last_day, state=state)
    check_recordable(tour, today)
    tour.end_reason = EndReason.COMPLETED if state in OVER else ""
    return _begin(tour, TourVerb.RECORD, by=by, today=today)


def check_recordable(tour: Deployment, today: datetime.date) -> None:
    """Raises Refusal for an unknown state, or days that do not go with the state or are out of order or of reach."""
    if tour.state not in S.values:
        raise Refusal(_("Unknown state: %(state)s.") % {"state": tour.state}, code="bad_value", field="state")
    check_interval(tour.first_day, tour.last_day, today)
    if tour.state in OVER:
        check_ended(tour.last_day, today)
    if tour.state == S.IN_MISSION:
        _check_begun(tour.first_day, today)


@through_the_gate
def prepare(deployment: Deployment, *, by, today: datetime.date | None = None) -> Deployment:
    """Reserved -> pre-deployment: the place is firm, without a hold.

    Raises NotPermitted, ImpossibleTransition, ReleaseMissing.
    """
    require(by, MAY_DEPLOY)
    tour = fresh(deployment)
    before = move(tour, TourVerb.PREPARE)
    require_released(tour.officer, tour.posting, [Span(tour.first_day, tour.last_day)])
    tour.hold_until = None
    return save_act(tour, TourVerb.PREPARE, by=by, before=before)


@through_the_gate
def check_in(deployment: Deployment, *, by, reason: str = "", today: datetime.date | None = None) -> Deployment:
    """Pre-deployment -> in mission. What is open on the checklist stays in the history, with the reason to go on.

    Raises NotPermitted, ImpossibleTransition, ChecklistOpen without such a reason, ReleaseMissing where the release was
    withdrawn, and Refusal before the first day.
    """
    require(by, MAY_DEPLOY)
    tour = fresh(deployment)
    before = move(tour, TourVerb.CHECK_IN)
    _check_begun(tour.first_day, today or today_here())
    require_not_lost(tour)
    left = [in_each(item) for item in require_seen_to(tour, reason=reason)]
    return save_act(tour, TourVerb.CHECK_IN, by=by, before=before, reason=reason, open_items=left)


@through_the_gate
def extend(
    deployment: Deployment, *, by, last_day: datetime.date, reason: str, today: datetime.date | None = None
) -> Deployment:
    """A later last day. The added days are new consumption and meet every rule. Raises as ``reserve``."""
    require(by, MAY_DEPLOY)
    check_reason(reason)
    tour = fresh(deployment)
    before = move(tour, TourVerb.EXTEND)
    if last_day <= tour.last_day:
        raise Refusal(
            _("An extension ends after the present last day, %(day)s.") % {"day": iso(tour.last_day)},
            code="no_extension",
            field="last_day",
        )
    return _move_days(tour, TourVerb.EXTEND, by, before, tour.first_day, last_day, reason, today)


@through_the_gate
def change_dates(
    deployment: Deployment,
    *,
    by,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Other days, planned or (of an ended tour) actual. Days that it did not occupy before meet every rule; giving days
    up is always possible. Raises as ``reserve``."""
    require(by, MAY_DEPLOY)
    check_reason(reason)
    today = today or today_here()
    tour = fresh(deployment)
    before = move(tour, TourVerb.CHANGE_DATES)
    if (first_day, last_day) == (tour.first_day, tour.last_day):
        raise Refusal(_("The tour has these days already."), code="nothing_changes", field="first_day")
    if tour.state == S.IN_MISSION:
        _check_begun(first_day, today)
    if tour.state in OVER:
        check_ended(last_day, today)
    return _move_days(tour, TourVerb.CHANGE_DATES, by, before, first_day, last_day, reason, today)


@through_the_gate
def transfer(
    deployment: Deployment,
    *,
    by,
    posting: Posting,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Deployment:
    """Moves the officer to another posting: the tour ends the day before ``first_day``, and a linked one begins.

    Gives the new tour. It is in mission where the officer is and the day has come, else it is still to be prepared. A
    tour of which nothing would remain is cancelled. Raises as ``reserve``, and nothing changes then.
    """
    require(by, MAY_DEPLOY)
    check_reason(reason)
    today = today or today_here()
    check_interval(first_day, last_day, today)
    old = fresh(deployment)
    before = move(old, TourVerb.TRANSFER)
    _check_transfer(old, posting, first_day)
    moves_now = before == S.IN_MISSION and first_day <= today
    if first_day <= old.first_day:
        old.state = S.CANCELLED
    else:
        old.last_day = first_day - ONE_DAY
        if moves_now:
            old.state, old.end_reason = S.ENDED, EndReason.TRANSFERRED
    save_act(old, TourVerb.TRANSFER, by=by, before=before, reason=reason, to_posting=posting.reference)
    tour = Deployment(
        officer=old.officer,
        posting=posting,
        first_day=first_day,
        last_day=last_day,
        state=S.PREPARATION if before == S.IN_MISSION and not moves_now else before,
        hold_until=old.hold_until,
        transferred_from=old,
    )
    return _begin(tour, TourVerb.TRANSFER, by=by, today=today, reason=reason)


@through_the_gate
def expire_hold(deployment: Deployment, *, by=SYSTEM, today: datetime.date | None = None) -> Deployment:
    """Ends a reservation whose hold has run out. Raises NotPermitted, ImpossibleTransition; Refusal while it stands."""
    require(by, MAY_DEPLOY)
    tour = fresh(deployment)
    require_possible(tour, TourVerb.EXPIRE)
    if not is_lapsed(tour, today or today_here()):
        raise Refusal(_("The hold has not run out."), code="hold_stands")
    expire(tour, by=by)
    return tour


@through_the_gate
def expire_holds(*, by=SYSTEM, today: datetime.date | None = None) -> list[Deployment]:
    """Ends every reservation whose hold has run out; safe to repeat. Raises NotPermitted."""
    require(by, MAY_DEPLOY)
    lapsed = Deployment.objects.filter(state=S.RESERVED, hold_until__lt=today or today_here())
    tours = list(lapsed.select_related("officer__user", "posting").order_by("pk"))
    for tour in tours:
        expire(tour, by=by)
    return tours


def _begin(tour: Deployment, verb: TourVerb, *, by, today: datetime.date, reason: str = "") -> Deployment:
    """Saves a new tour, past the wall unless it is cancelled."""
    check_interval(tour.first_day, tour.last_day, today)
    tour.posting = Posting.objects.select_related("mission__operation__programme").get(pk=tour.posting_id)
    if tour.state in LIVE:
        check_open(tour.posting)
    if tour.state != S.CANCELLED:
        check_room(Wanted(tour.officer, tour.posting, Span(tour.first_day, tour.last_day), today))
    if is_firm(tour):
        require_released(tour.officer, tour.posting, [Span(tour.first_day, tour.last_day)])
    return _save_new(tour, verb, by=by, today=today, reason=reason)


def _save_new(tour: Deployment, verb: TourVerb, *, by, today: datetime.date, reason: str = "") -> Deployment:
    """Saves a new tour as it is: the guards alone are the wall here."""
    if tour.hold_until is not None and is_lapsed(tour, today):
        raise Refusal(
            _("The hold, until %(day)s, has run out already.") % {"day": iso(tour.hold_until)},
            code="hold_past",
            field="hold_until",
        )
    tour.created_by_id = by.pk
    return save_act(tour, verb, by=by, reason=reason, transferred_from=tour.transferred_from_id)


def _move_days(
    tour: Deployment,
    verb: TourVerb,
    by,
    before: str,
    first_day: datetime.date,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None,
) -> Deployment:
    """Gives ``tour`` other days, past the wall where they are new; a late return that they no longer reach is dropped."""
    today = today or today_here()
    check_interval(first_day, last_day, today)
    wanted = Wanted(tour.officer, tour.posting, Span(first_day, last_day), today, current=tour)
    check_room(wanted)
    if tour.state != S.RESERVED:
        require_released(tour.officer, tour.posting, wanted.new_days)
    were = {"first_day_was": tour.first_day.isoformat(), "last_day_was": tour.last_day.isoformat()}
    tour.first_day, tour.last_day = first_day, last_day
    if tour.late_from is not None and not first_day < tour.late_from <= last_day:
        tour.late_from, tour.late_reason = None, ""
    return save_act(tour, verb, by=by, before=before, reason=reason, **were)


def _check_begun(first_day: datetime.date, today: datetime.date) -> None:
    if first_day > today:
        raise Refusal(
            _(
                "The tour begins on %(day)s: nobody is in mission before. Change its dates if the officer arrives earlier."
            )
            % {"day": iso(first_day)},
            code="not_begun",
            field="first_day",
        )


def _check_transfer(old: Deployment, posting: Posting, first_day: datetime.date) -> None:
    if posting.pk == old.posting_id:
        raise Refusal(_("The officer is in this posting already."), code="same_posting", field="posting")
    if first_day > old.last_day + ONE_DAY:
        raise Refusal(
            _("A transfer follows on the tour, which ends on %(day)s.") % {"day": iso(old.last_day)},
            code="gap_in_transfer",
            field="first_day",
        )
    if old.state == S.IN_MISSION and first_day <= old.first_day:
        raise Refusal(
            _("The officer has been there since %(day)s: the transfer comes after.") % {"day": iso(old.first_day)},
            code="before_first_day",
            field="first_day",
        )
    if Deployment.objects.filter(transferred_from=old).exists():
        raise Refusal(_("The officer was transferred from this tour already."), code="already_transferred")
