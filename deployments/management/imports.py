"""What the import commands have in common: the options, the table of changes, the refusals."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, ngettext, pgettext

from core.actors import SYSTEM
from core.refusals import Refusal
from core.tabular import read_path
from deployments.imports import Import, Report, run_import
from officers.models import User


class ImportCommand(BaseCommand):
    """Imports one kind of list; exit 1 with every line at fault, and then nothing was changed."""

    kind: Import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV (UTF-8) or XLSX with the columns " + ",".join(self.kind.columns))
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--by", metavar="EMAIL", help="the account that acts; without it, the portal itself")
        parser.add_argument(
            "--acknowledge-lowering",
            action="store_true",
            help="accept that a number falls below the strength already committed",
        )

    def handle(self, *, file: str, dry_run: bool, by: str | None, acknowledge_lowering: bool, **options) -> None:
        try:
            report = run_import(
                self.kind,
                read_path(file),
                by=_actor(by),
                file_name=Path(file).name,
                dry_run=dry_run,
                acknowledge_lowering=acknowledge_lowering,
            )
        except Refusal as refusal:
            raise CommandError(gettext("Nothing was imported.") + f"\n{refusal}") from refusal
        self.stdout.write("\n".join(table(report)))
        self.stdout.write(_summary(report, dry_run))


def table(report: Report) -> list[str]:
    """The changes as lines of text in columns."""
    header = gettext("Line"), gettext("Record"), pgettext("effective from", "From"), gettext("Column")
    rows = [[*header, gettext("Before"), gettext("After")]]
    for line in report.lines:
        named = [str(line.line), line.record, line.day]
        if line.created:
            rows.append([*named, gettext("(new)"), "", ""])
        rows += [[*named, change.column, change.before or "—", change.after or "—"] for change in line.changes]
        if not line.created and not line.changes:
            rows.append([*named, gettext("(no change)"), "", ""])
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _summary(report: Report, dry_run: bool) -> str:
    n = report.changed
    if dry_run:
        words = ngettext("%(n)s line would change something.", "%(n)s lines would change something.", n)
        return words % {"n": n} + " " + gettext("This was a dry run: nothing was changed.")
    return ngettext("%(n)s line changed something.", "%(n)s lines changed something.", n) % {"n": n}


def _actor(email: str | None):
    if not email:
        return SYSTEM
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(gettext("No account has the address %(email)s.") % {"email": email})
    return user
