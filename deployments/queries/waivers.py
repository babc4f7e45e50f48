"""Which waivers of an officer do not count any more, although they are in force."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from deployments.eligibility.reading import read_file
from deployments.eligibility.waived import Given, Known, what_counts
from deployments.limits.days import planned_tour
from deployments.limits.rule import Span
from deployments.models import Deployment, DeploymentState, OfficerWaiver
from officers.models import Officer


def outgrown(officer: Officer, waivers: Iterable[OfficerWaiver], today: datetime.date) -> set[int]:
    """Primary keys of those of the officer's ``waivers`` in force under which more is found now than was waived.

    It is asked for the days of the officer's live tour in the posting, else for the planned ones. One query for the tours,
    and those of a clearance for each posting with a waiver in force.
    """
    by_posting = defaultdict(list)
    for waiver in waivers:
        if waiver.withdrawn_at is None and waiver.last_day >= today and waiver.on_record is not None:
            by_posting[waiver.posting_id].append(waiver)
    if not by_posting:
        return set()
    live = Deployment.objects.filter(officer=officer, posting__in=by_posting, state__in=DeploymentState.live_states())
    tours = {tour.posting_id: tour for tour in live.order_by("-first_day", "pk")}
    return {
        key for posting, given in by_posting.items() for key in _outgrown_for(officer, given, tours.get(posting), today)
    }


def _outgrown_for(
    officer: Officer, given: list[OfficerWaiver], tour: Deployment | None, today: datetime.date
) -> list[int]:
    posting = given[0].posting
    days = Span(tour.first_day, tour.last_day) if tour else planned_tour(posting, today)
    file = read_file(officer, posting, days, today=today, tour=tour)
    waivers = [Given(each.finding, each.on_record) for each in given]
    found = what_counts(waivers, Known(file.candidate, file.requirements, days, file.results)).outgrown
    return [each.pk for each in given if each.finding in found]
