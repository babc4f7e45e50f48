"""Programmes, countries and organizations."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, in_both
from core.text.fields import CleanCharField
from core.text.folded import FoldedTextField

NAMED_IN_BOTH = _("Give the name in English and in French.")


class Programme(models.Model):
    """What policy covers a total number of police deployed at once."""

    is_public_content = True
    code = models.SlugField(_("code"), unique=True)
    name_en = CleanCharField(_("name in English"), max_length=200)
    name_fr = CleanCharField(_("name in French"), max_length=200)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name"), name="programme_named_in_both", violation_error_message=NAMED_IN_BOTH
            )
        ]

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    """A country or territory, by its ISO 3166-1 code of two letters."""

    is_public_content = True
    code = CleanCharField(
        _("ISO code"),
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two capital letters of ISO 3166-1, such as ML."))],
    )
    name_en = CleanCharField(_("name in English"), max_length=100)
    name_fr = CleanCharField(_("name in French"), max_length=100)
    search_text = FoldedTextField(sources=("code", "name_en", "name_fr"))
    name = Bilingual("name")
    history = HistoricalRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = _("country or territory")
        verbose_name_plural = _("countries and territories")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name"), name="country_named_in_both", violation_error_message=NAMED_IN_BOTH
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationKind(models.TextChoices):
    UN = "un", _("United Nations")
    EU = "eu", _("European Union")
    GOVERNMENT = "government", _("government")
    COALITION = "coalition", _("multinational coalition")
    COURT = "court", _("international court")
    TRAINING_CENTRE = "training_centre", _("training centre")
    OTHER = "other", _("other organization")


class Organization(models.Model):
    """Who leads a mission, or through whom police are sent to it."""

    is_public_content = True
    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind.choices)
    acronym_en = CleanCharField(_("acronym in English"), max_length=20, blank=True)
    acronym_fr = CleanCharField(_("acronym in French"), max_length=20, blank=True)
    name_en = CleanCharField(_("name in English"), max_length=200)
    name_fr = CleanCharField(_("name in French"), max_length=200)
    search_text = FoldedTextField(sources=("code", "acronym_en", "acronym_fr", "name_en", "name_fr"))
    name = Bilingual("name")
    acronym = Bilingual("acronym")
    history = HistoricalRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name"), name="organization_named_in_both", violation_error_message=NAMED_IN_BOTH
            )
        ]

    def __str__(self) -> str:
        return self.name
