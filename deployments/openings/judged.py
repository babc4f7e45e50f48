"""Openings judged once for all readers: room and terms of each, and the choices of the filters.

They are kept in the process until the content revision, the gate's revision or the day changes, which one query tells.
"""

import datetime
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from django.db import connection
from django.db.models import QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from core.database.compiled import Compiled
from core.models import ContentRevision
from deployments.models import Gate, Posting, PostingStatus
from deployments.openings.opening import Opening, OpeningRoom, opening_state, openings, published, rooms
from deployments.openings.places import countries_of
from missions.facts import PostingState
from missions.models import Organization

IN_THE_LIST = (
    *("reference", "title_en", "title_fr", "duty_station_en", "duty_station_fr", "opens_at", "closes_at"),
    *("stood_down_at", "is_armed", "min_service_years", "mission__operation__name_en", "mission__operation__name_fr"),
)
NOTHING_SAID = OpeningRoom(places_left=None, is_taking=True)


class LeanPosting(NamedTuple):
    """What the state of an opening, and the order of openings, need of a posting."""

    pk: int
    status: str
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    changed_at: datetime.datetime


@dataclass(frozen=True)
class Judged:
    """``room_of`` has every published posting that is neither closed nor stood down, by primary key, ``by_closing`` the
    same postings in the order in which they close; ``countries`` are by language.
    """

    room_of: Mapping[int, OpeningRoom]
    by_closing: Sequence[LeanPosting]
    countries: Mapping[str, Sequence[tuple[str, str]]]
    leads: Sequence[Organization]


class _Key(NamedTuple):
    database: str
    content: str
    gate: int
    day: datetime.date


_kept: dict[str, tuple[_Key, Judged]] = {}


def judged(now: datetime.datetime) -> Judged:
    """What holds at ``now``: one query, and the judging itself where something has changed since."""
    key = _key(timezone.localdate(now))
    if key is None:
        return _judge(now)
    kept = _kept.get("latest")
    if kept is None or kept[0] != key:
        kept = key, _judge(now)
        _kept["latest"] = kept
    return kept[1]


def listed(postings: QuerySet[Posting], known: Judged, *, now: datetime.datetime) -> list[Opening]:
    """Those of the published ``postings`` that are not closed as openings at ``now``, in their order. One query.

    The postings are lean, which a thousand of them need to be: ``whole`` puts those of the page that is shown in place.
    """
    rows = postings.filter(closes_at__gte=now).select_related(None).values_list(*LeanPosting._fields)
    found = (cast(Posting, LeanPosting(*row)) for row in rows)
    return [_opening(posting, known.room_of.get(posting.pk, NOTHING_SAID), now) for posting in found]


def current(known: Judged, *, now: datetime.datetime) -> list[Opening]:
    """All that ``known`` has as openings at ``now``, those that close first at the beginning. No query."""
    rows = [row for row in known.by_closing if row.closes_at and row.closes_at >= now]
    return [_opening(cast(Posting, row), known.room_of[row.pk], now) for row in rows]


def one(posting: Posting, *, now: datetime.datetime) -> Opening:
    """One published posting as an opening at ``now``, also where it is closed. One query."""
    room = judged(now).room_of.get(posting.pk)
    return _opening(posting, room, now) if room else openings([posting], now=now)[0]


def states_now(postings: Sequence[Posting]) -> dict[int, PostingState]:
    """The state now of those of ``postings`` that are openings and not closed, as the list of openings has it."""
    now = timezone.now()
    current = [
        each for each in postings if each.status == PostingStatus.OPEN and each.closes_at and each.closes_at >= now
    ]
    if not current:
        return {}
    room_of = judged(now).room_of
    found = {each.pk: opening_state(each, now=now, room=room_of.get(each.pk, NOTHING_SAID)) for each in current}
    return {key: PostingState(state.value, state.label) for key, state in found.items()}


def whole(found: Sequence[Opening]) -> list[Opening]:
    """The same openings with their postings as pages and lists show them. Two queries."""
    keys = [each.posting.pk for each in found]
    postings = published().prefetch_related("language_requirements").in_bulk(keys)
    return _with(found, postings)


def for_the_list(found: Sequence[Opening]) -> list[Opening]:
    """The same with as much of their postings as the list of openings shows. Two queries."""
    if not found:
        return []
    keys = [each.posting.pk for each in found]
    postings = {posting.pk: posting for posting in _so_many(len(keys)).rows(dict(enumerate(keys, -len(keys))))}
    prefetch_related_objects(list(postings.values()), "language_requirements")
    return _with(found, postings)


def _with(found: Sequence[Opening], postings: Mapping[int, Posting]) -> list[Opening]:
    return [
        Opening(postings[each.posting.pk], each.state, each.places_left)
        for each in found
        if each.posting.pk in postings
    ]


@functools.lru_cache(maxsize=64)
def _so_many(number: int) -> Compiled:
    """So many published postings, by their keys: -1, -2 and so on are the stand-ins."""
    lean = published().select_related(None).select_related("mission__operation").only(*IN_THE_LIST)
    return Compiled(lean.filter(pk__in=range(-number, 0)).order_by())


def _opening(posting: Posting, room: OpeningRoom, now: datetime.datetime) -> Opening:
    return Opening(posting, opening_state(posting, now=now, room=room), room.places_left)


def _key(day: datetime.date) -> _Key | None:
    """What the judging depends on; None where nothing may be kept.

    That is where a revision is missing, and inside a transaction: what it wrote itself may not have moved the revision yet.
    """
    if connection.in_atomic_block:
        return None
    row = next(iter(_revisions().rows()), None)
    if row is None or row[0] is None:
        return None
    return _Key(str(connection.settings_dict["NAME"]), row[0], row[1], day)


@functools.cache
def _revisions() -> Compiled:
    """The content revision and the gate's."""
    token = Subquery(ContentRevision.objects.filter(pk=1).values("token"))
    return Compiled(Gate.objects.filter(pk=1).values_list(token, "revision"))


def _judge(now: datetime.datetime) -> Judged:
    """At most twelve queries, however many openings there are."""
    begin = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    running = published().filter(closes_at__gte=begin).exclude(status=PostingStatus.STOOD_DOWN)
    postings = list(running.order_by("closes_at", "reference"))
    # By key: where the database has no statistics yet, it multiplies tables rather than join them.
    missions = set(published().order_by().values_list("mission_id", flat=True))
    leads = Organization.objects.filter(missions_led__in=missions).distinct()
    found = dict(zip([posting.pk for posting in postings], rooms(postings, now=now), strict=True))
    lean = [LeanPosting(*(getattr(posting, name) for name in LeanPosting._fields)) for posting in postings]
    return Judged(found, lean, countries_of(missions), list(leads))
