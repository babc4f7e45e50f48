"""Query sets whose SQL is built once: what Django builds anew for each request takes longer than the database runs it."""

import functools
from collections.abc import Mapping
from copy import copy
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

KEY = -1  # the stand-in for a key that is known only later


class _Compiled(Query):
    """A query that knows its SQL. Only itself: a clone, to which conditions may be added, is an ordinary query again."""

    known: SQLCompiler
    statement: tuple[str, tuple[Any, ...]]

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        compiler = copy(self.known)
        compiler.connection = connection or connections[using or DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_args, **_options: self.statement  # type: ignore[method-assign]
        return compiler

    def clone(self) -> Query:
        clone = super().clone()
        clone.__class__ = Query
        return clone


class Compiled:
    """``queryset``, run as often as wanted: ``rows()`` gives its records, as iterating over it would.

    A condition whose value is known only later is built with a stand-in: ``Compiled(Mission.objects.filter(code=CODE))
    .rows({CODE: "minusma"})``. Relations to prefetch are the caller's.
    """

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self.queryset = queryset
        self.query: _Compiled | None = None

    def rows(self, values: Mapping[Any, Any] | None = None) -> list[Any]:
        """The records, read anew, with each stand-in replaced by its value."""
        known = self.query or self._compile()
        query = copy(known)
        sql, parameters = known.statement
        if values:
            parameters = tuple(values.get(each, each) for each in parameters)
        query.statement = sql, parameters
        fresh = self.queryset.__class__(self.queryset.model, query=query, using=DEFAULT_DB_ALIAS)
        for name in ("_iterable_class", "_fields"):
            setattr(fresh, name, getattr(self.queryset, name))
        return list(fresh)

    def _compile(self) -> _Compiled:
        query = self.queryset.query.clone()
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        compiler.connection = cast(Any, None)  # each run has its own: this one is of the thread that came first
        query.__class__ = _Compiled
        compiled = cast(_Compiled, query)
        compiled.known, compiled.statement = compiler, (sql, tuple(parameters))
        self.query = compiled
        return compiled


def read_with(record: Model, *relations: str) -> None:
    """``prefetch_related_objects([record], *relations)``, with SQL that is built once for all records. A query for each."""
    known = record.__dict__.setdefault("_prefetched_objects_cache", {})
    for name in relations:
        query = _related(type(record), name)
        found = query.queryset.all()
        for attribute, value in (("_result_cache", query.rows({KEY: record.pk})), ("_prefetch_done", True)):
            setattr(found, attribute, value)  # as Django itself does
        known[name] = found


@functools.cache
def _related(model: type[Model], name: str) -> Compiled:
    relation: Any = model._meta.get_field(name)
    return Compiled(relation.related_model._default_manager.filter(**{relation.remote_field.name: KEY}))
