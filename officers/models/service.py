"""Police services."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, in_both
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField

DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def validate_domains(value: str) -> None:
    """Raise ValidationError unless ``value`` is a list of mail domains in lower case, separated by spaces."""
    wrong = [part for part in value.split() if not DOMAIN.fullmatch(part)]
    if wrong:
        raise ValidationError(gettext_now("Not a mail domain: %(domains)s.") % {"domains": ", ".join(wrong)})


class PoliceService(models.Model):
    """A police service whose officers serve abroad; a partner service releases its officers first."""

    code = models.SlugField(_("code"), unique=True)
    name_en = CleanCharField(_("name in English"), max_length=200)
    name_fr = CleanCharField(_("name in French"), max_length=200)
    aliases = CleanTextField(
        _("other names"),
        blank=True,
        help_text=_("Old names, short names and spellings by which lists name the service: one a line."),
    )
    needs_release = models.BooleanField(
        _("releases its officers"),
        default=True,
        help_text=_("The service's coordinator endorses an application before the desk sees it."),
    )
    mail_domains = CleanCharField(
        _("mail domains"),
        max_length=400,
        blank=True,
        validators=[validate_domains],
        help_text=_(
            "Separated by spaces, as in police.example.org. Officers of the service sign up with an address of these "
            "domains or of domains below them; where nothing stands here, with any address."
        ),
    )
    search_text = FoldedTextField(sources=("code", "name_en", "name_fr", "aliases"))
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

    def accepts_address(self, email: str) -> bool:
        """Whether an officer of the service may have an account with this e-mail address."""
        host = email.rpartition("@")[2].lower()
        domains = self.mail_domains.split()
        return not domains or any(host == domain or host.endswith(f".{domain}") for domain in domains)

    def address_refusal(self) -> str:
        """What is said to somebody with an address that the service does not accept."""
        return gettext_now("%(service)s accepts addresses of its own only: %(domains)s.") % {
            "service": self.name,
            "domains": ", ".join(self.mail_domains.split()),
        }
