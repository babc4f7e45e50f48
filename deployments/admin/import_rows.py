"""What a preview of a list says, for pages: headings and values in the reader's words, and where a fault is put right."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.tabular import DAY, Column, FileRefused, Problem
from core.tabular.sheets import safe_cell
from core.text.dates import in_words
from core.text.languages import LANGUAGES
from deployments.imports.reports import ColumnChange, LineReport, Report
from deployments.imports.session import REASON, Import

YES_NO = {"yes": _("yes"), "no": _("no")}
PUBLIC = frozenset({"operations", "missions", "postings"})
WARNING = _(
    "What is new in this list is public as soon as it is imported, with the status that the list gives it; what the list"
    " calls a draft or not published is not."
)
LONGEST_SHOWN = 300  # characters of a text
BEFORE_DIFFERENCE = 40  # of these, what two texts have in common before they differ
# What a list changes besides the columns that it has.
BESIDES: dict[str, str | Promise] = {"accepted strength": _("Strength accepted with the lower number")}


@dataclass(frozen=True)
class ShownChange:
    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownLine:
    """One line of the list: what is new or changes in it."""

    line: int
    record: str
    day: str
    is_new: bool
    changes: list[ShownChange]
    note: str


@dataclass(frozen=True)
class ShownProblem:
    """One fault of the list: line, column and value have their own place, so that the message does not repeat them."""

    line: int
    heading: str
    value: str
    message: str
    link: str


def shown_lines(lines: Iterable[LineReport], kind: Import) -> Iterator[ShownLine]:
    columns = {column.code: column for column in kind.fields}
    for line in lines:
        changes = [_shown_change(change, columns) for change in line.changes]
        yield ShownLine(line.line, line.record, _day(line.day), line.created, changes, line.note)


def shown_problems(problems: Iterable[Problem], kind: Import, *, may_set_days: bool) -> Iterator[ShownProblem]:
    """``may_set_days``: the reader may set the first day of the records, to which a fault may lead."""
    columns = {column.code: column for column in kind.fields}
    for each in problems:
        link = each.link if may_set_days else ""
        yield ShownProblem(each.line, heading(each.column, columns), each.value, str(each.message), link)


def sentences(refused: FileRefused, kind: Import) -> list[str]:
    """The problems of a file that was not read, with the headings of their columns in words."""
    columns = {column.code: column for column in kind.fields}
    named = [replace(each, column=heading(each.column, columns)) for each in refused.problems]
    return FileRefused(named).sentences()


def _shown_change(change: ColumnChange, columns: dict[str, Column]) -> ShownChange:
    column = columns.get(change.column)
    before, after = excerpts(change.before, change.after)
    return ShownChange(heading(change.column, columns), _value(before, column), _value(after, column))


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts, whole where they are short, else the part of each in which they begin to differ."""
    if max(len(before), len(after)) <= LONGEST_SHOWN:
        return before, after
    pairs = zip(before, after, strict=False)
    differs = next((n for n, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))
    first = max(differs - BEFORE_DIFFERENCE, 0)
    return _excerpt(before, first), _excerpt(after, first)


def _excerpt(text: str, first: int) -> str:
    part = text[first : first + LONGEST_SHOWN]
    return f"{'…' if first and part else ''}{part}{'…' if len(text) > first + LONGEST_SHOWN else ''}"


def heading(code: str, columns: dict[str, Column]) -> str:
    """The heading of a column in words, also of one of another record: "authorized (minusma)"."""
    name, bracket, of = code.partition(" (")
    column = columns.get(name)
    words = str(column.heading or name) if column else str(BESIDES.get(name, name))
    return f"{words}{bracket}{of}"


def _value(text: str, column: Column | None) -> str:
    """A value of the list in the reader's words: days, yes and no, choices and languages by name."""
    if text in YES_NO:
        return str(YES_NO[text])
    if column is None or not text:
        return text
    if column.kind == DAY:
        return _day(text)
    label = next((getattr(each, "label", None) for each in column.allowed if str(each) == text), None)
    if label:
        return str(label)
    parts = text.split(";")
    if column.code == "languages" and all(part in LANGUAGES for part in parts):
        return ", ".join(str(LANGUAGES[part]) for part in parts)
    return text


def _day(text: str) -> str:
    """A day of the list as the reader's language writes it; what is none stays as it is."""
    try:
        return in_words(date.fromisoformat(text))
    except ValueError:
        return text


def wrong_lines(kind: Import, report: Report, wrong: list[tuple[int, dict[str, str]]], file_name: str) -> HttpResponse:
    """The wrong lines with a column that says why, to be mended and sent again."""
    reasons: dict[int, list[str]] = {}
    for problem in report.problems:
        words = f"{problem.column}: {problem.message}" if problem.column else str(problem.message)
        reasons.setdefault(problem.line, []).append(words)
    columns = [column for column in kind.columns if any(column in cells for _line, cells in wrong)]
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    stem = file_name.rpartition(".")[0] or file_name
    response["Content-Disposition"] = f'attachment; filename="{stem}-wrong.csv"'
    writer = csv.writer(response)
    writer.writerow([*columns, REASON.code])
    for line, cells in wrong:
        writer.writerow([*(safe_cell(cells.get(c, "")) for c in columns), safe_cell(" ".join(reasons.get(line, [])))])
    return response
