"""Waivers: an approver accepts for some time that an officer lacks something that a posting asks for."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import named
from deployments.models.posting import Posting
from officers.models import Officer


class OfficerWaiverQuerySet(models.QuerySet["OfficerWaiver"]):
    def in_force(self, today: datetime.date) -> Self:
        """Waivers that are not withdrawn and whose last day is not past."""
        return self.filter(withdrawn_at=None, last_day__gte=today)


class OfficerWaiver(models.Model):
    """For one officer, posting and finding (its code), with a reason, to ``last_day`` inclusive.

    Written by deployments.domain.waivers alone.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), related_name="waivers")
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name=_("posting"), related_name="waivers")
    finding = CleanCharField(_("finding"), max_length=80)
    reason = CleanTextField(_("reason"))
    # What was on record about the finding when it was waived (deployments.eligibility.waived); None where not kept.
    on_record = models.JSONField(_("on record when it was waived"), null=True, editable=False)
    last_day = models.DateField(_("last day"))
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("given by"),
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("withdrawn by"),
        null=True,
        related_name="+",
        editable=False,
    )

    objects = OfficerWaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver for an officer")
        verbose_name_plural = _("waivers for officers")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "posting", "finding"],
                condition=Q(withdrawn_at=None),
                name="officer_waiver_once",
                violation_error_message=_("This finding is waived already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="officer_waiver_has_reason",
                violation_error_message=_("A waiver has a reason."),
            ),
        ]

    def __str__(self) -> str:
        return named(self.finding, self.reason)
