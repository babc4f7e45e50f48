"""Operations at the desk: their texts, and their status today."""

from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.forms import DeskForm
from core.desk.model_admin import DeskAdmin
from core.generics import RecordAdmin
from core.text.dates import today_here
from core.text.languages import LANGUAGES, language_names
from missions.models import AuthorizedStrength, Operation, OperationTerms, TermsStatus


class OperationTodayColumns(TypedDict):
    """Added by ``as_of_today``; None where nothing is in force."""

    number_today: int | None
    status_today: str | None
    languages_today: list[str] | None
    is_armed_today: bool | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    OperationToday = WithAnnotations[Operation, OperationTodayColumns]
else:
    OperationToday = Operation


def as_of_today(operations: QuerySet[Operation]) -> QuerySet[OperationToday]:
    """Add ``number_today``, ``status_today`` and ``languages_today``, without a query for each row."""
    numbers = AuthorizedStrength.objects.on(today_here()).filter(operation=OuterRef("pk"))
    terms = OperationTerms.objects.on(today_here()).filter(operation=OuterRef("pk"))
    with_today = operations.annotate(
        number_today=Subquery(numbers.values("maximum")[:1]),
        status_today=Subquery(terms.values("status")[:1]),
        languages_today=Subquery(terms.values("languages")[:1]),
        is_armed_today=Subquery(terms.values("is_armed")[:1]),
    )
    return cast(QuerySet[OperationToday], with_today)


class StatusToday(admin.SimpleListFilter):
    title = _("status today")
    parameter_name = "status_today"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        return [*TermsStatus.choices, ("none", _("No terms recorded"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "none":
            return queryset.filter(status_today=None)
        return queryset.filter(status_today=self.value()) if self.value() else queryset


class LanguageToday(admin.SimpleListFilter):
    title = _("language of operation")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        used = OperationTerms.objects.standing().values_list("languages", flat=True).distinct()
        codes = {code for codes in used for code in codes}
        return [(code, name) for code, name in LANGUAGES.items() if code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(languages_today__contains=self.value()) if self.value() in LANGUAGES else queryset


class DraftForm(DeskForm):
    """Checks rules on published records too, although ``is_published`` is no field of the form."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"is_published"}


class DraftsFirst(DeskAdmin):
    """What is added by hand begins as a draft: publishing is an act."""

    form = DraftForm

    def save_model(self, request: HttpRequest, obj: Any, form: DeskForm, change: bool) -> None:
        if not change:
            obj.is_published = False
        super().save_model(request, obj, form, change)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """A draft has no public page: its own section leads to the preview."""
        return None if obj is not None and not obj.is_published else super().get_view_on_site_url(obj)


@admin.register(Operation)
class OperationAdmin(DraftsFirst):
    way_out = _(
        "Close it: it takes nobody new and leaves the public table. To take it off the public pages altogether, unpublish"
        " it."
    )
    list_display = ["name", "number", "status", "languages", "armed", "category", "is_published"]
    list_filter = ["category", StatusToday, LanguageToday, "is_published", "programme"]
    search_fields = ["search_text__contains"]
    search_help_text = _("By code or name in either language; accents and capitals do not matter.")
    fieldsets = [
        (_("Operation"), {"fields": ["code", ("category", "position"), "programme"]}),
        (_("Texts in English and French"), {"fields": [("name_en", "name_fr"), ("summary_en", "summary_fr")]}),
        (_("Where"), {"fields": ["countries"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Operation | None = None) -> list[str]:
        """Once it has a number, its programme changes by an Approver's act alone."""
        fields = [*super().get_readonly_fields(request, obj)]
        return [*fields, "programme"] if obj is not None and obj.strengths.exists() else fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OperationToday]:
        return as_of_today(super().get_queryset(request))

    @admin.display(description=_("operation"), ordering="search_text")
    def name(self, operation: Operation) -> str:
        return operation.name

    @admin.display(description=_("number in force today"), ordering="number_today")
    def number(self, operation: OperationToday) -> str:
        if operation.number_today is None:
            return gettext("no number in force")
        return gettext("Up to %(number)s") % {"number": operation.number_today}

    @admin.display(
        description=_("status today"), ordering="status_today", empty_value=cast(str, _("no terms recorded"))
    )
    def status(self, operation: OperationToday) -> str | Promise | None:
        return TermsStatus(operation.status_today).label if operation.status_today else None

    @admin.display(description=_("languages today"))
    def languages(self, operation: OperationToday) -> str:
        return language_names(operation.languages_today or [])

    @admin.display(description=_("armed or unarmed"))
    def armed(self, operation: OperationToday) -> str:
        words = {True: gettext("Armed"), False: gettext("Unarmed"), None: ""}
        return words[operation.is_armed_today]

    def response_add(self, request: HttpRequest, obj: Operation, post_url_continue: str | None = None) -> HttpResponse:
        messages.info(
            request,
            gettext("%(operation)s is a draft without a number: an approver sets it, and the terms; then publish it.")
            % {"operation": obj},
        )
        return super().response_add(request, obj, post_url_continue)
