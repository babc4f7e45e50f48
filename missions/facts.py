"""Facts on a public page that another app knows: ``missions`` shows them without knowing that app."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from missions.models import Operation


@dataclass(frozen=True)
class Fact:
    """A label with its value, as the public reads it."""

    label: str | Promise
    value: int | str


PUBLIC_FACTS: list[Callable[[Operation, datetime.date], Fact | None]] = []


def facts_on(operation: Operation, day: datetime.date) -> list[Fact]:
    """What the other apps say of ``operation`` on ``day``; an app that has nothing to say gives None."""
    return [fact for known in PUBLIC_FACTS if (fact := known(operation, day)) is not None]
