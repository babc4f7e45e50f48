"""Operations from a list: names and countries as they are, numbers and terms from the day that the line names."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.database.holds import check_constraints
from core.history.acts import ActOn, record_acts
from core.tabular import MAX_LONG_CELL, YES_NO, Column, TableRow
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import NO_DAY, Cells
from deployments.imports.dated import DatedLine, in_force, plan_steps
from deployments.imports.lines import DATED, PUBLISHED, SUMMARIES, OperationLine, Terms
from deployments.imports.names import UNKNOWN_COUNTRY, Names, by_code_and_name, countries_of, country_codes
from deployments.imports.reports import LineReport, in_words
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts, link_many, save_many
from missions.models import AuthorizedStrength, Operation, OperationCategory, OperationTerms, Programme, TermsStatus
from missions.models.operation import default_programme

UNKNOWN_PROGRAMME = _("No programme has this code or name: “%(value)s”.")
FIELDS = (
    Column("code", _("Code"), ("operation", "opération"), example="mali"),
    Column("name_en", _("Name in English"), ("name", "english name", "country/region"), example="Mali"),
    Column("name_fr", _("Name in French"), ("nom", "nom français"), example="Mali"),
    Column("countries", _("Countries"), ("country", "pays", "country codes", "codes de pays"), required=False, example="ML"),
    Column("languages", _("Languages of operation"), ("language of operation", "langue de travail", "languages", "langues"), required=False, example="fr"),
    Column("armed", _("Armed or unarmed"), ("armée", "armé", "armed", "arme"), kind=YES_NO, required=False, example="yes", allowed=("yes", "no")),
    *DATED,
    Column("records_from", _("Records from"), required=False, informs=True),
    PUBLISHED,
    Column("category", _("Category"), ("catégorie",), required=False, example="current_operation", allowed=tuple(OperationCategory)),
    Column("programme", _("Programme"), ("program",), required=False, example="cpa"),
    *SUMMARIES,
)  # fmt: skip


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """Operations as they will be, then terms and numbers from their days."""
    lines = _read(rows, session)
    if session.problems:
        return []
    codes = {line.code for line in lines}
    known = {
        operation.code.lower(): operation
        for operation in Operation.objects.prefetch_related("countries").select_related("programme")
        if operation.code.lower() in codes
    }
    reports = {
        line.line: LineReport(
            line.line, line.code, "" if line.effective_from == NO_DAY else line.effective_from.isoformat()
        )
        for line in lines
    }
    operations = _plan_operations(lines, known, reports, session)
    steps = [DatedLine(line, operations[line.code], line.code in known) for line in lines if line.code in operations]
    plan_steps([step for step in steps if step.line.effective_from != NO_DAY], reports, session)
    return list(reports.values())


def export(operations: QuerySet[Operation]) -> Iterable[list[Any]]:
    """The operations in the columns of the list: a row for each day on which terms or number changed."""
    for some in in_parts(operations.select_related("programme")):
        prefetch_related_objects(
            some,
            "countries",
            Prefetch("terms", OperationTerms.objects.standing(), to_attr="listed_terms"),
            Prefetch("strengths", AuthorizedStrength.objects.standing(), to_attr="listed_numbers"),
        )
        for operation in some:
            yield from _rows(operation)


def _rows(operation: Any) -> Iterable[list[Any]]:
    terms = {each.effective_from: each for each in operation.listed_terms}
    numbers = {each.effective_from: each for each in operation.listed_numbers}
    about = [operation.code, operation.name_en, operation.name_fr]
    about.append(";".join(sorted(country.code for country in operation.countries.all())))
    belongs = [operation.records_from, in_words(operation.is_published)]
    belongs += [operation.get_category_display(), operation.programme.code]
    belongs += [operation.summary_en, operation.summary_fr]
    for day in sorted({*terms, *numbers}):
        said, number = in_force(terms, day), in_force(numbers, day)
        own = numbers.get(day)
        yield [
            *about,
            ";".join(said.languages) if said else "",
            None if said is None or said.is_armed is None else in_words(said.is_armed),
            said.get_status_display() if said else "",
            *(number.maximum if number else None, day, own.instrument if own else ""),
            *(own.instrument_fr if own else "", in_words(own.is_first_day_known) if own else "", *belongs),
        ]
    if not terms and not numbers:
        yield [*about, "", None, "", None, None, "", "", "", *belongs]


OPERATIONS = Import(
    "operations",
    _("Import operations"),
    _("Names, countries, terms and numbers of operations from a list."),
    FIELDS,
    plan,
    model=Operation,
    export=export,
)


def _read(rows: list[TableRow], session: ImportSession) -> list[OperationLine]:
    countries = country_codes()
    programmes = by_code_and_name(Programme.objects.all())
    lines = [_line(Cells(row, session.problems), countries, programmes) for row in rows]
    seen: dict[tuple[Any, ...], int] = {}
    first: dict[str, OperationLine] = {}
    for line in lines:
        key = (line.code, line.effective_from)
        if key in seen:
            _contradicts(session, line.line, _("Line %(other)s says the same operation and day."), seen[key])
        elif first.setdefault(line.code, line).undated != line.undated:
            _contradicts(
                session,
                line.line,
                _("Names or countries differ from line %(other)s: they have no day, so one operation has them once."),
                first[line.code].line,
            )
        elif line.summaries_differ(first[line.code]):
            words = gettext("The summary differs from line %(other)s: it has no day, so one operation has it once.")
            session.refuse(line.line, words % {"other": first[line.code].line}, "summary_en")
        seen.setdefault(key, line.line)
    return lines


def _contradicts(session: ImportSession, line: int, message: object, other: int) -> None:
    session.refuse(line, str(message) % {"other": other}, "code")


def _line(cells: Cells, countries: Names[str], programmes: Names[Programme]) -> OperationLine:
    is_dated = any(cells.row[name] for name in ("languages", "armed", "status", "authorized", "effective_from"))
    return OperationLine(
        line=cells.line,
        code=cells.text("code", limit=50).lower(),
        name_en=cells.text("name_en", limit=150),
        name_fr=cells.text("name_fr", limit=150),
        is_published=cells.yes_no("is_published"),
        countries=cells.names("countries", countries, UNKNOWN_COUNTRY) if cells.has("countries") else None,
        category=cells.choice("category", OperationCategory, required=False),
        programme=cells.record("programme", programmes, UNKNOWN_PROGRAMME, required=False),
        summaries={
            name: cells.text(name, limit=MAX_LONG_CELL, required=False)
            for name in ("summary_en", "summary_fr")
            if cells.has(name)
        },
        terms=_terms(cells) if is_dated else None,
        authorized=cells.number("authorized"),
        effective_from=cells.day("effective_from") if is_dated else NO_DAY,
        instrument=cells.text("instrument", limit=200, required=False),
        instrument_fr=cells.text("instrument_fr", limit=200, required=False),
        is_first_day_known=cells.yes_no("first_day_known") is not False,
    )


def _terms(cells: Cells) -> Terms | None:
    """What the line says of status, arms and languages; nothing where the file has none of these columns.

    A line with a number alone says nothing of them either, as before the first terms.
    """
    names = ("status", "armed", "languages")
    is_empty = not any(cells.row[name] for name in names)
    if not any(cells.has(name) for name in names) or (is_empty and cells.row["authorized"]):
        return None
    return Terms(
        status=cells.choice("status", TermsStatus),
        armed=cells.yes_no("armed"),
        languages=cells.languages("languages"),
    )


def _first_of_each(lines: Iterable[OperationLine]) -> list[OperationLine]:
    first: dict[str, OperationLine] = {}
    for line in lines:
        first.setdefault(line.code, line)
    return list(first.values())


def _plan_operations(
    lines: list[OperationLine], known: dict[str, Operation], reports: dict[int, LineReport], session: ImportSession
) -> dict[str, Operation]:
    """New and changed operations by code; each line that names a new one first makes it."""
    last = Operation.objects.filter(category=OperationCategory.CURRENT).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    programme = Programme.objects.filter(pk=default_programme() or 0).first()
    operations: dict[str, Operation] = {}
    changed: list[tuple[OperationLine, Operation]] = []
    for line in _first_of_each(lines):
        operation = known.get(line.code)
        report = reports[line.line]
        if operation is None:
            if (line.programme or programme) is None:
                session.refuse(line.line, gettext("No programme is recorded yet: import the programmes first."), "code")
                continue
            operation = Operation(code=line.code, position=position, programme=line.programme or programme)
            position += 1
            report.created = True
        elif line.programme is not None and line.programme != operation.programme:
            session.refuse(line.line, gettext("An operation changes its programme by an act of its own."), "programme")
            continue
        elif line.is_published not in (None, operation.is_published):
            session.refuse(line.line, gettext("This changes by an act of its own, not by a list."), "is_published")
            continue
        _compare(operation, line, report)
        operations[line.code] = operation
        if report.does_anything:
            with session.at_line(line.line, tuple(column.code for column in FIELDS)):
                operation.clean_fields(exclude=["programme"])
                check_constraints(operation, exclude=["programme"])
            changed.append((line, operation))
    if changed:
        session.writes.append(lambda: _save(changed, reports, session))
    return operations


def _compare(operation: Operation, line: OperationLine, report: LineReport) -> None:
    before = [] if operation.pk is None else sorted(country.code for country in operation.countries.all())
    report.compare("name_en", operation.name_en, line.name_en)
    report.compare("name_fr", operation.name_fr, line.name_fr)
    if line.countries is not None:
        report.compare("countries", ";".join(before), ";".join(sorted(line.countries)))
    if line.category:
        report.compare("category", operation.category if operation.pk else "", line.category)
        operation.category = line.category
    if line.is_published is not None and operation.pk is None:
        report.compare("is_published", None, line.is_published)
        operation.is_published = line.is_published
    operation.name_en, operation.name_fr = line.name_en, line.name_fr
    for name, text in line.summaries.items():
        report.compare(name, getattr(operation, name), text)
        setattr(operation, name, text)


def _save(
    changed: list[tuple[OperationLine, Operation]], reports: dict[int, LineReport], session: ImportSession
) -> None:
    save_many([(operation, session.note(line.line)) for line, operation in changed], by=session.by)
    _set_countries([(line, operation) for line, operation in changed if line.countries is not None], reports)
    acts = (
        ActOn(
            operation,
            DataVerb.IMPORT,
            session.note(line.line),
            detail={"changes": {c.column: [c.before, c.after] for c in reports[line.line].changes}},
        )
        for line, operation in changed
    )
    record_acts(acts, by=session.by)


def _set_countries(changed: list[tuple[OperationLine, Operation]], reports: dict[int, LineReport]) -> None:
    moved = [
        (line, operation)
        for line, operation in changed
        if any(change.column == "countries" for change in reports[line.line].changes)
    ]
    countries = countries_of(code for line, _operation in moved for code in line.countries or ())
    link_many(
        Operation.countries.through,
        "operation",
        "country",
        {operation.pk: [countries[code].pk for code in line.countries or ()] for line, operation in moved},
    )
