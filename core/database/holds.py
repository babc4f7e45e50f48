"""Check constraints of a record that is not saved yet, worked out here instead of by a query for each.

A list of thousands of records would ask the database thousands of times. What this module does not know, it asks.
"""

import datetime
import operator
from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import CheckConstraint, F, Model, Q

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
PLAIN = (str, int, bool, datetime.date)


class NotKnown(Exception):
    """A condition that only the database can tell."""


def check_constraints(record: Model, exclude: Collection[str]) -> None:
    """As ``record.validate_constraints(exclude)``: raises ValidationError with every rule that does not hold."""
    others = set(exclude)
    errors: list[ValidationError] = []
    for constraint in record._meta.constraints:
        condition = constraint.condition if isinstance(constraint, CheckConstraint) else None
        if isinstance(condition, Q):
            try:
                if others & set(condition.referenced_base_fields) or holds(condition, record):
                    continue
            except NotKnown:
                pass
        try:
            constraint.validate(type(record), record, exclude=others)
        except ValidationError as error:
            errors.append(error)
    if errors:
        raise ValidationError(errors)


def holds(condition: Any, record: Model) -> bool:
    """Whether a check constraint would let ``record`` pass: it does where the condition is true, or unknown for a NULL.

    Raises NotKnown.
    """
    return _value(condition, record) is not False


def _value(condition: Any, record: Model) -> bool | None:
    """True, False, or None where a NULL leaves it open, as in SQL."""
    if not isinstance(condition, Q):
        raise NotKnown
    found: bool | None
    parts = [_of_child(each, record) for each in condition.children]
    if condition.connector == Q.AND:
        found = False if False in parts else (None if None in parts else True)
    elif condition.connector == Q.OR:
        found = True if True in parts else (None if None in parts else not parts)
    else:
        raise NotKnown
    return found if found is None or not condition.negated else not found


def _of_child(child: Any, record: Model) -> bool | None:
    if isinstance(child, tuple):
        path, wanted = child
        return _compared(path, wanted, record)
    return _value(child, record)


def _compared(path: str, wanted: Any, record: Model) -> bool | None:
    name, _separator, lookup = path.partition("__")
    lookup = lookup or "exact"
    value = _stored(record, name)
    if lookup == "isnull":
        return (value is None) is bool(wanted)
    if wanted is None and lookup == "exact":
        return value is None
    if isinstance(wanted, F):
        wanted = _stored(record, str(vars(wanted)["name"]))
    if lookup == "in" and isinstance(wanted, list | tuple | set | frozenset):
        return None if value is None else value in wanted
    if lookup not in COMPARED or not isinstance(wanted, (*PLAIN, type(None))):
        raise NotKnown
    return None if value is None or wanted is None else COMPARED[lookup](value, wanted)


def _stored(record: Model, name: str) -> Any:
    """The value of a column as it would be stored. Raises NotKnown for what is no plain one."""
    try:
        value = getattr(record, str(vars(record._meta.get_field(name))["attname"]))
    except (FieldDoesNotExist, KeyError) as error:
        raise NotKnown from error
    if value is not None and not isinstance(value, PLAIN):
        raise NotKnown
    return value
