"""New openings by mail: one digest a day for each address and language, and no opening told twice."""

import datetime
from collections import defaultdict
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import translation

from core.mail.outbox import queue_mail_to
from deployments.domain.alerts import end_unconfirmed
from deployments.models import AlertedOpening, OpeningAlert
from deployments.openings.opening import Opening
from deployments.openings.searches import found_now, in_words, search_of

Told = list[tuple[OpeningAlert, str, list[Opening]]]


def send_alerts(*, now: datetime.datetime) -> int:
    """Queues the digests of the day; how many. Safe to repeat, and to run twice at once."""
    end_unconfirmed(now=now)
    searches: dict[tuple[str, str], tuple[str, list[Opening]]] = {}
    digests: dict[tuple[str, str], Told] = defaultdict(list)
    for alert in OpeningAlert.objects.exclude(confirmed_at=None).order_by("pk").prefetch_related("told"):
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
    """The mail and what it tells stand together; another run that tells the same at this moment wins alone."""
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
