"""The list of all acts at the desk: read, never changed, and by each account for the records that it may see."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.history_filters import ActorFilter, KindOfRecord, MonthFilter, ViewsFilter, YearFilter, kinds_for
from core.desk.personal import PersonalAdmin
from core.desk.site import Panel, desk_site
from core.history.story import details_of, who
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.text.folded import named


@admin.register(HistoryEntry)
class HistoryEntryAdmin(PersonalAdmin):
    is_list_personal = True
    list_display = ["at", "act", "record_link", "person", "changes", "reason"]
    list_display_links = ["at"]
    list_select_related = ["actor", "content_type"]
    list_filter = ["at", YearFilter, MonthFilter, ViewsFilter, KindOfRecord, ("actor", ActorFilter)]
    sortable_by = ["at"]
    search_fields = ["search_text__contains"]
    fields = readonly_fields = ("at", "act", "record_link", "person", "reason", "details")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(content_type__in=kinds_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: HistoryEntry | None = None) -> bool:
        return False

    def person_of(self, record: HistoryEntry) -> Model:
        """The record that the act was done to, while it is there."""
        kind = record.content_type.model_class()
        return kind._base_manager.filter(pk=record.object_id).first() or record if kind else record

    @admin.display(description=_("act"))
    def act(self, entry: HistoryEntry) -> str:
        return str(self.admin_site.vocabulary.verbs.get(entry.verb, entry.verb))

    @admin.display(description=_("who"))
    def person(self, entry: HistoryEntry) -> str:
        return who(entry)

    @admin.display(description=_("record"))
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
        return " · ".join(line.removeprefix(label) for line in self._lines(entry)) or "–"

    @admin.display(description=_("details"))
    def details(self, entry: HistoryEntry) -> str:
        return "\n".join(self._lines(entry)) or "–"

    def _lines(self, entry: HistoryEntry) -> list[str]:
        """The change of state first; "Last day: January 31 → February 28"."""
        found = details_of(entry, self.admin_site.vocabulary)
        return [named(each.label, f"{each.before} → {each.after}" if each.before else each.after) for each in found]


def acts_of(request: HttpRequest, person: Model) -> list[Panel]:
    """The way from an account to what it did."""
    if not request.user.has_perm("core.view_historyentry"):
        return []
    return [Panel("acts", _("What this account did"), "admin/acts_panel.html", {"person": person})]


desk_site.panels[get_user_model()] = acts_of
desk_site.vocabulary.add_verbs(CoreVerb)
desk_site.vocabulary.details["list"] = _("List")
desk_site.vocabulary.values["list"] = {"historyentry": HistoryEntry._meta.verbose_name_plural}
