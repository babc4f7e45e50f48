"""All authorized numbers over the years: what each operation had from each day of change on, and the programme's coverage."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.stacked_chart import StackedChart, stacked_chart
from missions.models import AuthorizedStrength, Operation


@dataclass(frozen=True)
class Row:
    """The numbers from ``day`` until the day of the next row: of each operation, together, and the coverage.

    None means no number in force; ``coverage`` None for no limit by a programme. ``is_first_day_known`` is False
    where a number that begins here is only on record since this day.
    """

    day: datetime.date
    numbers: Sequence[int | None]
    coverage: int | None
    is_first_day_known: bool

    @property
    def total(self) -> int:
        """How many may be deployed in all operations together."""
        return sum(number or 0 for number in self.numbers)


@dataclass(frozen=True)
class Numbers:
    """The published operations that ever had a number, in the order of the front page, and a row for each day of change."""

    operations: Sequence[Operation]
    rows: Sequence[Row]

    def chart(self, marker: datetime.date) -> StackedChart | None:
        """Numbers stacked in the order of the operations, beneath the coverage; None without a number."""
        series = [[row.numbers[place] or 0 for row in self.rows] for place in range(len(self.operations))]
        return stacked_chart([row.day for row in self.rows], series, [row.coverage for row in self.rows], marker)


def standing_numbers() -> list[AuthorizedStrength]:
    """Every number of programmes and published operations that was not withdrawn, earliest first. One query."""
    versions = AuthorizedStrength.objects.standing().filter(mission=None).exclude(operation__is_published=False)
    return list(versions.select_related("operation", "programme").order_by("effective_from", "pk"))


def numbers_over_time(versions: Iterable[AuthorizedStrength]) -> Numbers:
    """The rows of ``versions`` (of operations and programmes, earliest first), the first day first."""
    versions = list(versions)
    shown = {version.operation.pk: version.operation for version in versions if version.operation and version.maximum}
    operations = sorted(shown.values(), key=lambda operation: (operation.position, operation.code))
    covering = {version.programme_id for version in versions if version.programme_id}
    in_force: dict[tuple[str, int], int | None] = {}
    rows: dict[datetime.date, Row] = {}
    for version in versions:
        in_force[version.level_name, version.level.pk] = version.maximum
        before = rows.get(version.effective_from)
        covers = [in_force.get(("programme", pk)) for pk in covering]
        rows[version.effective_from] = Row(
            version.effective_from,
            [in_force.get(("operation", operation.pk)) for operation in operations],
            sum(filter(None, covers)) if covers and None not in covers else None,
            is_first_day_known=version.is_first_day_known and (before is None or before.is_first_day_known),
        )
    return Numbers(operations, list(rows.values()))
