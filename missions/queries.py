"""What the public pages say on a day: operations and missions with the number and the terms in force on it.

Building these queries takes longer than the database runs them: they are built once a day that is asked for, and cloned.
"""

import datetime
import functools
from collections import defaultdict
from dataclasses import fields
from typing import Any, cast

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Value

from core.database.compiled import KEY, Compiled
from missions.dated import DatedMission, DatedOperation, KnownPosting
from missions.models import (
    AuthorizedStrength,
    Mission,
    MissionTerms,
    Operation,
    OperationTerms,
    TermsStatus,
)
from missions.models.versions import Version

DAYS = 32  # that queries are remembered for
CODE = "a code that is known later"  # the stand-in in compiled queries
PUBLISHED = {"mission__is_published": True, "mission__operation__is_published": True}


def answered(operation: str, day: datetime.date) -> Q:
    """Whether the records of the operation, named by its path, answer for ``day``: before they begin there is none."""
    begins = f"{operation}records_from"
    return Q(**{begins: None}) | Q(**{f"{begins}__lte": day})


def _in_force(versions: type[Version], level: str, column: str, day: datetime.date) -> Subquery:
    """``column`` of the version in force on ``day``; of terms None where the records do not reach back to it."""
    paths = {OperationTerms: "operation__", MissionTerms: "mission__operation__"}
    known = answered(paths[versions], day) if versions in paths else Q()
    return Subquery(versions.objects.on(day).filter(known, **{level: OuterRef("pk")}).values(column)[:1])


def _first_day(versions: type[Version], level: str) -> Subquery:
    """The first day on which a version that was not withdrawn begins."""
    return Subquery(versions.objects.standing().filter(**{level: OuterRef("pk")}).values("effective_from")[:1])


def operations_on(day: datetime.date, *, with_drafts: bool = False) -> QuerySet[DatedOperation]:
    """Published operations with what holds on ``day``: number, instrument, status, armed or not, languages.

    ``authorized`` is None where no number is in force, ``status`` where no terms are recorded. ``numbers_from`` and
    ``terms_from`` are the first days on record, also where they lie after ``day``.
    """
    return _operations_on(day, with_drafts=with_drafts).all()


@functools.lru_cache(maxsize=DAYS)
def _operations_on(day: datetime.date, *, with_drafts: bool) -> QuerySet[DatedOperation]:
    number = {
        name: _in_force(AuthorizedStrength, "operation", column, day)
        for name, column in {
            "authorized": "maximum",
            "authorized_from": "effective_from",
            "is_first_day_known": "is_first_day_known",
            "instrument": "instrument",
            "instrument_fr": "instrument_fr",
        }.items()
    }
    terms = {name: _in_force(OperationTerms, "operation", name, day) for name in ("status", "is_armed", "languages")}
    operations = Operation.objects.all() if with_drafts else Operation.objects.filter(is_published=True)
    dated = operations.annotate(
        **number,
        **terms,
        **_status_details(OperationTerms, "operation", day),
        numbers_from=_first_day(AuthorizedStrength, "operation"),
        terms_from=_first_day(OperationTerms, "operation"),
    )
    return cast(QuerySet[DatedOperation], dated)


def _status_details(terms: type[Version], level: str, day: datetime.date) -> dict[str, Subquery]:
    """Since when the status is on record, and what is said of it to the public."""
    columns = {
        "status_from": "effective_from",
        "status_explanation_en": "explanation_en",
        "status_explanation_fr": "explanation_fr",
    }
    return {name: _in_force(terms, level, column, day) for name, column in columns.items()}


def missions_on(day: datetime.date, *, with_drafts: bool = False) -> QuerySet[DatedMission]:
    """Published missions of published operations, with the number and the status of their own on ``day``."""
    return _missions_on(day, with_drafts=with_drafts).all()


@functools.lru_cache(maxsize=DAYS)
def _missions_on(day: datetime.date, *, with_drafts: bool) -> QuerySet[DatedMission]:
    published = {} if with_drafts else {"is_published": True, "operation__is_published": True}
    dated = (
        Mission.objects.filter(**published)
        .annotate(
            authorized=_in_force(AuthorizedStrength, "mission", "maximum", day),
            authorized_from=_in_force(AuthorizedStrength, "mission", "effective_from", day),
            is_first_day_known=_in_force(AuthorizedStrength, "mission", "is_first_day_known", day),
            status=_in_force(MissionTerms, "mission", "status", day),
            **_status_details(MissionTerms, "mission", day),
            terms_from=_first_day(MissionTerms, "mission"),
        )
        .select_related("operation", "lead_organization", "sending_organization")
    )
    return cast(QuerySet[DatedMission], dated)


def has_begun(mission: DatedMission, operation: DatedOperation, day: datetime.date) -> bool:
    """The mission had begun by ``day``: by its start, else its first terms, else what is first on record of its operation.

    One of which nothing is known has begun. Both come from the queries above.
    """
    recorded = (mission.terms_from, operation.terms_from, operation.numbers_from)
    begin = mission.starts_on or next(filter(None, recorded), None)
    return begin is None or begin <= day


