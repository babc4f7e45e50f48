"""Who can serve."""

from officers.models.coordinator import Coordinator
from officers.models.language import LanguageLevel, LanguageRating
from officers.models.officer import GenderAnswer, Officer
from officers.models.qualification import (
    ExpiryWarning,
    Qualification,
    QualificationEvidence,
    QualificationGrant,
    QualificationKind,
)
from officers.models.service import PoliceService
from officers.models.unavailability import Unavailability
from officers.models.user import User

__all__ = [
    "Coordinator",
    "ExpiryWarning",
    "GenderAnswer",
    "LanguageLevel",
    "LanguageRating",
    "Officer",
    "PoliceService",
    "Qualification",
    "QualificationEvidence",
    "QualificationGrant",
    "QualificationKind",
    "Unavailability",
    "User",
]
