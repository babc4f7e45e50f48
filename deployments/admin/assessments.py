"""Assessments at the desk: those of an officer, and the acts that schedule and record them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.acts import Act
from core.desk.site import Panel, desk_site
from deployments.domain import assessments
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.forms.assessments import RecordAssessmentForm, ScheduleAssessmentForm
from deployments.models import Assessment
from officers.models import Officer

VIEW = "deployments.view_application"


def assessments_panel(request: HttpRequest, officer: Officer) -> list[Panel]:
    """The officer's appointments and results, next and latest first."""
    if not request.user.has_perm(VIEW):
        return []
    context = assessments_context(officer.assessments.select_related("application__posting"))
    return [Panel("assessments", _("Assessments"), "admin/deployments/assessments.html", context)]


def assessments_context(found: Iterable[Assessment]) -> dict[str, Any]:
    """The appointments and results of one officer, for the template."""
    listed = sorted(found, key=lambda each: (str(each.held_on or each.scheduled_at), each.pk))
    results = [each for each in listed if each.outcome]
    return {"ahead": [each for each in listed if not each.outcome], "results": results[::-1]}


desk_site.register_acts(
    [
        Act.of(
            Officer,
            CandidateVerb.SCHEDULE_ASSESSMENT,
            ScheduleAssessmentForm,
            assessments.schedule,
            explanation=_("The officer is told by mail; an open appointment of the same kind is moved."),
            possible=lambda officer: True,
        ),
        Act.of(
            Officer,
            CandidateVerb.RECORD_ASSESSMENT,
            RecordAssessmentForm,
            assessments.record,
            explanation=_("Of medical, psychological and security assessments only the outcome and its days are kept."),
            possible=lambda officer: True,
        ),
    ]
)
