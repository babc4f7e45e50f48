"""The one statement that reads what clearance asks of an officer for a posting: rows of several tables that share columns.

Written out: as query sets it took four times as long to be put together as to be answered, before every act.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.dateparse import parse_date

from deployments.models import (
    Application,
    Assessment,
    AssessmentKind,
    AssessmentRequirement,
    Deployment,
    DeploymentState,
    LanguageRequirement,
    OfficerWaiver,
    Posting,
    QualificationRequirement,
    Waiver,
)
from missions.models import Mission, OperationTerms
from officers.models import LanguageRating, Qualification, QualificationGrant, Unavailability

NO_NUMBER, NO_DAY = "CAST(NULL AS integer)", "CAST(NULL AS date)"
COLUMNS = {
    "part": "''", "code": "''", "kind": "''", "text": "''", "outcome": "''",
    "one": NO_NUMBER, "two": NO_NUMBER, "three": NO_NUMBER, "begins": NO_DAY, "ends": NO_DAY, "key": NO_NUMBER,
}  # fmt: skip
DAYS = ("begins", "ends")
LEVELS = {"one": "reading", "two": "writing", "three": "speaking"}
OF_POSTING, OF_OFFICER = "posting_id = %(posting)s", "officer_id = %(officer)s"
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def _table(model: type[Model], name: str = "") -> str:
    return f"{model._meta.db_table} {name}"


def _rows(part: str, source: str, where: str, **columns: str) -> str:
    """The rows of ``source`` in the shared columns."""
    shown = ", ".join((COLUMNS | {"part": f"'{part}'"} | columns).values())
    return f"SELECT {shown} FROM {source} WHERE {where}"


# Firearms are asked for where the posting, or else its operation on the first day, is armed or not known to be unarmed.
ARMED = f"""
    SELECT COALESCE(posting.is_armed, (
        SELECT is_armed FROM {_table(OperationTerms)}
        WHERE withdrawn_at IS NULL AND effective_from <= %(first)s AND operation_id = (
            SELECT operation_id FROM {_table(Mission)} WHERE id = posting.mission_id
        )
        ORDER BY effective_from DESC LIMIT 1
    ), TRUE) FROM {_table(Posting, "posting")} WHERE posting.id = %(posting)s
"""
BETWEEN = {"begins": "first_day", "ends": "last_day"}
STATEMENT = " UNION ALL ".join(
    [
        _rows("asked-language", _table(LanguageRequirement), OF_POSTING, code="language", **LEVELS),
        _rows(
            "asked-qualification",
            f"{_table(QualificationRequirement, 'asked')} JOIN {_table(Qualification, 'kind')} ON kind.id = asked.qualification_id",
            OF_POSTING,
            code="kind.code",
            text="asked.grades",
            kind="kind.name_en",
            outcome="kind.name_fr",
            one="CASE WHEN asked.must_be_verified THEN 1 ELSE 0 END",
            two="kind.position",
        ),
        _rows(
            "asked-assessment",
            _table(AssessmentRequirement),
            f"{OF_POSTING} AND (kind <> '{AssessmentKind.FIREARMS}' OR ({ARMED}))",
            kind="kind",
        ),
        _rows("language", _table(LanguageRating), OF_OFFICER, code="language", **LEVELS),
        _rows(
            "qualification",
            f"{_table(QualificationGrant, 'held')} JOIN {_table(Qualification, 'kind')} ON kind.id = held.qualification_id",
            OF_OFFICER,
            code="kind.code",
            text="held.grade",
            one="CASE WHEN held.verified_at IS NULL THEN 0 ELSE 1 END",
            begins="held.valid_from",
            ends="held.valid_until",
        ),
        _rows("away", _table(Unavailability), OF_OFFICER, **BETWEEN),
        _rows(
            "tour",
            _table(Deployment),
            f"{OF_OFFICER} AND last_day >= %(since)s AND state <> '{DeploymentState.CANCELLED}' AND id <> %(tour)s",
            **BETWEEN,
        ),
        _rows(
            "assessment",
            f"{_table(Assessment, 'result')} LEFT JOIN {_table(Application, 'asked')} ON asked.id = result.application_id",
            "result.officer_id = %(officer)s AND result.outcome <> ''",
            code="result.language",
            kind="result.kind",
            outcome="result.outcome",
            one="result.reading",
            two="result.writing",
            three="result.speaking",
            begins="result.held_on",
            ends="result.valid_until",
            key="result.id",
            text="CASE WHEN asked.posting_id = %(posting)s THEN 'of posting' ELSE '' END",
        ),
        _rows(
            "waived",
            _table(OfficerWaiver),
            f"{OF_OFFICER} AND {OF_POSTING} AND withdrawn_at IS NULL AND last_day >= %(today)s",
            code="finding",
            text="CAST(on_record AS text)",
        ),
        _rows(
            "waived",
            f"{_table(Waiver, 'waived')} JOIN {_table(Application, 'asked')} ON asked.id = waived.application_id",
            f"asked.{OF_OFFICER} AND asked.{OF_POSTING}",
            code="waived.requirement",
            text="CAST(waived.on_record AS text)",
        ),
    ]
)


def read_rows(
    *, officer: int, posting: int, tour: int, since: datetime.date, first: datetime.date, today: datetime.date
) -> Rows:
    """All rows, by their part. Tours that ended before ``since``, and ``tour`` itself, are left out. One query."""
    days = {"since": since, "first": first, "today": today}
    values = {name: connection.ops.adapt_datefield_value(day) for name, day in days.items()}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {**values, "officer": officer, "posting": posting, "tour": tour})
        read = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    found: Rows = defaultdict(list)
    for row in read:
        for name in DAYS:
            row[name] = parse_date(row[name]) if isinstance(row[name], str) else row[name]
        found[row["part"]].append(row)
    return found
