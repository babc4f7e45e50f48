"""Content in two languages: one column each (``name_en``, ``name_fr``), read through one name."""

from collections.abc import Sequence
from typing import Self, overload

from django.conf import settings
from django.db.models import Model, Q
from django.utils.translation import get_language, override


class Bilingual:
    """Reads ``<field>_fr`` where the reader's language is French, else ``<field>_en``.

    A text missing in the reader's language is read in the other: publishing asks for both (``both_or_neither``).
    """

    def __init__(self, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: Model, owner: type) -> str: ...

    def __get__(self, instance: Model | None, owner: type) -> Self | str:
        return self if instance is None else in_own_language(instance, self.field)


def in_own_language(record: object, field: str) -> str:
    """``<field>_fr`` where the reader's language is French, else ``<field>_en``; where that is missing, the other."""
    first, second = ("fr", "en") if get_language() == "fr" else ("en", "fr")
    text: str = getattr(record, f"{field}_{first}") or getattr(record, f"{field}_{second}")
    return text


def one_or_both(record: object, field: str) -> str:
    """``<field>_fr`` where the reader's language is French and there is one, else ``field``: a name for both languages."""
    text: str = (get_language() == "fr" and getattr(record, f"{field}_fr")) or getattr(record, field)
    return text


def in_each(text: object) -> dict[str, str]:
    """What ``text`` says in each language, by its code: a lazy text, or a record with a name in both.

    For a history that readers of both languages read later.
    """
    return each_in_each([text])[0]


def each_in_each(texts: Sequence[object]) -> list[dict[str, str]]:
    """``in_each`` of many: the language is changed once for all of them."""
    found: list[dict[str, str]] = [{} for _text in texts]
    for code, _name in settings.LANGUAGES:
        with override(code):
            for said, text in zip(found, texts, strict=True):
                said[code] = str(text)
    return found


def in_both(field: str) -> Q:
    """The text is there in both languages."""
    return ~Q(**{f"{field}_en": ""}) & ~Q(**{f"{field}_fr": ""})


def both_or_neither(field: str) -> Q:
    """The text is there in both languages or in none."""
    return Q(**{f"{field}_en": "", f"{field}_fr": ""}) | in_both(field)
