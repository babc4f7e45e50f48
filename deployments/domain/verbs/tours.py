"""The states of a tour of duty: which act is possible from which state, and where it leads. The only such table."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal
from deployments.models import Deployment, DeploymentState

S = DeploymentState
LIVE = frozenset(S.live_states())


@dataclass(frozen=True)
class Transition:
    """An act's words, the states from which it is possible, and the state to which it leads (None: it stays)."""

    label: str | Promise
    sources: frozenset[str]
    target: str | None = None


TRANSITIONS: dict[str, Transition] = {
    "prepare": Transition(_("Prepare"), frozenset({S.RESERVED}), S.PREPARATION),
    "check-in": Transition(_("Check in"), frozenset({S.PREPARATION}), S.IN_MISSION),
    "extend": Transition(_("Extend"), LIVE),
    "change-dates": Transition(_("Change dates"), LIVE | {S.ENDED, S.REINTEGRATION}),
    "transfer": Transition(_("Transfer"), LIVE),
    "curtail": Transition(_("Curtail"), frozenset({S.IN_MISSION}), S.ENDED),
    "complete": Transition(_("Complete"), frozenset({S.IN_MISSION}), S.ENDED),
    "repatriate": Transition(_("Repatriate"), frozenset({S.IN_MISSION}), S.ENDED),
    "reintegrate": Transition(_("Reintegrate"), frozenset({S.ENDED}), S.REINTEGRATION),
    "close": Transition(_("Close"), frozenset({S.REINTEGRATION}), S.CLOSED),
    "cancel": Transition(_("Cancel the tour"), frozenset({S.RESERVED, S.PREPARATION}), S.CANCELLED),
    "reinstate": Transition(_("Reinstate"), frozenset({S.CANCELLED}), S.PREPARATION),
    "expire": Transition(_("Expire the hold"), frozenset({S.RESERVED}), S.CANCELLED),
}


class ImpossibleTransition(Refusal):
    """The act does not exist from the state in which the tour is."""

    code = "impossible_transition"

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(
            _("“%(act)s” is not possible: the tour is in the state “%(state)s”.")
            % {"act": TRANSITIONS[verb].label, "state": S(state).label}
        )
        self.verb, self.state = verb, state

    def as_json(self) -> dict:
        return {**super().as_json(), "verb": self.verb, "state": str(self.state)}


def advance(deployment: Deployment, verb: str) -> str:
    """Moves ``deployment`` (unsaved) along ``verb`` and gives the state that it left. Raises ImpossibleTransition."""
    before = deployment.state
    transition = TRANSITIONS[verb]
    if before not in transition.sources:
        raise ImpossibleTransition(verb, before)
    deployment.state = transition.target or before
    return before
