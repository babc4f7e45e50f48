"""Records by whatever people call them: code, name in either language, an old name."""

import csv
import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.parsing.names import heading_key
from missions.models import Country

UNKNOWN_COUNTRY = _("Unknown country code: %(codes)s. Use ISO 3166-1 codes such as ML.")
COUNTRIES = Path(settings.BASE_DIR) / "missions" / "data" / "countries.csv"
# What people write for a country beside its names of the reference list.
COUNTRY_ALIASES = {
    "CD": "DRC RDC DR-Congo Congo-Kinshasa",
    "CG": "Congo-Brazzaville",
    "PS": "West-Bank Cisjordanie West-Bank-and-Gaza Palestine Palestinian-Territories Territoires-palestiniens Gaza Gaza-Strip Bande-de-Gaza",
    "US": "USA United-States-of-America États-Unis-d'Amérique É.-U.",
    "GB": "UK Great-Britain Grande-Bretagne",
    "XK": "Kosovo",
    "IQ": "Irak",
    "CI": "Ivory-Coast",
    "NL": "Holland Hollande The-Netherlands",
    "CZ": "Czech-Republic République-tchèque",
    "MK": "Macedonia Macédoine",
    "SY": "Syria Syrie",
    "RU": "Russia Russie",
    "TL": "East-Timor Timor-oriental",
    "TR": "Turkey Turquie",
    "MM": "Burma Birmanie",
    "CV": "Cape-Verde Cap-Vert",
    "SZ": "Swaziland",
    "CF": "CAR RCA Central-African-Rep. République-centrafricaine",
    "BA": "Bosnia Bosnie Bosnia-Herzegovina Bosnie-Herzégovine",
}


Record = TypeVar("Record")


class Names(Generic[Record]):
    """Finds a record by a name that only it has."""

    def __init__(self, named: Iterable[tuple[Record, Iterable[str]]]) -> None:
        self._found: dict[str, Record | None] = {}
        self._said: dict[str, str] = {}
        for record, names in named:
            for name in filter(None, names):
                key = heading_key(name)
                taken = self._found.get(key, record)
                self._found[key] = record if taken is record or taken == record else None
                self._said.setdefault(key, name)

    def find(self, text: str) -> Record | None:
        return self._found.get(heading_key(text))

    def nearest(self, text: str, *, cutoff: float = 0.6) -> str:
        """The name most like ``text``, or ""."""
        close = difflib.get_close_matches(heading_key(text), self._said, n=1, cutoff=cutoff)
        return self._said[close[0]] if close else ""


def by_code_and_name(records: Iterable[Any], *more: str, code: str = "code", name: str = "name") -> Names[Any]:
    """Records by code and by name in both languages; ``more`` are further attributes, each with one name a line or
    separated by semicolons.
    """

    def names(record: Model) -> list[str]:
        said = [getattr(record, code), *(getattr(record, f"{name}_{language}", "") for language in ("en", "fr"))]
        for attribute in more:
            said += [part.strip() for part in str(getattr(record, attribute)).replace("\n", ";").split(";")]
        return said

    return Names((record, names(record)) for record in records)


def country_codes() -> Names[str]:
    """Codes of countries by code and name; of the whole reference list, whether recorded yet or not."""
    with COUNTRIES.open(encoding="utf-8", newline="") as lines:
        named = {row["code"]: [row["code"], row["name_en"], row["name_fr"]] for row in csv.DictReader(lines)}
    for code, *names in Country.objects.values_list("code", "name_en", "name_fr"):
        named.setdefault(code, [code]).extend(names)
    for code, aliases in COUNTRY_ALIASES.items():
        named.setdefault(code, [code]).extend(alias.replace("-", " ") for alias in aliases.split())
    return Names(named.items())


def countries_of(codes: Iterable[str]) -> dict[str, Country]:
    """The countries by code; one of the reference list that is not recorded yet is made."""
    wanted = set(codes)
    known = {country.code: country for country in Country.objects.filter(code__in=wanted)}
    if missing := wanted - set(known):
        with COUNTRIES.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["code"] in missing:
                    known[row["code"]] = Country.objects.create(**row)
    return known
