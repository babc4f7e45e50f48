"""Missions: what police do in an operation, and under whose lead."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, both_or_neither, in_both
from core.text.dates import DatePrecision, PartialDateOf
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField
from core.text.languages import LanguageCodesField
from missions.models.operation import BOTH_LANGUAGES, Operation
from missions.models.places import Country, Organization

MARKDOWN = _("Markdown: paragraphs, lists, links.")


class Mission(models.Model):
    """A mission (UN, EU, bilateral, training centre, court) inside one operation, whose number it shares."""

    is_public_content = True
    code = models.SlugField(_("code"), unique=True, help_text=_("Part of the page's address; keep it once published."))
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name=_("operation"), related_name="missions")
    acronym_en = CleanCharField(_("acronym in English"), max_length=30, blank=True)
    acronym_fr = CleanCharField(_("acronym in French"), max_length=30, blank=True)
    name_en = CleanCharField(_("name in English"), max_length=200)
    name_fr = CleanCharField(_("name in French"), max_length=200)
    lead_organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        verbose_name=_("lead organization"),
        related_name="missions_led",
        null=True,
        blank=True,
    )
    sending_organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        verbose_name=_("sent through"),
        related_name="missions_sent",
        null=True,
        blank=True,
    )
    host_countries = models.ManyToManyField(
        Country, verbose_name=_("host countries"), related_name="missions_hosted", blank=True
    )
    subject_countries = models.ManyToManyField(
        Country, verbose_name=_("countries it is about"), related_name="missions_about", blank=True
    )
    languages = LanguageCodesField(_("languages, where not the operation's"))
    starts_on = models.DateField(_("start"), null=True, blank=True)
    starts_precision = models.CharField(
        _("start known to the"), max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    ends_on = models.DateField(_("end"), null=True, blank=True)
    ends_precision = models.CharField(
        _("end known to the"), max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    position = models.PositiveIntegerField(_("position in the operation"), default=0)
    summary_en = CleanTextField(_("summary in English"), blank=True, help_text=MARKDOWN)
    summary_fr = CleanTextField(_("summary in French"), blank=True, help_text=MARKDOWN)
    objectives_en = CleanTextField(_("objectives in English"), blank=True, help_text=MARKDOWN)
    objectives_fr = CleanTextField(_("objectives in French"), blank=True, help_text=MARKDOWN)
    activities_en = CleanTextField(_("activities in English"), blank=True, help_text=MARKDOWN)
    activities_fr = CleanTextField(_("activities in French"), blank=True, help_text=MARKDOWN)
    is_published = models.BooleanField(_("published"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = FoldedTextField(sources=("code", "acronym_en", "acronym_fr", "name_en", "name_fr"))
    name = Bilingual("name")
    acronym = Bilingual("acronym")
    summary = Bilingual("summary")
    objectives = Bilingual("objectives")
    activities = Bilingual("activities")
    starts = PartialDateOf("starts")
    ends = PartialDateOf("ends")
    history = HistoricalRecords(
        excluded_fields=["search_text", "changed_at"], m2m_fields=["host_countries", "subject_countries"]
    )

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["operation", "position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_published=False)
                | (
                    in_both("name")
                    & both_or_neither("acronym")
                    & both_or_neither("summary")
                    & both_or_neither("objectives")
                    & both_or_neither("activities")
                ),
                name="mission_published_in_both",
                violation_error_message=BOTH_LANGUAGES,
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="mission_ends_after_start",
                violation_error_message=_("The end is before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    def get_absolute_url(self) -> str:
        return reverse("mission", args=[self.code])
