"""A higher number that one approver proposes and another one confirms, where the setting asks for four eyes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.bilingual import one_or_both
from core.text.dates import in_words
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import named
from missions.models import Mission, Operation, Programme
from missions.models.strength import exactly_one_level


class ProposalState(models.TextChoices):
    OPEN = "open", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class StrengthProposal(models.Model):
    """What is proposed for a level from a day on; ``maximum`` None ends its own limit. No number is set by it."""

    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), null=True, related_name="+")
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name=_("operation"), null=True, related_name="+")
    mission = models.ForeignKey(Mission, models.PROTECT, verbose_name=_("mission"), null=True, related_name="+")
    effective_from = models.DateField(_("in force from"))
    maximum = models.PositiveIntegerField(_("authorized number"), null=True)
    instrument = CleanCharField(_("instrument"), max_length=200)
    instrument_fr = CleanCharField(_("instrument in French"), max_length=200, blank=True)
    note = CleanTextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("proposed by"), related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("proposed number")
        verbose_name_plural = _("proposed numbers")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=exactly_one_level(), name="proposal_of_one_level"),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="proposal_confirmed_by_another",
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
    def level(self) -> Programme | Operation | Mission:
        return next(level for level in (self.programme, self.operation, self.mission) if level is not None)
