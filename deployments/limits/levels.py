"""Reads the database into capacity's values: the levels above a posting, or any level by itself.

Only tours that end on or after ``since`` are read, through an index: those long past cost nothing. Pages read how many
begin and end on each day instead of the tours themselves.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Case, Count, Exists, Expression, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from deployments.limits.rule import FOREVER, Level, Span, Tour
from deployments.models import CountsAgainst, Deployment, DeploymentState, Posting
from deployments.models.deployment import DeploymentQuerySet
from missions.models import AuthorizedStrength, Mission, MissionTerms, Operation, OperationTerms, Programme, TermsStatus

Record = Programme | Operation | Mission | Posting
Days = tuple[list[tuple[datetime.date, int]], list[tuple[datetime.date, int]]]
Numbers = tuple[tuple[datetime.date, int | None], ...]
KeyedNumbers = dict[tuple[str, int], list[tuple[datetime.date, int | None]]]

PATHS = {
    "posting": "posting",
    "mission": "posting__mission",
    "operation": "posting__mission__operation",
    "programme": "posting__mission__operation__programme",
}
RECORDS = "posting__mission__operation__records_from"
# A tour that began before its operation's records is counted from their first day; one that was over by then nowhere.
ANSWERED = Q(**{f"{RECORDS}__isnull": True}) | Q(last_day__gte=F(RECORDS))
BEGINS = Greatest(F("first_day"), Coalesce(F(RECORDS), F("first_day")))
# Which postings count at a level: one that counts against the programme alone is not part of its operation's number.
COUNTED = {
    "posting": frozenset(CountsAgainst.values),
    "mission": frozenset([CountsAgainst.ALL]),
    "operation": frozenset([CountsAgainst.ALL]),
    "programme": frozenset([CountsAgainst.ALL, CountsAgainst.PROGRAMME]),
}


def levels_above(posting: Posting, *, since: datetime.date, exclude: Deployment | None = None) -> list[Level]:
    """The levels that limit a tour in ``posting`` on any day from ``since``, innermost first, with their tours.

    A mission or programme without a number adds no level. ``exclude`` is a tour to leave out. Two queries, and one
    for what of the chain is not loaded yet.
    """
    mission = posting.mission
    chain: dict[str, Record] = {
        "mission": mission,
        "operation": mission.operation,
        "programme": mission.operation.programme,
    }
    records: dict[str, Record] = {"posting": posting} | {
        kind: record for kind, record in chain.items() if posting.counts_against in COUNTED[kind]
    }
    numbers = _numbers({kind: [record.pk] for kind, record in records.items() if kind != "posting"})
    limiting = {
        kind: record
        for kind, record in records.items()
        if kind in ("posting", "operation") or any(maximum is not None for _day, maximum in numbers[kind, record.pk])
    }
    tours = _tours_of(limiting, since, exclude)
    return [
        Level(kind, record.pk, str(record), _numbers_of(kind, record, numbers), tuple(tours[kind]))
        for kind, record in limiting.items()
    ]


def level_of(record: Record, since: datetime.date) -> Level:
    """The level of one record with all that counts against it from ``since``. Two queries, for a posting one."""
    return levels_of([record], since)[record.pk]


def level_reaching(operation: Operation, since: datetime.date) -> Level:
    """The level of an operation as it would be if its records began on ``since``. Two queries."""
    counting = {"posting__mission__operation": operation, "posting__counts_against__in": COUNTED["operation"]}
    tours = Deployment.objects.consuming().filter(last_day__gte=since, **counting)
    days = tours.order_by().values_list("first_day", "last_day", "late_from")
    own = tuple(Tour(max(first_day, since), last_day, late_from) for first_day, last_day, late_from in days)
    numbers = _numbers({"operation": [operation.pk]})
    return Level("operation", operation.pk, str(operation), _numbers_of("operation", operation, numbers), own)


def levels_of(records: Iterable[Record], since: datetime.date) -> dict[int, Level]:
    """Level by primary key, for records of one kind, in two queries however many they are; tours in numbers, by day."""
    by_key = {record.pk: record for record in records}
    if not by_key:
        return {}
    kind = kind_of(next(iter(by_key.values())))
    numbers = _numbers({kind: list(by_key)}) if kind != "posting" else {}
    counted = {f"{PATHS[kind]}__in": list(by_key), "posting__counts_against__in": COUNTED[kind]}
    days = _days_by(F(PATHS[kind]), since, **counted)
    return {key: _level(kind, record, numbers, days[key]) for key, record in by_key.items()}


def levels_of_chains(postings: Iterable[Posting], since: datetime.date) -> dict[int, list[Level]]:
    """For each posting, by its primary key, what ``levels_above`` gives, with tours in numbers. Three queries.

    Postings come with ``mission__operation__programme`` selected.
    """
    chains = {posting.pk: chain_of(posting) for posting in postings}
    if not chains:
        return {}
    records = {(kind, record.pk): record for chain in chains.values() for kind, record in chain.items()}
    numbers = _numbers({kind: [key for of, key in records if of == kind] for kind in PATHS if kind != "posting"})
    limiting = {(kind, key) for kind, key in records if _limits(kind, numbers[kind, key])}
    # Postings whose tours count at the same levels are one group, so that the database adds up a few groups by day instead
    # of handing over every tour: with 100,000 tours this is what the board's time depends on.
    alike = _counting_at(limiting, [key for kind, key in records if kind == "programme"], chains, since)
    # A tour is read once, by its group, although it counts at up to four levels; the loop below gives its days to each.
    group = Case(*(When(posting__in=keys, then=Value(n)) for n, keys in enumerate(alike.values())))
    by_group = _days_by(group, since, posting__in=[key for keys in alike.values() for key in keys])
    days: dict[tuple[str, int], Days] = defaultdict(lambda: ([], []))
    for n, at in enumerate(alike):
        for level in at:
            for all_days, of_group in zip(days[level], by_group[n], strict=True):
                all_days.extend(of_group)
    levels = {(kind, key): _level(kind, records[kind, key], numbers, days[kind, key]) for kind, key in limiting}
    found = {key: [levels.get((kind, record.pk)) for kind, record in chain.items()] for key, chain in chains.items()}
    return {key: [level for level in above if level] for key, above in found.items()}


def _counting_at(
    limiting: set[tuple[str, int]], programmes: list[int], own: Iterable[int], since: datetime.date
) -> dict[tuple[tuple[str, int], ...], list[int]]:
    """The postings whose tours count at some of the levels, by those levels: what counts alike is counted together.

    ``own`` are the postings that the levels are asked for, which may count against nothing but themselves; of the others
    those with tours that end on or after ``since``. One query.
    """
    tours = Deployment.objects.consuming().filter(posting=OuterRef("pk"), last_day__gte=since)
    others = Q(Exists(tours), mission__operation__programme__in=programmes)
    listed = Posting.objects.filter(others | Q(pk__in=list(own)))
    columns = ("counts_against", "pk", *(path.removeprefix("posting__") for path in list(PATHS.values())[1:]))
    alike: dict[tuple[tuple[str, int], ...], list[int]] = defaultdict(list)
    for against, *keys in listed.order_by().values_list(*columns):
        levels = ((kind, key) for kind, key in zip(PATHS, keys, strict=True) if against in COUNTED[kind])
        alike[tuple(level for level in levels if level in limiting)].append(keys[0])
    alike.pop((), None)
    return alike


def _limits(kind: str, numbers: Iterable[tuple[datetime.date, int | None]]) -> bool:
    """Whether there is a limit on any day: a mission or a programme may go without."""
    return kind in ("posting", "operation") or any(maximum is not None for _day, maximum in numbers)


def chain_of(posting: Posting) -> dict[str, Record]:
    """The records whose numbers a tour in ``posting`` counts against, by kind, innermost first."""
    mission = posting.mission
    records = (posting, mission, mission.operation, mission.operation.programme)
    return {kind_of(each): each for each in records if posting.counts_against in COUNTED[kind_of(each)]}


def _days_by(key: Expression | F, since: datetime.date, **counted: object) -> dict[int, Days]:
    """The tours by a key, in numbers: who begins after ``since``, and who ends, on each day. One query.

    Whoever ends without having begun later was there on ``since`` already.
    """
    tours = Deployment.objects.consuming().filter(ANSWERED, last_day__gte=since, **counted)
    later = tours.annotate(key=key, day=BEGINS, is_last=Value(False)).filter(day__gt=since)
    over = tours.annotate(key=key, day=F("last_day"), is_last=Value(True))
    columns = ("key", "day", "is_last")
    first, last = (each.order_by().values(*columns).annotate(number=Count("pk")) for each in (later, over))
    days: dict[int, Days] = defaultdict(lambda: ([], []))
    there: Counter[int] = Counter()
    for of_key, day, is_last, number in first.union(last, all=True).values_list(*columns, "number"):
        days[of_key][is_last].append((day, number))
        there[of_key] += number if is_last else -number
    # Ends minus later beginnings are those who were there already; unary plus leaves out keys at nought.
    for of_key, number in (+there).items():
        days[of_key][False].append((since, number))
    return days


def _level(kind: str, record: Record, numbers: KeyedNumbers, days: Days) -> Level:
    first_days, last_days = map(tuple, days)
    own_numbers = _numbers_of(kind, record, numbers)
    return Level(kind, record.pk, str(record), own_numbers, first_days=first_days, last_days=last_days)


def kind_of(record: Record) -> str:
    """ "programme", "operation", "mission" or "posting"."""
    return type(record).__name__.lower()


def tours_counted(record: Record, *, with_early: bool = False) -> DeploymentQuerySet:
    """The tours that count at the level of ``record``, whatever their days; ``with_early`` those before the records too."""
    kind = kind_of(record)
    answered = Q() if with_early else ANSWERED
    return Deployment.objects.consuming().filter(
        answered, **{PATHS[kind]: record.pk, "posting__counts_against__in": COUNTED[kind]}
    )


def live_level_of(posting: Posting) -> Level:
    """The posting's places against tours still to come or under way: what lowering the places looks at."""
    live = posting.deployments.filter(ANSWERED, state__in=DeploymentState.live_states())
    tours = [Tour(*days) for days in live.annotate(begins=BEGINS).values_list("begins", "last_day").order_by()]
    return Level("posting", posting.pk, str(posting), _numbers_of("posting", posting, {}), tuple(tours))


