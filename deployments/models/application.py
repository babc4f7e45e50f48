"""Applications: one officer's candidature for one posting, with its documents and waivers."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Document
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import named
from deployments.models.deployment import Deployment
from deployments.models.posting import Posting
from officers.models import Officer, PoliceService, User


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ENDORSED = "endorsed", _("Endorsed by the police service")
    SCREENED_IN = "screened_in", _("Screened in")
    IN_ASSESSMENT = "in_assessment", _("In assessment")
    QUALIFIED = "qualified", _("Qualified (stand-by roster)")
    NOMINATED = "nominated", _("Nominated")
    SELECTED = "selected", _("Selected")
    ACCEPTED = "accepted", _("Accepted")
    NOT_RELEASED = "not_released", _("Not released by the police service")
    SCREENED_OUT = "screened_out", _("Screened out")
    NOT_SELECTED = "not_selected", _("Not selected")
    REFUSED_BY_HOST = "refused_by_host", _("Refused by the receiving organization")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    STOOD_DOWN = "stood_down", _("Posting stood down")

    @classmethod
    def open_states(cls) -> list[str]:
        """Handed in and not yet decided for good: what the desk still has to work on."""
        return [
            cls.SUBMITTED, cls.ENDORSED, cls.SCREENED_IN, cls.IN_ASSESSMENT, cls.QUALIFIED, cls.NOMINATED, cls.SELECTED,
        ]  # fmt: skip

    @classmethod
    def ended_states(cls) -> list[str]:
        """Ends from which only staff can bring an application back, with a reason."""
        return [
            cls.NOT_RELEASED, cls.SCREENED_OUT, cls.NOT_SELECTED, cls.REFUSED_BY_HOST, cls.WITHDRAWN, cls.EXPIRED,
            cls.STOOD_DOWN,
        ]  # fmt: skip

    @classmethod
    def running_states(cls) -> list[str]:
        """States of which an officer has at most one for a posting: a draft, an open or an accepted application."""
        return [cls.DRAFT, *cls.open_states(), cls.ACCEPTED]


class ReasonCode(models.TextChoices):
    """Why an application ended, in the one clear label that the applicant reads."""

    REQUIREMENTS = "requirements", _("A requirement is not met")
    INCOMPLETE = "incomplete", _("The file is incomplete")
    ASSESSMENT = "assessment", _("An assessment was not passed")
    OTHER_CANDIDATE = "other_candidate", _("Another candidate was selected")
    NO_PLACE = "no_place", _("No place is left")
    SERVICE_NEEDS = "service_needs", _("The police service cannot release the officer now")
    HOST_DECISION = "host_decision", _("Decision of the receiving organization")
    NO_ANSWER = "no_answer", _("The receiving organization gave no answer")
    PERSONAL = "personal", _("At the officer's own wish")
    TOO_LATE = "too_late", _("A deadline has passed")
    POSTING_CHANGED = "posting_changed", _("The posting was stood down")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        """Applications on which the desk still has to decide."""
        return self.filter(state__in=ApplicationState.open_states())

    def submitted_from(self, services: Iterable[PoliceService]) -> Self:
        """Applications of the officers of ``services``, without drafts."""
        return self.filter(officer__police_service__in=services).exclude(state=ApplicationState.DRAFT)


class Application(models.Model):
    """One officer applies for one posting. The state is changed by deployments.domain.applications alone."""

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"), related_name="applications")
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name=_("posting"), related_name="applications")
    state = models.CharField(
        _("state"), max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT, editable=False
    )
    motivation = CleanTextField(_("why you apply"), blank=True, max_length=4000)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    shown_state = models.CharField(
        _("state the officer sees"),
        max_length=20,
        choices=ApplicationState.choices,
        default=ApplicationState.DRAFT,
        editable=False,
    )
    reason_code = models.CharField(
        _("reason of the end"), max_length=20, choices=ReasonCode.choices, blank=True, editable=False
    )
    applicant_words = CleanTextField(_("words to the applicant"), blank=True, max_length=2000, editable=False)
    findings = models.JSONField(_("requirements when it was decided"), default=list, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    last_open_state = CleanCharField(max_length=20, blank=True, editable=False, verbose_name=_("last open state"))
    qualified_until = models.DateField(_("qualified until"), null=True, blank=True, editable=False)
    proposed_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("proposed from"), null=True, related_name="proposals", editable=False
    )
    deployment = models.OneToOneField(
        Deployment, models.PROTECT, verbose_name=_("deployment"), null=True, related_name="application", editable=False
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("assess", "May screen, assess, qualify and nominate applications"),
            ("select", "May select applicants"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state"),
            models.UniqueConstraint(
                fields=["officer", "posting"],
                condition=Q(state__in=ApplicationState.running_states()),
                name="application_once_at_a_time",
                violation_error_message=_("There is already an application of this officer for this posting."),
            ),
        ]
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="application_latest"),
            models.Index(fields=["posting", "state"], name="application_pipeline"),
            models.Index(fields=["state", "state_since"], name="application_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.officer}, {self.posting.title}"

    @property
    def history_label(self) -> str:
        return f"{self.officer}, {self.posting.reference}"


class DocumentKind(models.TextChoices):
    """What a document of an application is."""

    CV = "cv", _("CV")
    PERSONAL_HISTORY = "personal_history", _("Personal history form (P11)")
    SUPERVISOR_LETTER = "supervisor_letter", _("Supervisor's letter")
    CERTIFICATE = "certificate", _("Certificate or diploma")
    OTHER = "other", _("Another document")


class ApplicationDocument(Document):
    """A file handed in with an application."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="documents", verbose_name=_("application")
    )
    kind = models.CharField(
        _("kind of document"), max_length=20, choices=DocumentKind.choices, default=DocumentKind.OTHER
    )

    class Meta(Document.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def owner(self) -> User:
        return self.application.officer.user


class Waiver(models.Model):
    """Staff accept that one requirement is not met, with a reason; it stays visible."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="waivers", verbose_name=_("application"))
    requirement = CleanCharField(_("requirement"), max_length=60)
    reason = CleanTextField(_("reason"))
    # What was on record about the requirement when it was waived, as in OfficerWaiver.
    on_record = models.JSONField(_("on record when it was waived"), null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "requirement"], name="waiver_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return named(self.requirement, self.reason)
