"""Rows written by a statement that is put together once, where Django's own way is too slow for who waits at the gate.

Django makes an expression of every value; here the statement takes the values of each row. Of many rows, SQLite
takes the rows one after the other in a prepared statement; PostgreSQL, for which each statement is a way there and back,
some hundreds in one.
"""

import functools
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

AT_ONCE = 500
Row = list[Any]
Each = TypeVar("Each", bound=Model)


def create_rows(model: type[Each], records: Sequence[Each]) -> None:
    """Write new ``records`` of ``model``, which get their keys, as by ``bulk_create``."""
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(records, batch_size=AT_ONCE)
        return
    rows = [*_values(records, _fields_of(model), is_new=True)]
    ending = f" RETURNING {_quoted(model._meta.pk.column)}"
    keys = _run(_insert(model) + ending, rows) if rows else []
    for record, (key,) in zip(records, keys, strict=True):
        record.pk = key
        record._state.adding, record._state.db = False, connection.alias  # noqa: SLF001  as Django does


def insert_row(record: Model) -> None:
    """Write a new record and read its key, as ``save`` does where nobody listens to it."""
    model = type(record)
    values = [field.get_db_prep_save(field.pre_save(record, True), connection) for field in _fields_of(model)]
    key = _quoted(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(model).format(_places(values))} RETURNING {key}", values)
        record.pk = cursor.fetchone()[0]
    record._state.adding, record._state.db = False, connection.alias  # noqa: SLF001  documented by Django


def insert_values(
    model: type[Model], shared: Mapping[str, Any], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows that are no records yet: of each the values of the columns ``names``, of all those of ``shared``.

    Every column is named, but the key.
    """
    by_name = {field.attname: field for field in _fields_of(model)}
    fields = [by_name.pop(name) for name in (*names, *shared)]
    if by_name:
        raise TypeError(by_name)
    prepared = [_prepared(field) for field in fields]
    alike = [prepare(value) for prepare, value in zip(prepared[len(names) :], shared.values(), strict=True)]
    made = [[*(prepare(value) for prepare, value in zip(prepared, row, strict=False)), *alike] for row in rows]
    if made:
        _run(_insert_of(model, fields), made)


def update_rows(model: type[Model], records: Iterable[Model], names: Sequence[str]) -> None:
    """Write the columns ``names`` of ``records`` that are there already."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    listed = list(records)
    rows = [[*row, record.pk] for row, record in zip(_values(listed, fields, is_new=False), listed, strict=True)]
    if rows:
        _run(_update(model, fields), rows)


@functools.cache
def _fields_of(model: type[Model]) -> list[Any]:
    """The columns that the statement gives: all but the key."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@functools.cache
def _insert(model: type[Model]) -> str:
    return _insert_of(model, _fields_of(model))


def _insert_of(model: type[Model], fields: Sequence[Any]) -> str:
    columns = ", ".join(_quoted(field.column) for field in fields)
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES {{}}"


def _update(model: type[Model], fields: Sequence[Any]) -> str:
    """The statement. PostgreSQL takes the rows as a table of texts and numbers, and is told the type of each column."""
    table, key = _quoted(model._meta.db_table), model._meta.pk
    if connection.vendor != "postgresql":
        sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
        return f"UPDATE {table} SET {sets} WHERE {_quoted(key.column)} = %s"
    names = ", ".join(f"c{place}" for place in range(len(fields)))
    sets = ", ".join(f"{_quoted(field.column)} = c{n}::{field.db_type(connection)}" for n, field in enumerate(fields))
    where = f"{table}.{_quoted(key.column)} = brought.key"
    return f"UPDATE {table} SET {sets} FROM (VALUES {{}}) AS brought ({names}, key) WHERE {where}"


@contextmanager
def collector_off() -> Iterator[None]:
    """Without the collector of cyclic garbage, which looks again and again at thousands of records that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _values(records: Iterable[Model], fields: Sequence[Any], *, is_new: bool) -> Iterator[Row]:
    """The values of each record as ``save`` would write them."""
    columns = [(_read(field, is_new=is_new), _prepared(field)) for field in fields]
    for record in records:
        yield [prepare(read(record)) for read, prepare in columns]


def _read(field: Any, *, is_new: bool) -> Callable[[Model], Any]:
    """What reads the value of a column, after what the field does before it is saved."""
    if type(field).pre_save is Field.pre_save:
        return attrgetter(field.attname)
    return lambda record: field.pre_save(record, is_new)


def _prepared(field: Any) -> Callable[[Any], Any]:
    """What makes of a value what the database takes. Many rows say the same: each value is prepared once."""
    known: dict[Any, Any] = {}

    def prepare(value: Any) -> Any:
        try:
            return known[value]
        except KeyError:
            known[value] = found = field.get_db_prep_save(value, connection)
            return found
        except TypeError:  # a list or a mapping has no hash
            return field.get_db_prep_save(value, connection)

    return prepare


def _run(statement: str, rows: list[Row]) -> list[Any]:
    """Give the rows to the statement; what it returns."""
    places = _places(rows[0])
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(statement.format(places), rows)
            return []
        found: list[Any] = []
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            cursor.execute(statement.format(", ".join([places] * len(some))), list(chain.from_iterable(some)))
            found += cursor.fetchall() if cursor.description else []
        return found


def _places(row: Row) -> str:
    return f"({', '.join(['%s'] * len(row))})"
