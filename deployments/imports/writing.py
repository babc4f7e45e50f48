"""Writing many records of a list at once, with the versions that their history keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from core.actors import Actor
from core.database.bulk import create_rows, update_rows
from core.history.versions import keep_versions

BATCH = 500
Each = TypeVar("Each")


def in_parts(records: Iterable[Each], size: int = 1_000) -> Iterator[list[Each]]:
    """The records, so many at a time."""
    walk = iter(records)
    while part := list(islice(walk, size)):
        yield part


def save_many(records: Iterable[tuple[Any, str]], *, by: Actor, fields: Sequence[str] = ()) -> None:
    """Insert new records and updates the others (all columns, or ``fields``), each with its version in the history.

    Each comes with the reason that its version keeps, and all are of one model. Call it behind the gate.
    """
    records = list(records)
    if not records:
        return
    model = type(records[0][0])
    new = [record for record, _reason in records if record.pk is None]
    old = [record for record, _reason in records if record.pk is not None]
    for record in old:
        if hasattr(record, "changed_at"):
            record.changed_at = timezone.now()
    columns = [*fields, *_filled(model)] if fields else _columns(model)
    create_rows(model, new)
    update_rows(model, old, columns)
    keep_versions(records, by=by, new={record.pk for record in new})


def _columns(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not field.primary_key]


def _filled(model: type[Model]) -> list[str]:
    """Columns that are filled whenever a record is written."""
    return [name for name in ("search_text", "sort_key", "changed_at") if name in _columns(model)]


def link_many(through: Any, owner: str, other: str, links: Mapping[int, Sequence[int]]) -> None:
    """Set the records that each owner is linked to, both by their keys."""
    through.objects.filter(**{f"{owner}__in": list(links)}).delete()
    rows = (through(**{f"{owner}_id": key, f"{other}_id": linked}) for key, found in links.items() for linked in found)
    through.objects.bulk_create(rows, batch_size=BATCH)
