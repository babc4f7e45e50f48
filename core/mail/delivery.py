"""Sending the outbox: one mail at a time, each held by a lease while it is under way.

A sender that dies leaves a lease that runs out; its mail is then sent by another, under the same Message-ID. Several
senders may run beside each other.
"""

import datetime
import smtplib
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from core.mail.outbox import html_of, readable
from core.models import MailState, OutboxMail

LEASE = datetime.timedelta(minutes=5)
FIRST_WAIT = datetime.timedelta(minutes=1)
LONGEST_WAIT = datetime.timedelta(hours=6)
ATTEMPTS = 25
# Of a mail that the server may have taken before the line broke: more would be copies in somebody's box.
UNSURE_ATTEMPTS = 3
log = structlog.get_logger(__name__)


def deliver_due(told_to_stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; the number of mails sent. Ends early when the server does not answer: the rest stay due."""
    sent = 0
    while not told_to_stop() and (mail := claim()) is not None:
        error = _attempt(mail)
        if error is None:
            sent += 1
        elif is_about_the_server(error):
            break
    return sent


def claim() -> OutboxMail | None:
    """Take the oldest due mail for LEASE, counting the attempt; None when nothing is due."""
    now = timezone.now()
    if not OutboxMail.objects.due(now).exists():
        return None
    with transaction.atomic():
        mail = OutboxMail.objects.select_for_update(skip_locked=True).due(now).first()
        if mail is None:
            return None
        if mail.leased_until is not None:  # its sender died on the way
            mail.unsure_attempts += 1
        if mail.unsure_attempts >= UNSURE_ATTEMPTS:
            _give_up(mail)
        else:
            mail.attempts += 1
            mail.leased_until = now + LEASE
        mail.save(update_fields=["attempts", "unsure_attempts", "leased_until", "state", "last_error"])
    return mail if mail.state == MailState.QUEUED else claim()


def _give_up(mail: OutboxMail) -> None:
    mail.state, mail.leased_until = MailState.GIVEN_UP, None
    mail.last_error = mail.last_error or "SenderDied"


def message(mail: OutboxMail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire; the same at every attempt."""
    built = EmailMultiAlternatives(
        mail.subject,
        readable(mail.text_body),
        settings.DEFAULT_FROM_EMAIL,
        [mail.address],
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created_at),
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    built.attach_alternative(html_of(mail), "text/html")
    return built


def is_about_the_server(error: Exception) -> bool:
    """Whether the next mail would meet the same error: the server is away, hangs, or refuses to talk at all."""
    one_mail = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, one_mail)


def is_permanent(error: Exception) -> bool:
    """Whether the server says that it will never take this mail (5xx to the receiver or the text)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def _attempt(mail: OutboxMail) -> Exception | None:
    """Hands one claimed mail to the server and records what came of it. Any error leaves the mail in the queue."""
    is_unsure = False
    try:
        with get_connection() as server:
            is_unsure = True  # from here on the server may have taken it, whatever it says
            server.send_messages([message(mail)])
            is_unsure = False
    except Exception as error:  # noqa: BLE001  whatever happened, the mail stays in the queue
        _put_back(mail, error, is_unsure=is_unsure and isinstance(error, smtplib.SMTPServerDisconnected))
        return error
    emptied = {"text_body": ""} if mail.confidential else {}
    _finish(mail, state=MailState.SENT, sent_at=timezone.now(), last_error="", **emptied)
    return None


def _put_back(mail: OutboxMail, error: Exception, *, is_unsure: bool) -> None:
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), LONGEST_WAIT)
    unsure = mail.unsure_attempts + is_unsure
    is_over = mail.attempts >= ATTEMPTS or unsure >= UNSURE_ATTEMPTS or is_permanent(error)
    state = MailState.GIVEN_UP if is_over else MailState.QUEUED
    outcome = {"state": state, "unsure_attempts": unsure, "last_error": described(error)}
    _finish(mail, next_attempt_at=timezone.now() + wait, **outcome)
    log.warning("mail_not_sent", mail=mail.pk, attempts=mail.attempts, error=described(error), state=str(state))


def _finish(mail: OutboxMail, **outcome: Any) -> None:
    """Write the outcome unless the lease ran out and another sender holds the mail by now."""
    OutboxMail.objects.filter(pk=mail.pk, leased_until=mail.leased_until).update(leased_until=None, **outcome)


def described(error: Exception) -> str:
    """The kind of error and the server's codes, without its words: they repeat addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _words in error.recipients.values()})
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    return " ".join([type(error).__name__, *map(str, codes)])
