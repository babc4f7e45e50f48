"""The countries of openings, as the filters name them."""

from collections import defaultdict

from django.db.models import QuerySet
from django.utils.translation import get_language

from core.text.folded import fold
from deployments.models import Posting
from missions.models import Operation


def countries_of(postings: QuerySet[Posting]) -> list[tuple[str, str]]:
    """The countries of ``postings`` by code, named as on the site: by their operation where that has one country alone."""
    columns = (
        *("pk", "name_en", "name_fr", "countries__code", "countries__name_en", "countries__name_fr"),
        *(f"missions__host_countries__{column}" for column in ("code", "name_en", "name_fr")),
    )
    is_french = get_language() == "fr"
    rows = Operation.objects.filter(missions__postings__in=postings).order_by().values_list(*columns).distinct()
    names: dict[str, str] = {}
    own: dict[int, set[str]] = defaultdict(set)
    operations: dict[int, str] = {}
    for key, op_en, op_fr, *places in rows:
        operations[key] = op_fr if is_french else op_en
        if places[0]:
            own[key].add(places[0])
        for code, english, french in (places[:3], places[3:]):
            if code:
                names[code] = french if is_french else english
    names |= {min(codes): operations[key] for key, codes in own.items() if len(codes) == 1}
    return sorted(names.items(), key=lambda item: fold(item[1]))
