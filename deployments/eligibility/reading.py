"""Reads what clearance asks of one officer for one posting: two queries, however much is on record.

The first tells whether there is anything to ask at all, which spares the other where there is not.
"""

import datetime
import json

from django.conf import settings
from django.db import connection
from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from deployments.eligibility.candidate import candidate_of, requirements_of
from deployments.eligibility.clearance import File
from deployments.eligibility.rule import Candidate, Held, Rated, Requirements, Result, Tested, months_before
from deployments.eligibility.statement import Row, Rows, read_rows
from deployments.eligibility.waived import Given
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
    AssessmentRequirement,
    Deployment,
    LanguageRequirement,
    Posting,
    QualificationRequirement,
)
from missions.models import Mission, Operation
from officers.models import Officer, Unavailability

# Asked before every reservation: as a query set it took ten times as long to be written as to be answered, and with the
# chain joined to it four times as long to be planned.
WHETHER_TO_ASK = f"""
    SELECT (
        SELECT records_from FROM {Operation._meta.db_table} WHERE id = (
            SELECT operation_id FROM {Mission._meta.db_table} WHERE id = (
                SELECT mission_id FROM {Posting._meta.db_table} WHERE id = %(posting)s
            )
        )
    ),
    EXISTS (SELECT 1 FROM {LanguageRequirement._meta.db_table} WHERE posting_id = %(posting)s)
    OR EXISTS (SELECT 1 FROM {QualificationRequirement._meta.db_table} WHERE posting_id = %(posting)s)
    OR EXISTS (SELECT 1 FROM {AssessmentRequirement._meta.db_table} WHERE posting_id = %(posting)s)
    OR EXISTS (SELECT 1 FROM {Assessment._meta.db_table} WHERE officer_id = %(officer)s)
    OR EXISTS (
        SELECT 1 FROM {Unavailability._meta.db_table}
        WHERE officer_id = %(officer)s AND first_day <= %(last)s AND last_day >= %(first)s
    )
"""


def records_and_whether_to_ask(officer: Officer, posting: Posting, days: Span) -> tuple[datetime.date | None, bool]:
    """The operation's records day, and whether the posting, or what is on record, can lead to a finding. One query."""
    first, last = (connection.ops.adapt_datefield_value(day) for day in (days.first_day, days.last_day))
    with connection.cursor() as cursor:
        cursor.execute(WHETHER_TO_ASK, {"officer": officer.pk, "posting": posting.pk, "first": first, "last": last})
        begin, found = cursor.fetchone()
    is_asked = bool(found or settings.REST_MONTHS or posting.asks_in_columns)
    is_asked |= bool(officer.has_convictions or officer.has_open_investigations)
    return parse_date(begin) if isinstance(begin, str) else begin, is_asked


def read_file(
    officer: Officer,
    posting: Posting,
    days: Span,
    *,
    today: datetime.date,
    application: Application | None = None,
    tour: Deployment | None = None,
) -> File:
    """What clearance asks about, as values. ``tour`` is the tour that the act is about. One query."""
    rows = read_rows(
        officer=officer.pk,
        posting=posting.pk,
        tour=(tour.pk if tour else None) or 0,
        since=months_before(days.first_day, settings.REST_MONTHS),
        first=days.first_day,
        today=today,
    )
    return File(
        candidate=_candidate(officer, rows),
        requirements=_requirements(posting, rows),
        results=_results(rows["assessment"]),
        roster_until=application.qualified_until if application else None,
        is_application=application is not None,
        waivers=tuple(Given(row["code"], json.loads(row["text"] or "null")) for row in rows["waived"]),
    )


def _rated(row: Row) -> Rated:
    return Rated(row["code"], row["one"], row["two"], row["three"])


def _candidate(officer: Officer, rows: Rows) -> Candidate:
    results = sorted(rows["assessment"], key=lambda row: (row["begins"], row["key"]), reverse=True)
    return candidate_of(
        officer,
        languages=tuple(map(_rated, rows["language"])),
        tested=tuple(
            Tested(_rated(row), row["begins"], row["ends"])
            for row in results
            if row["kind"] == AssessmentKind.LANGUAGE
            and row["outcome"] == AssessmentOutcome.PASSED
            and row["one"] is not None
        ),
        qualifications=tuple(
            Held(row["code"], row["begins"], row["ends"], row["text"], bool(row["one"]))
            for row in rows["qualification"]
        ),
        unavailable=tuple(Span(row["begins"], row["ends"]) for row in _by_day(rows["away"])),
        tours=tuple(Span(row["begins"], row["ends"]) for row in _by_day(rows["tour"])),
    )


def _by_day(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["begins"], row["ends"]))


def _requirements(posting: Posting, rows: Rows) -> Requirements:
    qualifications = sorted(rows["asked-qualification"], key=lambda row: (row["two"], row["code"]))
    name = "outcome" if (get_language() or "").startswith("fr") else "kind"
    return requirements_of(
        posting,
        languages=tuple(_rated(row) for row in sorted(rows["asked-language"], key=lambda row: row["code"])),
        qualifications=tuple(
            QualificationRequirement.as_asked(row["code"], row[name], row["text"]) for row in qualifications
        ),
        verified=frozenset(row["code"] for row in qualifications if row["one"]),
        assessments=frozenset(row["kind"] for row in rows["asked-assessment"]),
    )


def _results(rows: list[Row]) -> tuple[Result, ...]:
    """The latest result of each kind, and of each language."""
    latest: dict[tuple[str, str], Result] = {}
    for row in sorted(rows, key=lambda row: (row["begins"], row["key"])):
        latest[row["kind"], row["code"]] = Result(
            row["kind"], row["outcome"], row["ends"], row["code"], is_of_posting=bool(row["text"])
        )
    return tuple(latest.values())
