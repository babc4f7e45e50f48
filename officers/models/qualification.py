"""Qualifications: the kinds that the desk knows, and what each officer holds, from when until when."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import Document
from core.text.bilingual import Bilingual, in_both
from core.text.fields import CleanCharField
from core.text.folded import named
from core.text.validators import refuse_disguises
from officers.models.officer import Officer
from officers.models.user import User


class QualificationKind(models.TextChoices):
    FIREARMS = "firearms", _("Firearms")
    DRIVING = "driving", _("Driving")
    MEDICAL = "medical", _("Medical")
    SECURITY = "security", _("Security clearance")
    PASSPORT = "passport", _("Passport")
    UN_CLEARANCE = "un_clearance", _("UN assessment clearance")
    COURSE = "course", _("Course")


class Qualification(models.Model):
    """Something that a posting can ask for: a clearance, a licence, a grade, a course. ``code`` is the lasting name."""

    is_public_content = True
    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=QualificationKind.choices)
    name_en = CleanCharField(_("name in English"), max_length=120)
    name_fr = CleanCharField(_("name in French"), max_length=120)
    grades = CleanCharField(
        _("grades"),
        max_length=200,
        blank=True,
        help_text=_("The possible outcomes, separated by semicolons, as in MS1;MS2;MS3; empty where there is none."),
    )
    expires = models.BooleanField(_("has an end of validity"), default=True)
    is_active = models.BooleanField(_("can be added to profiles"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=in_both("name"),
                name="qualification_named_in_both",
                violation_error_message=_("Give the name in English and in French."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def grade_list(self) -> list[str]:
        return [grade.strip() for grade in self.grades.split(";") if grade.strip()]


class QualificationGrantQuerySet(models.QuerySet["QualificationGrant"]):
    def through(self, first_day: datetime.date, last_day: datetime.date) -> Self:
        """Grants valid on every day from ``first_day`` to ``last_day``, both inclusive."""
        endless = models.Q(valid_until=None)
        return self.filter(endless | models.Q(valid_until__gte=last_day), valid_from__lte=first_day)

    def not_renewed(self) -> Self:
        """Grants without another grant of the same qualification to the same officer that ends later, or never."""
        later = QualificationGrant.objects.filter(
            models.Q(valid_until=None) | models.Q(valid_until__gt=models.OuterRef("valid_until")),
            officer=models.OuterRef("officer"),
            qualification=models.OuterRef("qualification"),
        )
        return self.filter(~models.Exists(later))


class QualificationGrant(models.Model):
    """What an officer holds: valid from its first to its last day, both inclusive, or without an end.

    Of medical and security results only the outcome and the validity are kept. ``verified_by`` is set by
    officers.domain.verification alone, and taken away when the officer changes the grant.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"), related_name="grants")
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("qualification"), related_name="grants"
    )
    grade = CleanCharField(_("grade"), max_length=40, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    evidence_note = CleanCharField(
        _("evidence"),
        max_length=300,
        blank=True,
        validators=[refuse_disguises],
        help_text=_("Who issued it and under what number. No medical details."),
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("verified by"),
        null=True,
        related_name="+",
        editable=False,
    )
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    history = HistoricalRecords()

    objects = QualificationGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification held")
        verbose_name_plural = _("qualifications held")
        ordering = ["qualification__position", "qualification__code", "-valid_from"]
        permissions = [("verify_qualificationgrant", "Can verify an officer's qualification")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="grant_ends_after_start",
                violation_error_message=_("The last day of validity is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by=None, verified_at=None)
                | models.Q(verified_by__isnull=False, verified_at__isnull=False),
                name="grant_verified_by_and_at",
            ),
            models.UniqueConstraint(
                fields=["officer", "qualification", "valid_from"],
                name="grant_once_from_a_day",
                violation_error_message=_("This qualification is in your profile already with this first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification} ({self.grade})" if self.grade else str(self.qualification)


class QualificationEvidence(Document):
    """The document that shows what an officer holds. Written by officers.domain.evidence alone."""

    grant = models.OneToOneField(
        QualificationGrant, models.CASCADE, verbose_name=_("qualification held"), related_name="evidence"
    )

    class Meta(Document.Meta):
        verbose_name = _("evidence document")
        verbose_name_plural = _("evidence documents")

    @property
    def owner(self) -> User:
        return self.grant.officer.user


class ExpiryWarning(models.Model):
    """That an officer was warned, so many days ahead, of the end of a qualification; once for each end and stage."""

    grant = models.ForeignKey(QualificationGrant, models.CASCADE, related_name="warnings", editable=False)
    valid_until = models.DateField(editable=False)
    days_ahead = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        verbose_name = _("warning of an end of validity")
        verbose_name_plural = _("warnings of ends of validity")
        constraints = [
            models.UniqueConstraint(fields=["grant", "valid_until", "days_ahead"], name="expiry_warned_once")
        ]

    def __str__(self) -> str:
        return named(self.grant, self.days_ahead)
