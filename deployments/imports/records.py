"""Lists of plain records: what a row says of each column is compared with what is recorded, and saved in bulk."""

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.database.holds import check_constraints
from core.history.acts import ActOn, record_acts
from core.tabular import Column, TableRow
from core.tabular.days import clear_day
from deployments.domain.verbs.data import DataVerb
from deployments.imports.cells import Cells
from deployments.imports.parts import Part, Parts
from deployments.imports.reports import LineReport, in_words
from deployments.imports.session import Import, ImportSession
from deployments.imports.writing import in_parts, save_many
from deployments.openings.opening import end_of_day

Reader = Callable[[Cells, str], Any]


@dataclass(frozen=True)
class ColumnAct:
    """What sets a column of new records: an act with its own permission, never the list itself. ``do`` takes records with
    their values and reasons, and ``by``.
    """

    permission: str
    do: Callable[..., object]


@dataclass
class _Plan:
    """What the rows of one list share."""

    session: ImportSession
    known: Mapping[str, Any]
    readers: Mapping[str, Reader]
    parts: Parts
    seen: dict[str, int] = field(default_factory=dict)
    acts: dict[str, list[tuple[Any, Any, str]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class RecordKind:
    """A kind of record that a list brings: found by ``key``, with what reads each other column.

    ``only_new`` are columns that change by an act of their own once the record is there, ``acts`` those that take one from
    the first. ``parts`` are columns that hold small records of the record.
    """

    model: type[Model]
    key: str
    columns: tuple[Column, ...]
    readers: Callable[[], Mapping[str, Reader]]
    attributes: Mapping[str, str] = field(default_factory=dict)
    only_new: frozenset[str] = frozenset()
    acts: Mapping[str, ColumnAct] = field(default_factory=dict)
    parts: Callable[[], Mapping[str, Part]] = dict

    @property
    def label(self) -> str:
        return f"{self.model._meta.app_label}.%s_{self.model._meta.model_name}"

    def may_add(self) -> str:
        return self.label % "add"

    def may_change(self) -> str:
        return self.label % "change"

    def kind(self, name: str, title: object, description: object) -> Import:
        return Import(
            name,
            title,
            description,
            self.columns,
            self.plan,
            (self.may_add(), self.may_change()),
            model=self.model,
            export=self.export,
        )

    def plan(self, rows: list[TableRow], session: ImportSession) -> list[LineReport]:
        """New and changed records; problems and writes are left in ``session``."""
        return [report for _record, report in self.planned(rows, session)]

    def planned(self, rows: list[TableRow], session: ImportSession) -> list[tuple[Any, LineReport]]:
        """The records with what becomes of them, but for those that are wrong."""
        named = {row[self.key].lower() for row in rows}
        recorded = (
            (str(getattr(each, self.key)).lower(), each) for each in self.with_links(self.model._default_manager.all())
        )
        known = {key: each for key, each in recorded if key in named}
        plan = _Plan(session, known, self.readers(), Parts(self.parts(), known.values()))
        found = [report for row in rows if (report := self._plan_row(row, plan))]
        changed = [(record, report) for record, report in found if report.does_anything and not session.only_reports]
        if changed:
            session.writes.append(lambda: self._save(changed, plan))
        return found

    def _plan_row(self, row: TableRow, plan: "_Plan") -> tuple[Any, LineReport] | None:
        cells = Cells(row, plan.session.problems)
        before = len(plan.session.problems)
        key = cells.text(self.key, limit=60)
        if plan.seen.setdefault(key.lower(), row.line) != row.line:
            cells.wrong(self.key, gettext("Line %(other)s names the same record.") % {"other": plan.seen[key.lower()]})
        record = plan.known.get(key.lower())
        report = LineReport(row.line, key, created=record is None)
        record = record or self.model(**{self.key: key.lower() if self.key == "code" else key})
        for column, read in plan.readers.items():
            if cells.has(column):
                self._compare(record, column, read(cells, column), report, cells, plan)
        plan.parts.compare(plan.parts.read(cells), record, report)
        if len(plan.session.problems) > before:
            return None
        if report.does_anything:
            self._check(record, report, plan.session)
        return record, report

    def _compare(self, record: Any, column: str, value: Any, report: LineReport, cells: Cells, plan: "_Plan") -> None:
        attribute = self.attributes.get(column, column)
        is_link = isinstance(value, Model) or attribute.endswith("_link")
        attribute = attribute.removesuffix("_link")
        now = None if is_link and record.pk is None else getattr(record, attribute, None)
        if not is_link and _says_nothing(record, attribute, value):
            return
        if now == value:
            return
        act = self.acts.get(column)
        if (act or column in self.only_new) and not report.created:
            cells.wrong(column, gettext("This changes by an act of its own, not by a list."))
            return
        report.compare(column, _shown(now) if not report.created else "", _shown(value))
        if act is None:
            setattr(record, attribute, value)
        elif plan.session.may(act.permission):
            plan.acts[column].append((record, value, plan.session.note(report.line)))
        else:
            plan.session.not_permitted(report.line, column)

    def _check(self, record: Any, report: LineReport, session: ImportSession) -> None:
        if not session.may(self.may_add() if report.created else self.may_change()):
            session.not_permitted(report.line, self.key)
            return
        with session.at_line(report.line, tuple(column.code for column in self.columns)):
            links = [each.name for each in self.model._meta.concrete_fields if each.is_relation]
            record.clean_fields(exclude=links)
            record.clean()
            check_constraints(record, exclude=[self.key, *links])

    def _save(self, changed: list[tuple[Any, LineReport]], plan: "_Plan") -> None:
        session = plan.session
        save_many([(record, session.note(report.line)) for record, report in changed], by=session.by)
        plan.parts.save(session)
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
        for column, changes in plan.acts.items():
            self.acts[column].do(changes, by=session.by)

    def export(self, records: QuerySet[Any]) -> Iterator[list[Any]]:
        """The records in the columns of the list."""
        for some in in_parts(self.with_links(records).iterator(chunk_size=1000)):
            yield from self.cells(some, self.columns)

    def with_links(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """The records with what they link to: a list compares or names it for each of them."""
        links = [each.name for each in self.model._meta.concrete_fields if each.is_relation]
        return records.select_related(*links) if links else records

    def cells(self, records: list[Any], columns: Iterable[Column]) -> Iterator[list[Any]]:
        """What the list says of each record in ``columns``."""
        named = [(each.code, self.attributes.get(each.code, each.code).removesuffix("_link")) for each in columns]
        parts = Parts(self.parts(), records)
        for record in records:
            yield [parts.words(code, record) if code in parts.parts else _cell(record, name) for code, name in named]


def _cell(record: Any, attribute: str) -> Any:
    """A value as the list takes it back: choices in words, moments as days, links by their code."""
    field = record._meta.get_field(attribute)
    value = getattr(record, attribute)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime.datetime):
        return _moment_words(value)
    return value if value is None or isinstance(value, int | datetime.date) else _shown(value)


def _says_nothing(record: Any, attribute: str, value: Any) -> bool:
    """Whether an empty cell leaves the column as it is, because the column is never empty."""
    field = record._meta.get_field(attribute)
    return (value is None and not field.null) or (value == "" and bool(field.choices) and not field.blank)


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


def moment(*, at_end: bool) -> Reader:
    """A day, meant from its beginning or to its end, or a day with a time, in the portal's time zone."""

    def read(cells: Cells, column: str) -> datetime.datetime | None:
        written = cells.row[column]
        try:
            found = datetime.datetime.fromisoformat(written) if written else None
        except ValueError:
            found = _day_alone(clear_day(written))
            if found is None:
                words = gettext("Not a day as YYYY-MM-DD, with or without a time: “%(value)s”.")
                cells.wrong(column, words % {"value": written})
        if found is None or timezone.is_aware(found):
            return found
        is_day = not re.search(r"[0-9][T ][0-9]{2}:?[0-9]{2}", written)
        return end_of_day(found.date()) if is_day and at_end else timezone.make_aware(found)

    return read


def _day_alone(day: datetime.date | None) -> datetime.datetime | None:
    return datetime.datetime.combine(day, datetime.time()) if day else None


def _moment_words(value: datetime.datetime) -> str:
    """What ``moment`` reads back."""
    local = timezone.localtime(value).replace(tzinfo=None)
    is_whole = local.time() == datetime.time(0) or value == end_of_day(local.date())
    return local.date().isoformat() if is_whole else local.isoformat(sep=" ")


def optional_day(cells: Cells, column: str) -> Any:
    return cells.optional_day(column)
