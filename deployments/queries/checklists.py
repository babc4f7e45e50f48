"""What is due of the checklist of each tour, what was done, and what is late."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from deployments.domain.verbs.tours import BEFORE_DEPARTURE, LIVE
from deployments.models import (
    ChecklistDueDay,
    ChecklistItem,
    ChecklistMark,
    ChecklistMoment,
    Deployment,
    DeploymentState,
    EndReason,
)

HOME = [DeploymentState.ENDED, DeploymentState.REINTEGRATION]
# How many days ahead people are reminded of what is due.
DAYS_AHEAD = 7


@dataclass(frozen=True)
class ChecklistLine:
    """An item of one tour: by when, and the mark that says by whom and when it was done."""

    tour: Deployment
    item: ChecklistItem
    due_on: datetime.date
    mark: ChecklistMark | None

    def is_late(self, on: datetime.date) -> bool:
        return self.mark is None and self.due_on < on

    def is_due(self, today: datetime.date) -> bool:
        """Whether it is late, or due within the days that people are reminded ahead."""
        return self.mark is None and self.due_on <= today + datetime.timedelta(days=DAYS_AHEAD)


def with_checklist() -> QuerySet[Deployment]:
    """Tours of which something may be left to do: before departure, and at home where items are asked for after the return."""
    wanted = Q(state__in=BEFORE_DEPARTURE)
    if ChecklistItem.objects.filter(is_active=True, moment=ChecklistMoment.AFTER).exists():
        wanted |= Q(state__in=HOME) & ~Q(end_reason=EndReason.TRANSFERRED)
    return Deployment.objects.filter(wanted)


def lines_of(tours: Sequence[Deployment]) -> list[ChecklistLine]:
    """The items of each tour that its state asks for, and whatever was done, by position. Three queries."""
    items = list(ChecklistItem.objects.all())
    days = {
        (each.deployment_id, each.item_id): each.due_on for each in ChecklistDueDay.objects.filter(deployment__in=tours)
    }
    marks = {
        (mark.deployment_id, mark.item_id): mark
        for mark in ChecklistMark.objects.filter(deployment__in=tours).select_related("done_by")
    }
    return [
        ChecklistLine(tour, item, days.get((tour.pk, item.pk)) or item.due_for(tour), mark)
        for tour in tours
        for item in items
        if (mark := marks.get((tour.pk, item.pk))) or _is_asked(item, tour)
    ]


def due_lines(today: datetime.date, tours: QuerySet[Deployment] | None = None) -> list[ChecklistLine]:
    """What is late or due within the next days, earliest first."""
    wanted = with_checklist() if tours is None else tours
    found = list(wanted.select_related("officer__user", "posting"))
    return sorted(
        (line for line in lines_of(found) if line.is_due(today)),
        key=lambda line: (line.due_on, line.tour.pk, line.item.position),
    )


def _is_asked(item: ChecklistItem, tour: Deployment) -> bool:
    if item.moment == ChecklistMoment.BEFORE:
        is_its_time = tour.state in LIVE
    else:
        is_its_time = tour.state in HOME and tour.end_reason != EndReason.TRANSFERRED
    return item.is_active and item.mission_id in (None, tour.posting.mission_id) and is_its_time
