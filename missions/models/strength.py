"""Authorised strengths: how many police may be deployed at once, by a dated instrument."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.text.bilingual import one_or_both
from core.text.dates import in_words
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import named
from missions.models.mission import Mission
from missions.models.operation import Operation
from missions.models.places import Programme
from missions.models.versions import IN_FORCE, Version

LEVELS = ("programme", "operation", "mission")
GREATEST_NUMBER = 100_000


def exactly_one_level() -> Q:
    """Exactly one of programme, operation and mission is named."""
    one = Q()
    for level in LEVELS:
        one |= Q(**{f"{name}__isnull": name != level for name in LEVELS})
    return one


class AuthorizedStrength(Version):
    """A number for one programme, operation or mission, in force from its day until the next version.

    ``maximum`` empty ends the limit of a programme or mission; for an operation it means that no number is in force,
    so nobody is authorised, as before its first version. ``acknowledged_peak`` is the strength above the number that
    whoever lowered it accepted; ``withdrawal_acknowledged_peak`` the same for a withdrawal that lowers.
    """

    is_public_content = True
    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("programme"), related_name="strengths", null=True, blank=True
    )
    operation = models.ForeignKey(
        Operation, models.PROTECT, verbose_name=_("operation"), related_name="strengths", null=True, blank=True
    )
    mission = models.ForeignKey(
        Mission, models.PROTECT, verbose_name=_("mission"), related_name="strengths", null=True, blank=True
    )
    maximum = models.PositiveIntegerField(_("authorized number"), null=True, blank=True)
    instrument = CleanCharField(
        _("instrument"), max_length=200, help_text=_("The decision, memorandum or order that sets the number.")
    )
    instrument_fr = CleanCharField(
        _("instrument in French"),
        max_length=200,
        blank=True,
        help_text=_("Where it has a name of its own in French. Empty: the name is the same in both languages."),
    )
    is_first_day_known = models.BooleanField(
        _("first day known"),
        default=True,
        db_default=True,
        help_text=_("Clear this where the source gives no first day: the number is then “on record since” its day."),
    )
    note = CleanTextField(_("note"), blank=True)
    acknowledged_peak = models.PositiveIntegerField(
        _("accepted over-strength peak"), null=True, blank=True, editable=False
    )
    withdrawal_acknowledged_peak = models.PositiveIntegerField(
        _("over-strength peak accepted at withdrawal"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("authorized strength")
        verbose_name_plural = _("authorized strengths")
        ordering = ["-effective_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one_level(),
                name="strength_exactly_one_level",
                violation_error_message=_("Name exactly one of programme, operation and mission."),
            ),
            models.CheckConstraint(
                condition=~Q(instrument=""),
                name="strength_has_instrument",
                violation_error_message=_("Name the instrument that sets the number."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[level, "effective_from"],
                    condition=IN_FORCE,
                    name=f"strength_{level}_one_per_day",
                    violation_error_message=_(
                        "A number from this day exists already: withdraw it first if it is wrong."
                    ),
                )
                for level in LEVELS
            ),
        ]

    def __str__(self) -> str:
        number = _("no number") if self.maximum is None else self.maximum
        return named(self.level, f"{number} ({in_words(self.effective_from)})")

    @property
    def instrument_name(self) -> str:
        """The instrument in the reader's language."""
        return one_or_both(self, "instrument")

    @property
    def level_name(self) -> str:
        """ "programme", "operation" or "mission"."""
        return next(level for level in LEVELS if getattr(self, f"{level}_id") is not None)

    @property
    def level(self) -> Programme | Operation | Mission:
        """The record whose number this is."""
        record: Programme | Operation | Mission = getattr(self, self.level_name)
        return record
