"""Deployments from a list: each line is one tour of duty, recorded through the door that a person's click uses."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tabular import Row
from core.text.clean import number_key
from deployments.domain.tours.acts import record_tour
from deployments.imports.cells import Cells
from deployments.imports.errand import Errand, Import, LineReport
from deployments.models import Deployment, DeploymentState, Posting
from officers.models import Officer

COLUMNS = ("officer", "posting", "first_day", "last_day", "state")


@dataclass(frozen=True)
class Line:
    """One line of the list, read."""

    line: int
    officer: Officer
    posting: Posting
    first_day: datetime.date
    last_day: datetime.date
    state: str


def _key(named: str) -> str:
    """An officer's name in the list, written in one way: an e-mail address, or service:number."""
    if "@" in named:
        return named.lower()
    service, _colon, number = named.partition(":")
    return f"{service.strip().lower()}:{number_key(number)}"


class _Known:
    """The officers and postings that the rows name."""

    def __init__(self, rows: list[Row]) -> None:
        keys = {_key(row["officer"]) for row in rows}
        officers = Officer.objects.select_related("user", "police_service")
        self.officers = {o.user.email: o for o in officers.filter(user__email__in=keys)}
        numbers = {key.partition(":")[2] for key in keys}
        of_numbers = officers.numbered(*numbers)
        self.officers |= {_key(f"{o.police_service.code}:{o.service_number}"): o for o in of_numbers}
        chain = Posting.objects.select_related("mission__operation__programme")
        self.postings = {p.reference: p for p in chain.filter(reference__in={row["posting"] for row in rows})}


def carry_out(rows: list[Row], errand: Errand) -> list[LineReport]:
    """Records each tour that is not recorded yet; problems are left in ``errand``."""
    known = _Known(rows)
    lines = [line for row in rows if (line := _line(Cells(row, errand.problems), known))]
    if errand.problems:
        return []
    reports = []
    for line, row in zip(lines, rows, strict=True):
        report = LineReport(line.line, row["officer"], line.first_day.isoformat())
        reports.append(report)
        if _is_recorded(line):
            continue
        report.created = True
        for column in ("posting", "first_day", "last_day", "state"):
            report.note(column, "", row[column])
        with errand.attempt(line.line, ("officer", *COLUMNS)):
            record_tour(
                by=errand.by,
                officer=line.officer,
                posting=line.posting,
                first_day=line.first_day,
                last_day=line.last_day,
                state=line.state,
                today=errand.today,
            )
    return reports


DEPLOYMENTS = Import("deployments", _("Import deployments"), _("Tours of duty from a list."), COLUMNS, carry_out)


def _line(cells: Cells, known: _Known) -> Line | None:
    officer = known.officers.get(_key(cells.row["officer"]))
    if officer is None:
        cells.wrong(
            "officer",
            gettext("No officer has this e-mail address, or service and number: “%(value)s”.")
            % {"value": cells.row["officer"]},
        )
    posting = known.postings.get(cells.row["posting"])
    if posting is None:
        cells.wrong("posting", gettext("No posting has this reference: “%(value)s”.") % {"value": cells.row["posting"]})
    first_day, last_day = cells.day("first_day"), cells.day("last_day")
    state = cells.choice("state", DeploymentState.values)
    if officer is None or posting is None:
        return None
    return Line(cells.line, officer, posting, first_day, last_day, state)


def _is_recorded(line: Line) -> bool:
    return Deployment.objects.filter(
        officer=line.officer,
        posting=line.posting,
        first_day=line.first_day,
        last_day=line.last_day,
        state=line.state,
    ).exists()
