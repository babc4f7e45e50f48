"""Peace operations coordinators: who endorses or declines the release of a police service's officers."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from officers.models.service import PoliceService


class CoordinatorQuerySet(models.QuerySet["Coordinator"]):
    def on(self, day: datetime.date) -> Self:
        """Coordinators and deputies who serve on ``day``."""
        endless = models.Q(last_day=None) | models.Q(last_day__gte=day)
        return self.filter(endless, first_day__lte=day)


class Coordinator(models.Model):
    """An account that acts for a police service from its first to its last day, both inclusive.

    A deputy is a coordinator whom another one named, for a time (officers.domain.coordination).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("account"), related_name="coordinations"
    )
    police_service = models.ForeignKey(
        PoliceService, models.PROTECT, verbose_name=_("police service"), related_name="coordinators"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("deputy of"),
        null=True,
        blank=True,
        related_name="deputies",
    )
    history = HistoricalRecords()

    objects = CoordinatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("peace operations coordinator")
        verbose_name_plural = _("peace operations coordinators")
        ordering = ["police_service", "first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day=None) | models.Q(last_day__gte=models.F("first_day")),
                name="coordinator_days_in_order",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.UniqueConstraint(fields=["user", "police_service", "first_day"], name="coordinator_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.police_service})"
