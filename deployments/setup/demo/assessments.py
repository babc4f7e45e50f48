"""The demonstration's assessments: what every officer was found to be, and the steps of applicants at interviews."""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone

from core.actors import Actor
from deployments.domain import applications, assessments
from deployments.models import Application, Assessment, AssessmentKind, AssessmentOutcome
from officers.models import Officer, User

VALID_DAYS = 1460
PLACE = {"en": "Interview room, 2nd floor", "fr": "Salle d'entrevue, 2e étage"}
ASSESSOR = "Riley Martin"


def make_results(
    plan: dict[str, Any], officers: Sequence[Officer], *, by: Actor, today: datetime.date, made: Counter[str]
) -> None:
    """Results of the officers, by their place in the file, as long as none of them has any."""
    if Assessment.objects.filter(officer__in=officers).exists():
        return
    results = []
    for officer in officers:
        number = int(officer.service_number[1:])
        for kind in plan["kinds"]:
            if kind == AssessmentKind.INTERVIEW and number in plan["without_interview"]:
                continue
            is_failed = kind == AssessmentKind.MEDICAL and number in plan["failed_medical"]
            results.append(
                Assessment(
                    officer=officer,
                    kind=kind,
                    held_on=today - datetime.timedelta(days=100 + number % 60),
                    outcome=AssessmentOutcome.FAILED if is_failed else AssessmentOutcome.PASSED,
                    valid_until=None if is_failed else today + datetime.timedelta(days=VALID_DAYS + number),
                    recorded_by_id=by.pk,
                )
            )
    made["assessment"] += len(Assessment.objects.bulk_create(results))


def steps_of_interviews(desk: User, today: datetime.date) -> dict[str, Callable[[Application], Application]]:
    """The steps of an applicant who is called to an interview, or has passed it."""

    def call(application: Application) -> Application:
        morning = datetime.datetime.combine(today + datetime.timedelta(days=12), datetime.time(9, 30))
        assessments.schedule(
            application.officer,
            by=desk,
            kind=AssessmentKind.INTERVIEW,
            scheduled_at=timezone.make_aware(morning),
            place=PLACE[application.officer.user.language],
            assessor=ASSESSOR,
            application=application,
        )
        return application

    def passed(application: Application) -> Application:
        applications.record_assessment(
            application,
            by=desk,
            kind=AssessmentKind.INTERVIEW,
            held_on=today - datetime.timedelta(days=2),
            outcome=AssessmentOutcome.PASSED,
            valid_until=today + datetime.timedelta(days=VALID_DAYS),
            today=today,
        )
        return application

    return {"call-to-interview": call, "interview": passed}
