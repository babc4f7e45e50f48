"""The list behind each count of *My day*: what waits in one queue."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.desk.questions import KEY
from core.generics import RecordAdmin
from core.models import OutboxMail
from core.text.dates import today_here
from deployments.queries.queues import QUEUES, Queue, QueueContext

MAILS = "?state__exact=given_up"
# The column by which a list of what waits is read, oldest first.
OLDEST_BY = {"application": "state_since", "deployment": "last_day", "strengthproposal": "proposed_at"}


class WaitingFilter(admin.SimpleListFilter):
    """The records of one queue, of those that the account's roles act on."""

    title = _("what waits")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[tuple[str, Any]]:
        return [
            (queue.name, queue.title)
            for queue in QUEUES.values()
            if queue.model is model_admin.model and request.user.has_perm(queue.permission)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queue = QUEUES.get(self.value() or "")
        if queue is None or queue.model is not queryset.model:
            return queryset
        return queryset.filter(pk__in=queue.find(QueueContext(today_here())).values("pk"))


class OnlyChosen(admin.RelatedFieldListFilter):
    """Records of which there are too many to offer: reached by links, and named once chosen."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        chosen = [value for value in self.lookup_val or [] if KEY.fullmatch(str(value))]
        return [(str(record.pk), record) for record in field.related_model.objects.filter(pk__in=chosen)]

    def has_output(self) -> bool:
        return bool(self.lookup_choices)


def list_of(queue: Queue) -> str:
    """The address of the list that a queue counts."""
    names = queue.model._meta.app_label, str(queue.model._meta.model_name)
    address = reverse("admin:{}_{}_changelist".format(*names))
    if queue.model is OutboxMail:
        return address + MAILS
    column = list(admin.site.get_model_admin(queue.model).list_display).index(OLDEST_BY[names[1]])
    return f"{address}?waiting={queue.name}&o={column}"
