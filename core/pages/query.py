"""What an address may ask of a page, after its question mark: only what the page offers, each value of its own type."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext

from core.text.repeated import repeated

MAX_SEARCH = 10_000
LONGEST_NUMBER = 9


class WrongQuery(BadRequest):
    """The address asks for what the page does not offer: answered with 400 and these words."""

    code = "wrong_query"

    @classmethod
    def unknown(cls, name: str) -> "WrongQuery":
        return cls(gettext("This page offers nothing called “%(name)s”.") % {"name": repeated(name)})

    @classmethod
    def value(cls, name: str, value: object) -> "WrongQuery":
        words = gettext("“%(value)s” is no value of “%(name)s”.")
        return cls(words % {"name": repeated(name), "value": repeated(str(value))})


def check_names(request: HttpRequest, *offered: str) -> None:
    """Raise WrongQuery for the first parameter of the address that is none of ``offered``."""
    for name in request.GET:
        if name not in offered:
            raise WrongQuery.unknown(name)


def check_search(name: str, asked: str) -> None:
    """Raise WrongQuery for a search that is far too long, or holds what nobody types."""
    if len(asked) > MAX_SEARCH or "\x00" in asked:
        raise WrongQuery.value(name, asked)


def number_asked(request: HttpRequest, name: str) -> int:
    """The whole number of 1 or more that the address gives as ``name``; 1 where it gives none. Raises WrongQuery."""
    asked = request.GET.get(name, "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_NUMBER and int(asked)):
        raise WrongQuery.value(name, asked)
    return int(asked)


def page_asked(records: Any, per_page: int, request: HttpRequest, name: str = "p") -> Page[Any]:
    """The page of ``records`` that the address asks for. Raises WrongQuery where there is no such page."""
    number = number_asked(request, name)
    try:
        return Paginator(records, per_page).page(number)
    except InvalidPage as error:
        raise WrongQuery.value(name, number) from error
