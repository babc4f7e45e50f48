"""The officer is told by mail of an act on a tour, in the transaction of the act."""

import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core.mail.outbox import queue_mail
from core.text.dates import in_words
from deployments.domain.verbs.tour_mails import mail_of
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Deployment, DeploymentState


def tell_officer(tour: Deployment, verb: TourVerb, **days: datetime.date | None) -> None:
    """Queue the mail of ``verb``, if it has one; ``days`` are those that its text names beside the tour's own."""
    mail = mail_of(verb)
    user = tour.officer.user
    if mail is None or not user.is_active:
        return
    with translation.override(user.language):
        values = _values(tour, days)
        context = {
            "subject_line": mail.subject % values,
            "happened": mail.happened % values,
            "following": str(mail.following % values).strip(),
            "tour": tour if _has_page(tour) else None,
        }
    queue_mail(to=user, template="deployments/tour_told", context=context)


def _values(tour: Deployment, days: dict[str, datetime.date | None]) -> dict[str, str]:
    named = {"first": tour.first_day, "last": tour.last_day, **days}
    words = {name: in_words(value) if value else "–" for name, value in named.items()}
    hold = _("It is held until %(day)s.") % {"day": in_words(tour.hold_until)} if tour.hold_until else ""
    posting = tour.posting
    return {**words, "hold": hold, "title": posting.title, "operation": posting.mission.operation.name}


def _has_page(tour: Deployment) -> bool:
    """Whether the officer has a page of the tour: a place that is only held, or was let go, has none."""
    return tour.state not in (DeploymentState.RESERVED, DeploymentState.CANCELLED)
