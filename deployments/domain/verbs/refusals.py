"""The refusal of a verb from a state in which it does not exist."""

from typing import Any

from django.utils.functional import Promise

from core.history.verbs import Verb
from core.refusals import Refusal


class ImpossibleTransition(Refusal):
    """The verb does not exist from the state in which the record is, or somebody else acted first."""

    code = "impossible_transition"

    def __init__(self, verb: Verb, state: str, sentence: str | Promise, state_label: str | Promise) -> None:
        super().__init__(sentence % {"act": verb.facts.label, "state": state_label})
        self.verb, self.state = verb, state

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "verb": str(self.verb), "state": str(self.state)}
