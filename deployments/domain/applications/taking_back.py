"""An officer who withdrew takes the withdrawal back, until the opening closes."""

import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.refusals import Refusal
from core.text.dates import in_words
from deployments.domain.application_moves import lock, mail_applicant, move
from deployments.domain.applications.endings import state_to_return_to
from deployments.domain.applications.own import NotTaking, TooManyApplications, open_applications
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.models import Application, ApplicationState, Posting, PostingStatus
from officers.domain.ownership import requires_self

__all__ = ["can_be_taken_back", "take_back"]


def can_be_taken_back(posting: Posting, *, now: datetime.datetime) -> bool:
    """Whether a withdrawal can be taken back: the posting is open, and its deadline has not passed."""
    return posting.status == PostingStatus.OPEN and (posting.closes_at is None or posting.closes_at >= now)


@requires_self
@transaction.atomic
def take_back(application: Application, *, by: Actor, now: datetime.datetime | None = None) -> Application:
    """Bring a withdrawn application back to its last state; one that held a place is qualified, and the place is gone.

    Raises: NotPermitted, ImpossibleTransition, NotTaking after the deadline, TooManyApplications, and Refusal where the
    officer has another running application for the posting.
    """
    lock(application, by=SYSTEM)
    posting = application.posting
    if application.state == ApplicationState.WITHDRAWN and not can_be_taken_back(posting, now=now or timezone.now()):
        raise NotTaking(_too_late(posting))
    is_full = open_applications(application.officer) >= settings.MAX_OPEN_APPLICATIONS
    if application.state == ApplicationState.WITHDRAWN and is_full:
        raise TooManyApplications(_("You have as many open applications as possible: withdraw another one first."))
    target = state_to_return_to(application) if application.submitted_at else ApplicationState.DRAFT
    try:
        with transaction.atomic():
            move(application, ApplicationVerb.TAKE_BACK, by=by, target=target, deployment=None)
    except IntegrityError:
        raise Refusal(_("You have another running application for this posting."), code="another_application") from None
    return mail_applicant(application, "application_moved")


def _too_late(posting: Posting) -> str:
    if posting.status != PostingStatus.OPEN or posting.closes_at is None:
        return _("The withdrawal cannot be taken back: the posting takes nobody any more.")
    closed_on = in_words(timezone.localdate(posting.closes_at))
    return _("The withdrawal cannot be taken back any more: the opening closed on %(day)s.") % {"day": closed_on}
