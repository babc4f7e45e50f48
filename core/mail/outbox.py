"""Queueing mail: a row of the outbox, written in the transaction of the act that the mail tells of.

An act that is rolled back sends nothing; a committed act loses no mail. ``core.mail.delivery`` sends the rows, and has the
HTML made from the text only then: an act waits for no page.
"""

from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.database.bulk import insert_row
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.models import MailState, OutboxMail
from core.refusals import Refusal, require
from core.sealing import seal, unseal

SEALED = "sealed:"
SIGNATURE = "\n\n-- \n"


def queue_mail(
    *, to: Any, template: str, context: dict[str, Any] | None = None, confidential: bool = False
) -> OutboxMail:
    """Queues a mail to the account ``to``, in that person's language.

    ``template`` names ``templates/mail/<template>.txt``: the subject in the first line, then the plain text, from which
    the HTML is made. ``context`` is what it may use, beside ``person``, ``brand`` and ``site_url``. The text of a
    ``confidential`` mail (one that lets its reader in) is kept sealed, and only until it is sent.
    """
    return queue_mail_to(
        to.email,
        user=to,
        language=to.language,
        template=template,
        context={"person": to, **(context or {})},
        confidential=confidential,
    )


def queue_mail_to(
    address: str, *, language: str, template: str, context: dict[str, Any], user: Any = None, confidential: bool = False
) -> OutboxMail:
    """Queues a mail to an address that may belong to no account; otherwise as ``queue_mail``."""
    brand = _brand(language)
    with translation.override(language):
        values = {"brand": brand, "site_url": settings.SITE_URL, **context}
        rendered = Engine.get_default().get_template(f"mail/{template}.txt").render(Context(values, autoescape=False))
        site = f"{brand}\n{settings.SITE_URL}{reverse('root')}"
    subject, _newline, text = rendered.strip().partition("\n")
    body = f"{text.strip()}{SIGNATURE}{site}\n"
    mail = OutboxMail(
        user=user,
        address=address,
        language=language,
        template=template,
        subject=" ".join(subject.split())[:250],
        text_body=sealed(body) if confidential else body,
        confidential=confidential,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    )
    insert_row(mail)
    return mail


def _brand(language: str) -> str:
    return str(settings.BRAND_NAME_FR if language == "fr" else settings.BRAND_NAME_EN)


def html_of(mail: OutboxMail) -> str:
    """The mail as a page, made from its plain text: its addresses are links, the signature is that of the page."""
    text, signature, _site = readable(mail.text_body).rpartition(SIGNATURE)
    page = {
        "subject": mail.subject,
        "text": text if signature else readable(mail.text_body),
        "language": mail.language,
        "brand": _brand(mail.language),
        "site_url": settings.SITE_URL,
    }
    with translation.override(mail.language):
        return render_to_string("mail/base.html", page)


def sealed(body: str) -> str:
    """The text of a confidential mail as the queue keeps it: no page, look-up, copy or backup gives its link away."""
    return SEALED + seal(body, purpose="mail")


def readable(body: str) -> str:
    """The text of a mail as its receiver reads it."""
    return unseal(body.removeprefix(SEALED), purpose="mail") if body.startswith(SEALED) else body


@transaction.atomic
def try_again(mail: OutboxMail, *, by: Actor) -> None:
    """Put a mail that was given up back into the queue, due now.

    Raises NotPermitted, or Refusal for a mail that is sent or still waiting.
    """
    require(by, "core.retry_outboxmail")
    given_up = OutboxMail.objects.given_up().filter(pk=mail.pk)
    if not given_up.update(
        state=MailState.QUEUED, attempts=0, unsure_attempts=0, next_attempt_at=timezone.now(), leased_until=None
    ):
        raise Refusal(_("Only a mail that was given up can be tried again."), code="not_given_up")
    record_act(mail, CoreVerb.TRY_AGAIN, by=by, from_state=MailState.GIVEN_UP, to_state=MailState.QUEUED)
