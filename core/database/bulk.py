"""Rows written by a statement that is put together once, where Django's own way is too slow for who waits at the gate.

Django makes an expression of every value; here the statement takes the values of each row. Many rows are written
without reading their keys back: what needs them is written by ``bulk_create``. SQLite takes the rows one after the other in a
prepared statement; PostgreSQL, for which each statement is a way there and back, some hundreds in one.
"""

import functools
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Model

AT_ONCE = 500
Row = list[Any]


def insert_rows(model: type[Model], records: Iterable[Model]) -> None:
    """Write new ``records`` of ``model``, whose keys stay unknown."""
    fields = _fields_of(model)
    rows = [_values(record, fields, is_new=True) for record in records]
    if rows:
        _run(_insert(model), rows)


def insert_row(record: Model) -> None:
    """Write a new record and read its key, as ``save`` does where nobody listens to it."""
    model, values = type(record), _values(record, _fields_of(type(record)), is_new=True)
    key = _quoted(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(model).format(_places(values))} RETURNING {key}", values)
        record.pk = cursor.fetchone()[0]
    record._state.adding, record._state.db = False, connection.alias  # noqa: SLF001  documented by Django


@functools.cache
def _fields_of(model: type[Model]) -> list[Any]:
    """The columns that the statement gives: all but the key."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@functools.cache
def _insert(model: type[Model]) -> str:
    columns = ", ".join(_quoted(field.column) for field in _fields_of(model))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES {{}}"


def update_rows(model: type[Model], records: Iterable[Model], names: Sequence[str]) -> None:
    """Write the columns ``names`` of ``records`` that are there already."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    rows = [[*_values(record, fields, is_new=False), record.pk] for record in records]
    if rows:
        _run(_update(model, fields), rows)


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


def _values(record: Model, fields: Iterable[Any], *, is_new: bool) -> Row:
    """The values as ``save`` would write them."""
    return [field.get_db_prep_save(field.pre_save(record, is_new), connection) for field in fields]


def _run(statement: str, rows: list[Row]) -> None:
    places = _places(rows[0])
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(statement.format(places), rows)
            return
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            cursor.execute(statement.format(", ".join([places] * len(some))), list(chain.from_iterable(some)))


def _places(row: Row) -> str:
    return f"({', '.join(['%s'] * len(row))})"
