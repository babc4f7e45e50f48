"""The countries of openings, as the filters name them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from core.text.folded import fold
from missions.models import Operation


def countries_of(missions: Collection[int]) -> dict[str, list[tuple[str, str]]]:
    """The countries of ``missions`` (primary keys) by code and name, for each language of the site. One query.

    A country is named as on the site: by its operation where that has one country alone.
    """
    columns = (
        *("pk", "name_en", "name_fr", "countries__code", "countries__name_en", "countries__name_fr"),
        *(f"missions__host_countries__{column}" for column in ("code", "name_en", "name_fr")),
    )
    rows = list(Operation.objects.filter(missions__in=missions).order_by().values_list(*columns).distinct())
    return {language: _named(rows, at) for at, language in enumerate(("en", "fr"))}


def _named(rows: Iterable[Sequence[Any]], at: int) -> list[tuple[str, str]]:
    """``rows`` of ``countries_of``; ``at`` is the place of the language among the names."""
    names: dict[str, str] = {}
    own: dict[int, set[str]] = defaultdict(set)
    operations: dict[int, str] = {}
    for key, *row in rows:
        operation, places = row[:2], (row[2:5], row[5:])
        operations[key] = operation[at]
        if places[0][0]:
            own[key].add(places[0][0])
        names |= {code: country[at] for code, *country in places if code}
    names |= {min(codes): operations[key] for key, codes in own.items() if len(codes) == 1}
    return sorted(names.items(), key=lambda item: fold(item[1]))
