"""What a posting says of the job: duties, conditions, steps, whom to ask. Role profiles hold it for reuse."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, both_or_neither, in_both
from core.text.fields import CleanCharField, CleanTextField

# In the order in which an opening says them; the duties are the posting's ``description``.
JOB_TEXTS = (
    *("brings", "conditions", "arms", "accommodation", "allowances"),
    *("training", "family", "steps", "documents", "contact"),
)
JOB_IN_BOTH = _("Give each text about the job in English and in French, or in neither.")


def job_text(name: Any) -> CleanTextField:
    """A text in one language, in Markdown; empty where nothing is said."""
    return CleanTextField(name, blank=True, default="", db_default="")


def all_in_both(fields: tuple[str, ...]) -> models.Q:
    """Each text is there in both languages or in none."""
    condition = models.Q()
    for field in fields:
        condition &= both_or_neither(field)
    return condition


class JobContent(models.Model):
    """The texts about a job, each in both languages. What is empty is read from the role profile."""

    brings_en = job_text(_("what you bring, in English"))
    brings_fr = job_text(_("what you bring, in French"))
    conditions_en = job_text(_("conditions, in English"))
    conditions_fr = job_text(_("conditions, in French"))
    arms_en = job_text(_("armed or unarmed, and why, in English"))
    arms_fr = job_text(_("armed or unarmed, and why, in French"))
    accommodation_en = job_text(_("accommodation, in English"))
    accommodation_fr = job_text(_("accommodation, in French"))
    allowances_en = job_text(_("pay and allowances, in English"))
    allowances_fr = job_text(_("pay and allowances, in French"))
    training_en = job_text(_("health and training before departure, in English"))
    training_fr = job_text(_("health and training before departure, in French"))
    family_en = job_text(_("family, in English"))
    family_fr = job_text(_("family, in French"))
    steps_en = job_text(_("steps and usual times, in English"))
    steps_fr = job_text(_("steps and usual times, in French"))
    documents_en = job_text(_("documents to have ready, in English"))
    documents_fr = job_text(_("documents to have ready, in French"))
    contact_en = job_text(_("whom to ask, in English"))
    contact_fr = job_text(_("whom to ask, in French"))
    brings = Bilingual("brings")
    conditions = Bilingual("conditions")
    arms = Bilingual("arms")
    accommodation = Bilingual("accommodation")
    allowances = Bilingual("allowances")
    training = Bilingual("training")
    family = Bilingual("family")
    steps = Bilingual("steps")
    documents = Bilingual("documents")
    contact = Bilingual("contact")

    class Meta:
        abstract = True


class RoleProfile(JobContent):
    """A kind of role, whose texts postings share. The profile ``standard`` holds what is the same for every posting."""

    is_public_content = True
    STANDARD = "standard"

    code = models.SlugField(_("code"), unique=True)
    name_en = CleanCharField(_("name in English"), max_length=150)
    name_fr = CleanCharField(_("name in French"), max_length=150)
    description_en = job_text(_("duties, in English"))
    description_fr = job_text(_("duties, in French"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    name = Bilingual("name")
    description = Bilingual("description")
    history = HistoricalRecords(excluded_fields=["changed_at"])

    class Meta:
        verbose_name = _("role profile")
        verbose_name_plural = _("role profiles")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name") & all_in_both(("description", *JOB_TEXTS)),
                name="role_profile_in_both",
                violation_error_message=JOB_IN_BOTH,
            )
        ]

    def __str__(self) -> str:
        return self.name
