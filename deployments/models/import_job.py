"""Long lists that are imported in the background."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanCharField, CleanTextField


class ImportJobState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Checked: waits for your word")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Left")


class ImportJob(models.Model):
    """One long list: checked as a whole, then imported in slices, each in one transaction with ``done``.

    Whoever works on it holds it until ``leased_until``; killed in the middle, another goes on where it stopped.
    """

    kind = CleanCharField(_("kind"), max_length=30)
    file_name = CleanCharField(_("file"), max_length=100)
    order = models.JSONField(_("order"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ImportJobState.choices, default=ImportJobState.CHECKING)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    message = CleanTextField(_("result"), blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    leased_until = models.DateTimeField(_("held until"), null=True)

    class Meta:
        verbose_name = _("long import")
        verbose_name_plural = _("long imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportJobState.values), name="import_job_state"),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("total")), name="import_job_done"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0
