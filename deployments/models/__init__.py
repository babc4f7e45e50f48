"""Who goes, when, within what is authorised."""

from deployments.models.application import (
    Application,
    ApplicationDocument,
    ApplicationState,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
    ReasonCode,
    Waiver,
)
from deployments.models.deployment import Deployment, DeploymentState, EndReason
from deployments.models.gate import Gate
from deployments.models.posting import CountsAgainst, Posting, PostingStatus, Regime
from deployments.models.reminder import Reminder
from deployments.models.requirement import LanguageRequirement, QualificationRequirement

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationState",
    "Assessment",
    "AssessmentKind",
    "AssessmentOutcome",
    "CountsAgainst",
    "Deployment",
    "DeploymentState",
    "EndReason",
    "Gate",
    "LanguageRequirement",
    "Posting",
    "PostingStatus",
    "QualificationRequirement",
    "ReasonCode",
    "Regime",
    "Reminder",
    "Waiver",
]
