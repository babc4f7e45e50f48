"""Programmes, countries and organizations at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.desk.model_admin import DeskAdmin
from missions.models import Country, Organization, Programme


@admin.register(Programme)
class ProgrammeAdmin(DeskAdmin):
    list_display = ["code", "name_en", "name_fr"]
    fieldsets = [(_("Name"), {"fields": ["code", ("name_en", "name_fr")]})]


@admin.register(Country)
class CountryAdmin(DeskAdmin):
    way_out = _("Leave it: it is shown only where a record names it.")
    list_display = ["code", "name_en", "name_fr"]
    search_fields = ["search_text__contains"]
    fieldsets = [(None, {"fields": ["code", ("name_en", "name_fr")]})]


@admin.register(Organization)
class OrganizationAdmin(DeskAdmin):
    way_out = _("Leave it: it is shown only where a record names it.")
    list_display = ["code", "name_en", "name_fr", "kind"]
    list_filter = ["kind"]
    search_fields = ["search_text__contains"]
    fieldsets = [
        (None, {"fields": ["code", "kind"]}),
        (_("Name"), {"fields": [("name_en", "name_fr"), ("acronym_en", "acronym_fr")]}),
    ]
