"""What alerts tell: one digest a day for each address and language, and no opening or change told twice."""

import datetime
from collections import defaultdict
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation

from core.mail.outbox import queue_mail_to
from deployments.domain.alerts import end_unconfirmed
from deployments.models import AlertedOpening, AlertSubject, OpeningAlert
from deployments.openings.opening import Opening
from deployments.openings.searches import found_now, in_words, search_of
from missions.changes import OperationChange, changes

Told = list[tuple[OpeningAlert, str, list[Opening]]]


def send_alerts(*, now: datetime.datetime) -> int:
    """Queues the digests of the day; how many. Safe to repeat, and to run twice at once."""
    end_unconfirmed(now=now)
    return _tell_of_openings(now=now) + _tell_of_changes(now=now)


def _confirmed(about: AlertSubject) -> QuerySet[OpeningAlert]:
    return OpeningAlert.objects.filter(about=about).exclude(confirmed_at=None).order_by("pk")


def _tell_of_openings(*, now: datetime.datetime) -> int:
    searches: dict[tuple[str, str], tuple[str, list[Opening]]] = {}
    digests: dict[tuple[str, str], Told] = defaultdict(list)
    for alert in _confirmed(AlertSubject.OPENINGS).prefetch_related("told"):
        key = alert.language, alert.query
        if key not in searches:
            with translation.override(alert.language):
                search = search_of(QueryDict(alert.query))
                searches[key] = in_words(search), found_now(search, now=now)
        words, found = searches[key]
        told = {each.posting_id for each in alert.told.all()}
        new = [each for each in found if each.posting.pk not in told]
        if new:
            digests[alert.address, alert.language].append((alert, words, new))
    return sum(_send(address, language, matters) for (address, language), matters in digests.items())


def _send(address: str, language: str, matters: Told) -> int:
    """Mail and record are written in one transaction; of two runs at once one alone succeeds."""
    with suppress(IntegrityError), transaction.atomic():
        AlertedOpening.objects.bulk_create(
            AlertedOpening(alert=alert, posting=each.posting) for alert, _words, new in matters for each in new
        )
        queue_mail_to(
            address,
            language=language,
            template="deployments/alert_digest",
            context={"matters": matters, "number": len({each.posting.pk for _a, _w, new in matters for each in new})},
            confidential=True,
        )
        return 1
    return 0


def _tell_of_changes(*, now: datetime.datetime) -> int:
    """The changes that were recorded, or began, since each alert was last told."""
    listed: dict[str, list[OperationChange]] = {}
    sent = 0
    for alert in _confirmed(AlertSubject.CHANGES):
        if alert.language not in listed:
            with translation.override(alert.language):
                listed[alert.language] = changes(timezone.localdate(now))
        since = alert.told_until or alert.asked_at
        new = [each for each in listed[alert.language] if _is_new(each, since)]
        sent += bool(new) and _send_changes(alert, new, now=now)
    return sent


def _is_new(change: OperationChange, since: datetime.datetime) -> bool:
    return change.recorded_at > since or change.day > timezone.localdate(since)


def _send_changes(alert: OpeningAlert, new: list[OperationChange], *, now: datetime.datetime) -> bool:
    """Mail and the moment up to which the address is informed: one transaction. Of two runs at once one succeeds."""
    with transaction.atomic():
        if not OpeningAlert.objects.filter(pk=alert.pk, told_until=alert.told_until).update(told_until=now):
            return False
        queue_mail_to(
            alert.address,
            language=alert.language,
            template="deployments/alert_changes",
            context={"alert": alert, "changes": new, "number": len(new)},
            confidential=True,
        )
    return True
