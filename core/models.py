"""The history of acts: who did what to which record, when and why. Rows are added, never changed (core.append_only)."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HistoryEntry(models.Model):
    """One act on one record, written in the same transaction as the act itself."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"), null=True, related_name="+", editable=False
    )
    verb = models.CharField(_("act"), max_length=40, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    record = GenericForeignKey()
    label = models.CharField(_("record"), max_length=250, editable=False)
    from_state = models.CharField(_("from"), max_length=40, blank=True, editable=False)
    to_state = models.CharField(_("to"), max_length=40, blank=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    detail = models.JSONField(_("detail"), default=dict, editable=False)

    class Meta:
        verbose_name = _("act in history")
        verbose_name_plural = _("history of acts")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-at"], name="history_record"),
            models.Index(fields=["-at"], name="history_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.label}"
