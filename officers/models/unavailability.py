"""When an officer cannot go."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.dates import in_words
from core.text.fields import CleanCharField
from core.text.validators import refuse_disguises
from officers.models.officer import Officer


class Unavailability(models.Model):
    """A period in which an officer is not available, both days inclusive."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="unavailabilities")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = CleanCharField(
        _("note"), max_length=200, blank=True, validators=[refuse_disguises], help_text=_("No medical details.")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unavailability")
        verbose_name_plural = _("unavailability")
        ordering = ["first_day", "last_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="unavailability_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["officer", "first_day", "last_day"],
                name="unavailability_once",
                violation_error_message=_("This period is in your profile already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{in_words(self.first_day)} – {in_words(self.last_day)}"
