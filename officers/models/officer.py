"""Police services and their officers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.bilingual import Bilingual, in_both
from core.text import FoldedTextField


class PoliceService(models.Model):
    """A police service whose officers serve abroad; a partner service releases its officers first."""

    code = models.SlugField(_("code"), unique=True)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_fr = models.CharField(_("name in French"), max_length=200)
    needs_release = models.BooleanField(
        _("releases its officers"),
        default=True,
        help_text=_("The service's coordinator endorses an application before the desk sees it."),
    )
    search_text = FoldedTextField(sources=("code", "name_en", "name_fr"))
    name = Bilingual("name")
    history = HistoricalRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = _("police service")
        verbose_name_plural = _("police services")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name"),
                name="police_service_named_in_both",
                violation_error_message=_("Give the name in English and in French."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """A police officer: the profile beside an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("account"), related_name="officer"
    )
    police_service = models.ForeignKey(
        PoliceService, models.PROTECT, verbose_name=_("police service"), related_name="officers"
    )
    service_number = models.CharField(_("service number"), max_length=30)
    rank = models.CharField(_("rank"), max_length=80, blank=True)
    member_since = models.DateField(_("member since"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["user__family_name", "user__given_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["police_service", "service_number"],
                name="officer_service_number_once",
                violation_error_message=_("This service number is taken in this police service."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
