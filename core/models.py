"""The history of acts (rows are added, never changed), the outbox of mail, and what every document has."""

import datetime
import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.storage import random_name
from core.text.fields import CleanCharField, CleanTextField
from core.text.folded import FoldedTextField


class ContentRevision(models.Model):
    """One row, whose token changes with everything that a public page shows (core.revision)."""

    token = CleanCharField(_("token"), max_length=36, editable=False)

    class Meta:
        verbose_name = _("content revision")
        verbose_name_plural = _("content revisions")
        default_permissions = ()

    def __str__(self) -> str:
        return self.token

    @staticmethod
    def new() -> str:
        """A token that was never there before."""
        return str(uuid.uuid4())


class HistoryEntry(models.Model):
    """One act on one record, written in the same transaction as the act itself."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who"), null=True, related_name="+", editable=False
    )
    verb = CleanCharField(_("act"), max_length=40, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    record = GenericForeignKey()
    label = CleanCharField(_("record"), max_length=250, editable=False)
    from_state = CleanCharField(_("from"), max_length=40, blank=True, editable=False)
    to_state = CleanCharField(_("to"), max_length=40, blank=True, editable=False)
    reason = CleanTextField(_("reason"), blank=True, editable=False)
    detail = models.JSONField(_("detail"), default=dict, editable=False)
    search_text = FoldedTextField(sources=("label", "reason"))

    class Meta:
        verbose_name = _("act in history")
        verbose_name_plural = _("acts in history")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-at"], name="history_record"),
            models.Index(fields=["-at"], name="history_at"),
        ]

    def __str__(self) -> str:
        return self.label


class MailState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    def due(self, now: datetime.datetime) -> Self:
        """Waiting mails whose next attempt has come and that no sender holds, oldest first."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        return self.filter(free, state=MailState.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def given_up(self) -> Self:
        return self.filter(state=MailState.GIVEN_UP)


class OutboxMail(models.Model):
    """One mail to one address, from the act that queued it until the mail server took it (core.mail.outbox, core.mail.delivery).

    ``message_id`` never changes, so that a mail delivered twice after a crash is recognized as one. ``last_error`` names
    the kind of error and the server's code: no address and no text of the server.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("account"),
        null=True,
        related_name="+",
        editable=False,
    )
    address = models.EmailField(_("address"), editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, editable=False)
    template = CleanCharField(_("kind of mail"), max_length=80, editable=False)
    subject = CleanCharField(_("subject"), max_length=250, editable=False)
    text_body = CleanTextField(_("text"), editable=False)
    confidential = models.BooleanField(_("confidential"), default=False, editable=False)
    message_id = CleanCharField(_("Message-ID"), max_length=250, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED, editable=False
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    unsure_attempts = models.PositiveSmallIntegerField(_("attempts that may have arrived"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now, editable=False)
    leased_until = models.DateTimeField(_("held by a sender until"), null=True, editable=False)
    created_at = models.DateTimeField(_("queued"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    last_error = CleanCharField(_("last error"), max_length=100, blank=True, editable=False)

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "-pk"]
        permissions = [("retry_outboxmail", "Can try a given-up mail again")]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=MailState.SENT, sent_at__isnull=False)
                | (~models.Q(state=MailState.SENT) & models.Q(sent_at=None)),
                name="outbox_sent_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} ({self.pk})"


class ScanState(models.TextChoices):
    UNSCANNED = "unscanned", _("not scanned")
    CLEAN = "clean", _("scanned, nothing found")
    INFECTED = "infected", _("harmful content found")


class Document(models.Model):
    """A file that somebody handed in: kept under a random name, never at a public address (core.files.uploads).

    A kind of document says in ``owner`` who handed it in.
    """

    file = models.FileField(_("file"), upload_to=random_name, max_length=120)
    name = CleanCharField(_("name"), max_length=200)
    media_type = CleanCharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash of the content"), max_length=64, blank=True, editable=False)
    uploaded_at = models.DateTimeField(_("handed in"), default=timezone.now)
    scan_state = models.CharField(
        _("scan for harmful content"),
        max_length=10,
        choices=ScanState.choices,
        default=ScanState.UNSCANNED,
        editable=False,
    )
    scanned_at = models.DateTimeField(_("scanned"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Any:
        raise NotImplementedError

    @property
    def kept_back(self) -> str:
        """Why nobody is given the document, in words; "" for one that is given out."""
        if self.scan_state == ScanState.INFECTED:
            return gettext("Kept away: harmful content was found in this document.")
        if self.scan_state == ScanState.UNSCANNED and settings.UPLOAD_SCANNER:
            return gettext("Being checked for harmful content: it can be opened as soon as that is done.")
        return ""
