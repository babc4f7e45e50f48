"""Refusals of the limits: in words for people, as data for machines; and words for what the database itself refuses."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.refusals import Refusal
from deployments.limits.rule import Shortfall

NOT_A_DAY = gettext_lazy("This is not a day between 1900 and 2199.")
OFFICER_TWICE = gettext_lazy("The officer has another tour on one of these days.")
DATABASE_REFUSALS = {
    "one_per_day": gettext_lazy("A version from this day exists already: withdraw it first if it is wrong."),
    "officer twice": OFFICER_TWICE,
    "officer_twice": OFFICER_TWICE,
    "exceeded posting": gettext_lazy("The posting has no place left on one of these days."),
    "exceeded mission": gettext_lazy("The mission's authorized number is used up on one of these days."),
    "exceeded operation": gettext_lazy("The operation's authorized number is used up on one of these days."),
    "exceeded programme": gettext_lazy("The programme's authorized number is used up on one of these days."),
    "closed operation": gettext_lazy("The operation takes nobody new on one of these days."),
    "closed posting": gettext_lazy("The posting takes nobody: it is not open."),
    "closed mission": gettext_lazy("The mission takes nobody new on one of these days."),
    "not released": gettext_lazy("The officer's police service has not released the officer for one of these days."),
    "release_once": gettext_lazy("This release is recorded already."),
    "above parent": gettext_lazy("A number would be above that of the level which holds it."),
    "not acknowledged": gettext_lazy("More are committed than the new number: the lowering must be acknowledged."),
    "late before last day": gettext_lazy("A late return begins after the planned last day."),
    "records only earlier": gettext_lazy("The first day of the records only moves earlier."),
    "records after number": gettext_lazy("The records begin no later than the first number of the operation."),
    "bad predecessor": gettext_lazy("A tour takes over from another one of the same posting that is not cancelled."),
    "deployment_relieved_once": gettext_lazy("A successor is named for this tour already."),
    "portal: bad day": NOT_A_DAY,
    "portal: day out of range": NOT_A_DAY,
    "portal: frozen": gettext_lazy("This does not change any more, because tours or numbers stand on it."),
    "portal: never": gettext_lazy(
        "Nothing here is deleted or changed afterwards: tours are cancelled, versions withdrawn."
    ),
}


def iso(day: datetime.date) -> str:
    """The day in figures, as the reader's language writes it."""
    return date_format(day, "SHORT_DATE_FORMAT")


class CapacityExceeded(Refusal):
    """One more tour does not fit: at which levels, on which days, and from when the whole tour would.

    ``shortfalls`` has the level with the least room first; ``next_first_day`` is None where no day is in sight.
    Of an extension ``extendable_to`` is the last day that it can have at present (the present one where not one
    day more fits), and ``next_first_day`` the next day with room after it.
    """

    code = "capacity_exceeded"
    instead = ("last_day",)

    def __init__(
        self,
        shortfalls: Sequence[Shortfall],
        next_first_day: datetime.date | None,
        extendable_to: datetime.date | None = None,
    ) -> None:
        super().__init__("", field="first_day" if extendable_to is None else "last_day")
        self.shortfalls = tuple(sorted(shortfalls, key=lambda found: found.number - found.committed))
        self.next_first_day = next_first_day
        self.extendable_to = extendable_to

    def __str__(self) -> str:
        return f"{self.reason} {self.outlook}"

    @property
    def reason(self) -> str:
        """The levels without room, one after the other."""
        return " ".join(shortfall_words(found) for found in self.shortfalls)

    def as_json(self) -> dict[str, Any]:
        return {
            **super().as_json(),
            "shortfalls": [
                {
                    "level": found.level.kind,
                    "id": found.level.key,
                    "label": found.level.label,
                    "first_day": found.first_day.isoformat(),
                    "last_day": found.last_day.isoformat(),
                    "authorized": found.number if is_numbered(found) else None,
                    "committed": found.committed,
                }
                for found in self.shortfalls
            ],
            "next_first_day": self.next_first_day.isoformat() if self.next_first_day else None,
            "extendable_to": self.extendable_to.isoformat() if self.extendable_to else None,
        }

    @property
    def outlook(self) -> str:
        """Which days would do."""
        if self.extendable_to is not None:
            return " ".join([_("The tour can last to %(day)s.") % {"day": iso(self.extendable_to)}, self._room_again()])
        if self.next_first_day is None:
            return _("No day is in sight from which the whole tour fits.")
        return _("The whole tour fits from %(day)s.") % {"day": iso(self.next_first_day)}

    def _room_again(self) -> str:
        if self.next_first_day is None:
            return _("No day with room after it is in sight.")
        return _("There is room again from %(day)s.") % {"day": iso(self.next_first_day)}


def shortfall_words(found: Shortfall) -> str:
    """One level without room: its name, its number, the days, the count."""
    words = {
        "level": found.level.label,
        "number": found.number,
        "days": days_words(found.first_day, found.last_day),
        "committed": found.committed,
    }
    if found.level.kind == "posting":
        return (
            ngettext(
                "%(level)s: %(number)s place %(days)s, %(committed)s committed.",
                "%(level)s: %(number)s places %(days)s, %(committed)s committed.",
                found.number,
            )
            % words
        )
    if not is_numbered(found):
        return _("%(level)s: no number is in force %(days)s, %(committed)s committed.") % words
    return _("%(level)s: %(number)s authorized %(days)s, %(committed)s committed.") % words


def is_numbered(found: Shortfall) -> bool:
    """Whether a number is in force on the days: of an operation without one, 0 is only how it is counted."""
    return found.level.kind != "operation" or any(since <= found.first_day for since, _number in found.level.numbers)


def days_words(first_day: datetime.date, last_day: datetime.date) -> str:
    """ "on 2027-01-01", "from 2027-01-01 to 2027-03-31", or "from 2027-01-01" where there is no end."""
    if first_day == last_day:
        return _("on %(day)s") % {"day": iso(first_day)}
    if last_day == datetime.date.max:
        return _("from %(first)s") % {"first": iso(first_day)}
    return _("from %(first)s to %(last)s") % {"first": iso(first_day), "last": iso(last_day)}


def refused_by_database(error: IntegrityError) -> Refusal:
    """What a constraint or guard refused, as a refusal with words: a state or a race that the act did not foresee."""
    text = str(error).strip().splitlines()[0]
    for sign, words in DATABASE_REFUSALS.items():
        if sign in text:
            return Refusal(words, code="refused_by_database")
    return Refusal(
        _("The database refused this, because it would break a rule that it guards: %(reason)s") % {"reason": text},
        code="refused_by_database",
    )
