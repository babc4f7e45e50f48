"""The words for the codes that the history of numbers, postings, applications and tours keeps.

Details are told in this order.
"""

from django.utils.translation import gettext_lazy as _

from core.desk.site import desk_site
from core.text.languages import LANGUAGES
from deployments.domain.tours import PARTY_LABELS
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.authority import StrengthVerb, TermsVerb
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.domain.verbs.data import DataVerb
from deployments.domain.verbs.letters import LetterVerb
from deployments.domain.verbs.postings import PostingVerb
from deployments.domain.verbs.publication import PublicationVerb
from deployments.domain.verbs.switches import SwitchVerb
from deployments.domain.verbs.tours import TourVerb
from deployments.limits.refusals import refused_by_database
from deployments.models import (
    ApplicationState,
    AppraisalOutcome,
    AssessmentKind,
    AssessmentOutcome,
    DeploymentState,
    PostingStatus,
    ProposalState,
    ReasonCode,
)
from missions.models import TermsStatus

STATES = (ApplicationState, ProposalState, DeploymentState, PostingStatus, TermsStatus)
vocabulary = desk_site.vocabulary
vocabulary.add_verbs(
    ApplicationVerb,
    TourVerb,
    PostingVerb,
    StrengthVerb,
    TermsVerb,
    CandidateVerb,
    DataVerb,
    PublicationVerb,
    SwitchVerb,
    LetterVerb,
)
vocabulary.states.update({state.value: state.label for states in STATES for state in states})
vocabulary.details.update({f"day_{state}": label for state, label in ApplicationState.choices})
vocabulary.details.update(
    {
        "code": _("Reason that the applicant reads"),
        "waived": _("Requirement that is not met"),
        "kind": _("Kind"),
        "outcome": _("Outcome"),
        "held_on": _("Held on"),
        "assessed_language": _("Language"),
        "appointment": _("Date and time"),
        "items": _("Checklist"),
        "due_on": _("Due"),
        "open_items": _("Open on the checklist"),
        "given_on": _("Given on"),
        "party": _("Who agrees"),
        "effective_from": _("In force from"),
        "until": _("Last day"),
        "instrument": _("Instrument"),
        "instrument_fr": _("Instrument in French"),
        "accepted_peak": _("Accepted over-strength"),
        "explanation_en": _("Explanation for the public in English"),
        "explanation_fr": _("Explanation for the public in French"),
        "is_armed": _("Armed"),
        "languages": _("Languages of operation"),
        "first_day": _("First day"),
        "last_day": _("Last day"),
        "hold_until": _("Held until"),
        "hold": _("Held until"),
        "qualified_until": _("On the stand-by roster until"),
        "places": _("Places"),
        "to_posting": _("To the posting"),
        "for_posting": _("Posting"),
        "finding": _("Finding"),
        "letter_number": _("Number of the letter"),
        "letter": _("Number of the letter"),
        "letter_language": _("Language"),
        "requirements": _("Requirements"),
    }
)
vocabulary.values.update(
    {
        "code": dict(ReasonCode.choices),
        "kind": dict(AssessmentKind.choices),
        "assessed_language": LANGUAGES,
        "letter_language": LANGUAGES,
        "outcome": {**dict(AssessmentOutcome.choices), **dict(AppraisalOutcome.choices)},
        "party": PARTY_LABELS,
    }
)
desk_site.explain = lambda error: str(refused_by_database(error))
