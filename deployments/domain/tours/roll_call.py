"""Marking people in a roll-call: safe, not reached, evacuated."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from deployments.domain.tours.records import locked_tour
from deployments.domain.verbs.tours import MAY_MARK, TourVerb, require_possible
from deployments.models import Deployment, RollCallMark, RollCallStatus

__all__ = ["latest_marks", "mark"]

# A mark older than this belongs to another roll-call.
LASTS = datetime.timedelta(days=7)


@requires(MAY_MARK)
@transaction.atomic
def mark(
    deployment: Deployment,
    *,
    by: Actor,
    status: str,
    place: str = "",
    note: str = "",
    now: datetime.datetime | None = None,
) -> RollCallMark:
    """Record how the officer of ``deployment`` is (a RollCallStatus), where, and what else is known.

    Every mark is kept; the latest counts. So a page that was open for hours loses nothing.

    Raises:
        NotPermitted: the actor does not keep roll-calls.
        ImpossibleTransition: the tour is cancelled or closed.
        Refusal: the status is unknown.

    """
    if status not in RollCallStatus.values:
        raise Refusal(_("Choose safe, not reached or evacuated."), code="unknown_status", field="status")
    tour = locked_tour(deployment, by=by)
    require_possible(tour, TourVerb.MARK)
    made = RollCallMark.objects.create(
        deployment=tour, status=status, place=place, note=note, marked_by_id=by.pk, marked_at=now or timezone.now()
    )
    record_act(tour, TourVerb.MARK, by=by, to_state=status, reason=note, **({"place": place} if place else {}))
    return made


def latest_marks(tours: Iterable[int], *, now: datetime.datetime | None = None) -> dict[int, RollCallMark]:
    """The latest mark of each tour (by primary key) in the roll-call that goes on. One query."""
    since = (now or timezone.now()) - LASTS
    marks = RollCallMark.objects.filter(deployment__in=list(tours), marked_at__gte=since).select_related("marked_by")
    return {found.deployment_id: found for found in marks.order_by("marked_at", "pk")}
