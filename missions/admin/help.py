"""Help pages and the queue of messages at the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import NothingToAskForm
from core.desk.acts import Act
from core.desk.model_admin import DeskAdmin
from core.desk.site import desk_site
from core.text.dates import today_here
from missions.help import EnquiryVerb, handle
from missions.models import Enquiry, HelpPage


@admin.register(HelpPage)
class HelpPageAdmin(DeskAdmin):
    list_display = ["page_title", "code", "version", "revised_on"]
    search_fields = ["search_text__contains"]
    search_help_text = _("By any word of the page; accents and capitals do not matter.")
    readonly_fields = ["version", "revised_on"]
    fieldsets = [
        (_("Help page"), {"fields": ["code", ("version", "revised_on")]}),
        (_("Texts in English and French"), {"fields": [("title_en", "title_fr"), ("body_en", "body_fr")]}),
    ]

    def save_model(self, request: HttpRequest, obj: HelpPage, form: Any, change: bool) -> None:
        """Whatever changed makes a new version, dated today; the history keeps the one before."""
        if change and form.changed_data:
            obj.version += 1
            obj.revised_on = today_here()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("title"), ordering="search_text")
    def page_title(self, page: HelpPage) -> str:
        return page.title


@admin.register(Enquiry)
class EnquiryAdmin(DeskAdmin):
    list_display = ["topic", "language", "sent_at", "handled_at", "reply_to"]
    list_filter = [("handled_at", admin.EmptyFieldListFilter), "topic", "language"]
    readonly_fields = ["topic", "message", "reply_to", "language", "page", "sent_at", "handled_at", "handled_by"]
    fields = ["topic", "message", "reply_to", "language", "page", "sent_at", ("handled_at", "handled_by")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Enquiry | None = None) -> bool:
        return False


desk_site.vocabulary.add_verbs(EnquiryVerb)
desk_site.register_acts(
    [
        Act.of(
            Enquiry,
            EnquiryVerb.HANDLE,
            NothingToAskForm,
            handle,
            _("Takes the message out of the queue. Answer it first, from the address for the answer."),
            possible=lambda enquiry: enquiry.handled_at is None,
        )
    ]
)
