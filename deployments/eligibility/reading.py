"""Reads what clearance asks of one officer for one posting: four queries, however much is on record.

Each of three is one UNION over several tables whose rows share their columns; the fourth tells whether there is
anything to ask at all, which spares the others where there is not.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from deployments.eligibility.candidate import candidate_of, requirements_of
from deployments.eligibility.clearance import File
from deployments.eligibility.rule import Candidate, Held, Rated, Requirements, Result, Tested, months_before
from deployments.eligibility.waived import Given
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
    AssessmentRequirement,
    Deployment,
    DeploymentState,
    LanguageRequirement,
    OfficerWaiver,
    Posting,
    QualificationRequirement,
    Waiver,
)
from missions.models import Mission, Operation, OperationTerms
from officers.models import LanguageRating, Officer, QualificationGrant, Unavailability

NO_TEXT = Value("", output_field=CharField())
NO_NUMBER = Cast(Value(None), IntegerField())
NO_DAY = Cast(Value(None), DateField())
SHARED: dict[str, Any] = {
    "part": NO_TEXT, "code": NO_TEXT, "kind": NO_TEXT, "text": NO_TEXT, "outcome": NO_TEXT,
    "one": NO_NUMBER, "two": NO_NUMBER, "three": NO_NUMBER, "begins": NO_DAY, "ends": NO_DAY, "key": NO_NUMBER,
}  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]
LEVELS = {"one": F("reading"), "two": F("writing"), "three": F("speaking")}


# Asked before every reservation: as a query set it took ten times as long to be written as to be answered.
WHETHER_TO_ASK = f"""
    SELECT operation.records_from,
        EXISTS (SELECT 1 FROM {LanguageRequirement._meta.db_table} WHERE posting_id = posting.id)
        OR EXISTS (SELECT 1 FROM {QualificationRequirement._meta.db_table} WHERE posting_id = posting.id)
        OR EXISTS (SELECT 1 FROM {AssessmentRequirement._meta.db_table} WHERE posting_id = posting.id)
        OR EXISTS (SELECT 1 FROM {Assessment._meta.db_table} WHERE officer_id = %s)
        OR EXISTS (
            SELECT 1 FROM {Unavailability._meta.db_table} WHERE officer_id = %s AND first_day <= %s AND last_day >= %s
        )
    FROM {Posting._meta.db_table} posting
    JOIN {Mission._meta.db_table} mission ON mission.id = posting.mission_id
    JOIN {Operation._meta.db_table} operation ON operation.id = mission.operation_id
    WHERE posting.id = %s
"""


def records_and_whether_to_ask(officer: Officer, posting: Posting, days: Span) -> tuple[datetime.date | None, bool]:
    """The operation's records day, and whether the posting, or what is on record, can lead to a finding. One query."""
    last, first = (connection.ops.adapt_datefield_value(day) for day in (days.last_day, days.first_day))
    with connection.cursor() as cursor:
        cursor.execute(WHETHER_TO_ASK, [officer.pk, officer.pk, last, first, posting.pk])
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
    """What clearance asks about, as values. ``tour`` is the tour that the act is about. Three queries."""
    asked = _asked(posting, days)
    known = _known(officer, days, tour)
    waivers = _waivers(officer, posting, today)
    return File(
        candidate=_candidate(officer, known),
        requirements=_requirements(posting, asked),
        results=_results(known["assessment"], posting),
        roster_until=application.qualified_until if application else None,
        is_application=application is not None,
        waivers=waivers,
    )


def _row(found: QuerySet[Any], part: str, **columns: Any) -> QuerySet[Any]:
    """The rows of ``found`` in the shared columns."""
    values = SHARED | {"part": Value(part, output_field=CharField())} | columns
    with_columns: QuerySet[Any] = found.order_by().annotate(**{f"c_{name}": values[name] for name in SHARED})
    return with_columns.values_list(*(f"c_{name}" for name in SHARED))


def _read(*parts: QuerySet[Any]) -> Rows:
    """All rows, by their part. One query."""
    found: Rows = defaultdict(list)
    for row in parts[0].union(*parts[1:], all=True):
        values = dict(zip(SHARED, row, strict=True))
        found[values["part"]].append(values)
    return found


