"""Officers from a list: an account without a password and the officer's profile, or changes to the profile.

An officer is found by e-mail address. Accounts of the desk are never touched: a list is no way to become one.
"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history.acts import record_act
from core.refusals import Refusal
from core.tabular import Problem, Row
from core.text.dates import EARLIEST_DAY, today_here
from core.text.validators import refuse_addresses
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import Cells
from deployments.imports.errand import Errand, Import, LineReport
from officers.models import Officer, PoliceService, User

COLUMNS = ("email", "given_name", "family_name", "police_service", "service_number", "rank", "member_since")
OF_ACCOUNT = ("given_name", "family_name")
OF_PROFILE = ("police_service", "service_number", "rank", "member_since")


@dataclass(frozen=True)
class Line:
    """One line of the list, read."""

    line: int
    email: str
    given_name: str
    family_name: str
    police_service: PoliceService
    service_number: str
    rank: str
    member_since: datetime.date | None


def carry_out(rows: list[Row], errand: Errand) -> list[LineReport]:
    """Makes or updates each officer; problems are left in ``errand``."""
    services = {service.code: service for service in PoliceService.objects.all()}
    lines = [line for row in rows if (line := _line(Cells(row, errand.problems), services))]
    _refuse_repeated(lines, errand)
    if errand.problems:
        return []
    known = {user.email.lower(): user for user in User.objects.filter(email__in=[line.email for line in lines])}
    reports = [LineReport(line.line, line.email) for line in lines]
    for line, report in zip(lines, reports, strict=True):
        with errand.attempt(line.line, COLUMNS):
            _make_or_update(line, known.get(line.email), errand, report)
    return reports


OFFICERS = Import("officers", _("Import officers"), _("Officers of a police service from a list."), COLUMNS, carry_out)


def _line(cells: Cells, services: dict[str, PoliceService]) -> Line | None:
    if not services:
        cells.wrong("police_service", _("No police service is recorded yet."))
        return None
    code = cells.choice("police_service", services)
    if code not in services:
        return None
    line = Line(
        line=cells.line,
        email=cells.text("email", limit=254).lower(),
        given_name=cells.text("given_name", limit=100, required=False),
        family_name=cells.text("family_name", limit=100),
        police_service=services[code],
        service_number=cells.text("service_number", limit=30),
        rank=cells.text("rank", limit=80, required=False),
        member_since=cells.optional_day("member_since"),
    )
    _check_as_the_forms_do(cells, line)
    return line


def _check_as_the_forms_do(cells: Cells, line: Line) -> None:
    """A name is no web address, and nobody joined a service before 1900 or joins it in the future."""
    for name in OF_ACCOUNT:
        try:
            refuse_addresses(getattr(line, name))
        except ValidationError as error:
            cells.wrong(name, error.message)
    if line.member_since and line.member_since < EARLIEST_DAY:
        cells.wrong("member_since", _("Give a day from 1900 to 2199."))
    if line.member_since and line.member_since > today_here():
        cells.wrong("member_since", _("This day is in the future."))


def _refuse_repeated(lines: list[Line], errand: Errand) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        if seen.setdefault(line.email, line.line) != line.line:
            message = gettext("Line %(other)s names the same address.") % {"other": seen[line.email]}
            errand.problems.append(Problem(line.line, message, "email"))


def _make_or_update(line: Line, user: User | None, errand: Errand, report: LineReport) -> None:
    user = user or User(email=line.email)
    officer = Officer.objects.select_related("police_service").filter(user=user).first() if user.pk else None
    report.created = officer is None
    officer = officer or Officer()
    for name in OF_ACCOUNT:
        report.note(name, getattr(user, name), getattr(line, name))
    changes_account = bool(report.changes) or user.pk is None
    before = officer.police_service.code if officer.police_service_id else ""
    report.note("police_service", before, line.police_service.code)
    report.note("service_number", officer.service_number, line.service_number)
    report.note("rank", officer.rank, line.rank)
    report.note("member_since", officer.member_since, line.member_since)
    if not report.changes:
        return
    if user.is_staff and (report.created or changes_account):
        raise Refusal(_("This is an account of the desk: a list does not change it."), field="email")
    if changes_account:
        _save_account(user, line)
    for name in OF_PROFILE:
        setattr(officer, name, getattr(line, name))
    officer.user = user
    officer.full_clean()
    errand.sign(officer, line.line)
    officer.save()
    columns = [change.column for change in report.changes]
    record_act(officer, DataVerb.IMPORT, by=errand.by, reason=errand.note(line.line), columns=columns)


def _save_account(user: User, line: Line) -> None:
    user.given_name, user.family_name = line.given_name, line.family_name
    if user.pk is None:
        if not line.police_service.accepts_address(line.email):
            raise Refusal(line.police_service.address_refusal(), field="email")
        user.set_unusable_password()
    user.full_clean()
    user.save()
