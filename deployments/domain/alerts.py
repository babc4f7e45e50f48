"""Acts on saved searches: asked for, confirmed from the mailbox, ended with one click. They need no account."""

import datetime

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone, translation

from core.mail.outbox import queue_mail_to
from deployments.models import AlertedOpening, OpeningAlert
from deployments.openings.searches import found_now, in_words, search_of

UNCONFIRMED_DAYS = 7


@transaction.atomic
def ask(*, address: str, language: str, query: str) -> None:
    """Queues the mail that confirms a search. The same is done for an address that has it already: nobody learns which.

    A search that is confirmed stays so; the mail then says where it ends.
    """
    address = address.strip().lower()
    try:
        with transaction.atomic():
            alert, _made = OpeningAlert.objects.get_or_create(address=address, language=language, query=query)
    except IntegrityError:
        alert = OpeningAlert.objects.get(address=address, language=language, query=query)
    with translation.override(language):
        words = in_words(search_of(QueryDict(query)))
    queue_mail_to(
        address,
        language=language,
        template="deployments/alert_confirm",
        context={"alert": alert, "search": words, "days": UNCONFIRMED_DAYS},
        confidential=True,
    )


@transaction.atomic
def confirm(alert: OpeningAlert, *, now: datetime.datetime | None = None) -> OpeningAlert:
    """From now on the address hears of new openings; those that are open already count as told. Safe to repeat."""
    now = now or timezone.now()
    alert = OpeningAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.confirmed_at is None:
        alert.confirmed_at = now
        alert.save(update_fields=["confirmed_at"])
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
