"""Help pages that Mission editors keep in both languages, and what visitors write to the desk."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, in_both
from core.text.dates import today_here
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField

HELP_MARKDOWN = _(
    "Markdown: headings with ##, paragraphs, lists, links. These stand for what the settings say: {national_police}, "
    "{publisher}, {retention}, {documents_kept}, {closed_accounts}."
)


class HelpTopic(models.TextChoices):
    """The pages, in the order of the menu of help. The value is part of the address."""

    HOW_TO_APPLY = "how-to-apply", _("How to apply")
    WHO_MAY_APPLY = "who-may-apply", _("Who may apply")
    LIFE_OF_AN_APPLICATION = "life-of-an-application", _("What happens after you apply")
    LIFE_ON_MISSION = "life-on-mission", _("Life on mission")
    GLOSSARY = "glossary", _("Glossary")
    ABOUT = "about", _("About this site")
    CONTACT = "contact", _("Contact and feedback")
    PRIVACY = "privacy", _("Privacy notice")
    ACCESSIBILITY = "accessibility", _("Accessibility statement")
    TERMS = "terms", _("Conditions of use")


class HelpPage(models.Model):
    """One page of help in both languages. Each saved change is a new version with its day; the history keeps the old."""

    is_public_content = True
    code = models.CharField(_("page"), max_length=30, unique=True, choices=HelpTopic.choices)
    title_en = CleanCharField(_("title in English"), max_length=120)
    title_fr = CleanCharField(_("title in French"), max_length=120)
    body_en = CleanTextField(_("text in English"), help_text=HELP_MARKDOWN)
    body_fr = CleanTextField(_("text in French"), help_text=HELP_MARKDOWN)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    revised_on = models.DateField(_("date of this version"), default=today_here, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = FoldedTextField(sources=("title_en", "title_fr", "body_en", "body_fr"))
    title = Bilingual("title")
    body = Bilingual("body")
    history = HistoricalRecords(excluded_fields=["search_text", "changed_at"])

    class Meta:
        verbose_name = _("help page")
        verbose_name_plural = _("help pages")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("title") & in_both("body"),
                name="help_page_in_both",
                violation_error_message=_("Give the title and the text in English and in French."),
            ),
            models.CheckConstraint(condition=models.Q(code__in=HelpTopic.values), name="help_page_code"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lead(self) -> str:
        """Its first paragraph, beneath whatever heading."""
        paragraphs = (each.strip() for each in self.body.split("\n\n"))
        return next((each for each in paragraphs if each and not each.startswith("#")), "")

    def get_absolute_url(self) -> str:
        return reverse("help", args=[self.code])


class EnquiryTopic(models.TextChoices):
    OPENING = "opening", _("An opening or an application")
    SITE = "site", _("A problem with this site, or a suggestion")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    PRIVACY = "privacy", _("Privacy")
    OTHER = "other", _("Something else")


class Enquiry(models.Model):
    """A message from the contact form, in the desk's queue until somebody marks it as handled."""

    LONGEST = 4000

    topic = models.CharField(_("topic"), max_length=20, choices=EnquiryTopic.choices)
    message = CleanTextField(_("message"), validators=[MaxLengthValidator(LONGEST)])
    reply_to = models.EmailField(_("e-mail address for the answer"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    page = CleanCharField(_("written from"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("handled by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["handled_at", "sent_at", "pk"]
        permissions = [("handle_enquiry", "May read messages and mark them as handled")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(handled_at=None, handled_by=None) | models.Q(handled_at__isnull=False),
                name="enquiry_handled_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} ({self.pk})"