def _asked(posting: Posting, days: Span) -> Rows:
    """What the posting asks for. Firearms are asked for where it, or else its operation on the first day, is armed."""
    own = {"posting": posting}
    terms = OperationTerms.objects.filter(
        operation__missions__postings=OuterRef("posting"), effective_from__lte=days.first_day
    )
    armed = Coalesce(Subquery(terms.order_by("-effective_from").values("is_armed")[:1]), True)
    unarmed = Q(posting__is_armed=False) | Q(posting__is_armed=None, of_operation=False)
    kinds = AssessmentRequirement.objects.annotate(of_operation=armed).filter(**own)
    name = "name_fr" if (get_language() or "").startswith("fr") else "name_en"
    return _read(
        _row(LanguageRequirement.objects.filter(**own), "language", code=F("language"), **LEVELS),
        _row(
            QualificationRequirement.objects.filter(**own),
            "qualification",
            code=F("qualification__code"),
            text=F("grades"),
            outcome=F(f"qualification__{name}"),
            one=Case(When(must_be_verified=True, then=1), default=0, output_field=IntegerField()),
            two=F("qualification__position"),
        ),
        _row(kinds.exclude(unarmed, kind=AssessmentKind.FIREARMS), "assessment", kind=F("kind")),
    )


def _known(officer: Officer, days: Span, tour: Deployment | None) -> Rows:
    """What is on record of the officer, for the days of a tour."""
    own = {"officer": officer}
    since = months_before(days.first_day, settings.REST_MONTHS)
    tours = Deployment.objects.filter(**own, last_day__gte=since).exclude(state=DeploymentState.CANCELLED)
    verified = Case(When(verified_at=None, then=0), default=1, output_field=IntegerField())
    between = {"begins": F("first_day"), "ends": F("last_day")}
    results = Assessment.objects.filter(**own).exclude(outcome="")
    return _read(
        _row(LanguageRating.objects.filter(**own), "language", code=F("language"), **LEVELS),
        _row(
            QualificationGrant.objects.filter(**own),
            "qualification",
            code=F("qualification__code"),
            text=F("grade"),
            one=verified,
            begins=F("valid_from"),
            ends=F("valid_until"),
        ),
        _row(Unavailability.objects.filter(**own), "away", **between),
        _row(tours.exclude(pk=tour.pk) if tour else tours, "tour", **between),
        _row(
            results,
            "assessment",
            code=F("language"),
            kind=F("kind"),
            outcome=F("outcome"),
            text=Case(
                When(application=None, then=Value("")),
                default=F("application__posting__reference"),
                output_field=CharField(),
            ),
            begins=F("held_on"),
            ends=F("valid_until"),
            key=F("pk"),
            **LEVELS,
        ),
    )


def _waivers(officer: Officer, posting: Posting, today: datetime.date) -> tuple[Given, ...]:
    """What is waived for the officer in the posting. One query."""
    by_act = OfficerWaiver.objects.in_force(today).filter(officer=officer, posting=posting)
    of_application = Waiver.objects.filter(application__officer=officer, application__posting=posting)
    given = by_act.order_by().values_list("finding", "on_record")
    given = given.union(of_application.order_by().values_list("requirement", "on_record"), all=True)
    return tuple(Given(code, on_record) for code, on_record in given)


def _rated(row: dict[str, Any]) -> Rated:
    return Rated(row["code"], row["one"], row["two"], row["three"])


def _candidate(officer: Officer, known: Rows) -> Candidate:
    results = sorted(known["assessment"], key=lambda row: (row["begins"], row["key"]), reverse=True)
    return candidate_of(
        officer,
        languages=tuple(map(_rated, known["language"])),
        tested=tuple(
            Tested(_rated(row), row["begins"], row["ends"])
            for row in results
            if row["kind"] == AssessmentKind.LANGUAGE
            and row["outcome"] == AssessmentOutcome.PASSED
            and row["one"] is not None
        ),
        qualifications=tuple(
            Held(row["code"], row["begins"], row["ends"], row["text"], bool(row["one"]))
            for row in known["qualification"]
        ),
        unavailable=tuple(Span(row["begins"], row["ends"]) for row in _by_day(known["away"])),
        tours=tuple(Span(row["begins"], row["ends"]) for row in _by_day(known["tour"])),
    )


def _by_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["begins"], row["ends"]))


def _requirements(posting: Posting, asked: Rows) -> Requirements:
    qualifications = sorted(asked["qualification"], key=lambda row: (row["two"], row["code"]))
    return requirements_of(
        posting,
        languages=tuple(_rated(row) for row in sorted(asked["language"], key=lambda row: row["code"])),
        qualifications=tuple(
            QualificationRequirement.as_asked(row["code"], row["outcome"], row["text"]) for row in qualifications
        ),
        verified=frozenset(row["code"] for row in qualifications if row["one"]),
        assessments=frozenset(row["kind"] for row in asked["assessment"]),
    )


def _results(rows: list[dict[str, Any]], posting: Posting) -> tuple[Result, ...]:
    """The latest result of each kind, and of each language."""
    latest: dict[tuple[str, str], Result] = {}
    for row in sorted(rows, key=lambda row: (row["begins"], row["key"])):
        latest[row["kind"], row["code"]] = Result(
            row["kind"], row["outcome"], row["ends"], row["code"], is_of_posting=row["text"] == posting.reference
        )
    return tuple(latest.values())
