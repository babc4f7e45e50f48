"""The state of the outbox: how an unreachable mail server, or a sender that does not run, shows from outside."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from core.models import MailState, OutboxMail

# A mail waits this long before the queue counts as standing still: its sender looks every few seconds.
LATE = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class QueueState:
    """Counts and the oldest of the mails that wait; ``last_error`` is a kind of error with its code."""

    waiting: int
    failing: int
    given_up: int
    oldest: datetime.datetime | None
    oldest_seconds: int
    last_error: str

    @property
    def stands_still(self) -> bool:
        return self.oldest_seconds > LATE.total_seconds()

    def as_json(self) -> dict[str, Any]:
        return {
            "waiting": self.waiting,
            "failing": self.failing,
            "given_up": self.given_up,
            "oldest_seconds": self.oldest_seconds,
            "last_error": self.last_error,
        }


def queue_state(now: datetime.datetime) -> QueueState:
    """The queue at ``now``, in two queries."""
    waiting, failing = Q(state=MailState.QUEUED), Q(state=MailState.QUEUED) & ~Q(last_error="")
    figures = OutboxMail.objects.filter(state__in=[MailState.QUEUED, MailState.GIVEN_UP]).aggregate(
        waiting=Count("pk", filter=waiting),
        failing=Count("pk", filter=failing),
        given_up=Count("pk", filter=Q(state=MailState.GIVEN_UP)),
        oldest=Min("created_at", filter=waiting),
    )
    errors = OutboxMail.objects.filter(failing).order_by("-next_attempt_at").values_list("last_error", flat=True)
    seconds = max(0, int((now - figures["oldest"]).total_seconds())) if figures["oldest"] else 0
    last_error = errors.first() or "" if figures["failing"] else ""
    return QueueState(**figures, oldest_seconds=seconds, last_error=last_error)
