"""By what the list of acts is narrowed. Each asks an index for its choices: the list may hold hundreds of thousands."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.generics import RecordAdmin
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.text.folded import fold
from core.text.keys import is_key


def kinds_for(request: HttpRequest) -> list[ContentType]:
    """The kinds of records that the account may see: it reads the acts on those."""
    seen = [m for m in apps.get_models() if request.user.has_perm(f"{m._meta.app_label}.view_{m._meta.model_name}")]
    return list(ContentType.objects.get_for_models(*seen).values())


class ViewsFilter(admin.SimpleListFilter):
    title = _("views of dossiers")
    parameter_name = "views"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        return [("without", _("Without views of dossiers")), ("only", _("Views of dossiers alone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "without":
            return queryset.exclude(verb=CoreVerb.VIEW)
        return queryset.filter(verb=CoreVerb.VIEW) if self.value() == "only" else queryset


class KindOfRecord(admin.SimpleListFilter):
    title = _("record")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        seen = [kind.pk for kind in kinds_for(request)]
        acts = HistoryEntry.objects.filter(content_type=OuterRef("pk"))
        kinds = ContentType.objects.filter(Exists(acts), pk__in=seen)
        return sorted(((str(kind.pk), kind.name) for kind in kinds), key=lambda choice: fold(choice[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {pk for pk, _name in self.lookup_choices}
        return queryset.filter(content_type=self.value()) if self.value() in known else queryset


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "at__year"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        first, last = HistoryEntry.objects.aggregate(first=Min("at"), last=Max("at")).values()
        if first is None:
            return []
        years = range(timezone.localtime(last).year, timezone.localtime(first).year - 1, -1)
        return [(str(year), str(year)) for year in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {year for year, _name in self.lookup_choices}
        return queryset.filter(at__year=self.value()) if self.value() in known else queryset


class MonthFilter(admin.SimpleListFilter):
    """The months of the year that is chosen."""

    title = _("month")
    parameter_name = "at__month"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[Any]:
        is_asked = {YearFilter.parameter_name, self.parameter_name} & request.GET.keys()
        return [(str(number), name) for number, name in MONTHS.items()] if is_asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {month for month, _name in self.lookup_choices}
        return queryset.filter(at__month=self.value()) if self.value() in known else queryset


class ActorFilter(admin.RelatedFieldListFilter):
    """The people of the desk who did something; anybody else is chosen on the account's own page.

    Named is only who did something that the reader may see.
    """

    def __init__(self, field: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, request, *args, **kwargs)
        self.empty_value_display = mark_safe(gettext("the portal"))  # noqa: S308  the catalogue's own words

    def field_choices(self, field: Any, request: HttpRequest, model_admin: RecordAdmin) -> list[tuple[str, Any]]:
        acts = HistoryEntry.objects.filter(actor=OuterRef("pk"), content_type__in=kinds_for(request))
        chosen = [str(value) for value in self.lookup_val or [] if is_key(str(value))]
        people = field.related_model.objects.filter(Q(is_staff=True) | Q(pk__in=chosen), Exists(acts))
        return [(str(person.pk), str(person)) for person in people.order_by("sort_key", "pk")]
