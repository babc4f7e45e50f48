"""Missions from a list: names and organizations as they are, status and number from the day that the line names."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.parsing.names import heading_key
from core.tabular import DAY, LONG_TEXT, MAX_LONG_CELL, Column, TableRow
from core.text.dates import DatePrecision
from deployments.imports.cells import Cells
from deployments.imports.dated import NO_NUMBER, DatedLine, in_force, plan_steps
from deployments.imports.lines import DATED, PUBLISHED, SUMMARIES, DatedValues, Terms
from deployments.imports.names import by_code_and_name
from deployments.imports.parts import Part, linked_countries
from deployments.imports.plain import ACRONYMS, NAMES, acronyms, named
from deployments.imports.records import Reader, RecordKind, choice, link, number, optional_day, text, yes_no
from deployments.imports.reports import LineReport, in_words
from deployments.imports.session import ImportSession
from deployments.imports.writing import in_parts
from missions.models import AuthorizedStrength, Mission, MissionTerms, Operation, Organization, TermsStatus

# These say that a line is dated; what only describes a number does not.
SAYING = ("status", "authorized", "effective_from")
ENDS = frozenset(("none", "nonumber", "nolimit", "aucun", "aucune", "aucunnombre", "aucunelimite", "sanslimite"))
FIELDS = (
    *NAMES,
    Column("operation", _("Operation"), ("opération",), example="mali"),
    *ACRONYMS,
    Column("lead_organization", _("Lead organization"), ("lead", "organisation responsable"), required=False),
    Column("sending_organization", _("Sent through"), ("sending", "organisation d'envoi"), required=False),
    Column("starts_on", _("Start"), ("begin", "début"), DAY, required=False),
    Column("starts_precision", _("Start known to the"), required=False, allowed=tuple(DatePrecision)),
    Column("ends_on", _("End"), ("fin",), DAY, required=False),
    Column("ends_precision", _("End known to the"), required=False, allowed=tuple(DatePrecision)),
    PUBLISHED,
    Column("position", _("Position in the operation"), required=False),
    Column("host_countries", _("Host countries"), ("host country", "pays hôte"), required=False, example="ML"),
    Column("subject_countries", _("Countries it is about"), required=False),
    Column("languages", _("Languages, where not the operation's"), ("language", "langue"), required=False),
    *SUMMARIES,
    Column("objectives_en", _("Objectives in English"), ("objectives",), LONG_TEXT, required=False),
    Column("objectives_fr", _("Objectives in French"), ("objectifs",), LONG_TEXT, required=False),
    Column("activities_en", _("Activities in English"), ("activities",), LONG_TEXT, required=False),
    Column("activities_fr", _("Activities in French"), ("activités",), LONG_TEXT, required=False),
)
TEXTS = tuple(column.code for column in FIELDS if column.kind == LONG_TEXT)


def _readers() -> Mapping[str, Reader]:
    organizations = by_code_and_name(Organization.objects.all(), "acronym_en", "acronym_fr")
    return named() | acronyms(30) | {
        "operation": link(by_code_and_name(Operation.objects.select_related("programme"))),
        "lead_organization": link(organizations, required=False),
        "sending_organization": link(organizations, required=False),
        "starts_on": optional_day,
        "starts_precision": choice(DatePrecision, required=False),
        "ends_on": optional_day,
        "ends_precision": choice(DatePrecision, required=False),
        "is_published": yes_no,
        "position": number,
        "languages": lambda cells, column: list(cells.languages(column)),
        **dict.fromkeys(TEXTS, text(MAX_LONG_CELL, required=False)),
    }  # fmt: skip


def _parts() -> Mapping[str, Part]:
    return {
        "host_countries": linked_countries(Mission.host_countries.through, "mission"),
        "subject_countries": linked_countries(Mission.subject_countries.through, "mission"),
    }


class MissionKind(RecordKind):
    """Missions, of which a list may have a line for each day on which status or number changed."""

    def plan(self, rows: list[TableRow], session: ImportSession) -> list[LineReport]:
        """New and changed missions, then status and numbers from their days."""
        first, later = _lines_of_each(rows, session)
        found = self.planned(first, session)
        reports = {report.line: report for _mission, report in found}
        missions = {mission.code.lower(): mission for mission, _report in found}
        named = {row["code"].lower() for row in first}
        missions |= self._recorded({row["code"].lower() for row in later} - named)
        for row in later:
            if row["code"].lower() in missions:
                reports[row.line] = LineReport(row.line, row["code"])
            elif row["code"].lower() not in named:
                words = gettext("No mission has this code: its first line has its names and its operation.")
                session.refuse(row.line, words, "code", row["code"][:60])
        steps = []
        for row in rows:
            if row.line in reports and _is_dated(row):
                step = _step(Cells(row, session.problems), missions[row["code"].lower()])
                reports[row.line].day = row["effective_from"]
                steps += [step] if step else []
        plan_steps(steps, reports, session)
        return [reports[row.line] for row in rows if row.line in reports]

    def _recorded(self, codes: set[str]) -> dict[str, Mission]:
        """The missions of which the list says nothing but further days."""
        if not codes:
            return {}
        return {
            each.code.lower(): each for each in self.with_links(Mission.objects.all()) if each.code.lower() in codes
        }

    def export(self, records: QuerySet[Mission]) -> Iterator[list[Any]]:
        """The missions in the columns of the list: a row for each day on which status or number changed."""
        for some in in_parts(self.with_links(records).iterator(chunk_size=1000)):
            prefetch_related_objects(
                some,
                Prefetch("terms", MissionTerms.objects.standing(), to_attr="listed_terms"),
                Prefetch("strengths", AuthorizedStrength.objects.standing(), to_attr="listed_numbers"),
            )
            for mission, cells in zip(some, self.cells(some, FIELDS), strict=True):
                dated = list(_dated_cells(mission)) or [[None] * len(DATED)]
                yield from ([*cells, *of_day] for of_day in dated)


def _is_dated(row: TableRow) -> bool:
    return any(row[code] for code in SAYING)


def _says_days_alone(row: TableRow) -> bool:
    """Whether a line names a mission and a day of it, and nothing that has no day."""
    return _is_dated(row) and not any(row[column.code] for column in FIELDS[1:])


def _lines_of_each(rows: list[TableRow], session: ImportSession) -> tuple[list[TableRow], list[TableRow]]:
    """The line that makes or changes each mission, and those that only name further days of it."""
    first: dict[str, TableRow] = {}
    days: dict[tuple[str, str], int] = {}
    making: list[TableRow] = []
    later: list[TableRow] = []
    for row in rows:
        code, before = row["code"].lower(), len(session.problems)
        if _is_dated(row) and (line := days.setdefault((code, row["effective_from"]), row.line)) != row.line:
            words = gettext("Line %(other)s says the same mission and day.")
            session.refuse(row.line, words % {"other": line}, "code")
        elif _says_days_alone(row):
            later.append(row)
        elif first.setdefault(code, row) is row or not _is_dated(row):
            making.append(row)
        else:
            _check_alike(row, first[code], session)
            later += [row] if len(session.problems) == before else []
    return making, later


def _check_alike(row: TableRow, first: TableRow, session: ImportSession) -> None:
    """A problem where what has no day differs from the mission's first line. An empty cell says nothing."""
    for column in FIELDS:
        if row[column.code] and heading_key(row[column.code]) != heading_key(first[column.code]):
            words = gettext("Differs from line %(other)s: this has no day, so one mission has it once.")
            session.refuse(row.line, words % {"other": first.line}, column.code, row[column.code][:60])


