"""What happens during a tour without changing whom it counts: leave, an extension that is asked for, the appraisal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.dates import in_words
from core.text.fields import CleanTextField
from deployments.models.deployment import Deployment


class Leave(models.Model):
    """Days of leave inside a tour, both inclusive. Leave frees no place."""

    deployment = models.ForeignKey(Deployment, models.PROTECT, verbose_name=_("deployment"), related_name="leaves")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="leave_days_in_order",
                violation_error_message=_("The last day is before the first day."),
            )
        ]

    def __str__(self) -> str:
        return f"{in_words(self.first_day)} – {in_words(self.last_day)}"


class ExtensionState(models.TextChoices):
    OPEN = "open", _("Asked for")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")


class ExtensionRequest(models.Model):
    """A later last day that is asked for. The home service and the mission agree before the desk grants it."""

    deployment = models.ForeignKey(Deployment, models.PROTECT, verbose_name=_("deployment"), related_name="extensions")
    last_day = models.DateField(_("last day asked for"))
    reason = CleanTextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.OPEN, editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"), related_name="+", editable=False
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    service_agreed_at = models.DateTimeField(_("home service agreed"), null=True, editable=False)
    mission_agreed_at = models.DateTimeField(_("mission agreed"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        verbose_name = _("extension asked for")
        verbose_name_plural = _("extensions asked for")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment"],
                condition=Q(state=ExtensionState.OPEN),
                name="one_open_extension",
                violation_error_message=_("An extension is asked for already."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.GRANTED)
                | Q(service_agreed_at__isnull=False, mission_agreed_at__isnull=False),
                name="extension_granted_once_agreed",
            ),
            models.CheckConstraint(condition=Q(state__in=ExtensionState.values), name="extension_state"),
        ]

    def __str__(self) -> str:
        return f"{in_words(self.last_day)}, {self.get_state_display()}"


class AppraisalOutcome(models.TextChoices):
    EXCEEDED = "exceeded", _("Above what was asked")
    MET = "met", _("What was asked")
    PARTLY_MET = "partly_met", _("Partly what was asked")
    NOT_MET = "not_met", _("Not what was asked")


class Appraisal(models.Model):
    """How the work of a tour is judged at its end; one for a tour, and it stays as it was given."""

    deployment = models.OneToOneField(
        Deployment, models.PROTECT, verbose_name=_("deployment"), related_name="appraisal"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=AppraisalOutcome.choices)
    given_on = models.DateField(_("given on"))
    remarks = CleanTextField(_("remarks"), blank=True, max_length=2000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("recorded by"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=AppraisalOutcome.values), name="appraisal_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({in_words(self.given_on)})"
