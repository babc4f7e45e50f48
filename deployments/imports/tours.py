"""Deployments from a list: each line is one tour of duty, held to the rules that a person's click meets."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal
from core.tabular import DAY, Column, TableRow
from core.text.dates import in_words
from deployments.domain.stakes import Stakes
from deployments.domain.tours import NewTour, Sweep, insert_tours
from deployments.domain.verbs.tours import MAY_DEPLOY, OVER
from deployments.imports.cells import NO_DAY, Cells
from deployments.imports.people import IDENTITY, OfficerNames, PostingNames, identity
from deployments.imports.reports import LineReport
from deployments.imports.reports import in_words as as_listed
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts
from deployments.models import Deployment, DeploymentState, EndReason, Posting
from deployments.queries.state_days import state_days
from officers.models import Officer

FIELDS = (
    *IDENTITY,
    Column("posting", _("Posting"), ("reference", "référence", "poste", "affectation"), example="mali-adviser"),
    Column("mission", _("Mission"), required=False, informs=True),
    Column("operation", _("Operation"), ("opération",), required=False, informs=True),
    Column("first_day", _("First day"), ("from", "start", "du", "début", "departure", "départ"), kind=DAY, example="2026-01-15"),
    Column("last_day", _("Last day"), ("to", "end", "until", "au", "fin", "return", "retour"), kind=DAY, example="2027-01-14"),
    Column("state", _("State"), ("status", "statut", "état"), required=False, example="in_mission", allowed=tuple(DeploymentState)),
    Column("end_reason", _("End"), ("reason", "motif", "end reason", "motif de fin"), required=False, example="", allowed=tuple(EndReason)),
    Column("hold_until", _("Held until"), ("hold",), kind=DAY, required=False),
    Column("preparation_on", _("Pre-deployment since"), required=False, informs=True),
    Column("in_mission_on", _("In mission since"), required=False, informs=True),
    Column("ended_on", _("Ended on"), required=False, informs=True),
    Column("closed_on", _("Closed on"), required=False, informs=True),
    Column("before_records", _("From before the records"), required=False, informs=True),
)  # fmt: skip
COLUMNS = tuple(column.code for column in FIELDS)
DATED = (DeploymentState.PREPARATION, DeploymentState.IN_MISSION, DeploymentState.ENDED, DeploymentState.CLOSED)


@dataclass(frozen=True, slots=True)
class TourLine:
    """One line of the list, read."""

    line: int
    named: str
    officer: Officer
    posting: Posting
    first_day: datetime.date
    last_day: datetime.date
    state: str
    end_reason: str
    hold_until: datetime.date | None = None


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """Each tour that is not recorded yet, judged with all before it in place."""
    officers, postings = OfficerNames(rows), PostingNames(row["posting"] for row in rows)
    lines = [line for row in rows if (line := _line(Cells(row, session.problems), officers, postings, session))]
    recorded = _recorded(lines)
    reports = [LineReport(line.line, line.named, line.first_day.isoformat()) for line in lines]
    new: list[tuple[TourLine, LineReport]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for line, report in zip(lines, reports, strict=True):
        key = (line.officer.pk, line.posting.pk, line.first_day, line.last_day)
        same = recorded.get(key)
        if same is not None:
            _say_recorded(line, same, report)
        elif key in seen:
            report.note = gettext("The same as line %(other)s.") % {"other": seen[key]}
        else:
            seen[key] = line.line
            new.append((line, report))
    _plan_new(new, session)
    return reports


def export(tours: QuerySet[Deployment]) -> Iterable[list[Any]]:
    """The tours in the columns of the list."""
    chain = ("officer__user", "officer__police_service", "posting__mission__operation")
    for some in in_parts(tours.select_related(*chain)):
        days = state_days(some)
        for tour in some:
            on, mission = days.get(tour.pk, {}), tour.posting.mission
            yield [
                *(*identity(tour.officer), tour.posting.reference, mission.name, mission.operation.name),
                *(tour.first_day, tour.last_day, tour.get_state_display(), tour.get_end_reason_display()),
                *(tour.hold_until, *(on.get(state) for state in DATED)),
                gettext("yes") if tour.is_before_records else "",
            ]


DEPLOYMENTS = Import(
    "deployments",
    _("Import deployments"),
    _("Tours of duty from a list."),
    FIELDS,
    plan,
    ("deployments.import_operations", MAY_DEPLOY),
    model=Deployment,
    export=export,
)


def _line(cells: Cells, officers: OfficerNames, postings: PostingNames, session: ImportSession) -> TourLine | None:
    before = len(cells.problems)
    officer, posting = officers.read(cells, "officer"), postings.read(cells, "posting")
    first_day, last_day = cells.day("first_day"), cells.day("last_day")
    if cells.row["state"]:
        state = cells.choice("state", DeploymentState)
    else:
        state = DeploymentState.CLOSED if NO_DAY < last_day < session.today else DeploymentState.PREPARATION
    end_reason = cells.choice("end_reason", EndReason, required=False)
    if officer is None or posting is None or len(cells.problems) > before:
        return None
    if state in OVER and not end_reason:
        end_reason = EndReason.COMPLETED
    if end_reason and state not in OVER:
        cells.wrong("end_reason", gettext("Only a tour that is over has an end."))
        return None
    hold = cells.optional_day("hold_until")
    if hold and state != DeploymentState.RESERVED:
        cells.wrong("hold_until", gettext("Only a reserved place is held until a day."))
        return None
    named = cells.row["officer"] or str(officer)
    return TourLine(cells.line, named, officer, posting, first_day, last_day, state, end_reason, hold)


def _recorded(lines: list[TourLine]) -> dict[tuple[Any, ...], tuple[str, str]]:
    """State and end of the tours recorded already with the officer, posting and days of a line."""
    if not lines:
        return {}
    first = min(line.first_day for line in lines)
    last = max(line.last_day for line in lines)
    officers = {line.officer.pk for line in lines}
    columns = ("officer", "posting", "first_day", "last_day", "state", "end_reason")
    rows = Deployment.objects.filter(first_day__range=(first, last)).order_by("pk").values_list(*columns)
    found: dict[tuple[Any, ...], tuple[str, str]] = {}
    for *key, state, end_reason in rows:
        if key[0] in officers and (tuple(key) not in found or found[tuple(key)][0] == DeploymentState.CANCELLED):
            found[tuple(key)] = (state, end_reason)
    return found


def _say_recorded(line: TourLine, same: tuple[str, str], report: LineReport) -> None:
    """A tour that is there stays as it is: it moves on by acts. What has moved on since is said."""
    state = same[0]
    report.note = (
        gettext("Already there.")
        if state == line.state
        else gettext("Recorded already, now: %(state)s.") % {"state": DeploymentState(state).label}
    )


def _plan_new(new: list[tuple[TourLine, LineReport]], session: ImportSession) -> None:
    if not new:
        return
    if not session.may(MAY_DEPLOY):
        for line, _report in new:
            session.not_permitted(line.line, "officer")
        return
    tours = [_tour(line) for line, _report in new]
    sweep = Sweep(tours, session.today)
    planned: list[NewTour] = []
    stakes = Stakes(session.by)
    for (line, report), tour in zip(new, tours, strict=True):
        report.created = True
        for column in ("posting", "first_day", "last_day", "state"):
            report.compare(
                column, "", as_listed(getattr(line, column)) if column != "posting" else line.posting.reference
            )
        with session.at_line(line.line, ("officer", *COLUMNS)):
            stakes.check(tour)
            _take(sweep, tour)
            if not session.only_reports:
                planned.append(NewTour(tour, session.note(line.line)))
    if planned:
        session.writes.append(lambda: insert_tours(planned, by=session.by, today=session.today))


class BeforeTheNumber(Refusal):
    """A tour older than the first number of its operation: what was refused, and where the records can begin."""

    def __init__(self, cause: Refusal, tour: Deployment, first: datetime.date) -> None:
        operation = tour.posting.mission.operation
        begins = operation.records_from
        words = (
            gettext("The records of %(operation)s begin on %(day)s: tours meet its numbers from that day on.")
            if begins
            else gettext(
                "The first number of %(operation)s holds from %(day)s: once that is the first day of its records, which an"
                " Approver sets, earlier tours meet no number."
            )
        )
        said = words % {"operation": operation, "day": in_words(begins or first)}
        super().__init__(f"{cause} {said}", code=cause.code, field=cause.field)
        self.link = reverse("operation-set-records-day", args=[operation.pk])


def _take(sweep: Sweep, tour: Deployment) -> None:
    """Put the tour in place. Raises as ``Sweep.take``, and says of an old one what the first day of the records does."""
    try:
        sweep.take(tour)
    except Refusal as refusal:
        level = next(level for level in sweep.levels[tour.posting_id] if level.kind == "operation")
        if level.numbers and tour.first_day < level.numbers[0][0]:
            raise BeforeTheNumber(refusal, tour, level.numbers[0][0]) from refusal
        raise


def _tour(line: TourLine) -> Deployment:
    return Deployment(
        officer=line.officer,
        posting=line.posting,
        first_day=line.first_day,
        last_day=line.last_day,
        state=line.state,
        end_reason=line.end_reason,
        hold_until=line.hold_until,
    )
