"""Results of assessments from a list: outcome, level and until when they hold, as the desk records them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, LONG_TEXT, Column, TableRow
from deployments.domain.assessments import Appointments, check_recorded, insert_results
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.imports.cells import Cells, language_names
from deployments.imports.parts import as_letters, read_letters
from deployments.imports.people import IDENTITY, OfficerNames, PostingNames, identity
from deployments.imports.reports import LineReport
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts
from deployments.models import Application, ApplicationState, Assessment, AssessmentKind, AssessmentOutcome
from deployments.models.assessment import SKILLS

FIELDS = (
    *IDENTITY,
    Column("kind", _("Kind"), ("type", "assessment", "évaluation", "genre"), example="interview", allowed=tuple(AssessmentKind)),
    Column("language", _("Language"), ("langue",), required=False),
    Column("held_on", _("Held on"), ("date", "day", "tenue le", "jour"), kind=DAY, example="2025-03-31"),
    Column("outcome", _("Outcome"), ("result", "résultat"), example="passed", allowed=tuple(AssessmentOutcome)),
    Column("level", _("Level"), ("levels", "niveau", "niveaux"), required=False, note=_("Reading, writing and speaking, as in CBC.")),
    Column("valid_until", _("Valid until"), ("expires", "valable jusqu'au", "valide jusqu'au"), kind=DAY, required=False),
    Column("posting", _("Posting"), ("reference", "référence", "poste", "affectation"), required=False, note=_("Of the application for which it was held; empty where there was none.")),
    Column("remark", _("Remark"), ("remarks", "remarques"), kind=LONG_TEXT, required=False),
)  # fmt: skip
COLUMNS = tuple(column.code for column in FIELDS)
VALUES = ("kind", "language", "held_on", "outcome", *SKILLS, "valid_until")
Applications = dict[tuple[int, int], Application]
UNKNOWN_LANGUAGE = _("Unknown language: “%(value)s”. Use a code such as en or fr, or its name.")


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """Results that are not recorded yet; one that is there stays as it is, and another result is one more."""
    officers, postings = OfficerNames(rows), PostingNames(row["posting"] for row in rows)
    applications = _applications(officers)
    read = ((row, _result(Cells(row, session.problems), officers, postings, applications)) for row in rows)
    found = [(row, result) for row, result in read if result]
    recorded = _recorded(result for _row, result in found)
    appointments = Appointments(result.officer_id for _row, result in found)
    reports, new = [], []
    for row, result in found:
        report = LineReport(row.line, str(result.officer), result.held_on.isoformat() if result.held_on else "")
        reports.append(report)
        if (line := recorded.setdefault(_key(result), row.line)) != row.line:
            words = gettext("The same as line %(other)s.") % {"other": line} if line else gettext("Already there.")
            report.note = words
            continue
        report.created = True
        for column in ("kind", "language", "held_on", "outcome", "valid_until"):
            report.compare(column, None, getattr(result, column) or None)
        report.compare("level", None, _level(result) or None)
        with session.at_line(row.line, ("officer", *COLUMNS)):
            check_recorded(result, by=session.by, today=session.today)
            if row["posting"] and result.application is None:
                report.note = gettext(
                    "The officer has no application for this posting: the result is kept without one."
                )
            new.append((appointments.filled(result), session.note(row.line)))
    if new:
        session.writes.append(lambda: insert_results(new, by=session.by))
    return reports


def _result(
    cells: Cells, officers: OfficerNames, postings: PostingNames, applications: Applications
) -> Assessment | None:
    before = len(cells.problems)
    officer = officers.read(cells, "officer")
    posting = postings.read(cells, "posting") if cells.row["posting"] else None
    kind, outcome = cells.choice("kind", AssessmentKind), cells.choice("outcome", AssessmentOutcome)
    language = cells.record("language", language_names(), UNKNOWN_LANGUAGE, required=False) or ""
    held_on, valid_until = cells.day("held_on"), cells.optional_day("valid_until")
    levels = read_letters(cells.row["level"])
    if levels is None:
        cells.wrong("level", gettext("Not a level of three letters as in CBC (reading, writing, speaking)."))
    remark = cells.text("remark", limit=2_000, required=False)
    application = applications.get((officer.pk, posting.pk)) if officer and posting else None
    if officer is None or len(cells.problems) > before:
        return None
    return Assessment(
        officer=officer,
        application=application,
        kind=kind,
        language=language,
        held_on=held_on,
        outcome=outcome,
        valid_until=valid_until,
        remark=remark,
        **(levels or {}),
    )


def _level(result: Assessment) -> str:
    return as_letters({skill: getattr(result, skill) for skill in SKILLS}) if result.reading is not None else ""


def _key(result: Assessment) -> tuple[Any, ...]:
    return (result.officer_id, *(getattr(result, name) for name in VALUES))


def _applications(officers: OfficerNames) -> Applications:
    """The latest application of each officer for each posting."""
    named = {officer.pk for officer in officers.found.values()}
    rows = Application.objects.exclude(state=ApplicationState.DRAFT).order_by("pk")
    return {(each.officer_id, each.posting_id): each for each in rows.iterator() if each.officer_id in named}


def _recorded(results: Iterable[Assessment]) -> dict[tuple[Any, ...], int]:
    """Results of the officers, each without a line of the file."""
    officers = {result.officer_id for result in results}
    rows = Assessment.objects.held().order_by().values_list("officer", *VALUES)
    return {tuple(row): 0 for row in rows.iterator(chunk_size=2000) if row[0] in officers}


def export(assessments: QuerySet[Assessment]) -> Iterable[list[Any]]:
    """The results in the columns of the list; appointments that are still to come are none."""
    chain = ("officer__user", "officer__police_service", "application__posting")
    for some in in_parts(assessments.exclude(outcome="").select_related(*chain).order_by("held_on", "pk").iterator()):
        for each in some:
            yield [
                *(*identity(each.officer), each.get_kind_display(), each.get_language_display(), each.held_on),
                *(each.get_outcome_display(), _level(each), each.valid_until),
                *(each.application.posting.reference if each.application else "", each.remark),
            ]


ASSESSMENTS = Import(
    "assessments",
    _("Import assessments"),
    _("Results of officers' assessments from a list."),
    FIELDS,
    plan,
    (MAY_ASSESS,),
    model=Assessment,
    export=export,
)
