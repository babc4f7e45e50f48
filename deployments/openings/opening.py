"""Openings: their state, derived in one place from the posting, the terms above it and the room for its planned tour.

A posting is an opening when it has a closing time. Times are kept in UTC and read in the portal's time zone; an opening
closes at the end of the stated day.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.limits.days import planned_tour
from deployments.limits.levels import levels_of_chains
from deployments.limits.rule import binding_level
from deployments.models import Posting, PostingStatus
from missions.models import Mission, MissionTerms, Operation, OperationTerms, TermsStatus

CLOSING_SOON = datetime.timedelta(days=7)


class OpeningState(models.TextChoices):
    UPCOMING = "upcoming", _("Opens later")
    OPEN = "open", _("Open")
    CLOSING_SOON = "closing_soon", _("Closing soon")
    CLOSED = "closed", pgettext_lazy("opening", "Closed")
    FILLED = "filled", _("Filled")
    STOOD_DOWN = "stood_down", _("Stood down")
    SUSPENDED = "suspended", _("On hold with its operation")

    @property
    def takes_applications(self) -> bool:
        return self in {OpeningState.OPEN, OpeningState.CLOSING_SOON}


LISTED = frozenset({OpeningState.OPEN, OpeningState.CLOSING_SOON, OpeningState.UPCOMING})


@dataclass(frozen=True)
class Opening:
    """A posting with its state now; ``places_left`` on the planned days at every level together (None: no limit)."""

    posting: Posting
    state: OpeningState
    places_left: int | None

    @property
    def is_listed(self) -> bool:
        """Whether the list of openings has it by itself: it takes applications, or will."""
        return self.state in LISTED

    @property
    def takes_nobody(self) -> bool:
        """Whether terms of today take nobody new, so that no number of places says anything."""
        return self.state == OpeningState.SUSPENDED


@dataclass(frozen=True)
class OpeningRoom:
    """Whether terms take people today, and how many places are left on the planned days (None: no limit)."""

    places_left: int | None
    is_taking: bool


def with_chain() -> models.QuerySet[Posting]:
    """All postings, with what their pages read of the chain above."""
    return Posting.objects.select_related("mission__operation__programme", "mission__lead_organization")


def published() -> models.QuerySet[Posting]:
    """Postings that are openings, and whose operation and mission are published."""
    is_shown = {"closes_at__isnull": False, "mission__is_published": True, "mission__operation__is_published": True}
    return with_chain().exclude(status=PostingStatus.DRAFT).filter(**is_shown)


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The moment at which ``day`` ends in the portal's time zone: the last second that still counts."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def current_state(posting: Posting, *, now: datetime.datetime) -> OpeningState:
    """The state of one opening at ``now``."""
    return openings([posting], now=now)[0].state


def openings(postings: Iterable[Posting], *, now: datetime.datetime) -> list[Opening]:
    """The postings as openings at ``now``, in the same order; at most eight queries, however many there are.

    Postings come with ``mission__operation__programme`` selected.
    """
    listed = list(postings)
    return [
        Opening(posting, opening_state(posting, now=now, room=room), room.places_left)
        for posting, room in zip(listed, rooms(listed, now=now), strict=True)
    ]


def rooms(postings: list[Posting], *, now: datetime.datetime) -> list[OpeningRoom]:
    """The room of each posting today, in the same order; as many queries as ``openings``."""
    today = timezone.localdate(now)
    levels = levels_of_chains(postings, today)
    closed = _not_taking(postings, today)
    found = []
    for posting in postings:
        tour = planned_tour(posting, today)
        tightest = binding_level(levels[posting.pk], tour.first_day, tour.last_day)
        left = None if tightest is None else max(0, tightest[1].room or 0)
        is_taking = posting.mission_id not in closed[Mission] and posting.mission.operation_id not in closed[Operation]
        found.append(OpeningRoom(left, is_taking))
    return found


def _not_taking(postings: list[Posting], today: datetime.date) -> dict[type, set[int]]:
    """Primary keys of the operations and missions whose terms today take nobody."""
    return {
        Operation: _barred(OperationTerms, "operation_id", {p.mission.operation_id for p in postings}, today),
        Mission: _barred(MissionTerms, "mission_id", {p.mission_id for p in postings}, today),
    }


def _barred(
    terms: type[OperationTerms] | type[MissionTerms], owner: str, keys: set[int], today: datetime.date
) -> set[int]:
    latest_first = terms.objects.on(today).filter(**{f"{owner}__in": keys}).values_list(owner, "status")
    in_force = dict(reversed(latest_first))
    return {key for key, status in in_force.items() if status != TermsStatus.ACTIVE}


def opening_state(posting: Posting, *, now: datetime.datetime, room: OpeningRoom) -> OpeningState:
    """The state at ``now`` of a posting that has ``room`` today."""
    if posting.status == PostingStatus.STOOD_DOWN:
        return OpeningState.STOOD_DOWN
    if posting.closes_at is None or posting.closes_at < now:
        return OpeningState.CLOSED
    if not room.is_taking:
        return OpeningState.SUSPENDED
    if posting.opens_at is None or posting.opens_at > now:
        return OpeningState.UPCOMING
    if room.places_left == 0:
        return OpeningState.FILLED
    return OpeningState.CLOSING_SOON if posting.closes_at - now <= CLOSING_SOON else OpeningState.OPEN
