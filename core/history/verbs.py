"""Verbs of records, each defined once with its words and rules. The desk, the history and the domain read them here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class VerbFacts:
    """What there is to say about one verb of one kind of record.

    ``past`` is how the history tells it and ``label`` how the desk offers it ("" for what nobody clicks). ``who`` is
    the permission, or the name of a part that no permission describes. ``sources`` are the states from which it is
    possible (empty: any) and ``target`` the state to which it leads ("": it stays). ``reasons`` are the coded reasons
    that it takes: a single one is recorded without asking. ``story`` is who does it, and in which words the person
    concerned reads it (None: never). ``is_decision``: the person learns the outcome only when notified. ``is_grave``
    marks what ends something or brings people home; ``is_bulk`` what can be done to many records at once. ``address``
    is the verb in the act's address, where it differs.
    """

    past: Words
    label: Words = ""
    who: str = ""
    sources: frozenset[str] = frozenset()
    target: str = ""
    reasons: tuple[str, ...] = ()
    needs_reason: bool = False
    story: tuple[Words, Words] | None = None
    is_decision: bool = False
    is_grave: bool = False
    is_bulk: bool = False
    address: str = ""

    def allows(self, state: str) -> bool:
        """Whether the verb is possible from ``state``."""
        return not self.sources or state in self.sources


class Verb(StrEnum):
    """The verbs of one kind of record: the value is what the history keeps, ``facts`` everything else."""

    facts: VerbFacts

    def __new__(cls, value: str, facts: VerbFacts) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.facts = facts
        return member

    @property
    def address(self) -> str:
        """The verb as it is written in addresses."""
        return self.facts.address or self.value


class CoreVerb(Verb):
    """What can be done to records of any app."""

    VIEW = "view", VerbFacts(_("Dossier viewed"))
    TRY_AGAIN = "try-again", VerbFacts(_("Mail tried again"))
