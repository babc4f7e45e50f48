"""Versions of records that were written in bulk, as ``save`` would have kept them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model
from django.utils import timezone

from core.actors import Actor
from core.database.bulk import insert_values


def keep_versions(records: Iterable[tuple[Model, str]], *, by: Actor, new: Collection[int] = ()) -> None:
    """Keep a version of each record with its reason; ``new`` are keys of those that were added. All are of one model.

    A model without versions keeps none.
    """
    listed = list(records)
    model: Any = type(listed[0][0]) if listed else None
    if model is None or not hasattr(model, "history"):
        return
    kept = model.history.model
    names = [field.attname for field in kept.tracked_fields]
    own = ("history_type", "history_change_reason")
    shared = {"history_date": timezone.now(), "history_user_id": by.pk}
    rows = (
        [*(getattr(record, name) for name in names), "+" if record.pk in new else "~", reason[:100]]
        for record, reason in listed
    )
    insert_values(kept, shared, [*names, *own], rows)
