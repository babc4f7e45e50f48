"""Where police serve, and how many are authorised."""

from missions.models.help import Enquiry, EnquiryTopic, HelpPage, HelpTopic
from missions.models.mission import Mission
from missions.models.operation import Operation, OperationCategory
from missions.models.places import Country, Organization, OrganizationKind, Programme
from missions.models.strength import AuthorizedStrength
from missions.models.terms import MissionTerms, OperationTerms, TermsStatus

__all__ = [
    "AuthorizedStrength",
    "Country",
    "Enquiry",
    "EnquiryTopic",
    "HelpPage",
    "HelpTopic",
    "Mission",
    "MissionTerms",
    "Operation",
    "OperationCategory",
    "OperationTerms",
    "Organization",
    "OrganizationKind",
    "Programme",
    "TermsStatus",
]
