"""Links between tours that take over from each other: what they may be, and how they end."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal
from deployments.domain.verbs.tours import TourVerb
from deployments.limits.refusals import iso
from deployments.models import Deployment, DeploymentState

__all__ = ["CannotTakeOver"]


class CannotTakeOver(Refusal):
    """The tour cannot be the successor of the other one."""


def check_takes_over(successor: Deployment, before: Deployment, *, field: str) -> None:
    """Raise CannotTakeOver unless ``successor`` can be named as the tour that takes over from ``before``.

    Both occupy their days in the same posting, are of two officers, the successor begins later, and neither has such a link already.
    """
    for code, words in _faults(successor, before):
        raise CannotTakeOver(words, code=code, field=field)


def _faults(successor: Deployment, before: Deployment) -> Iterator[tuple[str, str]]:
    if successor.pk is not None and successor.pk == before.pk:
        yield "same_tour", _("A tour does not take over from itself.")
    elif successor.officer_id == before.officer_id:
        yield "same_officer", _("Nobody takes over from oneself: both tours are of the same officer.")
    if successor.posting_id != before.posting_id:
        yield "other_posting", _("The two tours are in different postings: a successor takes over the same one.")
    if DeploymentState.CANCELLED in (successor.state, before.state):
        yield "cancelled", _("A cancelled tour takes over from nobody, and nobody from it.")
    if successor.first_day <= before.first_day:
        words = _("A successor begins after the other, who has been planned there from %(day)s.")
        yield "begins_too_early", words % {"day": iso(before.first_day)}
    if successor.relieves_id not in (None, before.pk):
        yield "takes_over_already", _("This officer is named to take over from somebody else already.")
    if before.relieved_by.exclude(pk=successor.pk).exists():
        yield "successor_named", _("A successor is named for this tour already: un-name that one first.")


def record_named(before: Deployment, successor: Deployment, *, by: Actor, reason: str = "") -> None:
    """Record on the tour taken over from who was named. The history keeps the number of the tour, not the officer."""
    record_act(before, TourVerb.NAME_SUCCESSOR, by=by, reason=reason, **_link(successor))


def record_unnamed(before: Deployment, successor: Deployment, *, by: Actor, reason: str = "") -> None:
    """Record on the tour taken over from that the name was taken back."""
    record_act(before, TourVerb.UN_NAME_SUCCESSOR, by=by, reason=reason, **_link(successor))


def end_links(tour: Deployment, *, by: Actor) -> None:
    """Take the links from a tour that is being cancelled (and not saved yet): it takes over from nobody, nobody from it."""
    _end(tour, tour.relieves, tour.relieved_by.all(), _("The tour is cancelled."), by)


def end_links_out_of_order(tour: Deployment, *, by: Actor) -> None:
    """Take from a tour with other days (not saved yet) the links whose successor would no longer begin after the other."""
    before = tour.relieves
    too_early = before if before is not None and tour.first_day <= before.first_day else None
    overtaken = tour.relieved_by.filter(first_day__lte=tour.first_day)
    _end(tour, too_early, overtaken, _("The successor no longer begins after the other."), by)


def _end(tour: Deployment, before: Deployment | None, successors: Iterable[Deployment], reason: str, by: Actor) -> None:
    """Take back that ``tour`` takes over from ``before``, and ``successors`` from it."""
    if before is not None:
        record_unnamed(before, tour, by=by, reason=reason)
        tour.relieves = None
    for successor in successors:
        Deployment.objects.filter(pk=successor.pk).update(relieves=None)
        record_unnamed(tour, successor, by=by, reason=reason)


def _link(successor: Deployment) -> dict[str, Any]:
    return {"successor": successor.pk, "first_day": str(successor.first_day), "last_day": str(successor.last_day)}
