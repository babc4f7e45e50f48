"""Writing and reading the history of acts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.actors import Actor
from core.database.bulk import insert_row, insert_rows
from core.history.expected import check_as_shown, note_own
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.text.bilingual import in_each
from core.text.clean import without_refused


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
    entries = (
        _entry(
            act.record,
            act.verb,
            by,
            reason=act.reason,
            from_state=act.from_state,
            to_state=act.to_state,
            detail=dict(act.detail),
        )
        for act in acts
    )
    insert_rows(HistoryEntry, entries)


def record_views(records: Iterable[models.Model], *, by: Actor) -> None:
    """Add to the history of each record that ``by`` read what only some may read of it. One query."""
    HistoryEntry.objects.bulk_create(_entry(record, CoreVerb.VIEW, by) for record in records)


def _entry(record: models.Model, verb: str, by: Actor, **more: Any) -> HistoryEntry:
    return HistoryEntry(
        actor_id=by.pk,
        verb=verb,
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        label=_label(record)[:250],
        **more,
    )


def _in_plain_text(detail: Any) -> Any:
    if isinstance(detail, str):
        return without_refused(detail)
    if isinstance(detail, dict):
        return {key: _in_plain_text(value) for key, value in detail.items()}
    return [_in_plain_text(value) for value in detail] if isinstance(detail, list | tuple) else detail


def _label(record: models.Model) -> str:
    """The record's ``history_label``, or its name in each language, so that an entry reads alike whoever made it."""
    if hasattr(record, "history_label"):
        return str(record.history_label)
    return " / ".join(dict.fromkeys(in_each(record).values()))


def history_of(record: models.Model) -> models.QuerySet[HistoryEntry]:
    """The acts on ``record``, latest first."""
    return HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk
    ).select_related("actor")
