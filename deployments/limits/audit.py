"""Recomputes every limit from the bare rows, by counting, with neither the guards nor the rule that doors use.

It assumes nothing of the rows: days are read as text, and a tour whose posting, mission, operation, programme or
officer is gone is itself a breach.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast

from deployments.limits import guards
from deployments.models import CountsAgainst, Deployment, DeploymentState, Gate, Posting, Release
from missions.models import AuthorizedStrength, Mission, Operation, Programme
from officers.models import Officer

Key = tuple[str, int]
END = datetime.date.max.toordinal()


@dataclass
class AuditedNumber:
    """One dated number: from its day, standing or withdrawn, with the over-strength accepted in it."""

    since: int
    maximum: int | None
    accepted: int
    stands: bool


@dataclass
class Books:
    """Everything that the limits are made of, as counted from the rows."""

    breaches: list[str] = field(default_factory=list)
    changes: dict[Key, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    versions: dict[Key, list[AuditedNumber]] = field(default_factory=lambda: defaultdict(list))
    places: dict[Key, int] = field(default_factory=dict)
    parents: dict[Key, Key] = field(default_factory=dict)
    names: dict[Key, str] = field(default_factory=dict)
    records_from: dict[int, int] = field(default_factory=dict)  # by posting


@dataclass(frozen=True)
class Audited:
    """What a count found, and how much it counted: tours, numbers with those withdrawn, postings."""

    breaches: list[str]
    tours: int
    numbers: int
    postings: int


def breaches() -> list[str]:
    """Every breach of a limit or of its protection, in words; empty when all is as it should be."""
    return audited().breaches


def audited() -> Audited:
    """Counts everything anew."""
    books = Books()
    chains = _read_chains(books)
    tours = _read_tours(books, chains)
    _read_versions(books)
    found = [*_unprotected(), *books.breaches, *_over_strength(books), *_above_parents(books)]
    return Audited(found, tours, sum(map(len, books.versions.values())), len(books.places))


def overdue_returns(today: datetime.date) -> list[Deployment]:
    """Tours still in mission whose last day is past: somebody has to record when they really ended."""
    overdue = Deployment.objects.filter(state=DeploymentState.IN_MISSION, last_day__lt=today)
    return list(overdue.select_related("officer__user", "posting").order_by("last_day", "pk"))


def unreleased() -> list[str]:
    """Firm tours with days for which the officer's service needs a release and none is in force, counted day by day.

    No breach: a withdrawn release ends no tour, and a service's need asks nothing of days that were firm before.
    """
    needing = Officer.objects.filter(police_service__needs_release=True)
    services = {
        pk: (service, retired) for pk, service, retired in needing.values_list("pk", "police_service", "retired_on")
    }
    held: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for officer, *release in Release.objects.filter(withdrawn_at=None).values_list(
        "officer", "police_service", "posting", "first_day", "last_day"
    ):
        held[officer].append(tuple(release))
    firm = Deployment.objects.filter(state__in=[DeploymentState.PREPARATION, DeploymentState.IN_MISSION])
    found = []
    for tour in firm.filter(officer__in=services).select_related("officer__user", "posting").order_by("pk"):
        service, retired = services[tour.officer_id]
        days = set(range(tour.first_day.toordinal(), tour.last_day.toordinal() + 1))
        days = {day for day in days if retired is None or day < retired.toordinal()}
        for by, posting, first, last in held[tour.officer_id]:
            if by == service and posting in (None, tour.posting_id):
                days = {day for day in days if not first.toordinal() <= day <= last.toordinal()}
        if days:
            found.append(f"no release from {_day(min(days))} on: {tour} ({len(days)} days)")
    return found


def _unprotected() -> list[str]:
    gate = [] if Gate.objects.filter(pk=1).exists() else ["the gate is missing"]
    return gate + [f"guard {name} is missing, switched off or changed" for name in guards.missing(connection)]


def _read_chains(books: Books) -> dict[int, list[Key]]:
    """The levels that a tour consumes, by posting; without those of a broken chain."""
    for kind, model in (("programme", Programme), ("operation", Operation), ("mission", Mission)):
        books.names |= {(kind, pk): f"{kind} {code}" for pk, code in model.objects.values_list("pk", "code")}
    for child, parent, model in (("operation", "programme", Operation), ("mission", "operation", Mission)):
        pairs = model.objects.order_by().values_list("pk", f"{parent}_id")
        books.parents |= {(child, pk): (parent, parent_pk) for pk, parent_pk in pairs}
    chains = {}
    records = (
        Operation.objects.order_by().exclude(records_from=None).values_list("pk", Cast("records_from", CharField()))
    )
    begins = {("operation", pk): text for pk, text in records}
    for pk, reference, mission, counts, places in Posting.objects.order_by().values_list(
        "pk", "reference", "mission_id", "counts_against", "places"
    ):
        books.names["posting", pk], books.places["posting", pk] = f"posting {reference}", places
        chain: list[Key] = [("mission", mission)]
        while chain[-1] in books.parents:
            chain.append(books.parents[chain[-1]])
        if chain[-1][0] == "programme" and chain[-1] in books.names:
            counted: dict[str, list[Key]] = {CountsAgainst.ALL: chain, CountsAgainst.PROGRAMME: chain[-1:]}
            chains[pk] = counted.get(counts, [])
            if chain[1] in begins:
                books.records_from[pk] = _ordinal(begins[chain[1]])
    return chains


def _read_tours(books: Books, chains: dict[int, list[Key]]) -> int:
    """Enter the tours that were not cancelled; how many."""
    live = set(DeploymentState.live_states())
    officers = set(Officer.objects.order_by().values_list("pk", flat=True))
    tours_of: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = Deployment.objects.exclude(state=DeploymentState.CANCELLED).order_by()
    days = [Cast(column, CharField()) for column in ("first_day", "last_day", "late_from")]
    for pk, posting, officer, state, *texts in rows.values_list(
        "pk", "posting_id", "officer_id", "state", *days
    ).iterator():
        if posting not in chains or officer not in officers:
            books.breaches.append(f"tour {pk} stands on a posting or officer that is gone, or on a broken chain")
            continue
        try:
            first, last = _ordinal(texts[0]), _ordinal(texts[1])
            late = _ordinal(texts[2]) if texts[2] else None
        except ValueError:
            books.breaches.append(f"tour {pk} has a day that cannot be read: {', '.join(map(str, texts))}")
            continue
        tours_of[officer].append((first, last, pk))
        for key in [*chains[posting], *([("posting", posting)] if state in live else [])]:
            end, begin = late or last + 1, max(first, books.records_from.get(posting, first))
            if begin < end:
                books.changes[key][begin] += 1
                books.changes[key][end] -= 1
    for tours in tours_of.values():
        for (_first, last, pk), (first, _last, other) in pairwise(sorted(tours)):
            if first <= last:
                books.breaches.append(f"tours {pk} and {other} of one officer share a day")
    return sum(map(len, tours_of.values()))


def _read_versions(books: Books) -> None:
    rows = AuthorizedStrength.objects.order_by("effective_from", "pk")
    columns = ("maximum", "acknowledged_peak", "withdrawal_acknowledged_peak", "programme", "operation", "mission")
    for pk, withdrawn, text, maximum, accepted, at_withdrawal, *owners in rows.values_list(
        "pk",
        Cast("withdrawn_at", CharField()),
        Cast("effective_from", CharField()),
        *columns,
    ):
        kind, key = next(pair for pair in zip(columns[3:], owners, strict=True) if pair[1])
        try:
            since = _ordinal(text)
        except ValueError:
            books.breaches.append(f"number {pk} has a day that cannot be read: {text}")
            continue
        stands = withdrawn is None
        versions = books.versions[kind, key]
        if stands and any(version.stands and version.since == since for version in versions):
            books.breaches.append(f"{_name(books, (kind, key))}: two numbers stand from {text}")
        versions.append(AuditedNumber(since, maximum, (accepted if stands else at_withdrawal) or 0, stands))


def _over_strength(books: Books) -> Iterator[str]:
    for key, changes in books.changes.items():
        committed, over = 0, []
        for day in sorted({*changes, *(version.since for version in books.versions[key])}):
            committed += changes.get(day, 0)
            allowed = _allowed(books, key, day)
            if allowed is not None and committed > allowed:
                over.append((committed - allowed, day, committed, allowed))
        if over:
            _by, day, most, allowed = max(over, key=lambda found: (found[0], -found[1]))
            yield f"{_name(books, key)}: {most} on {_day(day)}, where {allowed} are allowed; first over on {_day(over[0][1])}"


def _above_parents(books: Books) -> Iterator[str]:
    for child, parent in books.parents.items():
        for day in sorted({version.since for version in (*books.versions[child], *books.versions[parent])}):
            number, limit = _number(books, child, day), _number(books, parent, day)
            if number is not None and limit is not None and number > limit and books.versions[child]:
                yield f"{_name(books, child)}: {number} from {_day(day)}, above the {limit} of {_name(books, parent)}"


def _in_force(books: Books, key: Key, day: int) -> AuditedNumber | None:
    begun = [version for version in books.versions[key] if version.stands and version.since <= day]
    return begun[-1] if begun else None


def _number(books: Books, key: Key, day: int) -> int | None:
    if key in books.places:
        return books.places[key]
    version = _in_force(books, key, day)
    number = version.maximum if version else None
    return 0 if number is None and key[0] == "operation" else number


def _allowed(books: Books, key: Key, day: int) -> int | None:
    """The number in force, or the highest over-strength accepted in a version whose span covers the day."""
    number = _number(books, key, day)
    if number is None:
        return None
    version = _in_force(books, key, day)
    since = version.since if version else 0
    spanning = [v.accepted for v in books.versions[key] if not v.stands and since <= v.since <= day]
    return max([number, version.accepted if version else 0, *spanning])


def _name(books: Books, key: Key) -> str:
    return books.names.get(key, f"{key[0]} {key[1]} (gone)")


@lru_cache(maxsize=100_000)
def _ordinal(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def _day(ordinal: int) -> str:
    return datetime.date.fromordinal(min(ordinal, END)).isoformat()
