"""Writing and reading the history of acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.actors import Actor
from core.database.bulk import insert_row, insert_values
from core.history.expected import check_as_shown, note_own
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.text.bilingual import each_in_each
from core.text.clean import without_refused
from core.text.folded import fold


def record_act(
    record: models.Model,
    verb: str,
    *,
    by: Actor,
    reason: str = "",
    from_state: str = "",
    to_state: str = "",
    **detail: Any,
) -> HistoryEntry:
    """Add one act to the history of ``record``; ``detail`` holds what JSON can: days as ISO text, numbers, codes.

    Call it inside the transaction of the act. ``by`` is a user, or core.actors.SYSTEM. Raises TextRefused for control
    characters in the reason; in the detail they are left out; ChangedMeanwhile where others acted on the record since a
    page showed it (core.history.expected).
    """
    detail = _in_plain_text(detail)
    entry = _entry(record, verb, by, reason=reason, from_state=from_state, to_state=to_state, detail=detail)
    check_as_shown(entry)
    insert_row(entry)
    note_own(entry)
    return entry


@dataclass(frozen=True)
class ActOn:
    """One of many acts: the record, and what ``record_act`` takes."""

    record: models.Model
    verb: str
    reason: str = ""
    from_state: str = ""
    to_state: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


def record_acts(acts: Iterable[ActOn], *, by: Actor) -> None:
    """Add many acts to the history at once. One statement for each few hundred."""
    listed = list(acts)
    if not listed:
        return
    labels = _labels([act.record for act in listed])
    rows = (
        [
            *(act.verb, ContentType.objects.get_for_model(act.record).pk, act.record.pk, label),
            *(act.from_state, act.to_state, act.reason, dict(act.detail), fold(f"{label} {act.reason}")),
        ]
        for act, label in zip(listed, labels, strict=True)
    )
    names = (
        *("verb", "content_type_id", "object_id", "label"),
        *("from_state", "to_state", "reason", "detail", "search_text"),
    )
    shared = {"at": timezone.now(), "actor_id": by.pk}
    insert_values(HistoryEntry, shared, names, rows)


def record_views(records: Iterable[models.Model], *, by: Actor) -> None:
    """Add to the history of each record that ``by`` read what only some may read of it. One query."""
    HistoryEntry.objects.bulk_create(_entry(record, CoreVerb.VIEW, by) for record in records)


def _entry(record: models.Model, verb: str, by: Actor, **more: Any) -> HistoryEntry:
    return HistoryEntry(
        actor_id=by.pk,
        verb=verb,
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        label=_labels([record])[0],
        **more,
    )


def _in_plain_text(detail: Any) -> Any:
    if isinstance(detail, str):
        return without_refused(detail)
    if isinstance(detail, dict):
        return {key: _in_plain_text(value) for key, value in detail.items()}
    return [_in_plain_text(value) for value in detail] if isinstance(detail, list | tuple) else detail


def _labels(records: Sequence[models.Model]) -> list[str]:
    """The ``history_label`` of each record, or its name in each language, so that an entry reads alike whoever made it."""
    names = iter(each_in_each([record for record in records if not hasattr(record, "history_label")]))
    labels = (
        getattr(record, "history_label")  # noqa: B009
        if hasattr(record, "history_label")
        else " / ".join(dict.fromkeys(next(names).values()))
        for record in records
    )
    return [str(label)[:250] for label in labels]


def history_of(record: models.Model) -> models.QuerySet[HistoryEntry]:
    """The acts on ``record``, latest first."""
    return HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk
    ).select_related("actor")
