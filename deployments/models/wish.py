"""What officers would like to do abroad: an operation, a role, from when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.dates import in_words
from deployments.models.job import RoleProfile
from missions.models import Operation
from officers.models import Officer


class OfficerWish(models.Model):
    """One wish of an officer; what it leaves empty is open. It is withdrawn by being removed."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="wishes")
    operation = models.ForeignKey(
        Operation, models.PROTECT, verbose_name=_("operation"), null=True, blank=True, related_name="+"
    )
    role = models.ForeignKey(
        RoleProfile, models.PROTECT, verbose_name=_("role"), null=True, blank=True, related_name="+"
    )
    from_day = models.DateField(_("available from"), null=True, blank=True)
    wished_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-wished_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(operation__isnull=False) | Q(role__isnull=False) | Q(from_day__isnull=False),
                name="wish_says_something",
                violation_error_message=_("Choose an operation or a role, or say from when."),
            )
        ]

    def __str__(self) -> str:
        since = _("from %(day)s") % {"day": in_words(self.from_day)} if self.from_day else ""
        return " – ".join(str(part) for part in (self.operation, self.role, since) if part)