def _step(cells: Cells, mission: Mission) -> DatedLine | None:
    """What a line says from its day on; None where a cell of it is wrong."""
    before, row = len(cells.problems), cells.row
    ends_limit = heading_key(row["authorized"]) in ENDS
    values = DatedValues(
        line=cells.line,
        code=mission.code.lower(),
        terms=Terms(cells.choice("status", TermsStatus), None, ()) if row["status"] else None,
        authorized=None if ends_limit else cells.number("authorized"),
        ends_limit=ends_limit,
        effective_from=cells.day("effective_from"),
        instrument=cells.text("instrument", limit=200, required=False),
        instrument_fr=cells.text("instrument_fr", limit=200, required=False),
        is_first_day_known=cells.yes_no("first_day_known") is not False,
    )
    return DatedLine(values, mission, mission.pk is not None) if len(cells.problems) == before else None


def _dated_cells(mission: Any) -> Iterator[list[Any]]:
    terms = {each.effective_from: each for each in mission.listed_terms}
    numbers = {each.effective_from: each for each in mission.listed_numbers}
    for day in sorted({*terms, *numbers}):
        said, number, own = in_force(terms, day), in_force(numbers, day), numbers.get(day)
        maximum = NO_NUMBER if number and number.maximum is None else number and number.maximum
        yield [
            *(said.get_status_display() if said else "", maximum, day, own.instrument if own else ""),
            *(own.instrument_fr if own else "", in_words(own.is_first_day_known) if own else ""),
        ]


MISSIONS = MissionKind(
    Mission,
    "code",
    (*FIELDS, *DATED),
    _readers,
    attributes={"lead_organization": "lead_organization_link", "sending_organization": "sending_organization_link"},
    only_new=frozenset({"operation", "is_published"}),
    parts=_parts,
).kind("missions", _("Import missions"), _("Missions of operations from a list, with status and numbers by date."))
