"""Operations: a country or region in which police serve under one authority."""

import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, both_or_neither, in_both
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField
from missions.models.places import Country, Programme

BOTH_LANGUAGES = _("A published text needs English and French: fill in the other language, or unpublish.")


class OperationCategory(models.TextChoices):
    CURRENT = "current_operation", _("Current operation")
    SPECIALIZED = "specialized_posting", _("Specialized police posting")
    OTHER = "other_opportunity", _("Other international opportunity")


def default_programme() -> int | None:
    """The first programme, to which an operation belongs unless another is named."""
    return Programme.objects.order_by("pk").values_list("pk", flat=True).first()


class Operation(models.Model):
    """A line of the public page. Its number and its terms are dated records of their own."""

    is_public_content = True
    code = models.SlugField(_("code"), unique=True, help_text=_("Part of the page's address; keep it once published."))
    programme = models.ForeignKey(
        Programme, models.PROTECT, verbose_name=_("programme"), related_name="operations", default=default_programme
    )
    category = models.CharField(
        _("category"), max_length=20, choices=OperationCategory.choices, default=OperationCategory.CURRENT
    )
    name_en = CleanCharField(_("name in English"), max_length=150)
    name_fr = CleanCharField(_("name in French"), max_length=150)
    countries = models.ManyToManyField(Country, verbose_name=_("countries"), related_name="operations", blank=True)
    position = models.PositiveIntegerField(_("position in the table"), default=0)
    summary_en = CleanTextField(_("summary in English"), blank=True, help_text=_("Markdown: paragraphs, lists, links."))
    summary_fr = CleanTextField(_("summary in French"), blank=True, help_text=_("Markdown: paragraphs, lists, links."))
    is_published = models.BooleanField(_("published"), default=True)
    records_from = models.DateField(
        _("records from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The first day for which the portal answers; days before it meet no number."),
    )
    records_set_on = models.DateField(null=True, editable=False, verbose_name=_("first day of the records set on"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = FoldedTextField(sources=("code", "name_en", "name_fr"))
    name = Bilingual("name")
    summary = Bilingual("summary")
    history = HistoricalRecords(excluded_fields=["search_text", "changed_at"], m2m_fields=["countries"])

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["category", "position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_published=False) | (in_both("name") & both_or_neither("summary")),
                name="operation_published_in_both",
                violation_error_message=BOTH_LANGUAGES,
            ),
            models.CheckConstraint(
                condition=models.Q(records_from=None, records_set_on=None)
                | models.Q(
                    records_from__isnull=False,
                    records_set_on__isnull=False,
                    records_set_on__gte=models.F("records_from"),
                ),
                name="operation_records_begin_in_the_past",
                violation_error_message=_("The records begin on the day on which this is said, or before."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["records_from"], name="operation_records", condition=models.Q(records_from__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def answers_on(self, day: datetime.date) -> bool:
        """Whether the records answer for ``day``: before they begin there is no record."""
        return self.records_from is None or day >= self.records_from

    def get_absolute_url(self) -> str:
        return reverse("operation", args=[self.code])
