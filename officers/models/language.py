"""How well an officer reads, writes and speaks a language."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.languages import LANGUAGES
from officers.models.officer import Officer


class LanguageLevel(models.IntegerChoices):
    """The scale of language ratings: a higher level includes every lower one, so levels compare as numbers."""

    NONE = 0, _("None")
    BASIC = 1, _("A – basic: simple, familiar matters")
    INTERMEDIATE = 2, _("B – intermediate: most everyday work")
    ADVANCED = 3, _("C – advanced: complex and sensitive work")


LETTERS = "–ABC"


class LanguageRating(models.Model):
    """An officer's own rating in one language, by skill."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="language_ratings")
    language = models.CharField(_("language"), max_length=2, choices=list(LANGUAGES.items()))
    reading = models.PositiveSmallIntegerField(_("reading"), choices=LanguageLevel.choices)
    writing = models.PositiveSmallIntegerField(_("writing"), choices=LanguageLevel.choices)
    speaking = models.PositiveSmallIntegerField(_("speaking"), choices=LanguageLevel.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "language"],
                name="language_rated_once",
                violation_error_message=_("This language is in your profile already; change it there."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    **{f"{skill}__in": LanguageLevel.values for skill in ("reading", "writing", "speaking")}
                ),
                name="language_level_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_language_display())

    def letters(self) -> list[str]:
        """Reading, writing and speaking, each as a letter of the scale."""
        return [LETTERS[level] for level in (self.reading, self.writing, self.speaking)]
