"""Notes: what the desk writes down for itself about an officer, an application or a tour."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanTextField
from deployments.models.application import Application
from deployments.models.deployment import Deployment
from deployments.models.paper import of_one
from officers.models import Officer

OF_NOTES = ("officer", "application", "deployment")


class NoteQuerySet(models.QuerySet["Note"]):
    def about(self, officer: Officer) -> Self:
        """Notes on the officer, and on the officer's applications and tours."""
        return self.filter(Q(officer=officer) | Q(application__officer=officer) | Q(deployment__officer=officer))


class Note(models.Model):
    """A note of the desk on one record, for the desk alone. Never edited; the purge alone deletes it.

    Written by deployments.domain.notes alone.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), null=True, related_name="notes")
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), null=True, related_name="notes"
    )
    deployment = models.ForeignKey(
        Deployment, models.PROTECT, verbose_name=_("tour of duty"), null=True, related_name="notes"
    )
    text = CleanTextField(_("note"), max_length=4000)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("written by"), null=True, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=of_one(OF_NOTES), name="note_of_one_record"),
            models.CheckConstraint(condition=~Q(text=""), name="note_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def record_name(self) -> str:
        """The column that leads to the record."""
        return next(name for name in OF_NOTES if getattr(self, f"{name}_id") is not None)

    @property
    def record_kind(self) -> Any:
        """What kind of record that is, in words."""
        return self._meta.get_field(self.record_name).verbose_name  # type: ignore[union-attr]
