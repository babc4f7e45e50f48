"""Applications from a list: the state of each, with the day of each state where it is on record."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, LONG_TEXT, Column, TableRow
from deployments.domain.applications import WAY, PastApplication, check_past, files_for, insert_past
from deployments.domain.verbs.applications import MAY_ASSESS, MAY_SELECT
from deployments.imports.cells import Cells
from deployments.imports.people import IDENTITY, OfficerNames, PostingNames, identity
from deployments.imports.reports import LineReport
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts
from deployments.models import Application, ApplicationState, ReasonCode
from deployments.queries.state_days import state_days

S = ApplicationState
STATES = tuple(state for state in S if state not in (S.DRAFT, S.SELECTED))
FIELDS = (
    *IDENTITY,
    Column("posting", _("Posting"), ("reference", "référence", "poste", "affectation"), example="mali-adviser"),
    Column("mission", _("Mission"), required=False, informs=True),
    Column("operation", _("Operation"), ("opération",), required=False, informs=True),
    Column("state", _("State"), ("status", "statut", "état"), example="not_selected", allowed=STATES),
    Column("reason_code", _("Reason of the end"), ("reason", "motif"), required=False, example="other_candidate", allowed=tuple(ReasonCode)),
    *(Column(f"{state}_on", label, ("submitted_at",) if state == S.SUBMITTED else (), DAY, required=False) for state, label in S.choices if state in WAY),
    Column("ended_on", _("Ended on"), ("decided on", "fin", "décision"), DAY, required=False, example="2025-03-31"),
    Column("qualified_until", _("Qualified until"), ("roster until",), DAY, required=False),
    Column("available_from", _("Available from"), kind=DAY, required=False),
    Column("motivation", _("Why the officer applies"), ("motivation",), kind=LONG_TEXT, required=False),
)  # fmt: skip
COLUMNS = tuple(column.code for column in FIELDS)
ON_THE_WAY = tuple(f"{state}_on" for state in WAY)


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """Applications that are not recorded yet; one that is there stays as it is, and moves on by acts."""
    officers, postings = OfficerNames(rows), PostingNames(row["posting"] for row in rows)
    found = [(row, past) for row in rows if (past := _past(Cells(row, session.problems), officers, postings, session))]
    recorded = _recorded(past.application for _row, past in found)
    files = files_for((past.application for _row, past in found), session.today)
    running = {key[:2] for key, (_line, state) in recorded.items() if state in S.running_states()}
    reports, new = [], []
    for row, past in found:
        made = past.application
        report = LineReport(row.line, str(made.officer), made.posting.reference)
        reports.append(report)
        key = (made.officer_id, made.posting_id, past.days.get(S.SUBMITTED))
        if key in recorded:
            report.note = _as_recorded(recorded[key], made.state)
            continue
        with session.at_line(row.line, ("officer", *COLUMNS)):
            check_past(past, files, by=session.by, today=session.today)
            _refuse_second_running(running, made)
            recorded[key] = (row.line, made.state)
            new.append(past)
        report.created = True
        report.compare("posting", "", made.posting.reference)
        report.compare("state", "", made.state)
    if new:
        session.writes.append(lambda: insert_past(new, by=session.by))
    return reports


def _as_recorded(recorded: tuple[int, str], state: str) -> str:
    line, now = recorded
    if line:
        return gettext("The same as line %(other)s.") % {"other": line}
    if now == state:
        return gettext("Already there.")
    return gettext("Recorded already, now: %(state)s.") % {"state": S(now).label}


def _refuse_second_running(running: set[tuple[int, int]], made: Application) -> None:
    """Raise ValidationError where the officer has a running application for the posting already."""
    if made.state not in S.running_states():
        return
    key = (made.officer_id, made.posting_id)
    if key in running:
        words = gettext("There is already an application of this officer for this posting.")
        raise ValidationError({"officer": words})
    running.add(key)


def _past(
    cells: Cells, officers: OfficerNames, postings: PostingNames, session: ImportSession
) -> PastApplication | None:
    before = len(cells.problems)
    officer, posting = officers.read(cells, "officer"), postings.read(cells, "posting")
    state = cells.choice("state", S)
    reason = cells.choice("reason_code", ReasonCode, required=False)
    on = {
        column: cells.optional_day(column) for column in (*ON_THE_WAY, "ended_on", "qualified_until", "available_from")
    }
    motivation = cells.text("motivation", limit=4_000, required=False)
    if officer is None or posting is None or len(cells.problems) > before:
        return None
    made = Application(
        officer=officer,
        posting=posting,
        state=state,
        reason_code=reason,
        motivation=motivation,
        qualified_until=on["qualified_until"],
        available_from=on["available_from"],
    )
    return PastApplication(made, _days(state, on), session.note(cells.line))


def _days(state: str, on: dict[str, datetime.date | None]) -> dict[str, datetime.date | None]:
    """The day of every state that the application came to, None where it is not on record."""
    end = {state: on["ended_on"]} if state in S.ended_states() else {}
    last = WAY.index(S(state)) if state in WAY else -1
    return {
        way: on[f"{way}_on"] for place, way in enumerate(WAY) if on[f"{way}_on"] or place <= last or way == S.SUBMITTED
    } | end


def _recorded(applications: Iterable[Application]) -> dict[tuple[Any, ...], tuple[int, str]]:
    """State of what is recorded by officer, posting and day of handing in, without a line of the file."""
    officers = {application.officer_id for application in applications}
    rows = Application.objects.exclude(state=S.DRAFT).order_by()
    found = {}
    for officer, posting, submitted, state in rows.values_list("officer", "posting", "submitted_at", "state"):
        if officer in officers:
            found[officer, posting, timezone.localdate(submitted) if submitted else None] = (0, state)
    return found


def export(applications: QuerySet[Application]) -> Iterable[list[Any]]:
    """The applications in the columns of the list."""
    chain = ("officer__user", "officer__police_service", "posting__mission__operation")
    for part in in_parts(applications.select_related(*chain).iterator(chunk_size=1000)):
        days = state_days(part)
        for each in part:
            on = days.get(each.pk, {})
            if each.submitted_at:
                on[S.SUBMITTED] = timezone.localdate(each.submitted_at)
            is_over = each.state in S.ended_states()
            yield [
                *(*identity(each.officer), each.posting.reference, each.posting.mission.name),
                *(each.posting.mission.operation.name, each.get_state_display(), each.get_reason_code_display()),
                *(on.get(state) for state in S.values if state in WAY),
                *(on.get(each.state) if is_over else None, each.qualified_until, each.available_from, each.motivation),
            ]


APPLICATIONS = Import(
    "applications",
    _("Import applications"),
    _("Applications of officers from a list, with the day of each state."),
    FIELDS,
    plan,
    (MAY_ASSESS, MAY_SELECT),
    model=Application,
    export=export,
)
