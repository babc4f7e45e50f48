"""What every record's page at the desk has in common: folded search, history, no deletion, and no lost edits."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk_widgets import CheckList, DayInput, MomentInput
from core.exports import ExportedList
from core.forms import LanguageCodesFormField, RecordsField
from core.story import fold_views, latest_version, plot_of, tell, versions_of, words_for
from core.text import fold


class DeskForm(forms.ModelForm):
    """Refuses to write over what somebody else saved after the page was opened (``seen``); keeps what was typed."""

    refused = ""
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = latest_version(self.instance)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused:
            self.add_error(None, self.refused)
        if self.instance.pk and "seen" in self.data and self.data["seen"] != self.initial["seen"]:
            self._show_what_others_wrote(self.data["seen"])
        return cleaned

    def _show_what_others_wrote(self, seen: str) -> None:
        versions = versions_of(self.instance)
        theirs = versions.order_by("-history_id").select_related("history_user").first()
        known = versions.filter(history_id=seen).first() if seen.isdigit() else None
        author = str(theirs.history_user or _("the portal"))
        for change in theirs.diff_against(known, foreign_keys_are_objs=True).changes if known else ():
            if change.field in self.fields:
                field = self._meta.model._meta.get_field(change.field)
                value = "…" if field.many_to_many else words_for(change.new, field)
                self.add_error(change.field, gettext("%(who)s wrote: %(value)s") % {"who": author, "value": value})
        self.add_error(
            None,
            gettext(
                "%(who)s saved this record after you opened it, so nothing was saved. What you typed is kept below,"
                " with the other text at each field. Save again to put yours in its place."
            )
            % {"who": author},
        )
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]


class DeskAdmin(ExportedList):
    """A record's list, page and history. Nothing is deleted here: what has a history is closed, cancelled, withdrawn."""

    form = DeskForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    left_out_when_empty: frozenset[str] | set[str] = frozenset()
    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.DateTimeField: {"widget": MomentInput, "form_class": forms.DateTimeField},
    }

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list:
        """All fields but those of ``left_out_when_empty`` of which the record says nothing."""
        fields = super().get_fields(request, obj)
        empty = {name for name in self.left_out_when_empty if obj is not None and not getattr(obj, name)}
        if not empty:
            return fields
        rows = ([name for name in ([row] if isinstance(row, str) else row) if name not in empty] for row in fields)
        return [tuple(row) for row in rows if row]

    def get_search_results(self, request: HttpRequest, queryset: models.QuerySet, search_term: str) -> tuple:
        return super().get_search_results(request, queryset, fold(search_term.replace("\x00", "")))

    def formfield_for_manytomany(self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs) -> Any:
        kwargs.setdefault("widget", CheckList(db_field.verbose_name))
        kwargs.setdefault("form_class", RecordsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, LanguageCodesFormField):
            field.widget = CheckList(field.label, choices=field.choices)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model | None:
        record = super().get_object(request, object_id, from_field)
        if record is not None and request.method == "POST" and transaction.get_connection().in_atomic_block:
            self.model._base_manager.select_for_update().get(pk=record.pk)
            record.refresh_from_db()
        return record

    def get_form(self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs) -> type:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused_by_database", "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a record; what the database refuses is said at the form."""
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refused_by_database = self.admin_site.explain(error) or gettext(
                "The database refused this: another record or rule does not allow it."
            )
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = 409
        return response

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: models.Model | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context.update(title=str(obj), subtitle=None, acts=self.admin_site.acts_on(request, obj))
            if request.method == "GET" and IS_POPUP_VAR not in request.GET:
                context["panels"] = self.admin_site.panels_of(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who did what to the record, when and why: edits and acts together."""
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = Paginator(plot_of(record), 50).get_page(request.GET.get("p"))
        chapters = fold_views(tell(event, self.admin_site.vocabulary) for event in page)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(record)s") % {"record": record},
            "story": chapters,
            "page": page,
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)
