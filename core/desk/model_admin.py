"""What every record's page at the desk has in common: folded search, history, no deletion, and no lost edits."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.exports import ExportedList
from core.desk.forms import (
    DeskForm,
    LinesField,
    MomentField,
    check_row_count,
    rows_left_out,
    rows_that_stand,
    show_what_stands,
)
from core.desk.lists import DeskList, found
from core.desk.site import PortalAdminSite
from core.desk.widgets import CheckList, DayInput, MomentInput, without_wheel
from core.generics import AnyField, AnyManyToManyField
from core.history.story import describe_event, fold_views, history_events
from core.pages.forms import RecordsField
from core.pages.machines import wants_json
from core.pages.query import WrongQuery, check_names, page_asked
from core.text.folded import fold
from core.text.languages import LanguageCodesFormField


class _RefusedRequest(HttpRequest):
    """A request whose record the database refused, with the reason in words for the form to say."""

    refused_by_database: str


class DeskAdmin(ExportedList):
    """A record's list, page and history. Nothing is deleted here: what has a history is closed, cancelled, withdrawn."""

    admin_site: PortalAdminSite
    form = DeskForm
    actions: Sequence[str] | None = None
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    left_out_when_empty: frozenset[str] | set[str] = frozenset()
    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.DateTimeField: {"widget": MomentInput, "form_class": MomentField},
        models.TextField: {"form_class": LinesField},
    }
    # What to do in place of deleting a record of this kind.
    way_out: str | Promise = _("It has a history that stays readable.")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """All fields but those of ``left_out_when_empty`` of which the record says nothing."""
        fields = list(super().get_fields(request, obj))
        empty = {name for name in self.left_out_when_empty if obj is not None and not getattr(obj, name)}
        if not empty:
            return fields
        rows = ([name for name in ([row] if isinstance(row, str) else row) if name not in empty] for row in fields)
        return [tuple(row) for row in rows if row]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[Any, ...]:
        """The records with every word of ``search_term`` in one of ``search_fields``, without duplicates."""
        fields = self.get_search_fields(request)
        return found(queryset, fields, fold(search_term)) if fields else queryset, False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list as asked for. Raises WrongQuery in place of Django's way round a wrong question (``?e=1``)."""
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise WrongQuery(gettext("This list cannot be shown as the address asks.")) from error

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whatever the filters of the list take, and nothing else (core.desk.questions): said there, in words."""
        return True

    def formfield_for_manytomany(self, db_field: AnyManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", CheckList(db_field.verbose_name))
        kwargs.setdefault("form_class", RecordsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: AnyField, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, LanguageCodesFormField):
            cast(forms.Field, field).widget = CheckList(field.label, choices=field.choices)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return without_wheel(field)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> models.Model | None:
        record = super().get_object(request, object_id, from_field)
        if record is not None and request.method == "POST" and transaction.get_connection().in_atomic_block:
            self.model._base_manager.select_for_update().get(pk=record.pk)
            record.refresh_from_db()
        return record

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type:
        form = cast(type[DeskForm], super().get_form(request, obj, change=change, **kwargs))
        form.refused = getattr(request, "refused_by_database", "")
        form.is_machine = wants_json(request)
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
            cast(_RefusedRequest, request).refused_by_database = self.admin_site.explain(error) or gettext(
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
        is_stale = getattr(context["adminform"].form, "is_stale", False)
        if is_stale:
            for inline in context["inline_admin_formsets"]:
                show_what_stands(inline.formset.forms)
        if obj is not None:
            context.update(title=str(obj), subtitle=None, acts=self.admin_site.acts_on(request, obj))
            if request.method == "GET" and IS_POPUP_VAR not in request.GET:
                context["panels"] = self.admin_site.panels_of(request, obj)
            if self.has_change_permission(request, obj):
                context["way_out"] = self.way_out
        response = super().render_change_form(request, context, add, change, form_url, obj)
        response.status_code = HTTPStatus.CONFLICT if is_stale else response.status_code
        return response

    def get_formset_kwargs(self, request: HttpRequest, obj: models.Model, inline: Any, prefix: str) -> dict[str, Any]:
        """Raise WrongQuery for more rows than any page shows: each would be built, and take its time."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in kwargs:
            check_row_count(kwargs["data"], prefix)
            if getattr(inline, "may_be_left_out", False):
                kwargs["data"] = rows_left_out(kwargs["data"], prefix)
        if "data" in kwargs and obj.pk:
            standing = getattr(obj, prefix).values_list("pk", flat=True)
            kwargs["data"] = rows_that_stand(kwargs["data"], prefix, standing)
        return kwargs

    def save_model(self, request: HttpRequest, obj: Any, form: DeskForm, change: bool) -> None:
        if not change or form.changes_the_record:
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: DeskForm, formsets: Any, change: bool) -> None:
        """Save the rows below; a record with other rows has a new version too, so that other pages of it are stale."""
        if change and not form.changes_the_record and any(formset.has_changed() for formset in formsets):
            form.instance.save()
        super().save_related(request, form, formsets, change)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refused, with what to do in its place."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Not deleted: %(record)s") % {"record": record},
            "record": record,
            "opts": self.opts,
            "way_out": self.way_out,
            "acts": self.admin_site.acts_on(request, record),
        }
        return TemplateResponse(request, "admin/not_deleted.html", context, status=HTTPStatus.FORBIDDEN)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who did what to the record, when and why: edits and acts together."""
        record = self.get_object(request, object_id)
        if record is None:
            missing: Callable[..., HttpResponse] = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]
            return missing(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        check_names(request, "p", "_changelist_filters")
        page = page_asked(history_events(record), 50, request)
        story = fold_views(describe_event(event, self.admin_site.vocabulary) for event in page)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(record)s") % {"record": record},
            "story": story,
            "page": page,
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)
