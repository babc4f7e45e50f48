"""Naming who takes over from a tour, and taking the name back."""

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal, requires
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.records import locked_tour
from deployments.domain.tours.successor_rows import check_takes_over, record_named, record_unnamed
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, require_possible
from deployments.limits.gate import locked_transaction
from deployments.models import Deployment

__all__ = ["name_successor", "un_name_successor"]


@requires(MAY_DEPLOY)
@locked_transaction
def name_successor(deployment: Deployment, *, by: Actor, successor: Deployment, reason: str = "") -> Deployment:
    """Name ``successor``, a later tour of the same posting, as the one that takes over. Return it.

    Raises: NotPermitted, ImpossibleTransition for a cancelled tour, and CannotTakeOver.
    """
    tour = locked_tour(deployment, by=by)
    require_possible(tour, TourVerb.NAME_SUCCESSOR)
    following = locked_tour(successor, by=by)
    require_no_stake(by, following)
    check_takes_over(following, tour, field="successor")
    if following.relieves_id == tour.pk:
        raise Refusal(_("This successor is named already."), code="nothing_changes", field="successor")
    following.relieves = tour
    following.save(update_fields=["relieves", "changed_at"])
    record_named(tour, following, by=by, reason=reason)
    return following


@requires(MAY_DEPLOY)
@locked_transaction
def un_name_successor(deployment: Deployment, *, by: Actor, reason: str = "") -> Deployment:
    """Take the name of the successor back; both tours stay as they are. Return the tour that was named.

    Raises: NotPermitted, ImpossibleTransition, and Refusal where none is named.
    """
    tour = locked_tour(deployment, by=by)
    require_possible(tour, TourVerb.UN_NAME_SUCCESSOR)
    named = tour.relieved_by.first()
    if named is None:
        raise Refusal(_("No successor is named for this tour."), code="nothing_changes")
    following = locked_tour(named, by=by)
    require_no_stake(by, following)
    following.relieves = None
    following.save(update_fields=["relieves", "changed_at"])
    record_unnamed(tour, following, by=by, reason=reason)
    return following
