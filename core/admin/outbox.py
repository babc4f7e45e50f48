"""The mail queue at the desk: what waits, what was sent, what was given up. Addresses and state, never secrets."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.desk.model_admin import DeskAdmin
from core.mail.outbox import try_again
from core.models import OutboxMail
from core.refusals import Refusal
from core.text.folded import named


@admin.register(OutboxMail)
class OutboxMailAdmin(DeskAdmin):
    """Read only; a mail that was given up can be tried again."""

    actions = ["send_again"]
    list_display = ["created_at", "address", "subject", "state", "attempts", "last_error", "next_attempt_at", "sent_at"]
    list_filter = ["state", "language", "template"]
    date_hierarchy = "created_at"
    search_fields = ["address", "message_id"]
    search_help_text = _("By address or Message-ID.")
    fields = readonly_fields = (
        *("created_at", "address", "language", "template", "subject", "text", "state", "attempts"),
        *("next_attempt_at", "leased_until", "sent_at", "last_error", "message_id"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMail | None = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.retry_outboxmail")

    @admin.display(description=_("text"))
    def text(self, mail: OutboxMail) -> str:
        return gettext_now("Confidential: only its receiver reads it.") if mail.confidential else mail.text_body

    @admin.action(description=_("Try the given-up mails again"), permissions=["retry"])
    def send_again(self, request: HttpRequest, mails: QuerySet[OutboxMail]) -> None:
        tried = 0
        for mail in mails:
            try:
                try_again(mail, by=request.user)
            except Refusal as refusal:
                self.message_user(request, named(mail, refusal), messages.WARNING)
            else:
                tried += 1
        if tried:
            words = ngettext("%(n)d mail is tried again.", "%(n)d mails are tried again.", tried)
            self.message_user(request, words % {"n": tried})
