"""Officers from a list: an account without a password and the officer's profile, or changes to the profile.

An officer is found by e-mail address. Accounts of the desk are never touched: a list is no way to become one.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history.acts import ActOn, record_acts
from core.refusals import Refusal
from core.tabular import DAY, LONG_TEXT, Column, TableRow
from core.text.clean import number_key, plain_number
from core.text.dates import EARLIEST_DAY, LATEST_DAY, today_here
from core.text.validators import refuse_addresses, refuse_disguises
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import Cells
from deployments.imports.names import Names
from deployments.imports.parts import Parts, Said, parts_of_officers
from deployments.imports.people import service_names
from deployments.imports.reports import LineReport
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts, save_many
from officers.domain.adding import give_role, put_in
from officers.models import Officer, PoliceService, User

FIELDS = (
    Column("email", _("E-mail address"), ("courriel", "adresse courriel", "e-mail", "mail", "account"), example="ada@example.org"),
    Column("given_name", _("Given name"), ("first name", "prénom", "forename"), required=False, example="Ada"),
    Column("family_name", _("Family name"), ("last name", "surname", "nom de famille", "nom"), required=False, example="Roy"),
    Column("police_service", _("Police service"), ("service", "service de police", "home service"), example="toronto"),
    Column("service_number", _("Service number"), ("badge", "regimental number", "matricule", "numéro de service", "number"), example="00421"),
    Column("rank", _("Rank"), ("grade",), required=False, example="Sergeant"),
    Column("member_since", _("Member since"), ("joined", "membre depuis", "date d'entrée"), kind=DAY, required=False, example="2010-05-01"),
    Column("retired_on", _("Retirement date"), ("retired", "retraite", "date de la retraite"), kind=DAY, required=False),
    Column("languages", _("Languages"), ("language levels", "langues"), kind=LONG_TEXT, required=False, example="fr:CBC; en:CCC"),
    Column("qualifications", _("Qualifications"), ("qualifications held", "compétences"), kind=LONG_TEXT, required=False),
)  # fmt: skip
COLUMNS = tuple(column.code for column in FIELDS)
OF_ACCOUNT = ("given_name", "family_name")
OF_PROFILE = ("police_service", "service_number", "rank", "member_since", "retired_on")
DAYS = ("member_since", "retired_on")
DECIMALS = re.compile(r"[0-9]+[.,]0+")
UNKNOWN_SERVICE = _("No police service has this code or name: “%(value)s”.")


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One line of the list, read. What the file has no column for is None."""

    line: int
    email: str
    given_name: str | None
    family_name: str | None
    police_service: PoliceService
    service_number: str
    rank: str | None
    days: Mapping[str, datetime.date | None]
    parts: Mapping[str, Said]


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """New and changed officers."""
    services = list(PoliceService.objects.all())
    names, parts = service_names(services), Parts(parts_of_officers())
    read = (_line(Cells(row, session.problems), names, parts, has_services=bool(services)) for row in rows)
    lines = [line for line in read if line]
    _refuse_repeated(lines, session)
    if session.problems:
        return []
    users = _users(line.email for line in lines)
    officers = {officer.user_id: officer for officer in _officers(users.values())}
    numbers = _numbers(lines)
    parts = Parts(parts.parts, officers.values())
    reports, changed = [], []
    for line in lines:
        user = users.get(line.email) or User(email=line.email)
        officer = officers.get(user.pk) if user.pk else None
        report = LineReport(line.line, line.email, created=officer is None)
        reports.append(report)
        officer = officer or Officer()
        _compare(line, user, officer, report)
        parts.compare(line.parts, officer, report)
        if not report.changes:
            continue
        with session.at_line(line.line, COLUMNS):
            _apply(line, user, officer, report, numbers)
            if not session.only_reports:
                changed.append((line, user, officer, report))
    if changed:
        session.writes += [lambda: _save(changed, session), lambda: parts.save(session)]
    return reports


def export(officers: QuerySet[Officer]) -> Iterable[list[Any]]:
    """The officers in the columns of the list."""
    whole = officers.select_related("user", "police_service")
    for some in in_parts(whole.iterator(chunk_size=1000)):
        parts = Parts(parts_of_officers(), some)
        for each in some:
            yield [
                *(each.user.email, each.user.given_name, each.user.family_name, each.police_service.code),
                *(each.service_number, each.rank, each.member_since, each.retired_on),
                *(parts.words(column, each) for column in parts.parts),
            ]


OFFICERS = Import(
    "officers",
    _("Import officers"),
    _("Officers of a police service from a list."),
    FIELDS,
    plan,
    model=Officer,
    export=export,
)


