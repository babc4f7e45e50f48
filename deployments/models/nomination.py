"""The ledger of nominations: who was proposed to which organization for which posting, and what it answered."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanTextField
from deployments.models.application import Application, ReasonCode
from missions.models import Organization


class HostAnswer(models.TextChoices):
    """What became of a nomination; one without an answer on record is waiting."""

    WAITING = "waiting", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    NO_ANSWER = "no_answer", _("No answer")
    TAKEN_BACK = "taken_back", _("Taken back before an answer")


def latest_answer() -> Coalesce:
    """The latest answer on record of a nomination, as a column of a query."""
    latest = NominationAnswer.objects.filter(nomination=OuterRef("pk")).order_by("-pk")
    return Coalesce(Subquery(latest.values("answer")[:1]), Value(HostAnswer.WAITING.value))


class Nomination(models.Model):
    """An application was proposed to an organization. A row is added, never changed; so are its answers.

    ``organization`` is empty where the mission names none; ``sent_on`` is None where the day is not on record. Written by
    deployments.domain.nomination_rows alone.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name=_("application"), related_name="nominations"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("organization"), null=True, related_name="nominations"
    )
    sent_on = models.DateField(_("sent"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("sent by"), null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["-sent_on", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["organization", "sent_on"], name="nomination_organization")]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def latest(self) -> "NominationAnswer | None":
        """The answer that counts; read from ``answers``, which a list prefetches."""
        return max(self.answers.all(), key=lambda each: each.pk, default=None)

    @property
    def answer(self) -> HostAnswer:
        latest = self.latest
        return HostAnswer(latest.answer) if latest else HostAnswer.WAITING


class NominationAnswer(models.Model):
    """What an organization answered, on which day and why; the latest counts.

    A refusal has a coded reason, which the applicant reads; ``reason`` is in the desk's own words.
    """

    nomination = models.ForeignKey(Nomination, models.PROTECT, verbose_name=_("nomination"), related_name="answers")
    answer = models.CharField(_("answer"), max_length=12, choices=HostAnswer.choices)
    answered_on = models.DateField(_("answered"), null=True)
    reason_code = models.CharField(_("reason"), max_length=20, choices=ReasonCode.choices, blank=True)
    reason = CleanTextField(_("in words"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("recorded by"), null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("answer to a nomination")
        verbose_name_plural = _("answers to nominations")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=HostAnswer.values), name="nomination_answer"),
            models.CheckConstraint(
                condition=Q(answer__in=[HostAnswer.WAITING, HostAnswer.ACCEPTED], reason_code="")
                | Q(answer=HostAnswer.DECLINED, reason_code__in=ReasonCode.values)
                | Q(answer__in=[HostAnswer.NO_ANSWER, HostAnswer.TAKEN_BACK], reason_code__in=["", *ReasonCode.values]),
                name="nomination_answer_has_reason",
                violation_error_message=_("A refusal has a reason; an acceptance has none."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())
