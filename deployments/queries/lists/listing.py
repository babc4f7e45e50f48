"""What a list of the desk is: its columns, its filters, the records it reads and the rows it makes of them."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deployments.models import Paper
from missions.models import Operation, Organization
from officers.models import PoliceService

STATE = _("State")


@dataclass(frozen=True)
class Filters:
    """What the reader asked for. ``on`` and ``until`` are inclusive; None and "" ask for everything."""

    on: datetime.date
    until: datetime.date
    operation: Operation | None = None
    service: PoliceService | None = None
    organization: Organization | None = None
    sent_from: datetime.date | None = None
    sent_until: datetime.date | None = None
    posting: str = ""
    state: str = ""
    q: str = ""

    def by_path(self, operation: str = "", service: str = "") -> dict[str, Any]:
        """Arguments of ``filter()``: the operation and the service by their paths, where they are asked for."""
        found = {operation: self.operation, service: self.service}
        return {path: record for path, record in found.items() if path and record is not None}


@dataclass(frozen=True)
class ListRow:
    """A line of a list: the record whose page it leads to, and a cell for each column (days, numbers, text, papers).

    ``is_read`` where it holds words about a person: whoever opens the page has read them, and the record's history says so.
    """

    record: Model
    cells: tuple[Any, ...]
    is_read: bool = False


class PapersCell(tuple[Paper, ...]):
    """Papers as one cell: links on the page, titles in a file."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(paper.title for paper in self)


@dataclass(frozen=True)
class Listing:
    """A list of the desk. ``name`` is its address, ``permission`` who may read it.

    ``records`` gives what is paged, in order; ``rows`` makes the lines of one page of them, in a constant number of
    queries. ``filters`` are names of fields of deployments.forms.lists.ListFilters; ``states`` the choices of "state",
    which is called ``state_label``.
    """

    name: str
    title: str | Promise
    description: str | Promise
    permission: str
    columns: tuple[str | Promise, ...]
    records: Callable[[Filters], QuerySet[Any]]
    rows: Callable[[Sequence[Any], Filters], Iterable[ListRow]]
    filters: tuple[str, ...] = ()
    states: tuple[tuple[str, Any], ...] = ()
    state_label: str | Promise = STATE
    days_ahead: int = 0

    def default(self, today: datetime.date) -> Filters:
        """The list as it opens: today, and as far ahead as the list looks."""
        return Filters(on=today, until=today + datetime.timedelta(days=self.days_ahead))

    def every_row(self, filters: Filters, *, at_once: int = 500) -> Iterable[ListRow]:
        """All lines, for a file; ``at_once`` records are read at a time."""
        records = self.records(filters)
        start = 0
        while batch := list(records[start : start + at_once]):
            yield from self.rows(batch, filters)
            start += at_once


def narrowed(filters: Filters, **changes: Any) -> Filters:
    """``filters`` with what the form gave in place of what was None or empty."""
    return replace(filters, **{name: value for name, value in changes.items() if value not in (None, "")})
