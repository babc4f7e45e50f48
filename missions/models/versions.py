"""What dated records have in common: each holds from its day until the next one that was not withdrawn."""

import datetime
from typing import Any, NoReturn, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.dates import EARLIEST_DAY, LATEST_DAY
from core.text.fields import CleanTextField

IN_FORCE = models.Q(withdrawn_at=None)
VersionT = TypeVar("VersionT", bound="Version")


class VersionQuerySet(models.QuerySet[VersionT]):
    def standing(self) -> Self:
        """Versions that were not withdrawn, earliest first."""
        return self.filter(IN_FORCE).order_by("effective_from")

    def on(self, day: datetime.date) -> Self:
        """Versions that have begun by ``day`` (inclusive), latest first: per record, the first is in force."""
        return self.filter(IN_FORCE, effective_from__lte=day).order_by("-effective_from")


class Version(models.Model):
    """A dated record. Only a withdrawal (when, who, why) ever changes one; nothing deletes one."""

    effective_from = models.DateField(
        _("in force from"), validators=[MinValueValidator(EARLIEST_DAY), MaxValueValidator(LATEST_DAY)]
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("recorded by"),
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("withdrawn by"),
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawal_reason = CleanTextField(_("reason of withdrawal"), blank=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: a wrong version is withdrawn and stays readable."""
        raise ValidationError(_("A dated record is never deleted: withdraw it."))
