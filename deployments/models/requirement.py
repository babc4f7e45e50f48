"""What a posting asks of an officer, beside the ranges in the posting's own columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.fields import CleanCharField
from core.text.languages import LANGUAGES
from deployments.models.assessment import AssessmentKind
from deployments.models.posting import Posting
from officers.models import LanguageLevel, Qualification
from officers.models.language import LETTERS


class LanguageRequirement(models.Model):
    """The least level per skill in one language."""

    is_public_content = True
    posting = models.ForeignKey(
        Posting, models.CASCADE, verbose_name=_("posting"), related_name="language_requirements"
    )
    language = models.CharField(_("language"), max_length=2, choices=list(LANGUAGES.items()))
    reading = models.PositiveSmallIntegerField(_("reading"), choices=LanguageLevel.choices)
    writing = models.PositiveSmallIntegerField(_("writing"), choices=LanguageLevel.choices)
    speaking = models.PositiveSmallIntegerField(_("speaking"), choices=LanguageLevel.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("language requirement")
        verbose_name_plural = _("language requirements")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "language"],
                name="language_required_once",
                violation_error_message=_("This language is asked for already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_language_display())

    def letters(self) -> dict[str, str]:
        """The least level of each skill, as a letter of the scale."""
        return {skill: LETTERS[getattr(self, skill)] for skill in ("reading", "writing", "speaking")}


class QualificationRequirement(models.Model):
    """A qualification that must be valid through the whole tour; ``grades`` names those accepted (empty: any)."""

    is_public_content = True
    posting = models.ForeignKey(
        Posting, models.CASCADE, verbose_name=_("posting"), related_name="qualification_requirements"
    )
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("qualification"), related_name="requirements"
    )
    grades = CleanCharField(
        _("accepted grades"), max_length=200, blank=True, help_text=_("Separated by semicolons; empty: any grade.")
    )
    must_be_verified = models.BooleanField(
        _("must be verified"),
        default=False,
        help_text=_("What the desk has not verified does not count as met."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("qualification requirement")
        verbose_name_plural = _("qualification requirements")
        ordering = ["qualification__position", "qualification__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "qualification"],
                name="qualification_required_once",
                violation_error_message=_("This qualification is asked for already."),
            )
        ]

    def __str__(self) -> str:
        return self.as_asked(self.qualification.code, str(self.qualification), self.grades)[1]

    def accepted_grades(self) -> tuple[str, ...]:
        return self.as_asked("", "", self.grades)[2]

    @staticmethod
    def as_asked(code: str, name: str, grades: str) -> tuple[str, str, tuple[str, ...]]:
        """A qualification asked for: its code, the words for it, and the grades that are accepted."""
        accepted = tuple(part.strip() for part in grades.split(";") if part.strip())
        return code, f"{name} ({', '.join(accepted)})" if accepted else name, accepted


class AssessmentRequirement(models.Model):
    """A kind of assessment that must be passed and hold through the whole tour.

    Of languages, those that the posting asks for are assessed; firearms are asked for where the posting is armed.
    """

    is_public_content = True
    posting = models.ForeignKey(
        Posting, models.CASCADE, verbose_name=_("posting"), related_name="assessment_requirements"
    )
    kind = models.CharField(_("kind"), max_length=15, choices=AssessmentKind.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assessment asked for")
        verbose_name_plural = _("assessments asked for")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "kind"],
                name="assessment_required_once",
                violation_error_message=_("This assessment is asked for already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AssessmentKind.values), name="assessment_requirement_kind"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
