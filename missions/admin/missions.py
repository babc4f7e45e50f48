"""Missions at the desk."""

from typing import TYPE_CHECKING, TypedDict, cast

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.text.dates import PartialDate, today_here
from missions.admin.operations import DraftsFirst, StatusToday
from missions.models import AuthorizedStrength, Mission, MissionTerms, TermsStatus


class MissionTodayColumns(TypedDict):
    """Added by the list's query."""

    number_today: int | None
    status_today: str | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    MissionToday = WithAnnotations[Mission, MissionTodayColumns]
else:
    MissionToday = Mission


@admin.register(Mission)
class MissionAdmin(DraftsFirst):
    way_out = _(
        "Close it: it takes nobody new and leaves the public table. To take it off the public pages altogether, unpublish"
        " it."
    )
    list_display = ["name", "operation", "status", "number", "lead_organization", "starts", "ends", "is_published"]
    list_select_related = ["operation", "lead_organization"]
    list_filter = [StatusToday, "is_published", "lead_organization", "operation"]
    search_fields = ["search_text__contains", "operation__search_text__contains"]
    search_help_text = _("By code, name or acronym, or by operation; accents and capitals do not matter.")
    fieldsets = [
        (_("Mission"), {"fields": ["code", ("operation", "position")]}),
        (
            _("Names in English and French"),
            {"fields": [("name_en", "name_fr"), ("acronym_en", "acronym_fr")]},
        ),
        (
            _("Texts in English and French"),
            {
                "fields": [
                    ("summary_en", "summary_fr"),
                    ("objectives_en", "objectives_fr"),
                    ("activities_en", "activities_fr"),
                ]
            },
        ),
        (
            _("Who and where"),
            {"fields": [("lead_organization", "sending_organization"), "host_countries", "subject_countries"]},
        ),
        (
            _("When, and in which language"),
            {"fields": [("starts_on", "starts_precision"), ("ends_on", "ends_precision"), "languages"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissionToday]:
        numbers = AuthorizedStrength.objects.on(today_here()).filter(mission=OuterRef("pk"))
        terms = MissionTerms.objects.on(today_here()).filter(mission=OuterRef("pk"))
        missions = (
            super()
            .get_queryset(request)
            .annotate(
                number_today=Subquery(numbers.values("maximum")[:1]), status_today=Subquery(terms.values("status")[:1])
            )
        )
        return cast(QuerySet[MissionToday], missions)

    @admin.display(description=_("mission"), ordering="search_text")
    def name(self, mission: Mission) -> str:
        return str(mission)

    @admin.display(
        description=_("status today"), ordering="status_today", empty_value=cast(str, _("no terms recorded"))
    )
    def status(self, mission: MissionToday) -> str | Promise | None:
        return TermsStatus(mission.status_today).label if mission.status_today else None

    @admin.display(
        description=_("number of its own"), ordering="number_today", empty_value=cast(str, _("the operation's number"))
    )
    def number(self, mission: MissionToday) -> int | None:
        return mission.number_today

    @admin.display(description=_("start"), ordering="starts_on", empty_value="–")
    def starts(self, mission: Mission) -> PartialDate | None:
        return mission.starts

    @admin.display(description=_("end"), ordering="ends_on", empty_value="–")
    def ends(self, mission: Mission) -> PartialDate | None:
        return mission.ends
