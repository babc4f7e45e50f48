"""The list of all acts at the desk: read, never changed, and by each account for the records that it may see."""

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import admin_outbox  # noqa: F401
from core.desk import DeskAdmin
from core.history import VIEW
from core.models import HistoryEntry
from core.story import details_of, who


def kinds_for(request: HttpRequest) -> list[ContentType]:
    """The kinds of records that the account may see: it reads the acts on those."""
    seen = [m for m in apps.get_models() if request.user.has_perm(f"{m._meta.app_label}.view_{m._meta.model_name}")]
    return list(ContentType.objects.get_for_models(*seen).values())


class Views(admin.SimpleListFilter):
    title = _("views of dossiers")
    parameter_name = "views"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("without", _("Without views of dossiers")), ("only", _("Views of dossiers alone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "without":
            return queryset.exclude(verb=VIEW)
        return queryset.filter(verb=VIEW) if self.value() == "only" else queryset


def named(label: str, message: str) -> str:
    """ "State: selected", as the reader's language sets a colon."""
    return gettext("%(label)s: %(message)s") % {"label": label, "message": message}


class KindOfRecord(admin.SimpleListFilter):
    title = _("record")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        seen = [kind.pk for kind in kinds_for(request)]
        kinds = ContentType.objects.filter(pk__in=HistoryEntry.objects.values("content_type")).filter(pk__in=seen)
        return sorted(((str(kind.pk), kind.name) for kind in kinds), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        known = {pk for pk, _name in self.lookup_choices}
        return queryset.filter(content_type=self.value()) if self.value() in known else queryset


@admin.register(HistoryEntry)
class HistoryEntryAdmin(DeskAdmin):
    list_display = ["at", "act", "record_link", "person", "changes", "reason"]
    list_display_links = ["at"]
    list_select_related = ["actor", "content_type"]
    list_filter = ["at", Views, KindOfRecord, ("actor", admin.RelatedOnlyFieldListFilter)]
    date_hierarchy = "at"
    search_fields = ["search_text__contains"]
    fields = readonly_fields = ["at", "act", "record_link", "person", "reason", "details"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(content_type__in=kinds_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: HistoryEntry | None = None) -> bool:
        return False

    @admin.display(description=_("act"), ordering="verb")
    def act(self, entry: HistoryEntry) -> str:
        return self.admin_site.vocabulary.verbs.get(entry.verb, entry.verb)

    @admin.display(description=_("who"), ordering="actor")
    def person(self, entry: HistoryEntry) -> str:
        return who(entry)

    @admin.display(description=_("record"), ordering="label")
    def record_link(self, entry: HistoryEntry) -> str:
        kind = entry.content_type
        try:
            address = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_id])
        except NoReverseMatch:
            return named(kind.name, entry.label)
        return format_html(named("{}", '<a href="{}">{}</a>'), kind.name, address, entry.label)

    @admin.display(description=_("from and to"))
    def changes(self, entry: HistoryEntry) -> str:
        label = named(gettext("From and to"), "")
        return "; ".join(line.removeprefix(label) for line in self._lines(entry)) or "–"

    @admin.display(description=_("details"))
    def details(self, entry: HistoryEntry) -> str:
        return "\n".join(self._lines(entry)) or "–"

    def _lines(self, entry: HistoryEntry) -> list[str]:
        """The change of state first; "Last day: January 31 → February 28"."""
        found = details_of(entry, self.admin_site.vocabulary)
        return [named(each.label, f"{each.before} → {each.after}" if each.before else each.after) for each in found]
