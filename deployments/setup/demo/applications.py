"""The demonstration's applications: planned in ``deployments/setup/data/demo.toml``, made through the doors, step by step.

Who applies shows a passport: a specimen that belongs to nobody.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core.refusals import Refusal
from deployments.domain import applications
from deployments.models import Application, Posting, ReasonCode
from deployments.setup.demo.assessments import steps_of_interviews
from officers.domain.evidence import attach_evidence
from officers.models import Officer, User

SPECIMEN = Path(__file__).resolve().parents[1] / "data" / "specimen.pdf"
ON_THE_ROSTER_DAYS = 365
TOLD = "One place, and two who have advised a ministry before."
WORDS = {
    "en": "We went on with people who have advised a ministry before. Your years of training would fit the next call for trainers.",
    "fr": "Nous avons retenu des personnes qui ont déjà conseillé un ministère. Le prochain avis pour la formation vous conviendrait.",
}


def make_applications(rows: list[dict[str, Any]], *, today: datetime.date, made: Counter[str]) -> None:
    """The applications of the file, as long as none of the demonstration exists. One that a rule refuses is left out."""
    applicants = Officer.objects.filter(user__email__in=[row["officer"] for row in rows]).select_related("user")
    if Application.objects.filter(officer__in=applicants).exists():
        return
    officers = {officer.user.email: officer for officer in applicants}
    desk = User.objects.get(email="selection@example.org")
    coordinator = User.objects.get(email="coordinator@example.org")
    steps = _steps(desk, coordinator, today)
    for row in rows:
        officer, posting = officers.get(row["officer"]), Posting.objects.filter(reference=row["posting"]).first()
        try:
            if officer and posting:
                _apply(officer, posting, row, steps)
                made["application"] += 1
        except Refusal:
            made["application refused by a rule"] += 1


@transaction.atomic
def _apply(
    officer: Officer, posting: Posting, row: dict[str, Any], steps: dict[str, Callable[[Application], Application]]
) -> None:
    for passport in officer.grants.filter(qualification__code="passport", evidence=None):
        attach_evidence(passport, by=officer.user, upload=SimpleUploadedFile("passport.pdf", SPECIMEN.read_bytes()))
    draft = applications.start(posting, by=officer.user, officer=officer)
    application = applications.revise(draft, by=officer.user, motivation=row["motivation"], available_from=None)
    for kind in row.get("documents", []):
        letter = SimpleUploadedFile(f"{kind.replace('_', '-')}.pdf", SPECIMEN.read_bytes())
        applications.attach_document(application, by=officer.user, upload=letter, kind=kind)
    for step in row["steps"]:
        application = steps[step](application)


def _steps(desk: User, coordinator: User, today: datetime.date) -> dict[str, Callable[[Application], Application]]:
    """Each step as the person whose step it is takes it."""
    roster = today + datetime.timedelta(days=ON_THE_ROSTER_DAYS)
    return {
        "submit": lambda application: applications.submit(application, by=application.officer.user),
        "endorse": lambda application: applications.endorse(application, by=coordinator),
        "screen-in": lambda application: applications.screen_in(application, by=desk),
        "screen-out": lambda application: applications.screen_out(
            application,
            by=desk,
            reason=TOLD,
            reason_code=ReasonCode.OTHER_CANDIDATE,
            words=WORDS[application.officer.user.language],
        ),
        "assess": lambda application: applications.assess(application, by=desk),
        "qualify": lambda application: applications.qualify(application, by=desk, qualified_until=roster),
        "nominate": lambda application: applications.nominate(application, by=desk),
        **steps_of_interviews(desk, today),
    }
