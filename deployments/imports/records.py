"""Lists of plain records: what a row says of each column is compared with what is recorded, and saved in bulk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history.acts import ActOn, record_acts
from core.tabular import Column, TableRow
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import Cells
from deployments.imports.reports import LineReport, in_words
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import save_many

Reader = Callable[[Cells, str], Any]


@dataclass(frozen=True)
class RecordKind:
    """A kind of record that a list brings: found by ``key``, with what reads each other column.

    ``only_new`` are columns that change by an act of their own once the record is there.
    """

    model: type[Model]
    key: str
    columns: tuple[Column, ...]
    readers: Callable[[], Mapping[str, Reader]]
    attributes: Mapping[str, str] = field(default_factory=dict)
    only_new: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return f"{self.model._meta.app_label}.%s_{self.model._meta.model_name}"

    def may_add(self) -> str:
        return self.label % "add"

    def may_change(self) -> str:
        return self.label % "change"

    def kind(self, name: str, title: object, description: object) -> Import:
        return Import(name, title, description, self.columns, self.plan, (self.may_add(), self.may_change()))

    def plan(self, rows: list[TableRow], session: ImportSession) -> list[LineReport]:
        """New and changed records; problems and writes are left in ``session``."""
        known = {str(getattr(each, self.key)).lower(): each for each in self.model._default_manager.all()}
        readers = self.readers()
        reports: list[LineReport] = []
        changed: list[tuple[Any, LineReport]] = []
        seen: dict[str, int] = {}
        for row in rows:
            report = self._plan_row(row, known, readers, seen, session)
            if report is not None:
                reports.append(report[1])
                changed += [report] if report[1].does_anything else []
        if changed:
            session.writes.append(lambda: self._save(changed, session))
        return reports

    def _plan_row(
        self,
        row: TableRow,
        known: Mapping[str, Any],
        readers: Mapping[str, Reader],
        seen: dict[str, int],
        session: ImportSession,
    ) -> tuple[Any, LineReport] | None:
        cells = Cells(row, session.problems)
        before = len(session.problems)
        key = cells.text(self.key, limit=60)
        if seen.setdefault(key.lower(), row.line) != row.line:
            cells.wrong(self.key, gettext("Line %(other)s names the same record.") % {"other": seen[key.lower()]})
        record = known.get(key.lower())
        report = LineReport(row.line, key, created=record is None)
        record = record or self.model(**{self.key: key.lower() if self.key == "code" else key})
        for column, read in readers.items():
            if cells.has(column):
                self._compare(record, column, read(cells, column), report, cells)
        if len(session.problems) > before:
            return None
        if report.does_anything:
            self._check(record, report, session)
        return record, report

    def _compare(self, record: Any, column: str, value: Any, report: LineReport, cells: Cells) -> None:
        attribute = self.attributes.get(column, column)
        is_link = isinstance(value, Model) or attribute.endswith("_link")
        attribute = attribute.removesuffix("_link")
        now = None if is_link and record.pk is None else getattr(record, attribute, None)
        if value is None and not is_link and not _is_empty_allowed(record, attribute):
            return
        if now == value:
            return
        if column in self.only_new and not report.created:
            cells.wrong(column, gettext("This changes by an act of its own, not by a list."))
            return
        report.compare(column, _shown(now) if not report.created else "", _shown(value))
        setattr(record, attribute, value)

    def _check(self, record: Any, report: LineReport, session: ImportSession) -> None:
        if not session.may(self.may_add() if report.created else self.may_change()):
            session.not_permitted(report.line, self.key)
            return
        with session.at_line(report.line, tuple(column.code for column in self.columns)):
            links = [each.name for each in self.model._meta.concrete_fields if each.is_relation]
            record.clean_fields(exclude=links)
            record.validate_constraints(exclude=[self.key, *links])

    def _save(self, changed: list[tuple[Any, LineReport]], session: ImportSession) -> None:
        save_many([(record, session.note(report.line)) for record, report in changed], by=session.by)
        acts = (
            ActOn(
                record,
                DataVerb.IMPORT,
                session.note(report.line),
                detail={"changes": {change.column: [change.before, change.after] for change in report.changes}},
            )
            for record, report in changed
        )
        record_acts(acts, by=session.by)


def _is_empty_allowed(record: Any, attribute: str) -> bool:
    return record._meta.get_field(attribute).null


def _shown(value: Any) -> str:
    if isinstance(value, Model):
        return str(getattr(value, "code", None) or getattr(value, "reference", value))
    return ";".join(value) if isinstance(value, list | tuple) else in_words(value)


def text(limit: int, *, required: bool = True) -> Reader:
    return lambda cells, column: cells.text(column, limit=limit, required=required)


def choice(choices: Any, *, required: bool = True) -> Reader:
    return lambda cells, column: cells.choice(column, choices, required=required)


def link(known: Any, *, required: bool = True) -> Reader:
    message = _("Nothing has this code or name: “%(value)s”.")
    return lambda cells, column: cells.record(column, known, message, required=required)


def number(cells: Cells, column: str) -> int | None:
    return cells.number(column)


def yes_no(cells: Cells, column: str) -> bool | None:
    return cells.yes_no(column)


def optional_day(cells: Cells, column: str) -> Any:
    return cells.optional_day(column)
