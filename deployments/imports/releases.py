"""Releases from a list: what police services let officers go for by letter, as the desk records it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, LONG_TEXT, Column, TableRow
from deployments.domain.releases import check_recorded, insert_releases
from deployments.domain.stakes import Stakes
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.imports.cells import Cells
from deployments.imports.people import IDENTITY, OfficerNames, PostingNames, identity
from deployments.imports.reports import LineReport
from deployments.imports.session import Import, ImportSession
from deployments.models import Release

FIELDS = (
    *IDENTITY,
    Column("posting", _("Posting"), ("reference", "référence", "poste", "affectation"), required=False, example="mali-adviser", note=_("Empty: for any posting.")),
    Column("first_day", _("First day"), ("from", "start", "du", "début"), kind=DAY, example="2026-01-15"),
    Column("last_day", _("Last day"), ("to", "end", "until", "au", "fin"), kind=DAY, example="2027-01-14"),
    Column("letter_number", _("Number of the letter"), ("letter", "lettre", "letter no"), required=False, example="2026-17"),
    Column("letter_date", _("Date of the letter"), ("dated", "datée du"), kind=DAY, required=False, example="2025-12-01"),
    Column("reason", _("Remark"), ("remarks", "remarques"), kind=LONG_TEXT, required=False),
)  # fmt: skip
COLUMNS = tuple(column.code for column in FIELDS)
DAYS = ("first_day", "last_day")


def plan(rows: list[TableRow], session: ImportSession) -> list[LineReport]:
    """Releases that are not recorded yet; one that is recorded stays as it is, it is only ever withdrawn."""
    officers, postings = OfficerNames(rows), PostingNames(row["posting"] for row in rows)
    found = [(row, release) for row in rows if (release := _release(Cells(row, session.problems), officers, postings))]
    recorded, stakes = _recorded(release for _row, release in found), Stakes(session.by)
    reports, new = [], []
    for row, release in found:
        report = LineReport(row.line, str(release.officer), release.first_day.isoformat())
        reports.append(report)
        key = _key(release)
        if key in recorded:
            line = recorded[key]
            report.note = (
                gettext("The same as line %(other)s.") % {"other": line} if line else gettext("Already there.")
            )
            continue
        recorded[key] = row.line
        report.created = True
        for column in ("posting", *DAYS, "letter_number", "letter_date"):
            value = getattr(release, column)
            report.compare(column, None, (value and value.reference) if column == "posting" else value or None)
        with session.at_line(row.line, ("officer", *COLUMNS)):
            stakes.check_release(release.posting)
            check_recorded(release, by=session.by, today=session.today)
            new.append((release, session.note(row.line)))
    if new:
        session.writes.append(lambda: insert_releases(new, by=session.by))
    return reports


def _release(cells: Cells, officers: OfficerNames, postings: PostingNames) -> Release | None:
    before = len(cells.problems)
    officer = officers.read(cells, "officer")
    posting = postings.read(cells, "posting") if cells.row["posting"] else None
    first_day, last_day = cells.day("first_day"), cells.day("last_day")
    number, date = cells.text("letter_number", limit=60, required=False), cells.optional_day("letter_date")
    reason = cells.text("reason", limit=2_000, required=False)
    if officer is None or len(cells.problems) > before:
        return None
    return Release(
        officer=officer,
        police_service=officer.police_service,
        posting=posting,
        first_day=first_day,
        last_day=last_day,
        letter_number=number,
        letter_date=date,
        reason=reason,
    )


def _key(release: Release) -> tuple[Any, ...]:
    return (release.officer_id, release.police_service_id, release.posting_id, release.first_day, release.last_day)


def _recorded(releases: Iterable[Release]) -> dict[tuple[Any, ...], int]:
    """Releases in force of the officers, each without a line of the file."""
    officers = {release.officer_id for release in releases}
    columns = ("officer", "police_service", "posting", *DAYS)
    rows = Release.objects.in_force().order_by().values_list(*columns)
    return {tuple(row): 0 for row in rows.iterator(chunk_size=2000) if row[0] in officers}


def export(releases: QuerySet[Release]) -> Iterable[list[Any]]:
    """The releases in force, in the columns of the list."""
    chain = releases.filter(withdrawn_at=None).select_related("officer__user", "officer__police_service", "posting")
    for release in chain.order_by("first_day", "pk").iterator(chunk_size=2000):
        posting = release.posting.reference if release.posting else ""
        rest = (release.letter_number, release.letter_date, release.reason)
        yield [*identity(release.officer), posting, release.first_day, release.last_day, *rest]


RELEASES = Import(
    "releases",
    _("Import releases"),
    _("Releases of officers by their police services from a list."),
    FIELDS,
    plan,
    (MAY_ASSESS,),
    model=Release,
    export=export,
)