def closed_spans(posting: Posting) -> list[Span]:
    """The days on which terms of the operation or the mission take nobody. Two queries."""
    return closed_spans_of([posting])[posting.pk]


def closed_by_level(record: Record) -> dict[str, list[Span]]:
    """The days on which terms take nobody, for each kind of level from ``record`` up: an operation's close all below it.

    Two queries at most. A programme has no terms.
    """
    mission = record.mission if isinstance(record, Posting) else record if isinstance(record, Mission) else None
    operation = mission.operation_id if mission else record.pk if isinstance(record, Operation) else None
    of_operation: list[Span] = []
    of_mission: list[Span] = []
    if operation is not None:
        of_operation = _closed(OperationTerms.objects.standing().filter(operation=operation), "operation")[operation]
    if mission is not None:
        of_mission = _closed(MissionTerms.objects.standing().filter(mission=mission), "mission")[mission.pk]
    below = [*of_operation, *of_mission]
    return {"posting": below, "mission": below, "operation": of_operation, "programme": []}


def closed_spans_of(postings: Iterable[Posting]) -> dict[int, list[Span]]:
    """For each posting, by its primary key, the days on which terms above it take nobody. Two queries for all."""
    postings = list(postings)
    operations = {posting.mission.operation_id for posting in postings}
    by_operation = _closed(OperationTerms.objects.standing().filter(operation__in=operations), "operation")
    missions = {posting.mission_id for posting in postings}
    by_mission = _closed(MissionTerms.objects.standing().filter(mission__in=missions), "mission")
    return {
        posting.pk: [*by_operation[posting.mission.operation_id], *by_mission[posting.mission_id]]
        for posting in postings
    }