def is_over(mission: DatedMission, day: datetime.date) -> bool:
    """The mission has ended by ``day``: closed, or its last day is past."""
    return mission.status == TermsStatus.CLOSED or bool(mission.ends and mission.ends.last < day)


@functools.lru_cache(maxsize=8 * DAYS)
def _compiled(records: str, day: datetime.date, *, with_drafts: bool = False, column: str = "") -> Compiled:
    """``operations_on`` or ``missions_on``, all of them or those where a ``column`` has its stand-in."""
    found = (_operations_on if records == "operations" else _missions_on)(day, with_drafts=with_drafts)
    return Compiled(found.filter(**{column: CODE if column == "code" else KEY}) if column else found)


def listed_operations(day: datetime.date) -> list[DatedOperation]:
    """The records of ``operations_on``."""
    return _compiled("operations", day).rows()


def listed_missions(day: datetime.date) -> list[DatedMission]:
    """The records of ``missions_on``, with their postings but without their operations. Two queries."""
    found = _missions_alone(day).rows()
    return _with_postings(found, _postings())


@functools.lru_cache(maxsize=DAYS)
def _missions_alone(day: datetime.date) -> Compiled:
    return Compiled(missions_on(day).select_related(None).select_related("lead_organization"))


def operation_on(day: datetime.date, *, with_drafts: bool, code: str = "", key: int = 0) -> DatedOperation | None:
    """One of ``operations_on``, by its code or key."""
    query = _compiled("operations", day, with_drafts=with_drafts, column="code" if code else "pk")
    return next(iter(query.rows({CODE: code, KEY: key})), None)


def mission_on(day: datetime.date, code: str, *, with_drafts: bool) -> DatedMission | None:
    """One of ``missions_on``, by its code, with its postings. Two queries."""
    found = _compiled("missions", day, with_drafts=with_drafts, column="code").rows({CODE: code})
    return _with_postings(found, _postings("mission_id"), found[0].pk)[0] if found else None


def missions_of(operation: DatedOperation, day: datetime.date, *, with_drafts: bool) -> list[DatedMission]:
    """Those of ``missions_on`` that belong to ``operation``, with their postings. Two queries."""
    found = _compiled("missions", day, with_drafts=with_drafts, column="operation_id").rows({KEY: operation.pk})
    return _with_postings(found, _postings("mission__operation_id"), operation.pk)


@functools.cache
def _postings(column: str = "") -> Compiled:
    """Postings, as far as a page about missions shows them: all, or those where a ``column`` has the key's stand-in."""
    postings: Any = Mission._meta.get_field("postings").related_model
    chosen = postings.objects.filter(**({column: KEY} if column else PUBLISHED))
    return Compiled(chosen.values_list(*(each.name for each in fields(KnownPosting) if each.name != "opening")))


def _with_postings(missions: list[DatedMission], postings: Compiled, key: int = 0) -> list[DatedMission]:
    """``missions`` with ``known_postings``: the postings of each in their order."""
    found = defaultdict(list)
    for row in postings.rows({KEY: key}) if missions else ():
        posting = KnownPosting(*row)
        found[posting.mission_id].append(posting)
    for mission in missions:
        mission.known_postings = found[mission.pk]
    return missions


def past_operations(day: datetime.date) -> QuerySet[DatedOperation]:
    """Operations that are closed on ``day``, or had a number once and have none any more; versions prefetched."""
    once = AuthorizedStrength.objects.on(day).filter(operation=OuterRef("pk"), maximum__isnull=False)
    return (
        operations_on(day)
        .filter(Q(status=TermsStatus.CLOSED) | Q(Exists(once), authorized=None))
        .prefetch_related(Prefetch("strengths", AuthorizedStrength.objects.standing().filter(effective_from__lte=day)))
        .prefetch_related(Prefetch("terms", OperationTerms.objects.standing().filter(effective_from__lte=day)))
    )


def past_missions(day: datetime.date) -> list[DatedMission]:
    """Missions that have ended by ``day``."""
    perhaps = missions_on(day).filter(Q(status=TermsStatus.CLOSED) | Q(ends_on__lt=day))
    return [mission for mission in perhaps.order_by("-ends_on", "code") if is_over(mission, day)]


def versions_changed(day: datetime.date, *, today: datetime.date) -> list[datetime.datetime | datetime.date | None]:
    """When what the public table says of ``day`` last changed: the latest recording, withdrawal and coming into force."""
    return [moment for row in _latest_versions(day, today).rows() for moment in row]


@functools.lru_cache(maxsize=DAYS)
def _latest_versions(day: datetime.date, today: datetime.date) -> Compiled:
    """A row for numbers and one for terms: the latest recording, withdrawal and coming into force."""
    found = []
    for versions in (AuthorizedStrength, OperationTerms):
        shown = versions.objects.filter(operation__is_published=True, effective_from__lte=day).order_by()
        latest = (
            shown.annotate(of_all=Value(1))
            .values("of_all")
            .annotate(
                recorded=Max("recorded_at"),
                withdrawn=Max("withdrawn_at"),
                begun=Max("effective_from", filter=Q(withdrawn_at=None, effective_from__lte=today)),
            )
        )
        found.append(latest.values_list("recorded", "withdrawn", "begun"))
    return Compiled(found[0].union(found[1], all=True))
