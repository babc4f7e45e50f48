"""How a tour of duty ends: completed, curtailed, repatriated or cancelled, and what follows."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal, requires
from core.text.dates import ONE_DAY, today_here
from deployments.domain.tours.new_days import RoomQuery, TakesNobody, make_room
from deployments.domain.tours.records import locked_tour, save_act
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, move
from deployments.limits.days import check_ended, check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import CapacityExceeded, iso
from deployments.limits.rule import Span
from deployments.models import Deployment, EndReason

__all__ = [
    "LateReturnNotAcknowledged",
    "cancel",
    "close_tour",
    "complete",
    "curtail",
    "reintegrate",
    "repatriate",
]


class LateReturnNotAcknowledged(Refusal):
    """The actual last day is after the planned one and there was no room: recorded only when accepted knowingly."""

    code = "late_return_not_acknowledged"

    def __init__(self, cause: Refusal) -> None:
        super().__init__("", field="acknowledge_late")
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.cause} {self._way_on()}"

    def sentences(self) -> list[str]:
        return [*self.cause.sentences(), self._way_on()]

    @staticmethod
    def _way_on() -> str:
        return _("If the officer did stay, acknowledge the late return and give the reason.")

    def as_json(self) -> dict[str, Any]:
        return {**self.cause.as_json(), **super().as_json()}


@requires(MAY_DEPLOY)
@locked_transaction
def complete(
    deployment: Deployment,
    *,
    by: Actor,
    last_day: datetime.date,
    reason: str = "",
    acknowledge_late: bool = False,
    today: datetime.date | None = None,
) -> Deployment:
    """In mission -> ended, with the actual last day (not after today).

    A last day after the planned one occupies days anew. Where they have no room, the true day is still recorded as an
    acknowledged late return, with ``acknowledge_late`` and a reason (rule 12). Raises NotPermitted,
    ImpossibleTransition, OfficerTaken, LateReturnNotAcknowledged, and Refusal for a day that cannot be.
    """
    return _end(deployment, TourVerb.COMPLETE, EndReason.COMPLETED, by, last_day, reason, acknowledge_late, today)


@requires(MAY_DEPLOY)
@locked_transaction
def curtail(
    deployment: Deployment, *, by: Actor, last_day: datetime.date, reason: str, today: datetime.date | None = None
) -> Deployment:
    """In mission -> ended early, with the actual last day, before the planned one. Raises as ``complete``."""
    check_reason(reason)
    planned = locked_tour(deployment, by=by).last_day
    if last_day >= planned:
        raise Refusal(
            _("A curtailed tour ends before its planned last day, %(day)s.") % {"day": iso(planned)},
            code="not_curtailed",
            field="last_day",
        )
    return _end(deployment, TourVerb.CURTAIL, EndReason.CURTAILED, by, last_day, reason, False, today)


@requires(MAY_DEPLOY)
@locked_transaction
def repatriate(
    deployment: Deployment,
    *,
    by: Actor,
    last_day: datetime.date,
    end_reason: str,
    reason: str,
    acknowledge_late: bool = False,
    today: datetime.date | None = None,
) -> Deployment:
    """In mission -> ended by a repatriation: medical, compassionate, discipline, performance or security.

    Raises as ``complete``, and Refusal for another ``end_reason``.
    """
    check_reason(reason)
    if end_reason not in TourVerb.REPATRIATE.facts.reasons:
        raise Refusal(_("Say why the officer is repatriated."), code="bad_value", field="end_reason")
    return _end(deployment, TourVerb.REPATRIATE, end_reason, by, last_day, reason, acknowledge_late, today)


@requires(MAY_DEPLOY)
@locked_transaction
def reintegrate(deployment: Deployment, *, by: Actor, today: datetime.date | None = None) -> Deployment:
    """Ended -> reintegration. Raises NotPermitted, ImpossibleTransition."""
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.REINTEGRATE)
    return save_act(tour, TourVerb.REINTEGRATE, by=by, before=before)


@requires(MAY_DEPLOY)
@locked_transaction
def close_tour(deployment: Deployment, *, by: Actor, today: datetime.date | None = None) -> Deployment:
    """Reintegration -> closed. Raises NotPermitted, ImpossibleTransition."""
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.CLOSE)
    return save_act(tour, TourVerb.CLOSE, by=by, before=before)


@requires(MAY_DEPLOY)
@locked_transaction
def cancel(
    deployment: Deployment, *, by: Actor, reason: str, is_told: bool = True, today: datetime.date | None = None
) -> Deployment:
    """Reserved or pre-deployment -> cancelled: the place is free at once. Raises NotPermitted, ImpossibleTransition.

    A tour that came from a transfer lets go of the one before, which can then be transferred elsewhere. The officer is
    told, unless the end of an application does it.
    """
    check_reason(reason)
    tour = locked_tour(deployment, by=by)
    before = move(tour, TourVerb.CANCEL)
    tour.transferred_from = None
    return save_act(tour, TourVerb.CANCEL, by=by, before=before, reason=reason, is_told=is_told)


def _end(
    deployment: Deployment,
    verb: TourVerb,
    end_reason: str,
    by: Actor,
    last_day: datetime.date,
    reason: str,
    acknowledge_late: bool,
    today: datetime.date | None,
) -> Deployment:
    today = today or today_here()
    tour = locked_tour(deployment, by=by)
    before = move(tour, verb)
    check_interval(tour.first_day, last_day, today)
    check_ended(last_day, today)
    planned = tour.last_day
    query = RoomQuery(tour.officer, tour.posting, Span(tour.first_day, last_day), today, current=tour)
    if is_late(query, acknowledged=acknowledge_late):
        check_reason(reason)
        tour.late_from, tour.late_reason = planned + ONE_DAY, reason
    tour.last_day, tour.end_reason = last_day, _end_reason(tour, end_reason)
    late_from = tour.late_from.isoformat() if tour.late_from else None
    return save_act(
        tour, verb, by=by, before=before, reason=reason, last_day_was=planned.isoformat(), late_from=late_from
    )


def _end_reason(tour: Deployment, end_reason: str) -> str:
    """A tour that ends because a linked one follows ends as transferred."""
    follows = Deployment.objects.consuming().filter(transferred_from=tour).exists()
    return EndReason.TRANSFERRED if follows and end_reason == EndReason.COMPLETED else end_reason


def is_late(query: RoomQuery, *, acknowledged: bool) -> bool:
    """Whether the days after the last day so far have no room. Raises OfficerTaken, LateReturnNotAcknowledged."""
    try:
        make_room(query)
    except (CapacityExceeded, TakesNobody) as cause:
        if not acknowledged:
            raise LateReturnNotAcknowledged(cause) from cause
        return True
    return False
