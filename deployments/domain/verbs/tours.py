"""The verbs of a tour of duty: which is possible from which state, and where it leads. The only such table."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.domain.verbs.parties import DESK, YOU
from deployments.domain.verbs.refusals import ImpossibleTransition
from deployments.models import Deployment, DeploymentState, EndReason

MAY_DEPLOY = "deployments.deploy"
MAY_CONTACT = "deployments.change_emergencycontact"
MAY_MARK = "deployments.add_rollcallmark"
LIVE = frozenset(DeploymentState.live_states())
OVER = frozenset({DeploymentState.ENDED, DeploymentState.REINTEGRATION, DeploymentState.CLOSED})
BEFORE_DEPARTURE = frozenset({DeploymentState.RESERVED, DeploymentState.PREPARATION})
CHECKED = BEFORE_DEPARTURE | {DeploymentState.ENDED, DeploymentState.REINTEGRATION}
WITH_CONTACT = BEFORE_DEPARTURE | {DeploymentState.IN_MISSION}


class TourVerb(Verb):
    """In the order of a tour's life."""

    RESERVE = "reserve", Facts(_("Place reserved"), _("Reserve a place"), MAY_DEPLOY, target=DeploymentState.RESERVED)
    RECORD = "record", Facts(_("Recorded from a list"), who=MAY_DEPLOY)
    CONFIRM = (
        "confirm",
        Facts(_("Place confirmed"), _("Confirm the place"), sources=frozenset({DeploymentState.RESERVED})),
    )
    EXPIRE = (
        "expire",
        Facts(
            _("Expired"),
            _("Expire the hold"),
            MAY_DEPLOY,
            frozenset({DeploymentState.RESERVED}),
            DeploymentState.CANCELLED,
        ),
    )
    PREPARE = (
        "prepare",
        Facts(
            _("Preparation begun"),
            _("Prepare"),
            MAY_DEPLOY,
            frozenset({DeploymentState.RESERVED}),
            DeploymentState.PREPARATION,
            story=(DESK, _("began the preparation of your tour")),
            is_bulk=True,
        ),
    )
    CHECK_OFF = (
        "check-off",
        Facts(
            _("Checklist worked on"),
            _("Check off"),
            MAY_DEPLOY,
            CHECKED,
            story=(DESK, _("checked off an item of your checklist")),
        ),
    )
    REOPEN_ITEM = (
        "reopen-item",
        Facts(
            _("Item of the checklist reopened"),
            _("Reopen a checked item"),
            MAY_DEPLOY,
            CHECKED,
            needs_reason=True,
        ),
    )
    SET_DUE_DAY = (
        "set-due-day",
        Facts(_("Day set for an item of the checklist"), _("Set when an item is due"), MAY_DEPLOY, CHECKED),
    )
    SET_EMERGENCY_CONTACT = (
        "set-emergency-contact",
        Facts(_("Emergency contact recorded"), _("Set the emergency contact"), MAY_CONTACT, WITH_CONTACT),
    )
    CHECK_IN = (
        "check-in",
        Facts(
            _("Arrived in the mission"),
            _("Check in"),
            MAY_DEPLOY,
            frozenset({DeploymentState.PREPARATION}),
            DeploymentState.IN_MISSION,
            story=(DESK, _("recorded your arrival in the mission")),
            is_bulk=True,
        ),
    )
    MARK = (
        "mark",
        Facts(
            _("Marked in a roll-call"),
            _("Mark in the roll-call"),
            MAY_MARK,
            frozenset(LIVE | {DeploymentState.ENDED, DeploymentState.REINTEGRATION}),
        ),
    )
    RECORD_LEAVE = (
        "record-leave",
        Facts(_("Leave recorded"), _("Record leave"), MAY_DEPLOY, LIVE, story=(DESK, _("recorded leave"))),
    )
    CANCEL_LEAVE = (
        "cancel-leave",
        Facts(
            _("Leave cancelled"),
            _("Cancel leave"),
            MAY_DEPLOY,
            needs_reason=True,
            story=(DESK, _("cancelled leave")),
            is_grave=True,
            address="cancel",
        ),
    )
    ASK_EXTENSION = (
        "ask-extension",
        Facts(
            _("Extension asked for"),
            _("Ask for an extension"),
            MAY_DEPLOY,
            frozenset({DeploymentState.PREPARATION, DeploymentState.IN_MISSION}),
            needs_reason=True,
            story=(YOU, _("asked for an extension")),
        ),
    )
    AGREE_EXTENSION = (
        "agree-extension",
        Facts(
            _("Extension agreed to"),
            _("Record an agreement to the extension"),
            MAY_DEPLOY,
            story=(DESK, _("agreed to the extension")),
        ),
    )
    GRANT_EXTENSION = "grant-extension", Facts(_("Extension granted"), _("Grant the extension"), MAY_DEPLOY)
    DECLINE_EXTENSION = (
        "decline-extension",
        Facts(
            _("Extension declined"),
            _("Decline the extension"),
            MAY_DEPLOY,
            needs_reason=True,
            story=(DESK, _("declined the extension")),
        ),
    )
    EXTEND = (
        "extend",
        Facts(
            _("Tour extended"),
            _("Extend"),
            MAY_DEPLOY,
            LIVE,
            needs_reason=True,
            story=(DESK, _("extended your tour")),
        ),
    )
    CHANGE_DATES = (
        "change-dates",
        Facts(
            _("Dates changed"),
            _("Change dates"),
            MAY_DEPLOY,
            LIVE | {DeploymentState.ENDED, DeploymentState.REINTEGRATION},
            needs_reason=True,
            story=(DESK, _("changed the days of your tour")),
        ),
    )
    TRANSFER = (
        "transfer",
        Facts(
            _("Transferred"),
            _("Transfer"),
            MAY_DEPLOY,
            LIVE,
            needs_reason=True,
            story=(DESK, _("transferred you")),
        ),
    )
    COMPLETE = (
        "complete",
        Facts(
            _("Tour completed"),
            _("Complete"),
            MAY_DEPLOY,
            frozenset({DeploymentState.IN_MISSION}),
            DeploymentState.ENDED,
            reasons=(EndReason.COMPLETED,),
            story=(DESK, _("recorded the end of your tour")),
            is_bulk=True,
        ),
    )
    CURTAIL = (
        "curtail",
        Facts(
            _("Tour curtailed"),
            _("Curtail"),
            MAY_DEPLOY,
            frozenset({DeploymentState.IN_MISSION}),
            DeploymentState.ENDED,
            reasons=(EndReason.CURTAILED,),
            needs_reason=True,
            story=(DESK, _("ended your tour early")),
            is_grave=True,
            is_bulk=True,
        ),
    )
    REPATRIATE = (
        "repatriate",
        Facts(
            _("Repatriated"),
            _("Repatriate"),
            MAY_DEPLOY,
            frozenset({DeploymentState.IN_MISSION}),
            DeploymentState.ENDED,
            reasons=(
                EndReason.COMPASSIONATE,
                EndReason.DISCIPLINE,
                EndReason.MEDICAL,
                EndReason.PERFORMANCE,
                EndReason.SECURITY,
            ),
            needs_reason=True,
            story=(DESK, _("recorded your repatriation")),
            is_grave=True,
            is_bulk=True,
        ),
    )
    RECORD_APPRAISAL = (
        "record-appraisal",
        Facts(
            _("Appraisal recorded"),
            _("Record the appraisal"),
            MAY_DEPLOY,
            OVER | {DeploymentState.IN_MISSION},
            story=(DESK, _("recorded your appraisal")),
        ),
    )
    REINTEGRATE = (
        "reintegrate",
        Facts(
            _("Back in the home service"),
            _("Reintegrate"),
            MAY_DEPLOY,
            frozenset({DeploymentState.ENDED}),
            DeploymentState.REINTEGRATION,
            story=(DESK, _("recorded your return to the home service")),
        ),
    )
    CLOSE = (
        "close",
        Facts(
            _("Closed"),
            _("Close"),
            MAY_DEPLOY,
            frozenset({DeploymentState.REINTEGRATION}),
            DeploymentState.CLOSED,
            story=(DESK, _("closed the tour")),
        ),
    )
    NAME_SUCCESSOR = (
        "name-successor",
        Facts(_("Successor named"), _("Name a successor"), MAY_DEPLOY, LIVE | OVER),
    )
    UN_NAME_SUCCESSOR = (
        "un-name-successor",
        Facts(_("Successor no longer named"), _("Un-name the successor"), MAY_DEPLOY, LIVE | OVER),
    )
    CANCEL = (
        "cancel",
        Facts(
            _("Tour cancelled"),
            _("Cancel the tour"),
            MAY_DEPLOY,
            BEFORE_DEPARTURE,
            DeploymentState.CANCELLED,
            needs_reason=True,
            is_grave=True,
            is_bulk=True,
        ),
    )
    REINSTATE = (
        "reinstate",
        Facts(
            _("Reinstated"),
            _("Reinstate"),
            MAY_DEPLOY,
            OVER | {DeploymentState.CANCELLED},
            DeploymentState.PREPARATION,  # one that was over goes on in mission
            needs_reason=True,
            story=(DESK, _("reinstated your tour")),
        ),
    )
    CORRECT_LAST_DAY = (
        "correct-last-day",
        Facts(
            _("Last day corrected"),
            _("Correct the last day"),
            MAY_DEPLOY,
            OVER,
            needs_reason=True,
            story=(DESK, _("corrected the last day of your tour")),
        ),
    )
    CUT_LEAVE = "cut-leave", Facts(_("Leave cut off with the tour"), story=(DESK, _("cut off leave with your tour")))


class ImpossibleForTour(ImpossibleTransition):
    """The verb does not exist from the state in which the tour is."""

    def __init__(self, verb: TourVerb, state: str) -> None:
        sentence = _("“%(act)s” is not possible: the tour is in the state “%(state)s”.")
        super().__init__(verb, state, sentence, DeploymentState(state).label)


def require_possible(tour: Deployment, verb: TourVerb) -> None:
    """Raise ImpossibleForTour unless ``verb`` exists from the state of ``tour``."""
    if not verb.facts.allows(tour.state):
        raise ImpossibleForTour(verb, tour.state)


def move(tour: Deployment, verb: TourVerb) -> str:
    """Move ``tour`` (unsaved) along ``verb`` and return the state that it left.

    Raises: ImpossibleForTour.
    """
    require_possible(tour, verb)
    before = tour.state
    tour.state = verb.facts.target or before
    return before
