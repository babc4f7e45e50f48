"""Lists of the desk as downloads: the rows as filtered, searched and sorted on the page, its columns as headings."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.desk.identity import confirm_identity
from core.generics import RecordAdmin
from core.pages.query import WrongQuery
from core.tabular.sheets import SHEETS


@dataclass(frozen=True)
class FileColumns:
    """The columns of a list's file, where they are others than those of the page: the headings, and what makes the rows."""

    head: Callable[[], Sequence[Any]]
    rows: Callable[[QuerySet[Any]], Iterable[Sequence[Any]]]


# By model: apps further up say what the file of a list holds.
FILE_COLUMNS: dict[type[Model], FileColumns] = {}


class ExportedList(RecordAdmin):
    """An admin class whose list takes ``?format=csv`` or ``?format=xlsx`` beside its filters."""

    change_list_template = "admin/exported_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list as a page or, with ``format``, as a download."""
        query = request.GET.copy()
        wanted = str(query.pop("format", [""])[-1])
        request.GET = QueryDict(query.urlencode())
        if wanted:
            return self._download(request, wanted_sheet(wanted))
        context = {"downloads": downloads(query), **(extra_context or {})}
        return super().changelist_view(request, context)

    def _download(self, request: HttpRequest, wanted: str) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        confirm_identity(request)
        shown = self.get_changelist_instance(request).queryset
        name = f"{self.opts.model_name}-{timezone.localdate()}.{wanted}"
        if columns := FILE_COLUMNS.get(self.model):
            return SHEETS[wanted](name, columns.head(), columns.rows(shown))
        shown_columns = self.get_list_display(request)
        head = [capfirst(label_for_field(name, self.model, self, return_attr=False)) for name in shown_columns]
        return SHEETS[wanted](name, head, self._rows(shown.iterator(chunk_size=2000), shown_columns))

    def _rows(self, records: Iterator[Model], columns: Sequence[Any]) -> Iterator[list[Any]]:
        for record in records:
            yield [_cell(record, name, self) for name in columns]


def _cell(record: Model, name: str, model_admin: Any) -> Any:
    """What a column says of a record: choices in words, moments in the portal's time zone."""
    field, _attribute, value = lookup_field(name, record, model_admin)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    return unescape(strip_tags(value)) if isinstance(value, SafeString) else value


def sheet(request: HttpRequest, name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse | None:
    """The download that ``?format=`` asks for, called after ``name`` and today; None where the page is asked for."""
    wanted = request.GET.get("format", "")
    if not wanted:
        return None
    kind = SHEETS[wanted_sheet(wanted)]
    confirm_identity(request)
    return kind(f"{name}-{timezone.localdate()}.{wanted}", head, rows)


def wanted_sheet(wanted: str) -> str:
    """The name of a kind of file. Raises WrongQuery for a kind that nobody writes."""
    if wanted not in SHEETS:
        raise WrongQuery.value("format", wanted)
    return wanted


def downloads(query: QueryDict) -> list[tuple[str, str]]:
    """Each format with the address, on the page itself, of all that the query shows."""
    whole = query.copy()
    for name in ("p", "format"):
        whole.pop(name, None)
    return [(name.upper(), f"?{'&'.join(filter(None, (whole.urlencode(), f'format={name}')))}") for name in SHEETS]
