"""Retention: what goes on a day by itself, or, where the desk wants to look first, what would go."""

import datetime
from dataclasses import dataclass

import structlog
from django.db.models import Count
from django.utils import timezone

from core.actors import SYSTEM
from core.models import HistoryEntry
from core.text.dates import today_here
from deployments.domain.verbs.data import DataVerb
from deployments.privacy.erasure import due_documents, due_for_purge, erase, erase_document
from missions.help import answered_long_ago

SHOWN_DAYS = 7
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Retention:
    """Accounts by number, and how many documents and messages; ``is_done`` where they went."""

    accounts: tuple[int, ...]
    documents: int
    messages: int
    is_done: bool

    @property
    def is_empty(self) -> bool:
        return not (self.accounts or self.documents or self.messages)


def retain(*, report_only: bool, today: datetime.date | None = None) -> Retention:
    """Erases what retention no longer needs, each account and each document in a transaction of its own."""
    today = today or today_here()
    people, documents, messages = due_for_purge(today=today), list(due_documents(today=today)), answered_long_ago(today)
    number = messages.count()
    if not report_only:
        for person in people:
            erase(person, by=SYSTEM)
        for document in documents:
            erase_document(document, by=SYSTEM)
        messages.delete()
    done = Retention(tuple(person.pk for person in people), len(documents), number, not report_only)
    log.info("retention", accounts=list(done.accounts), documents=done.documents, messages=number, erased=done.is_done)
    return done


def went_lately() -> dict[str, int]:
    """How many accounts and documents retention erased within SHOWN_DAYS, by the verb; empty where none."""
    since = timezone.now() - datetime.timedelta(days=SHOWN_DAYS)
    went = HistoryEntry.objects.filter(verb__in=[DataVerb.PURGE, DataVerb.PURGE_DOCUMENT], at__gte=since)
    return dict(went.order_by().values_list("verb").annotate(number=Count("pk")))
