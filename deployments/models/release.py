"""Releases: the days for which a police service lets an officer go."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Document
from core.text.dates import in_words
from core.text.fields import CleanCharField, CleanTextField
from core.text.validators import refuse_disguises
from deployments.models.posting import Posting
from officers.models import Officer, PoliceService, User


class ReleaseQuerySet(models.QuerySet["Release"]):
    def in_force(self) -> Self:
        """Releases that are not withdrawn."""
        return self.filter(withdrawn_at=None)


class Release(models.Model):
    """A police service releases an officer from ``first_day`` to ``last_day``, both inclusive.

    For one posting, or for any (``posting`` empty). It came by letter where it has a letter's number and date, else it
    was given in the portal. It counts while it is not withdrawn and the officer is in that service. The guards in the
    database let its withdrawal alone change it.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), related_name="releases")
    police_service = models.ForeignKey(
        PoliceService, models.PROTECT, verbose_name=_("police service"), related_name="releases"
    )
    posting = models.ForeignKey(
        Posting, models.PROTECT, verbose_name=_("posting"), null=True, blank=True, related_name="releases"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    letter_number = CleanCharField(_("number of the letter"), max_length=60, blank=True, validators=[refuse_disguises])
    letter_date = models.DateField(_("date of the letter"), null=True, blank=True)
    reason = CleanTextField(_("remark"), blank=True)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("given by"),
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("withdrawn by"),
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawal_reason = CleanTextField(_("reason of the withdrawal"), blank=True, editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="release_days_in_order",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(letter_number="", letter_date=None) | (~Q(letter_number="") & Q(letter_date__isnull=False)),
                name="release_letter_number_and_date",
                violation_error_message=_("A letter has a number and a date."),
            ),
            models.UniqueConstraint(
                fields=["officer", "police_service", "posting", "first_day", "last_day"],
                condition=Q(withdrawn_at=None, posting__isnull=False),
                name="release_once_for_a_posting",
                violation_error_message=_("This release is recorded already."),
            ),
            models.UniqueConstraint(
                fields=["officer", "police_service", "first_day", "last_day"],
                condition=Q(withdrawn_at=None, posting=None),
                name="release_once_for_any_posting",
                violation_error_message=_("This release is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["officer", "last_day"], name="release_officer_days")]

    def __str__(self) -> str:
        return f"{self.officer}, {in_words(self.first_day)} – {in_words(self.last_day)}"

    @property
    def history_label(self) -> str:
        return f"{self.officer}, {self.first_day} – {self.last_day}"

    @property
    def is_by_letter(self) -> bool:
        return bool(self.letter_number)


class ReleaseLetter(Document):
    """The letter by which a release came. Written by deployments.domain.releases alone."""

    release = models.OneToOneField(Release, models.PROTECT, verbose_name=_("release"), related_name="letter")

    class Meta(Document.Meta):
        verbose_name = _("letter of release")
        verbose_name_plural = _("letters of release")

    @property
    def owner(self) -> User | None:
        return self.release.given_by
