"""Deployments: one officer's tour of duty in one posting."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.dates import in_words
from core.text.fields import CleanTextField
from deployments.models.posting import Posting
from missions.models import Mission, Operation
from officers.models import Officer


class DeploymentState(models.TextChoices):
    RESERVED = "reserved", _("Reserved")
    PREPARATION = "preparation", _("Pre-deployment")
    IN_MISSION = "in_mission", _("In mission")
    ENDED = "ended", _("Ended")
    REINTEGRATION = "reintegration", _("Reintegration")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def live_states(cls) -> list[str]:
        """States of a tour that is still to come or under way: its last day is planned, not actual."""
        return [cls.RESERVED, cls.PREPARATION, cls.IN_MISSION]

    @classmethod
    def consuming_states(cls) -> list[str]:
        """States that occupy their days: all but cancelled; an ended tour occupies them to its actual last day."""
        return [state for state in cls.values if state != cls.CANCELLED]


class EndReason(models.TextChoices):
    COMPLETED = "completed", _("Completed")
    MEDICAL = "medical", _("Repatriated: medical")
    COMPASSIONATE = "compassionate", _("Repatriated: compassionate")
    DISCIPLINE = "discipline", _("Repatriated: discipline")
    PERFORMANCE = "performance", _("Repatriated: performance")
    SECURITY = "security", _("Repatriated: security")
    CURTAILED = "curtailed", _("Curtailed")
    TRANSFERRED = "transferred", _("Transferred")


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    def consuming(self) -> Self:
        """Tours that occupy their days."""
        return self.exclude(state=DeploymentState.CANCELLED)

    def prepared(self) -> Self:
        """Tours that are more than a held place: in preparation, in mission or over."""
        return self.consuming().exclude(state=DeploymentState.RESERVED)

    def within(self, record: Operation | Mission) -> Self:
        """Tours in the postings of an operation or a mission."""
        path = "posting__mission" if isinstance(record, Mission) else "posting__mission__operation"
        return self.filter(**{path: record})

    def on(self, day: datetime.date) -> Self:
        """Tours that occupy ``day``; first and last day are inclusive."""
        return self.consuming().filter(first_day__lte=day, last_day__gte=day)


class Deployment(models.Model):
    """A tour of duty: the officer occupies a place on every day from ``first_day`` to ``last_day``, both inclusive.

    ``late_from`` is the first day of an acknowledged late return (rule 12 of docs/domain.md): from it to the last day
    the tour counts, but an excess that it makes is recorded as accepted. Only an ended tour can have it.
    ``was_firm`` says of a tour that is over that it was firm on its days: it goes on without being asked for them anew.
    ``relieves`` is the tour of the same posting from which this one is named to take over; a guard holds that it is one.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), related_name="deployments")
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name=_("posting"), related_name="deployments")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    state = models.CharField(
        _("state"), max_length=15, choices=DeploymentState.choices, default=DeploymentState.RESERVED, editable=False
    )
    hold_until = models.DateField(_("held until"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("end"), max_length=15, choices=EndReason.choices, blank=True, editable=False)
    was_firm = models.BooleanField(_("was firm on its days"), default=False, db_default=False, editable=False)
    late_from = models.DateField(_("late from"), null=True, blank=True, editable=False)
    late_reason = CleanTextField(_("reason of the late return"), blank=True, editable=False)
    transferred_from = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("transferred from"),
        null=True,
        blank=True,
        related_name="transferred_to",
        editable=False,
    )
    relieves = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("takes over from"),
        null=True,
        blank=True,
        related_name="relieved_by",
        editable=False,
        db_index=False,  # deployment_relieved_once has the index
    )
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("recorded by"),
        null=True,
        related_name="+",
        editable=False,
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ["-first_day", "pk"]
        permissions = [
            ("deploy", "May reserve, extend, transfer, end and cancel deployments"),
            ("set_strength", "May set and withdraw authorized strengths"),
            ("set_terms", "May suspend, close and reopen operations and missions"),
            ("import_operations", "May import operations"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="deployment_days_in_order",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(condition=Q(state__in=DeploymentState.values), name="deployment_state"),
            models.CheckConstraint(
                condition=Q(late_from=None)
                | (
                    Q(late_from__gt=F("first_day"), late_from__lte=F("last_day"))
                    & ~Q(late_reason="")
                    & Q(state__in=[DeploymentState.ENDED, DeploymentState.REINTEGRATION, DeploymentState.CLOSED])
                ),
                name="deployment_late_return_is_ended",
                violation_error_message=_("Only an ended tour has a late return, with a reason."),
            ),
            models.UniqueConstraint(
                fields=["relieves"],
                name="deployment_relieved_once",
                violation_error_message=_("A successor is named for this tour already."),
            ),
            models.CheckConstraint(
                condition=Q(relieves=None) | (~Q(relieves=F("id")) & ~Q(state=DeploymentState.CANCELLED)),
                name="deployment_relieves_another",
                violation_error_message=_("A tour does not take over from itself, nor does a cancelled one."),
            ),
        ]
        indexes = [
            models.Index(fields=["-first_day", "id"], name="deployment_latest"),
            models.Index(fields=["last_day", "first_day"], name="deployment_days"),
            models.Index(fields=["state", "last_day"], name="deployment_state_days"),
            models.Index(fields=["posting", "last_day"], name="deployment_posting_days"),
            models.Index(fields=["officer", "last_day"], name="deployment_officer_days"),
        ]

    def __str__(self) -> str:
        return f"{self.officer}, {self.posting.title}, {in_words(self.first_day)} – {in_words(self.last_day)}"

    @property
    def is_before_records(self) -> bool:
        """Whether the tour was over before the records of its operation begin: it met no number then."""
        begin = self.posting.mission.operation.records_from
        return begin is not None and self.last_day < begin

    @property
    def history_label(self) -> str:
        return f"{self.officer}, {self.posting.reference}, {self.first_day} – {self.last_day}"
