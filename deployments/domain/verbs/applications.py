"""The states of an application: which act is possible from which state, who may, and where it leads. The only such table."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.refusals import Refusal
from deployments.models import ApplicationState

S = ApplicationState
OPEN = frozenset(S.open_states())
ASSESS, SELECT = "deployments.assess", "deployments.select"
OFFICER, COORDINATOR = "officer", "coordinator"


@dataclass(frozen=True)
class Step:
    """An act: its words, who may (a permission, OFFICER or COORDINATOR), from which states, and to which it leads.

    ``is_decision``: the applicant sees the outcome only once told (``notify``); ``needs_reason``: a reason is asked for.
    """

    label: str | Promise
    who: str
    sources: frozenset[str]
    target: str
    needs_reason: bool = False
    is_decision: bool = False


STEPS: dict[str, Step] = {
    "submit": Step(_("Submit"), OFFICER, frozenset({S.DRAFT}), S.SUBMITTED),
    "withdraw": Step(_("Withdraw"), OFFICER, OPEN | {S.DRAFT}, S.WITHDRAWN),
    "accept": Step(_("Accept"), OFFICER, frozenset({S.SELECTED}), S.ACCEPTED),
    "endorse": Step(_("Endorse"), COORDINATOR, frozenset({S.SUBMITTED}), S.ENDORSED),
    "decline-release": Step(
        _("Decline release"), COORDINATOR, frozenset({S.SUBMITTED}), S.NOT_RELEASED, needs_reason=True
    ),
    "screen-in": Step(_("Screen in"), ASSESS, frozenset({S.SUBMITTED, S.ENDORSED}), S.SCREENED_IN),
    "screen-out": Step(
        _("Screen out"), ASSESS, frozenset({S.SUBMITTED, S.ENDORSED}), S.SCREENED_OUT, True, is_decision=True
    ),
    "assess": Step(_("Begin assessment"), ASSESS, frozenset({S.SCREENED_IN}), S.IN_ASSESSMENT),
    "qualify": Step(_("Qualify"), ASSESS, frozenset({S.IN_ASSESSMENT}), S.QUALIFIED, is_decision=True),
    "nominate": Step(_("Nominate"), ASSESS, frozenset({S.QUALIFIED}), S.NOMINATED),
    "not-select": Step(
        _("Do not select"),
        ASSESS,
        OPEN - {S.SUBMITTED, S.ENDORSED, S.SELECTED},
        S.NOT_SELECTED,
        needs_reason=True,
        is_decision=True,
    ),
    "refuse": Step(
        _("Record the receiving organization's refusal"),
        ASSESS,
        frozenset({S.NOMINATED, S.SELECTED}),
        S.REFUSED_BY_HOST,
        needs_reason=True,
        is_decision=True,
    ),
    "select": Step(_("Select"), SELECT, frozenset({S.QUALIFIED, S.NOMINATED}), S.SELECTED),
    "expire": Step(_("Expire"), ASSESS, OPEN | {S.DRAFT}, S.EXPIRED),
    "stand-down": Step(_("End: posting stood down"), ASSESS, OPEN | {S.DRAFT}, S.STOOD_DOWN),
    "reinstate": Step(_("Reinstate"), ASSESS, frozenset(S.ended_states()), "", needs_reason=True),
}


class ImpossibleStep(Refusal):
    """The act does not exist from the state in which the application is, or somebody else acted first."""

    code = "impossible_transition"

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(
            _("“%(act)s” is not possible: the application is in the state “%(state)s”.")
            % {"act": STEPS[verb].label, "state": S(state).label}
        )
        self.verb, self.state = verb, state

    def as_json(self) -> dict:
        return {**super().as_json(), "verb": self.verb, "state": str(self.state)}


def possible_steps(state: str) -> list[str]:
    """The acts that exist from ``state``, in the order of an application's life."""
    return [verb for verb, step in STEPS.items() if state in step.sources]