def _line(cells: Cells, services: Names[PoliceService], parts: Parts, *, has_services: bool) -> OfficerLine | None:
    if not has_services:
        cells.wrong("police_service", _("No police service is recorded yet."))
        return None
    service = cells.record("police_service", services, UNKNOWN_SERVICE)
    given, family = (cells.text(name, limit=100, required=False) if cells.has(name) else None for name in OF_ACCOUNT)
    if not given and not family:
        cells.wrong("given_name" if cells.has("given_name") else "family_name", _("This cell may not be empty."))
    email = cells.text("email", limit=254).lower()
    number = plain_number(cells.text("service_number", limit=30))
    if DECIMALS.fullmatch(number):
        cells.wrong(
            "service_number", gettext("A program wrote the number with decimals: “%(value)s”.") % {"value": number}
        )
    rank = cells.text("rank", limit=80, required=False) if cells.has("rank") else None
    days = {name: cells.optional_day(name) for name in DAYS if cells.has(name)}
    held = parts.read(cells)
    if service is None:
        return None
    line = OfficerLine(cells.line, email, given, family, service, number, rank, days, held)
    _check_as_the_forms_do(cells, line)
    return line


def _check_as_the_forms_do(cells: Cells, line: OfficerLine) -> None:
    """A name is no web address, and nobody joined a service before 1900 or joins it in the future."""
    for name in OF_ACCOUNT:
        try:
            refuse_addresses(getattr(line, name) or "")
            refuse_disguises(getattr(line, name) or "")
        except ValidationError as error:
            cells.wrong(name, error.message)
    since = line.days.get("member_since")
    for name, day in line.days.items():
        if day and not EARLIEST_DAY <= day <= LATEST_DAY:
            cells.wrong(name, _("Give a day from 1900 to 2199."))
    if since and since > today_here():
        cells.wrong("member_since", _("This day is in the future."))


def _refuse_repeated(lines: list[OfficerLine], session: ImportSession) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        if seen.setdefault(line.email, line.line) != line.line:
            message = gettext("Line %(other)s names the same address.") % {"other": seen[line.email]}
            session.refuse(line.line, message, "email", line.email)


def _users(emails: Iterable[str]) -> dict[str, User]:
    wanted = list(emails)
    found: dict[str, User] = {}
    for start in range(0, len(wanted), 900):
        part = User.objects.filter(email__in=wanted[start : start + 900])
        found |= {user.email.lower(): user for user in part}
    return found


def _officers(users: Iterable[User]) -> list[Officer]:
    keys = [user.pk for user in users]
    found: list[Officer] = []
    for start in range(0, len(keys), 900):
        found += Officer.objects.select_related("police_service").filter(user__in=keys[start : start + 900])
    return found


def _numbers(lines: list[OfficerLine]) -> dict[tuple[int, str], int]:
    """Whose account has a service number of the lines already, however it is written."""
    wanted = list({line.service_number for line in lines})
    found: dict[tuple[int, str], int] = {}
    for start in range(0, len(wanted), 900):
        rows = Officer.objects.numbered(*wanted[start : start + 900])
        for service, number, user in rows.values_list("police_service", "service_number", "user"):
            found[service, number_key(number)] = user
    return found


def _compare(line: OfficerLine, user: User, officer: Officer, report: LineReport) -> None:
    for name in OF_ACCOUNT:
        if getattr(line, name) is not None:
            report.compare(name, getattr(user, name), getattr(line, name))
    before = officer.police_service.code if officer.police_service_id else ""
    report.compare("police_service", before, line.police_service.code)
    report.compare("service_number", officer.service_number, line.service_number)
    if line.rank is not None:
        report.compare("rank", officer.rank, line.rank)
    for name, day in line.days.items():
        report.compare(name, getattr(officer, name), day)


def _apply(
    line: OfficerLine, user: User, officer: Officer, report: LineReport, numbers: dict[tuple[int, str], int]
) -> None:
    """Put the values in, checked as a form would. Raises Refusal, ValidationError."""
    taken = numbers.setdefault((line.police_service.pk, number_key(line.service_number)), user.pk or -line.line)
    if taken != (user.pk or -line.line):
        raise Refusal(_("This service number is taken in this police service."), field="service_number")
    changed = {change.column for change in report.changes}
    put_in(
        user,
        officer,
        police_service=line.police_service,
        service_number=line.service_number,
        names={name: getattr(line, name) for name in OF_ACCOUNT if name in changed},
        own={**({} if line.rank is None else {"rank": line.rank}), **line.days},
    )


def _save(changed: list[tuple[OfficerLine, User, Officer, LineReport]], session: ImportSession) -> None:
    accounts = [
        (user, session.note(line.line))
        for line, user, _officer, report in changed
        if user.pk is None or any(change.column in OF_ACCOUNT for change in report.changes)
    ]
    save_many(accounts, by=session.by, fields=OF_ACCOUNT)
    for _line, user, officer, _report in changed:
        officer.user = user
    give_role([user for _line, user, _officer, report in changed if report.created])
    save_many([(officer, session.note(line.line)) for line, _user, officer, _report in changed], by=session.by)
    acts = (
        ActOn(
            officer,
            DataVerb.IMPORT,
            session.note(line.line),
            detail={"columns": [change.column for change in report.changes]},
        )
        for line, _user, officer, report in changed
    )
    record_acts(acts, by=session.by)
