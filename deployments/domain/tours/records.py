"""Reading the locked row of a tour, and writing it together with its history."""

import datetime
from typing import Any

from core.actors import Actor
from core.database.bulk import insert_row
from core.history.acts import record_act
from deployments.domain.stakes import require_another, require_no_stake
from deployments.domain.tours.extension_rows import decline_overtaken
from deployments.domain.tours.leave_rows import cut_off_leave
from deployments.domain.tours.successor_rows import end_links
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import OVER, TourVerb
from deployments.limits.releases import FIRM
from deployments.models import Deployment, DeploymentState

# Acts that leave the days as they are, and so do not name them.
WITHOUT_DAYS = frozenset({TourVerb.PREPARE, TourVerb.CHECK_IN, TourVerb.REINTEGRATE, TourVerb.CLOSE, TourVerb.CONFIRM})

# What the officer alone does, and what a hold that ran out does: no decision on the tour.
UNDECIDED = frozenset({TourVerb.CONFIRM, TourVerb.EXPIRE})


def locked_tour(deployment: Deployment, *, by: Actor) -> Deployment:
    """Read the tour as it is now, with its officer and chain, locked until the end of the transaction.

    The caller's copy may be old: an act decides on this row alone. Raises OwnMatter where ``by`` is the officer of the tour;
    SYSTEM for an act that is the officer's own.
    """
    chain = Deployment.objects.select_related("officer__user", "posting__mission__operation__programme")
    tour = chain.select_for_update(of=("self",)).get(pk=deployment.pk)
    require_another(by, tour.officer)
    return tour


def save_act(
    tour: Deployment,
    verb: TourVerb,
    *,
    by: Actor,
    before: str = "",
    reason: str = "",
    is_told: bool = True,
    **detail: Any,
) -> Deployment:
    """Save ``tour``, and record the act in its history with its days where the act is about them. Return the tour.

    The officer is told by mail (``deployments.domain.verbs.tour_mails``), unless another mail of the same act does it. An
    extension asked for that has no point any more is declined with it; a cancelled tour loses its links,
    and leave outside the days of a tour is cut off. A tour that ends keeps that it was firm (docs/adr/0018).
    """
    if before and verb not in UNDECIDED:
        require_no_stake(by, tour)
    if before in FIRM and tour.state in OVER:
        tour.was_firm = True
    if tour.state == DeploymentState.CANCELLED and before:
        end_links(tour, by=by)
    if tour.pk is None:
        insert_row(tour)
    else:
        tour.save()
    days = {"first_day": tour.first_day.isoformat(), "last_day": tour.last_day.isoformat()}
    days_and_detail = detail if verb in WITHOUT_DAYS else {**days, **detail}
    record_act(tour, verb, by=by, reason=reason, from_state=before, to_state=tour.state, **days_and_detail)
    if before and verb not in WITHOUT_DAYS and tour.state != DeploymentState.CANCELLED:
        cut_off_leave(tour, by=by)
    if before:
        decline_overtaken(tour, by=by)
    if is_told:
        were = {f"{name}_was": _day(detail.get(f"{name}_day_was")) for name in ("first", "last")}
        tell_officer(tour, verb, **were)
    return tour


def _day(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None
