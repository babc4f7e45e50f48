"""Operations from a list: names and countries as they are, numbers and terms from the day that the line names."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history.acts import record_act
from core.tabular import Problem, Row
from core.text.languages import LANGUAGES
from deployments.domain.authority.strengths import preview_strength, set_strength
from deployments.domain.authority.terms import set_terms
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import Cells
from deployments.imports.errand import Errand, Import, LineReport
from missions.models import (
    AuthorizedStrength,
    Country,
    Operation,
    OperationCategory,
    OperationTerms,
    TermsStatus,
)

COLUMNS = (
    "code",
    "name_en",
    "name_fr",
    "countries",
    "languages",
    "armed",
    "status",
    "authorized",
    "effective_from",
    "instrument",
)
YES_NO = {True: "yes", False: "no", None: ""}
UNKNOWN_COUNTRY = _("Unknown country code: %(codes)s. Use ISO 3166-1 codes such as ML.")
UNKNOWN_LANGUAGE = _("Unknown language code: %(codes)s. Use ISO 639-1 codes such as en or fr.")


@dataclass(frozen=True)
class Terms:
    """How an operation stands; empty where nothing is said."""

    status: str
    armed: bool | None
    languages: tuple[str, ...]

    def says_the_same(self, other: "Terms | None") -> bool:
        """The order of the languages says nothing."""
        return other is not None and (self.status, self.armed, set(self.languages)) == (
            other.status,
            other.armed,
            set(other.languages),
        )


@dataclass(frozen=True)
class Line:
    """One line of the list, read. ``authorized`` None changes no number."""

    line: int
    code: str
    name_en: str
    name_fr: str
    countries: tuple[str, ...]
    terms: Terms
    authorized: int | None
    effective_from: datetime.date
    instrument: str

    @property
    def undated(self) -> tuple:
        """What a list says of an operation whatever the day."""
        return (self.name_en, self.name_fr, frozenset(self.countries))


@dataclass(frozen=True)
class Step:
    """What a line changes in the dated records: None where it changes nothing."""

    line: Line
    number: int | None = None
    terms: Terms | None = None


def carry_out(rows: list[Row], errand: Errand) -> list[LineReport]:
    """Makes or updates each operation, then sets terms and numbers from their days; problems are left in ``errand``."""
    lines = _read(rows, errand)
    if errand.problems:
        return []
    codes = {line.code for line in lines}
    operations = {
        operation.code.lower(): operation
        for operation in Operation.objects.prefetch_related("countries")
        if operation.code.lower() in codes
    }
    reports = {line.line: LineReport(line.line, line.code, line.effective_from.isoformat()) for line in lines}
    for line in _first_of_each(lines):
        with errand.attempt(line.line, COLUMNS):
            operations[line.code] = _make_or_update(line, operations.get(line.code), errand, reports[line.line])
    steps = _steps([line for line in lines if line.code in operations], operations, reports, errand)
    # Latest first: every version is then judged on exactly the days that it will hold in the end.
    for step in sorted(steps, key=lambda step: (step.line.effective_from, step.line.line), reverse=True):
        _take(step, operations[step.line.code], errand, reports[step.line.line])
    return list(reports.values())


OPERATIONS = Import(
    "operations",
    _("Import operations"),
    _("Names, countries, terms and numbers of operations from a list."),
    COLUMNS,
    carry_out,
)


def _read(rows: list[Row], errand: Errand) -> list[Line]:
    countries = set(Country.objects.values_list("code", flat=True))
    lines = [_line(Cells(row, errand.problems), countries) for row in rows]
    seen: dict[tuple, int] = {}
    first: dict[str, Line] = {}
    for line in lines:
        key = (line.code, line.effective_from)
        if key in seen:
            _contradicts(errand, line.line, _("Line %(other)s says the same operation and day."), seen[key])
        elif first.setdefault(line.code, line).undated != line.undated:
            _contradicts(
                errand,
                line.line,
                _("Names or countries differ from line %(other)s: they have no day, so one operation has them once."),
                first[line.code].line,
            )
        seen.setdefault(key, line.line)
    return lines


def _contradicts(errand: Errand, line: int, message: object, other: int) -> None:
    errand.problems.append(Problem(line, str(message) % {"other": other}, "code"))


def _line(cells: Cells, countries: set[str]) -> Line:
    return Line(
        line=cells.line,
        code=cells.text("code", limit=50).lower(),
        name_en=cells.text("name_en", limit=150),
        name_fr=cells.text("name_fr", limit=150),
        countries=cells.codes("countries", countries, UNKNOWN_COUNTRY),
        terms=Terms(
            status=cells.choice("status", TermsStatus.values),
            armed=cells.yes_no("armed"),
            languages=cells.codes("languages", LANGUAGES, UNKNOWN_LANGUAGE),
        ),
        authorized=cells.number("authorized"),
        effective_from=cells.day("effective_from"),
        instrument=cells.text("instrument", limit=200, required=False),
    )


def _first_of_each(lines: Iterable[Line]) -> list[Line]:
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.code, line)
    return list(first.values())


def _make_or_update(line: Line, operation: Operation | None, errand: Errand, report: LineReport) -> Operation:
    report.created = operation is None
    if operation is None:
        last = Operation.objects.filter(category=OperationCategory.CURRENT).aggregate(last=Max("position"))["last"]
        operation = Operation(code=line.code, position=0 if last is None else last + 1)
    before = [] if report.created else sorted(country.code for country in operation.countries.all())
    report.note("name_en", operation.name_en, line.name_en)
    report.note("name_fr", operation.name_fr, line.name_fr)
    report.note("countries", ";".join(before), ";".join(sorted(line.countries)))
    if not report.created and not report.changes:
        return operation
    operation.name_en, operation.name_fr = line.name_en, line.name_fr
    operation.full_clean()
    errand.sign(operation, line.line)
    operation.save()
    if any(change.column == "countries" for change in report.changes):
        operation.countries.set(Country.objects.filter(code__in=line.countries))
    record_act(
        operation,
        DataVerb.IMPORT,
        by=errand.by,
        reason=errand.note(line.line),
        changes={change.column: [change.before, change.after] for change in report.changes},
    )
    return operation


def _steps(
    lines: list[Line], operations: dict[str, Operation], reports: dict[int, LineReport], errand: Errand
) -> list[Step]:
    """What each line changes against what is in force on its day once the earlier lines hold."""
    numbers, terms = _recorded(operations)
    steps = []
    for line in sorted(lines, key=lambda line: line.effective_from):
        report = reports[line.line]
        known = _in_force(terms[line.code], line.effective_from)
        new_terms = None if line.terms.says_the_same(known) else line.terms
        if new_terms:
            terms[line.code][line.effective_from] = new_terms
            _note_terms(report, known, new_terms)
        number = _in_force(numbers[line.code], line.effective_from)
        new_number = None if line.authorized == number else line.authorized
        if new_number is not None:
            numbers[line.code][line.effective_from] = new_number
            report.note("authorized", number, new_number)
            if not line.instrument:
                message = gettext("The number changes: name the instrument.")
                errand.problems.append(Problem(line.line, message, "instrument"))
                continue
        steps.append(Step(line, new_number, new_terms))
    return steps


def _note_terms(report: LineReport, known: Terms | None, new: Terms) -> None:
    report.note("status", known.status if known else "", new.status)
    report.note("armed", YES_NO[known.armed] if known else "", YES_NO[new.armed])
    report.note("languages", ";".join(known.languages) if known else "", ";".join(new.languages))


def _recorded(operations: dict[str, Operation]) -> tuple[dict, dict]:
    """Standing numbers and terms by operation and day."""
    codes = {operation.pk: code for code, operation in operations.items()}
    numbers: dict[str, dict[datetime.date, int | None]] = defaultdict(dict)
    for strength in AuthorizedStrength.objects.standing().filter(operation__in=codes):
        numbers[codes[strength.operation_id]][strength.effective_from] = strength.maximum
    terms: dict[str, dict[datetime.date, Terms]] = defaultdict(dict)
    for row in OperationTerms.objects.standing().filter(operation__in=codes):
        known = Terms(row.status, row.is_armed, tuple(row.languages))
        terms[codes[row.operation_id]][row.effective_from] = known
    return numbers, terms


def _in_force(versions: dict[datetime.date, object], day: datetime.date):
    begun = [start for start in versions if start <= day]
    return versions[max(begun)] if begun else None


def _take(step: Step, operation: Operation, errand: Errand, report: LineReport) -> None:
    line = step.line
    if step.terms:
        with errand.attempt(line.line, ("status", *COLUMNS)):
            set_terms(
                operation,
                by=errand.by,
                effective_from=line.effective_from,
                status=step.terms.status,
                is_armed=step.terms.armed,
                languages=list(step.terms.languages),
                reason=errand.note(line.line, line.instrument),
                today=errand.today,
            )
    if step.number is not None:
        with errand.attempt(line.line, ("authorized", *COLUMNS)):
            _set_number(step.number, line, operation, errand, report)


def _set_number(number: int, line: Line, operation: Operation, errand: Errand, report: LineReport) -> None:
    preview = preview_strength(operation, effective_from=line.effective_from, maximum=number, today=errand.today)
    for change in preview.brought_down:
        report.note(f"authorized ({change.record.code})", change.number_before, change.maximum)
    if preview.own.accepted_peak is not None:
        report.note("accepted strength", None, preview.own.accepted_peak)
    set_strength(
        operation,
        by=errand.by,
        effective_from=line.effective_from,
        maximum=number,
        instrument=line.instrument,
        note=errand.note(line.line, line.instrument),
        acknowledge_lowering=errand.acknowledge_lowering,
        today=errand.today,
    )
