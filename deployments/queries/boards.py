"""What makes up the numbers: the tours counted in each, and the strength board of operations with its forecast."""

import datetime
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from core.text.dates import ONE_DAY, today_here
from deployments.limits.levels import COUNTED, PATHS, Record, level_of, levels_of, tours_counted
from deployments.limits.rule import Excess, Level, Step, headroom, over_strength, peak
from deployments.models import Deployment, DeploymentState, Posting
from deployments.queries.standing_days import closed_days
from missions.models import AuthorizedStrength, Operation, OperationTerms, Programme, TermsStatus

FORECAST_MONTHS = 24


@dataclass(frozen=True)
class Explained:
    """Days on which the same tours, ``committed`` of them, count against the number of ``version``.

    ``number`` None is no limit; ``version`` is None before the first one, and for a posting, whose places are undated.
    ``takes_nobody``: terms of these days take nobody new.
    """

    first_day: datetime.date
    last_day: datetime.date
    number: int | None
    version: AuthorizedStrength | None
    committed: int
    takes_nobody: bool = False

    @property
    def is_numbered(self) -> bool:
        """Whether a number is in force: of an operation without one, 0 is only how it is counted."""
        return self.version is not None or self.number != 0

    @property
    def room(self) -> int | None:
        """Places left, negative when over strength; None where nothing limits."""
        return None if self.number is None else self.number - self.committed


@dataclass(frozen=True)
class BoardRow:
    """The strength of an operation on a day, and what is to come.

    ``authorized`` is None where no number is in force; ``terms`` None before the first; ``excesses`` are the days over
    strength from that day on. ``next_to_end`` is the tour under way that ends first.
    """

    operation: Operation
    terms: OperationTerms | None
    authorized: int | None
    committed: int
    excesses: tuple[Excess, ...]
    next_to_end: Deployment | None
    level: Level
    day: datetime.date

    @property
    def takes_nobody(self) -> bool:
        """Whether terms of the day, suspended, reassessed or closed, take nobody new whatever the number."""
        return self.terms is not None and self.terms.status != TermsStatus.ACTIVE

    @property
    def free(self) -> int | None:
        """Places free on the day, 0 when over strength; None where no number is in force or nobody new is taken."""
        if self.takes_nobody or self.authorized is None:
            return None
        return max(self.authorized - self.committed, 0)

    @property
    def steps(self) -> list[Step]:
        """The forecast of 24 months."""
        return headroom(self.level, self.day, forecast_end(self.day))

    @property
    def over(self) -> Excess | None:
        """The first stretch of days over strength: by how many, from when."""
        return self.excesses[0] if self.excesses else None


def explain(record: Record, *, first_day: datetime.date, last_day: datetime.date) -> list[Explained]:
    """What makes up the number at a level (programme, operation, mission or posting) on the days named, both inclusive.

    A row for every stretch of days with the same tours, the same version, and terms that take people or nobody; five
    queries at most.
    """
    level = level_of(record, first_day)
    versions = [] if isinstance(record, Posting) else list(record.strengths.standing())
    after = last_day + ONE_DAY
    changes = {first_day, after} | {day for day, _number in level.first_days}
    changes |= {day + ONE_DAY for day, _number in level.last_days if day <= last_day}
    changes |= {version.effective_from for version in versions}
    closed = closed_days(record)
    changes |= {span.first_day for span in closed} | {
        span.last_day + ONE_DAY for span in closed if span.last_day < after
    }
    steps = deque(headroom(level, first_day, last_day))
    rows = []
    for day, following in pairwise(sorted(day for day in changes if first_day <= day <= after)):
        while steps[0].last_day < day:
            steps.popleft()
        begun = [version for version in versions if version.effective_from <= day]
        version = begun[-1] if begun else None
        is_closed = any(span.first_day <= day <= span.last_day for span in closed)
        rows.append(Explained(day, following - ONE_DAY, steps[0].number, version, steps[0].committed, is_closed))
    return rows


def counted(record: Record, *, first_day: datetime.date, last_day: datetime.date) -> QuerySet[Deployment]:
    """The tours that count at the level on any of the days, both inclusive, the next to end first."""
    there = tours_counted(record).filter(last_day__gte=first_day, first_day__lte=last_day)
    return there.select_related("officer__user", "posting__mission").order_by("last_day", "pk")


def strength_board(operations: Iterable[Operation], today: datetime.date | None = None) -> list[BoardRow]:
    """A row for each of ``operations`` as of ``today``, with the forecast of 24 months; five queries for all of them."""
    today = today or today_here()
    operations = list(operations)
    levels = levels_of(operations, today)
    terms = _terms_on(operations, today)
    ending = _next_to_end(operations, today)
    return [
        _row(operation, levels[operation.pk], terms.get(operation.pk), ending.get(operation.pk), today)
        for operation in operations
    ]


def programmes_today(today: datetime.date) -> list[tuple[str, Step]]:
    """Every programme by name, with its number and who is committed on ``today``; one query."""
    number = AuthorizedStrength.objects.on(today).filter(programme=OuterRef("pk")).values("maximum")[:1]
    path = PATHS["programme"]
    counted = Deployment.objects.on(today).filter(
        **{path: OuterRef("pk"), "posting__counts_against__in": COUNTED["programme"]}
    )
    committed = counted.order_by().values(path).annotate(total=Count("pk")).values("total")
    programmes = Programme.objects.annotate(number=Subquery(number), committed=Coalesce(Subquery(committed), 0))
    return [(str(found), Step(today, today, found.number, found.committed)) for found in programmes]


def forecast_end(today: datetime.date) -> datetime.date:
    """The last day of a forecast that begins ``today``."""
    year, day = today.year + FORECAST_MONTHS // 12, today.day
    return datetime.date(year, today.month, min(day, 28) if today.month == 2 else day) - ONE_DAY


def _row(
    operation: Operation,
    level: Level,
    terms: OperationTerms | None,
    ending: Deployment | None,
    today: datetime.date,
) -> BoardRow:
    begun = [maximum for effective_from, maximum in level.numbers if effective_from <= today]
    return BoardRow(
        operation=operation,
        terms=terms,
        authorized=begun[-1] if begun else None,
        committed=peak(level, today, today),
        excesses=tuple(over_strength(level, today)),
        next_to_end=ending,
        level=level,
        day=today,
    )


def _terms_on(operations: list[Operation], day: datetime.date) -> dict[int, OperationTerms]:
    """The terms in force by operation."""
    begun = OperationTerms.objects.on(day).filter(operation__in=operations)
    return {terms.operation_id: terms for terms in reversed(begun)}


def _next_to_end(operations: list[Operation], day: datetime.date) -> dict[int, Deployment]:
    """The tour under way that ends first, by operation; of those that end together, the one recorded first."""
    under_way = Deployment.objects.on(day).filter(
        state__in=DeploymentState.live_states(),
        posting__mission__operation__in=operations,
        posting__counts_against__in=COUNTED["operation"],
    )
    place = Window(RowNumber(), partition_by=F("posting__mission__operation"), order_by=["last_day", "pk"])
    first = under_way.annotate(place=place).filter(place=1).order_by()
    tours = Deployment.objects.filter(pk__in=first.values("pk"))
    related = tours.select_related("officer__user", "posting__mission")
    return {tour.posting.mission.operation_id: tour for tour in related}
