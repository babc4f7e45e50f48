"""Acts on alerts: asked for, confirmed from the mailbox, ended with one click. They need no account."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone, translation

from core.mail.outbox import queue_mail_to
from deployments.models import AlertedOpening, AlertSubject, OpeningAlert
from deployments.openings.searches import found_now, in_words, search_of

UNCONFIRMED_DAYS = 7


def words_of(*, about: str, query: str) -> str:
    """What an alert tells of, in the language that is active."""
    if about == AlertSubject.CHANGES:
        return str(AlertSubject.CHANGES.label)
    return in_words(search_of(QueryDict(query)))


@transaction.atomic
def ask(*, address: str, language: str, query: str = "", about: str = AlertSubject.OPENINGS) -> None:
    """Queue the mail that confirms an alert. The same is done for an address that has it already: nobody learns which.

    An alert that is confirmed stays so; the mail then says where it ends.
    """
    wanted: dict[str, Any] = {"address": address.strip().lower(), "language": language, "about": about, "query": query}
    try:
        with transaction.atomic():
            alert, _made = OpeningAlert.objects.get_or_create(**wanted)
    except IntegrityError:
        alert = OpeningAlert.objects.get(**wanted)
    with translation.override(language):
        words = words_of(about=about, query=query)
    queue_mail_to(
        alert.address,
        language=language,
        template="deployments/alert_confirm",
        context={"alert": alert, "search": words, "days": UNCONFIRMED_DAYS},
        confidential=True,
    )


@transaction.atomic
def confirm(alert: OpeningAlert, *, now: datetime.datetime | None = None) -> OpeningAlert:
    """From now on the address hears what is new; what can be read already counts as told. Safe to repeat."""
    now = now or timezone.now()
    alert = OpeningAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.confirmed_at is not None:
        return alert
    alert.confirmed_at = alert.told_until = now
    alert.save(update_fields=["confirmed_at", "told_until"])
    if alert.about == AlertSubject.OPENINGS:
        with translation.override(alert.language):
            known = found_now(search_of(QueryDict(alert.query)), now=now)
        AlertedOpening.objects.bulk_create(AlertedOpening(alert=alert, posting=each.posting) for each in known)
    return alert


def end(alert: OpeningAlert) -> None:
    """The search and its address are erased."""
    OpeningAlert.objects.filter(pk=alert.pk).delete()


def end_unconfirmed(*, now: datetime.datetime) -> None:
    """Erases searches that nobody confirmed in time."""
    before = now - datetime.timedelta(days=UNCONFIRMED_DAYS)
    OpeningAlert.objects.filter(confirmed_at=None, asked_at__lt=before).delete()
