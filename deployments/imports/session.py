"""One import: who runs it, what it plans, what went wrong. A plan only reads; writing happens behind the gate, at once."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.database.ahead import Ahead
from core.database.bulk import collector_off
from core.refusals import NotPermitted, Refusal, StalePage
from core.tabular import Answers, Column, FileRefused, Problem, TableRow, read_lines
from core.text.dates import today_here
from deployments.imports.reports import LineReport, Report
from deployments.limits.gate import LimitsUnprotected, TooBusy, locked_transaction
from deployments.limits.refusals import refused_by_database

MAX_AT_ONCE = 5_000
# The column that a file of wrong lines carries: it may come back with the lines, and says nothing.
REASON = Column("refused_because", required=False, also=("Refused because", "Refusée parce que"), informs=True)


@dataclass
class ImportSession:
    """What the rows of one import share. ``writes`` are what is done in the end, in their order.

    With ``only_reports`` nobody will write: what would be written of each line need not be kept.
    """

    by: Actor
    file_name: str
    acknowledge_lowering: bool
    today: datetime.date
    problems: list[Problem] = field(default_factory=list)
    writes: list[Callable[[], object]] = field(default_factory=list)
    only_reports: bool = False

    def note(self, line: int, instrument: str = "") -> str:
        """The note that every act of a line leaves in its record."""
        return ", ".join(filter(None, (f"Import: {self.file_name}, {line}", instrument)))

    def may(self, permission: str) -> bool:
        return self.by.is_active and self.by.has_perm(permission)

    def refuse(self, line: int, message: object, column: str = "", value: str = "") -> None:
        self.problems.append(Problem(line, message, column, value))

    def not_permitted(self, line: int, column: str) -> None:
        self.refuse(line, gettext("Your role does not include this change."), column)

    @contextmanager
    def at_line(self, line: int, columns: Sequence[str] = ()) -> Iterator[None]:
        """A refusal inside becomes a problem of ``line`` (at its column if it names one of ``columns``)."""
        try:
            yield
        except (LimitsUnprotected, TooBusy):
            raise
        except NotPermitted:
            self.not_permitted(line, (*columns, "")[0])
        except Refusal as refusal:
            column = refusal.field if refusal.field in columns else (*columns, "")[0]
            self.problems.append(Problem(line, str(refusal), column, link=getattr(refusal, "link", "")))
        except ValidationError as error:
            self.problems += invalid(line, error, columns)
        except IntegrityError as error:
            self.problems.append(Problem(line, str(refused_by_database(error))))


@dataclass(frozen=True)
class Import:
    """A kind of list: its name, its columns, who may bring one, and what plans its rows.

    ``plan`` reads and reports; it leaves problems and writes in the session, and changes nothing. ``export`` gives records
    of ``model`` as rows of the same columns, so that a file taken out comes in again without a change.
    """

    name: str
    title: object
    description: object
    fields: tuple[Column, ...]
    plan: Callable[[list[TableRow], ImportSession], list[LineReport]]
    permissions: tuple[str, ...] = ("deployments.import_operations",)
    _: KW_ONLY
    model: type[Model] | None = None
    export: Callable[[QuerySet[Any]], Iterable[Sequence[Any]]] | None = None

    @property
    def asked(self) -> tuple[Column, ...]:
        """The columns that are read; the others inform readers of the portal's own files."""
        return tuple(column for column in self.fields if not column.informs)

    @property
    def may_view(self) -> str:
        """The permission to see what is recorded of this kind; of what has no page of its own, that of its officer."""
        if self.model is None or self.model._meta.model_name in ("release", "assessment"):
            return "officers.view_officer"
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"

    def head(self) -> list[str]:
        """The headings of a file, in the reader's language."""
        return [str(column.heading or column.code) for column in self.fields]

    @property
    def columns(self) -> tuple[str, ...]:
        """The codes of the columns, in their order."""
        return tuple(column.code for column in self.fields)

    def is_open_to(self, actor: Any) -> bool:
        return actor.is_active and any(actor.has_perm(permission) for permission in self.permissions)


@dataclass(frozen=True)
class Order:
    """What is to be imported, and how. ``partial`` leaves lines that are wrong aside instead of refusing the file."""

    data: bytes
    file_name: str
    answers: Answers = field(default_factory=Answers)
    acknowledge_lowering: bool = False
    partial: bool = False


