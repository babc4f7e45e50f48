"""The demonstration's letters: one of each kind that its records allow, issued through the doors."""

import datetime
from collections import Counter

from deployments.domain import letters
from deployments.models import Application, ApplicationState, Deployment, DeploymentState, IssuedLetter
from officers.models import User

ADDED = {
    "en": "The desk expects you at the briefing a week before the departure.",
    "fr": "Le bureau vous attend à la séance d'information une semaine avant le départ.",
}


def make_letters(*, today: datetime.date, made: Counter[str]) -> None:
    """A nomination, a tour order and a certificate, as long as no letter was issued."""
    if IssuedLetter.objects.exists():
        return
    desk, approver = (User.objects.get(email=f"{name}@example.org") for name in ("selection", "approver"))
    nominated = Application.objects.filter(state=ApplicationState.NOMINATED).order_by("pk").first()
    leaving = Deployment.objects.filter(state=DeploymentState.PREPARATION).order_by("pk").first()
    home = Deployment.objects.filter(state=DeploymentState.CLOSED).order_by("pk").first()
    if nominated:
        language = letters.usual_language("nomination", nominated, today=today)
        letters.issue_nomination(nominated, by=desk, language=language, today=today)
        made["letter"] += 1
    if leaving:
        language = leaving.officer.user.language
        letters.issue_tour_order(leaving, by=approver, language=language, paragraph=ADDED[language], today=today)
        made["letter"] += 1
    if home:
        letters.issue_certificate(home, by=approver, language=home.officer.user.language, today=today)
        made["letter"] += 1
