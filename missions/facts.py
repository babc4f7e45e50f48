"""Facts on a public page that another app knows: ``missions`` shows them without knowing that app."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from missions.models import Operation


@dataclass(frozen=True)
class Fact:
    """A label with its value, as the public reads it."""

    label: str | Promise
    value: int | str


@dataclass(frozen=True)
class PostingState:
    """What the list of openings says of a posting now, in its words and by its code there."""

    code: str
    label: str | Promise = field(compare=False)  # follows from the code


PUBLIC_FACTS: list[Callable[[Operation, datetime.date], Fact | None]] = []
POSTING_STATES: list[Callable[[Sequence[Any]], Mapping[int, PostingState]]] = []


def facts_on(operation: Operation, day: datetime.date) -> list[Fact]:
    """What the other apps say of ``operation`` on ``day``; an app that has nothing to say gives None."""
    return [fact for known in PUBLIC_FACTS if (fact := known(operation, day)) is not None]


def tell_states(postings: Sequence[Any]) -> bool:
    """Set ``opening`` of each posting: its state where it is an opening now, else None. Whether any is one.

    Asks nothing where none can be one.
    """
    found: dict[int, PostingState] = {}
    for known in POSTING_STATES if postings else ():
        found |= known(postings)
    for posting in postings:
        posting.opening = found.get(posting.pk)
    return bool(found)