def run_import(
    kind: Import,
    data: bytes,
    *,
    by: Actor,
    file_name: str,
    dry_run: bool = False,
    acknowledge_lowering: bool = False,
    partial: bool = False,
    answers: Answers | None = None,
    expected: str = "",
    today: datetime.date | None = None,
) -> Report:
    """Read ``data`` and carry out every row, in one transaction behind the gate; say what changed, line by line.

    ``dry_run`` only plans: it writes nothing and takes no lock. ``partial`` carries out the right lines and reports the
    others. ``expected`` is the fingerprint of a report that somebody agreed to. Raises NotPermitted; FileRefused with the
    lines at fault, leaving nothing behind; StalePage where the import would no longer do what was agreed to.
    """
    order = Order(data, plain(file_name), answers or Answers(), acknowledge_lowering, partial)
    today = today or today_here()
    preview = checked(kind, order, by=by, today=today)
    if len(preview.rows) > MAX_AT_ONCE and not dry_run:
        words = _("The file has more than %(limit)s rows: it is imported in the background.") % {"limit": MAX_AT_ONCE}
        raise FileRefused.because(words)
    if dry_run:
        return preview.report()
    return carry_out(preview, by=by, today=today, expected=expected)


class LinesRefused(FileRefused):
    """Lines of the file are wrong; ``report`` says what the others would do."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.problems)
        self.report = replace(report, problems=self.problems)


@dataclass
class Checked:
    """A file that was read: its rows, and what is wrong with the others so far."""

    kind: Import
    order: Order
    rows: list[TableRow]
    notes: list[str]
    problems: list[Problem]
    wrong: list[TableRow]
    by: Actor
    today: datetime.date

    def report(self) -> Report:
        """What the rows would do. Raises FileRefused where lines are wrong and the right ones alone are not wanted."""
        return self.planned(only_reports=True)[0]

    def planned(self, *, only_reports: bool = False) -> tuple[Report, ImportSession]:
        """The report with the session that holds the writes."""
        rows, problems, wrong = self.rows, list(self.problems), list(self.wrong)
        while True:
            session = ImportSession(
                self.by,
                self.order.file_name,
                self.order.acknowledge_lowering,
                self.today,
                only_reports=only_reports,
            )
            lines = self.kind.plan(rows, session) if rows else []
            if not session.problems:
                break
            cells = {row.line: row for row in rows}
            problems += [_with_value(problem, cells) for problem in session.problems]
            at_fault = {problem.line for problem in session.problems}
            if not (self.order.partial or only_reports) or not any(row.line in at_fault for row in rows):
                break
            wrong += [row for row in rows if row.line in at_fault]
            rows = [row for row in rows if row.line not in at_fault]
        count = len(self.rows) + len(self.wrong)
        if problems and not self.order.partial:
            raise LinesRefused(Report(lines, self.notes, problems, self._at_fault(problems), count))
        wrong.sort(key=lambda row: row.line)
        return Report(lines, self.notes, sorted(problems, key=lambda p: p.line), wrong, count), session

    def _at_fault(self, problems: list[Problem]) -> list[TableRow]:
        at_fault = {problem.line for problem in problems}
        return sorted((row for row in (*self.rows, *self.wrong) if row.line in at_fault), key=lambda row: row.line)


def _with_value(problem: Problem, rows: Mapping[int, TableRow]) -> Problem:
    """The problem with the value of its cell, which a rule that refuses a record does not know."""
    if problem.value or not problem.column or problem.line not in rows:
        return problem
    return replace(problem, value=rows[problem.line][problem.column][:60])


def checked(kind: Import, order: Order, *, by: Actor, today: datetime.date) -> Checked:
    """Read the file. Raises NotPermitted, and FileRefused or one of its questions."""
    if not kind.is_open_to(by):
        raise NotPermitted
    table = read_lines(order.data, (*kind.fields, REASON), order.answers)
    return Checked(kind, order, table.rows, table.notes, table.problems, table.wrong, by, today)


def carry_out(preview: Checked, *, by: Actor, today: datetime.date, expected: str = "") -> Report:
    """Plans what the rows do, and writes it behind the gate, where it is planned anew if anything that the plan read has
    changed. Raises as ``run_import``.
    """
    with collector_off():
        return write_plan(Ahead(preview.planned), expected)


@locked_transaction
def write_plan(plan: Ahead[tuple[Report, ImportSession]], expected: str) -> Report:
    """Writes what ``plan`` gives behind the gate. Raises as ``carry_out``."""
    report, session = plan.result()
    if expected and report.fingerprint() != expected:
        raise StalePage(_("The records changed after the preview, so nothing was imported. Look at it once more."))
    for write in session.writes:
        write()
    if session.problems:
        raise FileRefused(session.problems)
    return report


def plain(file_name: str) -> str:
    """The last part of a file's name, short and without what could break a line of history."""
    return re.sub(r"[^\w .()+-]", "_", re.split(r"[/\\]", file_name)[-1])[-100:] or "?"


def invalid(line: int, error: ValidationError, columns: Sequence[str]) -> Iterator[Problem]:
    """The messages of a validation as problems of a line."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in by_field.items():
        for message in messages:
            known = name in columns
            yield Problem(line, message if known or name == NON_FIELD_ERRORS else f"{name}: {message}", name * known)
