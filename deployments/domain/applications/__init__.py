"""Acts on applications: ``from deployments.domain import applications; applications.submit(...)``."""

from deployments.domain.applications.assessments import record_assessment
from deployments.domain.applications.documents import attach_document, remove_document
from deployments.domain.applications.endings import end_for_stand_down, expire, notify, reinstate
from deployments.domain.applications.own import (
    NotTaking,
    TooManyApplications,
    accept,
    open_applications,
    revise,
    start,
    submit,
    withdraw,
)
from deployments.domain.applications.past import NOT_ON_RECORD, WAY, PastApplication, check_past, insert_past
from deployments.domain.applications.screening import (
    assess,
    nominate,
    not_select,
    qualify,
    refuse,
    screen_in,
    screen_out,
    waive,
)
from deployments.domain.applications.selections import propose, select
from deployments.domain.applications.services import decline_release, endorse

__all__ = [
    "NOT_ON_RECORD",
    "WAY",
    "NotTaking",
    "PastApplication",
    "TooManyApplications",
    "accept",
    "assess",
    "attach_document",
    "check_past",
    "decline_release",
    "end_for_stand_down",
    "endorse",
    "expire",
    "insert_past",
    "nominate",
    "not_select",
    "notify",
    "open_applications",
    "propose",
    "qualify",
    "record_assessment",
    "refuse",
    "reinstate",
    "remove_document",
    "revise",
    "screen_in",
    "screen_out",
    "select",
    "start",
    "submit",
    "waive",
    "withdraw",
]
