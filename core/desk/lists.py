"""Lists of the desk that stay quick however many records there are."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django.contrib.admin.filters import FieldListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.desk.questions import check_filters, check_reading
from core.pages.query import WrongQuery
from core.text.folded import has_word, words_of

FEW = 200
SHORTEST_INDEXED = 3
# Words in quotation marks are one; a mark that nothing closes means nothing. "MacAskill, Stuart" is two.
WORDS = re.compile(r'"([^"]+)"|([^\s"]+)')


class DeskList(ChangeList):
    """Reads a page in two steps: the keys of its records, then those records with all that is shown.

    So the database sorts and passes over keys, not whole records with all that they lead to; and it passes over those
    before a page or those after it, whichever are fewer.
    """

    def get_filters(self, request: HttpRequest) -> tuple[Any, ...]:
        """Django's, which leaves out filters with a single choice: those take their parameters all the same."""
        check_reading(self, request)
        made: list[Any] = []
        self.list_filter = [_noted(each, made) for each in self.list_filter]
        found = super().get_filters(request)
        check_filters(self, made, request)
        return found

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except IncorrectLookupParameters as error:
            raise WrongQuery.value(PAGE_VAR, self.page_num) from error
        if self.page_num > 1 and not self.multi_page:
            raise WrongQuery.value(PAGE_VAR, self.page_num)
        listed = self.result_list
        self.result_list = SimpleLazyObject(lambda: self._whole(self._keys(listed)))

    def _keys(self, listed: QuerySet[Any]) -> list[Any]:
        """The keys of the records on the page, in their order; ``listed`` are those records."""
        before = (self.page_num - 1) * self.list_per_page
        after = max(0, self.result_count - before - self.list_per_page)
        if before <= after or not self.multi_page:
            return list(listed.values_list("pk", flat=True))
        from_the_end = self.queryset.reverse().values_list("pk", flat=True)
        return list(from_the_end[after : self.result_count - before])[::-1]

    def _whole(self, keys: list[Any]) -> list[Model]:
        records = self.root_queryset
        shown = (records if records.query.select_related else self.apply_select_related(records)).in_bulk(keys)
        return [shown[key] for key in keys]


def _noted(filter_or_field: Any, made: list[Any]) -> Any:
    """A filter of the list, which is added to ``made`` once Django has made it."""

    def noting(make: Callable[..., Any]) -> Callable[..., Any]:
        def note(*args: Any, **kwargs: Any) -> Any:
            made.append(make(*args, **kwargs))
            return made[-1]

        return note

    if callable(filter_or_field):
        return noting(filter_or_field)
    is_pair = isinstance(filter_or_field, tuple | list)
    field, make = filter_or_field if is_pair else (filter_or_field, FieldListFilter.create)
    return field, noting(make)


def found(records: QuerySet[Any], fields: Sequence[str], asked: str) -> QuerySet[Any]:
    """Those of ``records`` that have every word of ``asked`` (several in quotation marks are one) in one of ``fields``.

    Words in related records are looked for there first: the few persons of a name instead of the person of every tour.
    One query for each word and relation.
    """
    for word in words_of(quoted or plain for quoted, plain in WORDS.findall(asked)):
        records = records.filter(_with(word, records.model, fields))
    return records


def _with(word: str, model: type[Model], fields: Sequence[str]) -> Q:
    of_relation: dict[str, Q] = defaultdict(Q)
    for name in fields:
        path = name if name.endswith("__contains") else f"{name}__icontains"
        relation, _dot, rest = path.partition("__")
        is_related = model._meta.get_field(relation).is_relation
        of_relation[relation if is_related else ""] |= _has(rest if is_related else path, word)
    own = of_relation.pop("", Q())
    related = (
        Q(**{f"{relation}__in": _keys_if_few(other._base_manager.filter(wanted))})
        for relation, wanted in of_relation.items()
        if (other := model._meta.get_field(relation).related_model)
    )
    return Q(*chain([own] if own else [], related), _connector=Q.OR)


def _has(path: str, word: str) -> Q:
    """Past the index of three letters where the word is shorter: it would only say that every record may have it."""
    text, _dot, lookup = path.rpartition("__")
    if lookup != "contains":
        return Q(**{path: word})
    if len(word) < SHORTEST_INDEXED:
        return Q(GreaterThan(StrIndex(text, Value(word)), 0))
    return has_word(text, word)


def _keys_if_few(records: QuerySet[Any]) -> QuerySet[Any] | list[Any]:
    """The keys of a few records, for which the database goes straight to an index; of many the question itself."""
    keys = list(records.order_by().values_list("pk", flat=True)[: FEW + 1])
    return records if len(keys) > FEW else keys
