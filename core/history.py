"""Writing and reading the history of acts."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.models import HistoryEntry


def record_act(
    record: models.Model, verb: str, *, by, reason: str = "", from_state: str = "", to_state: str = "", **detail
) -> HistoryEntry:
    """Adds one act to the history of ``record``; ``detail`` holds what JSON can: days as ISO text, numbers, codes.

    Call it inside the transaction of the act. ``by`` is a user, or core.actors.SYSTEM.
    """
    return HistoryEntry.objects.create(
        actor_id=by.pk,
        verb=verb,
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        label=str(record)[:250],
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        detail=detail,
    )


def history_of(record: models.Model) -> models.QuerySet[HistoryEntry]:
    """The acts on ``record``, latest first."""
    return HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk
    ).select_related("actor")
