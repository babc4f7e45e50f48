"""Postings: a role in a mission, with a number of places."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.bilingual import Bilingual, both_or_neither, in_both
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField
from deployments.models.job import JOB_IN_BOTH, JOB_TEXTS, JobContent, RoleProfile, all_in_both
from missions.models import Mission
from officers.ranks import Rank


class CountsAgainst(models.TextChoices):
    """Which authorised numbers a tour in the posting consumes, beside the posting's own places."""

    ALL = "all", _("mission, operation and programme")
    PROGRAMME = "programme", _("programme only (ancillary)")
    NONE = "none", _("none (course, roster, nomination)")


class PostingStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    STOOD_DOWN = "stood_down", _("Stood down")


class Regime(models.TextChoices):
    SECONDED = "seconded", _("Seconded")
    CONTRACTED = "contracted", _("Contracted")


# The columns in which a posting asks for something, side by side as the desk's form shows them; empty asks nothing.
# deployments.eligibility.rule.Requirements has a field of each name, which the form, the checkers and the acts read.
REQUIREMENT_COLUMNS = (("min_age", "max_age"), ("min_service_years", "max_retired_years"), ("min_rank", "max_rank"))


class Posting(JobContent):
    """A role in a mission. ``places`` is a level of its own: the most officers in it on any day, undated."""

    is_public_content = True
    reference = models.SlugField(_("reference"), unique=True, max_length=60)
    mission = models.ForeignKey(Mission, models.PROTECT, verbose_name=_("mission"), related_name="postings")
    title_en = CleanCharField(_("title in English"), max_length=200)
    title_fr = CleanCharField(_("title in French"), max_length=200)
    duty_station_en = CleanCharField(_("duty station in English"), max_length=120, blank=True)
    duty_station_fr = CleanCharField(_("duty station in French"), max_length=120, blank=True)
    description_en = CleanTextField(_("description in English"), blank=True)
    description_fr = CleanTextField(_("description in French"), blank=True)
    role_profile = models.ForeignKey(
        RoleProfile,
        models.PROTECT,
        verbose_name=_("role profile"),
        related_name="postings",
        null=True,
        blank=True,
        help_text=_("Texts about the job that are empty below are read from this profile, then from the standard one."),
    )
    places = models.PositiveIntegerField(_("places"), default=1)
    counts_against = models.CharField(
        _("counts against"), max_length=10, choices=CountsAgainst.choices, default=CountsAgainst.ALL
    )
    tour_months = models.PositiveSmallIntegerField(
        _("usual tour in months"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    regime = models.CharField(_("regime"), max_length=12, choices=Regime.choices, default=Regime.SECONDED)
    is_armed = models.BooleanField(_("armed"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    tour_first_day = models.DateField(_("planned departure"), null=True, blank=True)
    tour_last_day = models.DateField(_("planned return"), null=True, blank=True)
    min_age = models.PositiveSmallIntegerField(_("lowest age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("highest age"), null=True, blank=True)
    min_service_years = models.PositiveSmallIntegerField(_("least years of service"), null=True, blank=True)
    max_retired_years = models.PositiveSmallIntegerField(_("most years since retirement"), null=True, blank=True)
    min_rank = models.CharField(_("lowest rank"), max_length=30, choices=Rank.choices, blank=True)
    max_rank = models.CharField(_("highest rank"), max_length=30, choices=Rank.choices, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=PostingStatus.choices, default=PostingStatus.OPEN, editable=False
    )
    stood_down_at = models.DateTimeField(_("stood down on"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = FoldedTextField(sources=("reference", "title_en", "title_fr", "duty_station_en", "duty_station_fr"))
    title = Bilingual("title")
    duty_station = Bilingual("duty_station")
    description = Bilingual("description")
    history = HistoricalRecords(excluded_fields=["search_text", "changed_at"])

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["reference"]
        permissions = [("manage_posting", "May open, stand down and reopen postings")]
        constraints = [
            models.CheckConstraint(
                condition=in_both("title") & both_or_neither("duty_station") & both_or_neither("description"),
                name="posting_in_both",
                violation_error_message=_("Give the posting's texts in English and in French."),
            ),
            models.CheckConstraint(
                condition=all_in_both(JOB_TEXTS), name="posting_job_in_both", violation_error_message=JOB_IN_BOTH
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="posting_closes_after_opening",
                violation_error_message=_("The closing time is before the opening time."),
            ),
            models.CheckConstraint(
                condition=Q(tour_first_day=None) | Q(tour_last_day=None) | Q(tour_last_day__gte=F("tour_first_day")),
                name="posting_tour_days_in_order",
                violation_error_message=_("The planned return is before the planned departure."),
            ),
            models.CheckConstraint(condition=Q(counts_against__in=CountsAgainst.values), name="posting_counts_against"),
            models.CheckConstraint(condition=Q(status__in=PostingStatus.values), name="posting_status"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"

    def clean(self) -> None:
        """Two openings never have the same title: a reader of the list could not tell them apart."""
        super().clean()
        if self.closes_at is None or self.status == PostingStatus.STOOD_DOWN:
            return
        others = Posting.objects.exclude(pk=self.pk).exclude(status=PostingStatus.STOOD_DOWN)
        others = others.filter(closes_at__gte=timezone.now())
        for field in ("title_en", "title_fr"):
            other = others.filter(**{f"{field}__iexact": getattr(self, field)}).first()
            if other is not None:
                raise ValidationError(
                    {
                        field: _("The opening %(reference)s has this title already: name the place or the task too.")
                        % {"reference": other.reference}
                    }
                )

    @property
    def asks_in_columns(self) -> bool:
        """Whether a column of REQUIREMENT_COLUMNS asks for anything."""
        return any(getattr(self, name) not in (None, "") for pair in REQUIREMENT_COLUMNS for name in pair)

    @property
    def history_label(self) -> str:
        return self.reference
