"""The verbs of an application: which is possible from which state, who may, and where it leads. The only such table."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.domain.verbs.parties import DESK, SERVICE, YOU
from deployments.domain.verbs.refusals import ImpossibleTransition
from deployments.models import ApplicationState, ReasonCode

OPEN = frozenset(ApplicationState.open_states())
EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.SUBMITTED})
MAY_ASSESS, MAY_SELECT = "deployments.assess", "deployments.select"
OFFICER, COORDINATOR = "officer", "coordinator"


class ApplicationVerb(Verb):
    """In the order of an application's life."""

    START = (
        "start",
        Facts(
            _("Application begun"), who=OFFICER, target=ApplicationState.DRAFT, story=(YOU, _("began the application"))
        ),
    )
    REVISE = (
        "revise",
        Facts(_("Application changed"), who=OFFICER, sources=EDITABLE, story=(YOU, _("changed the application"))),
    )
    ATTACH = "attach", Facts(_("Document added"), who=OFFICER, sources=EDITABLE, story=(YOU, _("added a document")))
    REMOVE_DOCUMENT = (
        "remove-document",
        Facts(_("Document removed"), who=OFFICER, sources=EDITABLE, story=(YOU, _("removed a document"))),
    )
    SUBMIT = (
        "submit",
        Facts(
            _("Application handed in"),
            _("Submit"),
            OFFICER,
            frozenset({ApplicationState.DRAFT}),
            ApplicationState.SUBMITTED,
            story=(YOU, _("handed the application in")),
        ),
    )
    WITHDRAW = (
        "withdraw",
        Facts(
            _("Application withdrawn"),
            _("Withdraw"),
            OFFICER,
            OPEN | {ApplicationState.DRAFT},
            ApplicationState.WITHDRAWN,
            reasons=(ReasonCode.PERSONAL,),
            story=(YOU, _("withdrew the application")),
        ),
    )
    TAKE_BACK = (
        "take-back",
        Facts(
            _("Withdrawal taken back"),
            _("Take the withdrawal back"),
            OFFICER,
            frozenset({ApplicationState.WITHDRAWN}),
            story=(YOU, _("took the withdrawal back")),
        ),
    )
    ACCEPT = (
        "accept",
        Facts(
            _("Accepted"),
            _("Accept"),
            OFFICER,
            frozenset({ApplicationState.SELECTED}),
            ApplicationState.ACCEPTED,
            story=(YOU, _("accepted")),
        ),
    )
    ENDORSE = (
        "endorse",
        Facts(
            _("Endorsed by the police service"),
            _("Endorse"),
            COORDINATOR,
            frozenset({ApplicationState.SUBMITTED}),
            ApplicationState.ENDORSED,
            story=(SERVICE, _("endorsed the application")),
        ),
    )
    DECLINE_RELEASE = (
        "decline-release",
        Facts(
            _("Not released by the police service"),
            _("Decline release"),
            COORDINATOR,
            frozenset({ApplicationState.SUBMITTED}),
            ApplicationState.NOT_RELEASED,
            reasons=(ReasonCode.SERVICE_NEEDS,),
            needs_reason=True,
            story=(SERVICE, _("did not release you")),
        ),
    )
    SCREEN_IN = (
        "screen-in",
        Facts(
            _("Screened in"),
            _("Screen in"),
            MAY_ASSESS,
            frozenset({ApplicationState.SUBMITTED, ApplicationState.ENDORSED}),
            ApplicationState.SCREENED_IN,
            story=(DESK, _("screened the application in")),
            is_bulk=True,
        ),
    )
    SCREEN_OUT = (
        "screen-out",
        Facts(
            _("Screened out"),
            _("Screen out"),
            MAY_ASSESS,
            frozenset({ApplicationState.SUBMITTED, ApplicationState.ENDORSED}),
            ApplicationState.SCREENED_OUT,
            reasons=tuple(ReasonCode),
            needs_reason=True,
            story=(DESK, _("screened the application out")),
            is_decision=True,
            is_bulk=True,
        ),
    )
    ASSESS = (
        "assess",
        Facts(
            _("Assessment begun"),
            _("Begin assessment"),
            MAY_ASSESS,
            frozenset({ApplicationState.SCREENED_IN}),
            ApplicationState.IN_ASSESSMENT,
            story=(DESK, _("began the assessment")),
            is_bulk=True,
        ),
    )
    QUALIFY = (
        "qualify",
        Facts(
            _("Put on the stand-by roster"),
            _("Qualify"),
            MAY_ASSESS,
            frozenset({ApplicationState.IN_ASSESSMENT}),
            ApplicationState.QUALIFIED,
            story=(DESK, _("put you on the stand-by roster")),
            is_decision=True,
            is_bulk=True,
        ),
    )
    NOMINATE = (
        "nominate",
        Facts(
            _("Nominated"),
            _("Nominate"),
            MAY_ASSESS,
            frozenset({ApplicationState.QUALIFIED}),
            ApplicationState.NOMINATED,
            story=(DESK, _("nominated you to the receiving organization")),
            is_bulk=True,
        ),
    )
    NOT_SELECT = (
        "not-select",
        Facts(
            _("Not selected"),
            _("Do not select"),
            MAY_ASSESS,
            OPEN - {ApplicationState.SUBMITTED, ApplicationState.ENDORSED, ApplicationState.SELECTED},
            ApplicationState.NOT_SELECTED,
            reasons=tuple(ReasonCode),
            needs_reason=True,
            story=(DESK, _("did not select you")),
            is_decision=True,
            is_bulk=True,
        ),
    )
    REFUSE = (
        "refuse",
        Facts(
            _("Refused by the receiving organization"),
            _("Record the receiving organization's refusal"),
            MAY_ASSESS,
            frozenset({ApplicationState.NOMINATED, ApplicationState.SELECTED}),
            ApplicationState.REFUSED_BY_HOST,
            reasons=tuple(ReasonCode),
            needs_reason=True,
            story=(DESK, _("recorded that the receiving organization refused")),
            is_decision=True,
        ),
    )
    SELECT = (
        "select",
        Facts(
            _("Selected"),
            _("Select"),
            MAY_SELECT,
            frozenset({ApplicationState.QUALIFIED, ApplicationState.NOMINATED}),
            ApplicationState.SELECTED,
            story=(DESK, _("selected you: please accept")),
            is_bulk=True,
        ),
    )
    EXPIRE = (
        "expire",
        Facts(
            _("Expired"),
            _("Expire"),
            MAY_ASSESS,
            OPEN | {ApplicationState.DRAFT},
            ApplicationState.EXPIRED,
            reasons=(ReasonCode.TOO_LATE, ReasonCode.NO_ANSWER),
            story=(DESK, _("ended the application: a deadline passed")),
        ),
    )
    STAND_DOWN = (
        "stand-down",
        Facts(
            _("Stood down"),
            _("End: posting stood down"),
            MAY_ASSESS,
            OPEN | {ApplicationState.DRAFT},
            ApplicationState.STOOD_DOWN,
            reasons=(ReasonCode.POSTING_CHANGED,),
            story=(DESK, _("ended the application: the posting was stood down")),
        ),
    )
    REINSTATE = (
        "reinstate",
        Facts(
            _("Reinstated"),
            _("Reinstate"),
            MAY_ASSESS,
            frozenset(ApplicationState.ended_states()),
            needs_reason=True,
            story=(DESK, _("reinstated the application")),
        ),
    )
    WAIVE = (
        "waive",
        Facts(_("Requirement waived"), _("Waive a requirement"), MAY_SELECT, OPEN, needs_reason=True),
    )
    RECORD_ASSESSMENT = (
        "record-assessment",
        Facts(
            _("Assessment recorded"),
            _("Record an assessment"),
            MAY_ASSESS,
            frozenset(
                {
                    ApplicationState.SCREENED_IN,
                    ApplicationState.IN_ASSESSMENT,
                    ApplicationState.QUALIFIED,
                    ApplicationState.NOMINATED,
                }
            ),
        ),
    )
    PROPOSE = (
        "propose",
        Facts(
            _("Proposed for another posting"),
            _("Propose for another posting"),
            MAY_ASSESS,
            frozenset({ApplicationState.QUALIFIED}),
            story=(DESK, _("carried your qualification to this posting")),
        ),
    )
    NOTIFY = "notify", Facts(_("Decision told to the applicant"), _("Tell the applicant"), MAY_ASSESS, is_bulk=True)


class ImpossibleForApplication(ImpossibleTransition):
    """The verb does not exist from the state in which the application is."""

    def __init__(self, verb: ApplicationVerb, state: str) -> None:
        sentence = _("“%(act)s” is not possible: the application is in the state “%(state)s”.")
        super().__init__(verb, state, sentence, ApplicationState(state).label)


def possible_verbs(state: str) -> list[ApplicationVerb]:
    """The verbs that lead on from ``state``, in the order of an application's life."""
    return [verb for verb in ApplicationVerb if state in verb.facts.sources]
