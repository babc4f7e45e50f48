"""What is known of somebody during a roll-call: a mark, one after the other, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text.fields import CleanCharField
from core.text.validators import refuse_disguises
from deployments.models.deployment import Deployment


class RollCallStatus(models.TextChoices):
    SAFE = "safe", _("Safe")
    NOT_REACHED = "not_reached", _("Not reached")
    EVACUATED = "evacuated", pgettext_lazy("roll-call", "Evacuated")


class RollCallMark(models.Model):
    """How somebody is, where, who says so and when; the latest mark counts."""

    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), related_name="roll_call_marks"
    )
    status = models.CharField(_("status"), max_length=12, choices=RollCallStatus.choices)
    place = CleanCharField(_("place"), max_length=120, blank=True, validators=[refuse_disguises])
    note = CleanCharField(_("note"), max_length=500, blank=True, validators=[refuse_disguises])
    marked_at = models.DateTimeField(_("when"), default=timezone.now)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+")

    class Meta:
        verbose_name = _("mark of a roll-call")
        verbose_name_plural = _("marks of roll-calls")
        ordering = ["-marked_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(status__in=RollCallStatus.values), name="roll_call_status")]
        indexes = [models.Index(fields=["deployment", "-marked_at"], name="roll_call_latest")]

    def __str__(self) -> str:
        return str(self.get_status_display())