def _closed(versions: QuerySet[OperationTerms] | QuerySet[MissionTerms], level: str) -> dict[int, list[Span]]:
    """The days under terms that take nobody, by the record whose terms they are."""
    dated: dict[int, list[tuple[datetime.date, str]]] = defaultdict(list)
    for key, day, status in versions.values_list(level, "effective_from", "status"):
        dated[key].append((day, status))
    spans: dict[int, list[Span]] = defaultdict(list)
    for key, of_record in dated.items():
        ends = [day - datetime.timedelta(days=1) for day, _status in of_record[1:]] + [FOREVER]
        spans[key] = [
            Span(day, end) for (day, status), end in zip(of_record, ends, strict=True) if status != TermsStatus.ACTIVE
        ]
    return spans


def _numbers(keys: dict[str, list[int]]) -> KeyedNumbers:
    """Standing versions by (kind, primary key), earliest first."""
    wanted = Q(pk__in=[])
    for kind, of_kind in keys.items():
        wanted |= Q(**{f"{kind}__in": of_kind})
    found: KeyedNumbers = defaultdict(list)
    for *owners, day, maximum in (
        AuthorizedStrength.objects.standing()
        .filter(wanted)
        .values_list("programme", "operation", "mission", "effective_from", "maximum")
    ):
        kind, key = next(
            (kind, key) for kind, key in zip(("programme", "operation", "mission"), owners, strict=True) if key
        )
        found[kind, key].append((day, maximum))
    return found


def _numbers_of(kind: str, record: Record, numbers: KeyedNumbers) -> Numbers:
    if isinstance(record, Posting):
        return ((datetime.date.min, record.places),)
    return tuple(numbers[kind, record.pk])


def _tours_of(records: dict[str, Record], since: datetime.date, exclude: Deployment | None) -> dict[str, list[Tour]]:
    """The tours that count at each of the levels, in one query."""
    wanted = Q(pk__in=[])
    for kind, record in records.items():
        wanted |= Q(**{PATHS[kind]: record.pk, "posting__counts_against__in": COUNTED[kind]})
    query = Deployment.objects.consuming().filter(ANSWERED, wanted, last_day__gte=since).annotate(begins=BEGINS)
    if exclude is not None:
        query = query.exclude(pk=exclude.pk)
    tours: dict[str, list[Tour]] = {kind: [] for kind in records}
    columns = ("begins", "last_day", "late_from", "posting__counts_against", *(PATHS[kind] for kind in records))
    counted = [(record.pk, COUNTED[kind], tours[kind].append) for kind, record in records.items()]
    for first_day, last_day, late_from, counts_against, *keys in query.values_list(*columns).order_by():
        tour = Tour(first_day, last_day, late_from)
        for (own_key, counts, add), key in zip(counted, keys, strict=True):
            if key == own_key and counts_against in counts:
                add(tour)
    return tours
