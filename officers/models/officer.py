"""Officers: the profile beside an account."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower, Replace
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.text.clean import number_key
from core.text.fields import CleanCharField, ServiceNumberField
from core.text.validators import refuse_disguises
from officers.models.service import PoliceService

NUMBER_KEY = Lower(Replace("service_number", Value(" "), Value("")))


class GenderAnswer(models.TextChoices):
    """What an officer answers to the question for the gender; nothing where it was not answered."""

    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    ANOTHER = "another", _("Another gender")
    UNDISCLOSED = "undisclosed", _("I prefer not to say")
    OWN_WORDS = "own_words", _("In my own words")


class OfficerQuerySet(models.QuerySet["Officer"]):
    def numbered(self, *numbers: str) -> Self:
        """Those of any service with one of the numbers, however it is written (core.text.clean.number_key)."""
        keys = [number_key(number) for number in numbers]
        return self.alias(written_alike=NUMBER_KEY).filter(written_alike__in=keys)


class Officer(models.Model):
    """A police officer: the profile beside an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("account"), related_name="officer"
    )
    police_service = models.ForeignKey(
        PoliceService, models.PROTECT, verbose_name=_("police service"), related_name="officers"
    )
    service_number = ServiceNumberField(_("service number"), max_length=30, validators=[refuse_disguises])
    rank = CleanCharField(_("rank"), max_length=80, blank=True, validators=[refuse_disguises])
    member_since = models.DateField(
        _("member since"), null=True, blank=True, help_text=_("Without the time in training.")
    )
    retired_on = models.DateField(
        _("retirement date"), null=True, blank=True, help_text=_("Past or planned; leave it empty if there is none.")
    )
    telephone = CleanCharField(
        _("telephone"),
        max_length=40,
        blank=True,
        validators=[refuse_disguises],
        help_text=_("With the country code: in an emergency this person is called first."),
    )
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    gender_answer = models.CharField(_("gender"), max_length=12, choices=GenderAnswer.choices, blank=True)
    gender = CleanCharField(
        _("gender, in own words"),
        max_length=60,
        blank=True,
        validators=[refuse_disguises],
        help_text=_("Only with the answer “In my own words”. It is used for statistics only."),
    )
    may_be_asked = models.BooleanField(_("may be asked again"), default=False)
    has_convictions = models.BooleanField(_("criminal convictions"), null=True, blank=True)
    has_open_investigations = models.BooleanField(_("open investigations"), null=True, blank=True)
    declared_at = models.DateTimeField(_("declared"), null=True, editable=False)
    history = HistoricalRecords()

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["user__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "police_service",
                NUMBER_KEY,
                name="officer_service_number_once",
                violation_error_message=_("This service number is taken in this police service."),
            ),
            models.CheckConstraint(
                condition=models.Q(retired_on=None)
                | models.Q(member_since=None)
                | models.Q(retired_on__gte=models.F("member_since")),
                name="officer_retires_after_joining",
                violation_error_message=_("The retirement date is before the day of joining."),
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date=None)
                | models.Q(member_since=None)
                | models.Q(birth_date__lt=models.F("member_since")),
                name="officer_born_before_joining",
                violation_error_message=_("The birth date is not before the day of joining."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
