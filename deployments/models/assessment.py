"""Assessments: an officer is tested, by appointment or not; what is kept is the outcome and until when it holds."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.dates import in_words
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import named
from core.text.languages import LANGUAGES
from core.text.validators import refuse_disguises
from deployments.models.application import Application
from officers.models import LanguageLevel, Officer
from officers.models.language import LETTERS

SKILLS = ("reading", "writing", "speaking")


class AssessmentKind(models.TextChoices):
    LANGUAGE = "language", _("Language")
    DRIVING = "driving", _("Driving")
    FIREARMS = "firearms", _("Firearms")
    INTERVIEW = "interview", _("Interview")
    MEDICAL = "medical", _("Medical")
    PSYCHOLOGICAL = "psychological", _("Psychological")
    SECURITY = "security", _("Security")


class AssessmentOutcome(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")
    DEFERRED = "deferred", _("Deferred")


# Of these only the outcome and its validity are kept.
SENSITIVE_KINDS = (AssessmentKind.MEDICAL, AssessmentKind.PSYCHOLOGICAL, AssessmentKind.SECURITY)
NO_LEVEL = Q(reading=None, writing=None, speaking=None)
# Said of each column that it is filled: what compares with an empty one is neither true nor false, and would pass.
EVERY_LEVEL = Q(**{f"{skill}__isnull": False for skill in SKILLS}) & Q(
    **{f"{skill}__in": LanguageLevel.values for skill in SKILLS}
)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def held(self) -> Self:
        """Assessments with an outcome, the latest last."""
        return self.exclude(outcome="").order_by("held_on", "pk")

    def ahead(self) -> Self:
        """Appointments without an outcome yet, the next one first."""
        return self.filter(outcome="").order_by("scheduled_at", "pk")


class Assessment(models.Model):
    """One assessment of an officer: an appointment (``outcome`` empty), or a result. The application is optional.

    A language assessment names the language and, where passed, the level per skill. Of medical, psychological and
    security assessments a result keeps its outcome and its days alone. Written by deployments.domain.assessments.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), related_name="assessments")
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        verbose_name=_("application"),
        related_name="assessments",
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=15, choices=AssessmentKind.choices)
    language = models.CharField(_("language"), max_length=2, choices=list(LANGUAGES.items()), blank=True)
    scheduled_at = models.DateTimeField(_("date and time"), null=True, blank=True)
    place = CleanCharField(_("place"), max_length=200, blank=True, validators=[refuse_disguises])
    assessor = CleanCharField(_("assessor"), max_length=120, blank=True, validators=[refuse_disguises])
    changes = models.PositiveSmallIntegerField(_("times changed"), default=0, editable=False)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=AssessmentOutcome.choices, blank=True)
    reading = models.PositiveSmallIntegerField(_("reading"), choices=LanguageLevel.choices, null=True, blank=True)
    writing = models.PositiveSmallIntegerField(_("writing"), choices=LanguageLevel.choices, null=True, blank=True)
    speaking = models.PositiveSmallIntegerField(_("speaking"), choices=LanguageLevel.choices, null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    remark = CleanTextField(_("remark"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"), null=True
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["held_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("held_on")),
                name="assessment_valid_after_held",
                violation_error_message=_("The result would end before the assessment was held."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", held_on=None, valid_until=None, scheduled_at__isnull=False)
                | Q(outcome__in=AssessmentOutcome.values, held_on__isnull=False),
                name="assessment_scheduled_or_held",
                violation_error_message=_("An assessment has a time to come, or an outcome and the day it was held."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AssessmentKind.values) & (Q(language="") | Q(kind=AssessmentKind.LANGUAGE)),
                name="assessment_kind_and_language",
                violation_error_message=_("Only a language assessment names a language."),
            ),
            models.CheckConstraint(
                condition=NO_LEVEL | (EVERY_LEVEL & Q(outcome=AssessmentOutcome.PASSED) & ~Q(language="")),
                name="assessment_levels_of_a_language",
                violation_error_message=_("Give the level of each skill, of a passed language assessment alone."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=SENSITIVE_KINDS)
                | (Q(remark="") & (Q(outcome="") | Q(place="", assessor="", scheduled_at=None))),
                name="assessment_outcome_alone",
                violation_error_message=_(
                    "Of a medical, psychological or security assessment only the outcome and its days are kept."
                ),
            ),
            models.UniqueConstraint(
                fields=["officer", "kind", "language"],
                condition=Q(outcome=""),
                name="assessment_one_appointment",
                violation_error_message=_("There is an appointment of this kind already."),
            ),
        ]
        indexes = [models.Index(fields=["officer", "kind"], name="assessment_officer_kind")]

    def __str__(self) -> str:
        if self.held_on is None:
            return named(self.label, in_words(timezone.localdate(self.scheduled_at)))
        return named(self.label, f"{self.get_outcome_display()} ({in_words(self.held_on)})")

    @property
    def label(self) -> str:
        """The kind, with the language where there is one."""
        kind = str(self.get_kind_display())
        return f"{kind} ({self.get_language_display()})" if self.language else kind

    @property
    def code(self) -> str:
        """The code of the finding that speaks of such an assessment, as deployments.eligibility.findings has it."""
        return f"assessment-{self.kind}-{self.language}" if self.language else f"assessment-{self.kind}"

    @property
    def letters(self) -> list[str]:
        """Reading, writing and speaking, each as a letter of the scale; empty where none were recorded."""
        levels = [getattr(self, skill) for skill in SKILLS]
        return [LETTERS[level] for level in levels if level is not None]

    def holds_on(self, day: datetime.date) -> bool:
        """Passed, and still valid on ``day`` (inclusive)."""
        return self.outcome == AssessmentOutcome.PASSED and (self.valid_until is None or self.valid_until >= day)
