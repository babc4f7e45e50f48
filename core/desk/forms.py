"""The form of a record at the desk: nobody writes over what somebody else saved meanwhile, and nothing typed is lost."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.generics import RecordForm
from core.history.story import field_words, latest_version, versions_of
from core.pages.query import WrongQuery
from core.text.fields import CleanField

MOST_ROWS = 1_000
MAX_ROWS = 200
REMOVED = "removed"


class LinesField(CleanField):
    """A text of several lines, which browsers hand in with other line ends than they were given."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class MomentField(forms.DateTimeField):
    """A moment asked for to the minute: it has changed where another minute was typed."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.widget.format_value(self.prepare_value(initial)) if initial else None
        return shown != data and super().has_changed(initial, data)


class DeskForm(RecordForm):
    """Refuses to write over what somebody else saved after the page was opened (``seen``); keeps what was typed.

    Of machines (``is_machine``) alone it takes a save that names no version.
    """

    refused = ""
    is_stale = False
    is_machine = False
    seen = CleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.as_it_stands()

    def as_it_stands(self) -> str:
        """A token that changes with every save of the record."""
        return latest_version(self.instance)

    def written_by_others(self, seen: str) -> tuple[str, dict[str, str]]:
        """Who saved the record last, and in words the fields that differ from the version ``seen``."""
        versions = versions_of(self.instance)
        theirs = versions.order_by("-history_id").select_related("history_user").first()
        known = versions.filter(history_id=seen).first() if seen.isdigit() else None
        changes = theirs.diff_against(known, foreign_keys_are_objs=True).changes if known else ()
        fields = {change.field: self._meta.model._meta.get_field(change.field) for change in changes}
        written = {change.field: field_words(change.new, fields[change.field]) for change in changes}
        return str(theirs.history_user or _("the portal")), written

    def clean(self) -> dict[str, Any] | None:
        """Moments that nobody changed keep the seconds that the form does not show."""
        cleaned = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, MomentField) and name not in self.changed_data:
                self.cleaned_data.pop(name, None)
        if self.refused:
            self.add_error(None, self.refused)
        if self.instance.pk and "seen" not in self.data:
            if not self.is_machine:
                self._refuse_unseen()
        elif self.instance.pk and self.data["seen"] != self.initial["seen"]:
            self._show_what_others_wrote(self.data["seen"])
        return cleaned

    def _refuse_unseen(self) -> None:
        """A save that does not say which version its page showed could write over any."""
        self.is_stale = True
        self.add_error(
            None,
            gettext(
                "What was sent does not say which version of the record the page showed, so nothing was saved. Compare"
                " what is below with the record, then save again."
            ),
        )
        self._show_version()

    def _show_what_others_wrote(self, seen: str) -> None:
        self.is_stale = True
        author, written = self.written_by_others(seen)
        for name in written.keys() & self.fields.keys():
            value = written[name]
            self.add_error(name, gettext("%(who)s wrote: %(value)s") % {"who": author, "value": value})
        self.add_error(
            None,
            gettext(
                "%(who)s saved this record after you opened it, so nothing was saved. What you typed is kept below,"
                " with the other text at each field. Save again to put yours in its place."
            )
            % {"who": author},
        )
        self._show_version()

    def _show_version(self) -> None:
        """Name the present version in the form that is shown again: who saves it writes over this one, knowingly."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = self.initial["seen"]
        self.data = data

    @property
    def changes_the_record(self) -> bool:
        """Whether anything that was typed differs from the record."""
        return bool(set(self.changed_data) - {"seen"})


def check_row_count(data: QueryDict, prefix: str) -> None:
    """Raise WrongQuery where a formset says that it has more than MAX_ROWS rows."""
    asked = data.get(f"{prefix}-TOTAL_FORMS", "0")
    if len(asked) > 4 or (asked.isdecimal() and int(asked) > MAX_ROWS):
        raise WrongQuery.value(f"{prefix}-TOTAL_FORMS", asked)


def rows_left_out(data: QueryDict, prefix: str) -> QueryDict:
    """``data`` with no rows for a formset that it does not mention: its records stay as they are."""
    if any(name.startswith(f"{prefix}-") for name in data):
        return data
    whole = data.copy()
    whole.update({f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"})
    return whole


def rows_that_stand(data: QueryDict, prefix: str, keys: Iterable[object]) -> QueryDict:
    """The rows of a formset as handed in, where those with none of ``keys`` are rows to add: somebody removed them."""
    total, initial = (data.get(f"{prefix}-{name}_FORMS", "") for name in ("TOTAL", "INITIAL"))
    if not (total.isdecimal() and initial.isdecimal() and int(initial) <= int(total) <= MOST_ROWS):
        return data
    standing = {str(key) for key in keys}
    rows = [_row(data, f"{prefix}-{n}-") for n in range(int(total))]
    kept = [row for row in rows[: int(initial)] if row.get("id", [""])[0] in standing]
    removed = [row for row in rows[: int(initial)] if row not in kept]
    if not removed:
        return data
    anew = [{**row, "id": [""], REMOVED: ["1"]} for row in removed if "DELETE" not in row]
    whole = QueryDict(mutable=True)
    for name, values in data.lists():
        if not re.match(rf"{re.escape(prefix)}-\d+-", name):
            whole.setlist(name, values)
    placed = [*kept, *anew, *rows[int(initial) :]]
    for n, row in enumerate(placed):
        for name, values in row.items():
            whole.setlist(f"{prefix}-{n}-{name}", values)
    whole[f"{prefix}-INITIAL_FORMS"], whole[f"{prefix}-TOTAL_FORMS"] = str(len(kept)), str(len(placed))
    return whole


def _row(data: QueryDict, prefix: str) -> dict[str, list[Any]]:
    return {name.removeprefix(prefix): values for name, values in data.lists() if name.startswith(prefix)}


def show_what_stands(rows: Iterable[RecordForm]) -> None:
    """At each row below a record, what is recorded now where something else was typed on a page that is stale."""
    for row in rows:
        if row.data.get(f"{row.prefix}-{REMOVED}"):
            row.add_error(None, gettext("Somebody removed this row. If you save again, it is added anew."))
        for name in set(row.changed_data) - {"DELETE"} if row.instance.pk else ():
            value = field_words(row.initial.get(name), row._meta.model._meta.get_field(name))
            row.add_error(name, gettext("Recorded now: %(value)s") % {"value": value})
