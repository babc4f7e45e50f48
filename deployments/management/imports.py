"""What the import commands have in common: the options, the table of changes, the refusals."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, ngettext, pgettext

from core.actors import SYSTEM, Actor
from core.refusals import Refusal
from core.tabular import Answers, FileAsks, TableRow, read_path
from core.tabular.days import DAY_FIRST, MONTH_FIRST
from core.text.dates import today_here
from deployments.imports import Import, Report, run_import
from deployments.imports.jobs import SliceSize
from deployments.imports.session import MAX_AT_ONCE, Checked, Order, carry_out, checked, plain
from officers.models import User

SHOWN = 2_000


class ImportCommand(BaseCommand):
    """Imports one kind of list; exit 1 with every line at fault, and then nothing was changed."""

    kind: Import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV or XLSX; docs/interfaces.md lists the columns")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--by", metavar="EMAIL", help="the account that acts; without it, the portal itself")
        parser.add_argument("--partial", action="store_true", help="import the right lines, and name the wrong ones")
        parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook")
        parser.add_argument("--days", choices=["day-first", "month-first"], help="how days such as 5/1/2027 are meant")
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADING=COLUMN", help="what a heading means"
        )
        parser.add_argument("--ignore", action="append", default=[], metavar="HEADING", help="a column to leave out")
        parser.add_argument(
            "--acknowledge-lowering",
            action="store_true",
            help="accept that a number falls below the strength already committed",
        )

    def handle(self, **options: Any) -> None:
        try:
            report = self._run(options["file"], options["dry_run"], options["by"], options)
        except FileAsks as asks:
            hint = gettext("Answer with --sheet, --days, --column or --ignore.")
            raise CommandError(gettext("Nothing was imported.") + f"\n{asks}\n{hint}") from asks
        except Refusal as refusal:
            raise CommandError(gettext("Nothing was imported.") + f"\n{refusal}") from refusal
        self.stdout.write("\n".join([*table(report), *report.notes]))
        self.stdout.write(_summary(report, options["dry_run"]))
        if report.problems:
            for problem in report.problems[:SHOWN]:
                self.stderr.write(str(problem))
            wrong = len({problem.line for problem in report.problems})
            raise CommandError(ngettext("%(n)s line was left out.", "%(n)s lines were left out.", wrong) % {"n": wrong})

    def _run(self, file: str, dry_run: bool, email: str | None, options: dict[str, Any]) -> Report:
        answers = _answers(options)
        named = Path(file).name
        lowering, partial = options["acknowledge_lowering"], options["partial"]
        data, actor, today = read_path(file), _actor(email), today_here()
        order = Order(data, plain(named), answers, lowering, partial)
        read = checked(self.kind, order, by=actor, today=today)
        if len(read.rows) <= MAX_AT_ONCE or dry_run:
            return run_import(
                self.kind,
                data,
                by=actor,
                file_name=named,
                dry_run=dry_run,
                acknowledge_lowering=lowering,
                partial=partial,
                answers=answers,
                today=today,
            )
        report = read.report()
        wrong = {problem.line for problem in report.problems}
        self._in_slices(read, [row for row in read.rows if row.line not in wrong], actor, today)
        return report

    def _in_slices(self, read: Checked, rows: list[TableRow], actor: Actor, today: datetime.date) -> None:
        """Long lists, some rows in each transaction. What is there already is left as it is: the same command goes on
        where one was stopped.
        """
        size, done = SliceSize(), 0
        while done < len(rows):
            try:
                with size as most:
                    part = replace(read, rows=rows[done : done + most], problems=[], wrong=[])
                    carry_out(part, by=actor, today=today)
            except Refusal as refusal:
                words = gettext("The first %(n)s lines stay imported.") % {"n": done}
                hint = gettext("Mend what is wrong and give the same command again: it goes on where it stopped.")
                raise CommandError(f"{words}\n{refusal}\n{hint}") from refusal
            done += len(part.rows)
            self.stderr.write(f"{done}/{len(rows)}")


def _answers(options: dict[str, Any]) -> Answers:
    columns = dict.fromkeys(options["ignore"], "")
    for pair in options["column"]:
        heading, _equals, code = pair.rpartition("=")
        columns[heading] = code
    days = {"day-first": DAY_FIRST, "month-first": MONTH_FIRST}.get(options["days"] or "", "")
    return Answers(options["sheet"], columns, days)


def table(report: Report) -> list[str]:
    """The changes as lines of text in columns; of very many the first."""
    header = gettext("Line"), gettext("Record"), pgettext("effective from", "From"), gettext("Column")
    rows = [[*header, gettext("Before"), gettext("After")]]
    for line in report.lines[:SHOWN]:
        named = [str(line.line), line.record, line.day]
        if line.created:
            rows.append([*named, gettext("(new)"), "", ""])
        rows += [[*named, change.column, change.before or "—", change.after or "—"] for change in line.changes]
        if not line.does_anything:
            rows.append([*named, line.note or gettext("(no change)"), "", ""])
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _summary(report: Report, dry_run: bool) -> str:
    n = report.changed
    if dry_run:
        words = ngettext("%(n)s line would change something.", "%(n)s lines would change something.", n)
        return words % {"n": n} + " " + gettext("This was a dry run: nothing was changed.")
    return ngettext("%(n)s line changed something.", "%(n)s lines changed something.", n) % {"n": n}


def _actor(email: str | None) -> Actor:
    if not email:
        return SYSTEM
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(gettext("No account has the address %(email)s.") % {"email": email})
    return user
