"""Primary keys that come from outside, as text."""

from collections.abc import Iterable

MAX_KEY_DIGITS = 18  # a longer one overflows the column of every database


def is_key(text: str) -> bool:
    """Whether ``text`` can be a primary key."""
    return text.isdecimal() and len(text) <= MAX_KEY_DIGITS


def keys_in(texts: Iterable[str]) -> list[int]:
    """The primary keys among ``texts``; anything else is left out."""
    return [int(text) for text in texts if is_key(text)]
