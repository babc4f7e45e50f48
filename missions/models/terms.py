"""Terms: the status of an operation or a mission from a day on. The number is a record of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text.bilingual import Bilingual, both_or_neither
from core.text.dates import in_words
from core.text.fields import CleanTextField
from core.text.folded import named
from core.text.languages import LanguageCodesField
from missions.models.mission import Mission
from missions.models.operation import Operation
from missions.models.versions import IN_FORCE, Version

ONE_PER_DAY = _("Terms from this day exist already.")
EXPLAINED_IN_BOTH = _("Give the explanation for the public in English and in French, or in neither.")


class TermsStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REASSESSMENT = "reassessment", _("Under reassessment")
    CLOSED = "closed", pgettext_lazy("terms", "Closed")


class OperationTerms(Version):
    """Status, armed or unarmed, and languages of an operation from a day on; the last two empty where nothing is said."""

    is_public_content = True
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name=_("operation"), related_name="terms")
    status = models.CharField(_("status"), max_length=12, choices=TermsStatus.choices, default=TermsStatus.ACTIVE)
    is_armed = models.BooleanField(_("armed"), null=True, blank=True)
    languages = LanguageCodesField(_("languages of operation"))
    reason = CleanTextField(_("reason"), blank=True)
    explanation_en = CleanTextField(_("explanation for the public in English"), blank=True, default="", db_default="")
    explanation_fr = CleanTextField(_("explanation for the public in French"), blank=True, default="", db_default="")
    explanation = Bilingual("explanation")

    class Meta:
        verbose_name = _("terms of an operation")
        verbose_name_plural = _("terms of operations")
        ordering = ["-effective_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=TermsStatus.values), name="operation_terms_status"),
            models.CheckConstraint(
                condition=both_or_neither("explanation"),
                name="operation_terms_explained_in_both",
                violation_error_message=EXPLAINED_IN_BOTH,
            ),
            models.UniqueConstraint(
                fields=["operation", "effective_from"],
                condition=IN_FORCE,
                name="operation_terms_one_per_day",
                violation_error_message=ONE_PER_DAY,
            ),
        ]

    def __str__(self) -> str:
        return named(self.operation, f"{self.get_status_display()} ({in_words(self.effective_from)})")


class MissionTerms(Version):
    """Status of a mission from a day on."""

    is_public_content = True
    mission = models.ForeignKey(Mission, models.PROTECT, verbose_name=_("mission"), related_name="terms")
    status = models.CharField(_("status"), max_length=12, choices=TermsStatus.choices, default=TermsStatus.ACTIVE)
    reason = CleanTextField(_("reason"), blank=True)
    explanation_en = CleanTextField(_("explanation for the public in English"), blank=True, default="", db_default="")
    explanation_fr = CleanTextField(_("explanation for the public in French"), blank=True, default="", db_default="")
    explanation = Bilingual("explanation")

    class Meta:
        verbose_name = _("terms of a mission")
        verbose_name_plural = _("terms of missions")
        ordering = ["-effective_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=TermsStatus.values), name="mission_terms_status"),
            models.CheckConstraint(
                condition=both_or_neither("explanation"),
                name="mission_terms_explained_in_both",
                violation_error_message=EXPLAINED_IN_BOTH,
            ),
            models.UniqueConstraint(
                fields=["mission", "effective_from"],
                condition=IN_FORCE,
                name="mission_terms_one_per_day",
                violation_error_message=ONE_PER_DAY,
            ),
        ]

    def __str__(self) -> str:
        return named(self.mission, f"{self.get_status_display()} ({in_words(self.effective_from)})")
