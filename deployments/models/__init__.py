"""Who goes, when, within what is authorised."""

from deployments.models.alert import AlertedOpening, AlertSubject, OpeningAlert
from deployments.models.application import (
    Application,
    ApplicationDocument,
    ApplicationState,
    DocumentKind,
    ReasonCode,
    Waiver,
)
from deployments.models.assessment import SENSITIVE_KINDS, Assessment, AssessmentKind, AssessmentOutcome
from deployments.models.deployment import Deployment, DeploymentState, EndReason
from deployments.models.gate import Gate
from deployments.models.import_job import ImportJob, ImportJobState
from deployments.models.job import RoleProfile
from deployments.models.letter import IssuedLetter, LetterKind
from deployments.models.nomination import HostAnswer, Nomination, NominationAnswer, latest_answer
from deployments.models.note import Note
from deployments.models.paper import Paper, PaperKind
from deployments.models.posting import CountsAgainst, Posting, PostingStatus, Regime
from deployments.models.preparation import (
    ChecklistDueDay,
    ChecklistItem,
    ChecklistMark,
    ChecklistMoment,
    EmergencyContact,
)
from deployments.models.proposal import ProposalState, StrengthProposal
from deployments.models.release import Release, ReleaseLetter
from deployments.models.reminder import Reminder
from deployments.models.requirement import AssessmentRequirement, LanguageRequirement, QualificationRequirement
from deployments.models.roll_call import RollCallMark, RollCallStatus
from deployments.models.tour_events import Appraisal, AppraisalOutcome, ExtensionRequest, ExtensionState, Leave
from deployments.models.waiver import OfficerWaiver
from deployments.models.wish import OfficerWish

__all__ = [
    "SENSITIVE_KINDS",
    "AlertSubject",
    "AlertedOpening",
    "Application",
    "ApplicationDocument",
    "ApplicationState",
    "Appraisal",
    "AppraisalOutcome",
    "Assessment",
    "AssessmentKind",
    "AssessmentOutcome",
    "AssessmentRequirement",
    "ChecklistDueDay",
    "ChecklistItem",
    "ChecklistMark",
    "ChecklistMoment",
    "CountsAgainst",
    "Deployment",
    "DeploymentState",
    "DocumentKind",
    "EmergencyContact",
    "EndReason",
    "ExtensionRequest",
    "ExtensionState",
    "Gate",
    "HostAnswer",
    "ImportJob",
    "ImportJobState",
    "IssuedLetter",
    "LanguageRequirement",
    "Leave",
    "LetterKind",
    "Nomination",
    "NominationAnswer",
    "Note",
    "OfficerWaiver",
    "OfficerWish",
    "OpeningAlert",
    "Paper",
    "PaperKind",
    "Posting",
    "PostingStatus",
    "ProposalState",
    "QualificationRequirement",
    "ReasonCode",
    "Regime",
    "Release",
    "ReleaseLetter",
    "Reminder",
    "RoleProfile",
    "RollCallMark",
    "RollCallStatus",
    "StrengthProposal",
    "Waiver",
    "latest_answer",
]
