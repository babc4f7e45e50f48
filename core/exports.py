"""Lists of the desk as downloads: the rows as filtered, searched and sorted on the page, its columns as headings."""

import datetime
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from core.sheets import SHEETS


class ExportedList:
    """Mixed into an admin class: its list takes ``?format=csv`` or ``?format=xlsx`` beside its filters."""

    change_list_template = "admin/exported_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list as a page or, with ``format``, as a download."""
        query = request.GET.copy()
        wanted = query.pop("format", [""])[-1]
        request.GET = query
        if wanted in SHEETS:
            try:
                return self._download(request, wanted)
            except IncorrectLookupParameters:
                pass
        downloads = [(name.upper(), f"?{_with_format(query, name)}") for name in SHEETS]
        return super().changelist_view(request, {"downloads": downloads, **(extra_context or {})})

    def _download(self, request: HttpRequest, wanted: str) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request).queryset
        columns = self.get_list_display(request)
        head = [capfirst(label_for_field(name, self.model, self)) for name in columns]
        name = f"{self.opts.model_name}-{timezone.localdate()}.{wanted}"
        return SHEETS[wanted](name, head, self._rows(shown.iterator(chunk_size=2000), columns))

    def _rows(self, records: Iterator[Model], columns: list[str]) -> Iterator[list[Any]]:
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


def _with_format(query: QueryDict, name: str) -> str:
    whole = query.copy()
    whole.pop("p", None)
    whole["format"] = name
    return whole.urlencode()
