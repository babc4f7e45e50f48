"""*My day*: what waits for the account's roles, oldest first, with counts that are links."""

import datetime
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.site import DeskPage, desk_site
from core.files.scanning import waiting_state
from core.mail.queue import queue_state
from core.models import OutboxMail
from core.text.dates import today_here
from deployments.admin.filters import list_of
from deployments.domain.verbs.data import DataVerb
from deployments.models import Application, Deployment
from deployments.privacy.retention import went_lately
from deployments.queries.queues import QUEUES, FilledQueue, QueueContext, WaitingItem, first_items, oldest_first

# Every role at the desk may read the history, and so has a day; which queues it has, its other permissions say.
PERMISSION = "core.view_historyentry"
MAX_ITEMS = 25
# Who reads documents, and who looks after what runs by itself.
SEES_DOCUMENTS = ("deployments.view_application", "officers.view_qualificationgrant", "core.view_outboxmail")
desk_site.pages.insert(0, DeskPage(_("My day"), _("What waits for you, oldest first."), "my-day", PERMISSION))


@dataclass(frozen=True)
class QueueRow:
    """A queue with the address of its list."""

    filled: FilledQueue
    url: str
    today: datetime.date

    @property
    def first_due(self) -> datetime.date | None:
        return self.filled.first[0].due if self.filled.first else None

    @property
    def is_late(self) -> bool:
        return self.filled.queue.is_deadline and self.first_due is not None and self.first_due < self.today


@dataclass(frozen=True)
class DueItem:
    """One line of what comes first."""

    waiting: WaitingItem
    words: str
    url: str
    is_late: bool


@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """The queues of the account's roles, and the oldest matters of all of them. Two queries a queue."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    today = today_here()
    day = QueueContext(today)
    mine = [queue for queue in QUEUES.values() if request.user.has_perm(queue.permission)]
    filled = [first_items(queue, day, MAX_ITEMS) for queue in mine]
    rows = [QueueRow(each, list_of(each.queue), today) for each in filled]
    context = {
        **admin.site.each_context(request),
        "title": gettext("My day"),
        "today": today,
        "documents": waiting_state() if any(map(request.user.has_perm, SEES_DOCUMENTS)) else None,
        "mail": queue_state(timezone.now()) if request.user.has_perm("core.view_outboxmail") else None,
        "has_queues": bool(rows),
        "rows": [row for row in rows if row.filled.count],
        "empty": [row for row in rows if not row.filled.count],
        "matters": [matter(each, today) for each in oldest_first(filled, MAX_ITEMS)],
        "retention": retention_lately(request),
        "total": sum(each.count for each in filled if each.queue.is_listed),
    }
    return TemplateResponse(request, "admin/deployments/my_day.html", context)


def retention_lately(request: HttpRequest) -> dict[str, int]:
    """What retention erased in the last days, for who reads the history."""
    if not request.user.has_perm("core.view_historyentry"):
        return {}
    went = went_lately()
    numbers = {"accounts": went.get(DataVerb.PURGE, 0), "documents": went.get(DataVerb.PURGE_DOCUMENT, 0)}
    return numbers if went else {}


def matter(waiting: WaitingItem, today: datetime.date) -> DueItem:
    """The record in a few words, with the address of its page."""
    record = waiting.record
    meta = record._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    if isinstance(record, Application | Deployment):
        words = f"{record.officer}, {record.posting.title} ({record.posting.mission.operation})"
    else:
        words = record.subject if isinstance(record, OutboxMail) else str(record)
    return DueItem(waiting, words, url, waiting.queue.is_deadline and waiting.due < today)
