"""Parts of a page: made once for what they show.

A part's template gets the values that it is given and nothing else: no request, no context. The part is kept by all that
those values hold, down to each column that was read, so that it is always what would be made anew, and no revision has to
be asked. A change makes those parts anew that show what changed.
"""

import datetime
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, cast

from django.db import connection
from django.db.models import Model
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT = 512
PLAIN = frozenset({str, SafeString, int, bool, float, type(None), datetime.date, datetime.datetime})
# Caches of a record: what was read with it is in two of them, the rest follows from its columns.
READ_WITH = ("_state", "_prefetched_objects_cache")

_kept: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = Lock()


def part(template: str, **values: Any) -> SafeString:
    """``template`` with ``values`` alone, as HTML. What asks the database while it is made is right, and not kept."""
    key = (template, get_language(), timezone.get_current_timezone_name(), *map(held_by, values.values()))
    found = _known(key)
    if found is not None:
        return found
    asked: list[None] = []
    with connection.execute_wrapper(_noting(asked)):
        made = cast(SafeString, get_template(template).render(values))
    if not asked:
        _keep(key, made)
    return made


def clear() -> None:
    """Forget every part."""
    with _lock:
        _kept.clear()


def held_by(value: Any, within: tuple[int, ...] = ()) -> Hashable:
    """All that ``value`` holds, as one value to compare by; ``within`` are the records that it was reached through.

    A kind of value that is not known here says it in a method ``held``. Raises TypeError for a kind of value that parts do not take.
    """
    kind = type(value)
    if kind in PLAIN:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Model):
        return kind, *((value.pk,) if id(value) in within else _of_record(value, (*within, id(value))))
    if isinstance(value, list | tuple):
        return tuple([held_by(each, within) for each in value])
    if isinstance(value, Mapping):
        return tuple([(held_by(key, within), held_by(each, within)) for key, each in value.items()])
    if is_dataclass(value):
        return kind, *[held_by(getattr(value, each.name), within) for each in fields(value) if each.compare]
    if hasattr(value, "held"):
        return kind, held_by(value.held(), within)
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, str | datetime.date):
        return value
    raise TypeError(f"a part does not take {kind.__name__}")


def _of_record(record: Model, within: tuple[int, ...]) -> tuple[Hashable, ...]:
    """Its columns, whatever was set on it, the records that were selected with it, and those that were prefetched."""
    columns = [value for name, value in vars(record).items() if name not in READ_WITH]
    if not PLAIN.issuperset(map(type, columns)):
        columns = [value if type(value) in PLAIN else held_by(value, within) for value in columns]
    selected = [held_by(each, within) for each in record._state.fields_cache.values()]  # noqa: SLF001  what was read with it
    prefetched = getattr(record, "_prefetched_objects_cache", {}).values()
    return *columns, *selected, *[tuple([held_by(each, within) for each in found]) for found in prefetched]


def _noting(asked: list[None]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], *arguments: Any) -> Any:
        asked.append(None)
        return execute(*arguments)

    return note


def _known(key: Hashable) -> SafeString | None:
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def _keep(key: Hashable, made: SafeString) -> None:
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
