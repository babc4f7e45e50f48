"""News by mail: a search among openings, or changes of numbers and terms, with the address that asked, and what it was told."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanCharField
from deployments.models.posting import Posting


def new_token() -> str:
    """What the links of an alert carry: whoever has it may confirm or end the alert, and nothing else."""
    return secrets.token_urlsafe(24)


class AlertSubject(models.TextChoices):
    """What an alert tells of."""

    OPENINGS = "openings", _("New openings")
    CHANGES = "changes", _("Changes of authorized numbers and terms")


class OpeningAlert(models.Model):
    """What an address asked to hear of. Nothing is sent before the address has confirmed it; when it ends, the row goes.

    ``query`` is the search among openings. Changes recorded, or begun, after ``told_until`` are not told yet.
    """

    address = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    about = models.CharField(
        _("about"),
        max_length=10,
        choices=AlertSubject.choices,
        default=AlertSubject.OPENINGS,
        db_default=AlertSubject.OPENINGS,
    )
    query = CleanCharField(_("search"), max_length=600, blank=True)
    token = CleanCharField(_("key of its links"), max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told_until = models.DateTimeField(_("told until"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["address", "language", "about", "query"], name="alert_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class AlertedOpening(models.Model):
    """An opening of which an alert has told, so that none is told twice."""

    alert = models.ForeignKey(OpeningAlert, models.CASCADE, verbose_name=_("alert"), related_name="told")
    posting = models.ForeignKey(Posting, models.CASCADE, verbose_name=_("posting"), related_name="+")

    class Meta:
        verbose_name = _("opening told by mail")
        verbose_name_plural = _("openings told by mail")
        constraints = [models.UniqueConstraint(fields=["alert", "posting"], name="alert_tells_once")]

    def __str__(self) -> str:
        return f"{self.alert} – {self.posting}"
