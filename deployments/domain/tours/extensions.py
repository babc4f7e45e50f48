"""An extension of a tour: asked for, agreed to by both parties, granted or declined."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import SYSTEM, Actor
from core.history.acts import record_act
from core.mail.outbox import queue_mail
from core.refusals import Refusal, require, requires
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.course import extend
from deployments.domain.tours.extension_rows import close_request, decline_request, open_request
from deployments.domain.tours.records import locked_tour
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, require_possible
from deployments.limits.days import check_interval, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import iso
from deployments.models import Deployment, ExtensionRequest, ExtensionState
from officers.domain.coordination import decides_on
from officers.domain.ownership import is_self, requires_self_or

__all__ = ["PARTY_LABELS", "agree_extension", "ask_extension", "decline_extension", "grant_extension"]

PARTIES = {"service": "service_agreed_at", "mission": "mission_agreed_at"}
PARTY_LABELS = {"service": gettext_lazy("The home service"), "mission": gettext_lazy("The mission")}


@requires_self_or(MAY_DEPLOY)
@locked_transaction
def ask_extension(
    deployment: Deployment, *, by: Actor, last_day: datetime.date, reason: str, today: datetime.date | None = None
) -> ExtensionRequest:
    """The officer, or the desk for the officer, asks for a later last day. No day is taken yet.

    Raises NotPermitted, and Refusal where the tour is only reserved or over, the day is not later, or one is asked for
    already.
    """
    check_reason(reason)
    tour = locked_tour(deployment, by=SYSTEM)
    require_possible(tour, TourVerb.ASK_EXTENSION)
    check_interval(tour.first_day, last_day, today or today_here())
    if last_day <= tour.last_day:
        raise Refusal(
            _("An extension ends after the present last day, %(day)s.") % {"day": iso(tour.last_day)},
            code="no_extension",
            field="last_day",
        )
    try:
        with transaction.atomic():
            asked = ExtensionRequest.objects.create(
                deployment=tour, last_day=last_day, reason=reason, asked_by_id=by.pk
            )
    except IntegrityError:
        raise Refusal(_("An extension is asked for already."), code="already_asked") from None
    record_act(tour, TourVerb.ASK_EXTENSION, by=by, reason=reason, last_day=last_day.isoformat())
    if not is_self(by, tour.officer):
        tell_officer(tour, TourVerb.ASK_EXTENSION, asked=last_day)
    return asked


@transaction.atomic
def agree_extension(
    deployment: Deployment, *, by: Actor, party: str, reason: str = "", extension: int | None = None
) -> ExtensionRequest:
    """The home service ("service") or the mission ("mission") agrees; the service's coordinator says so for the service.

    ``extension`` is the key of the request that was read. Raises NotPermitted, and Refusal without an open request,
    where another one is open by now, or where this party agreed already.
    """
    require_no_stake(by, deployment)
    if not (party == "service" and decides_on(by, deployment.officer, on=today_here())):
        require(by, MAY_DEPLOY)
    if party not in PARTIES:
        raise Refusal(_("Say who agrees: the home service or the mission."), code="bad_value", field="party")
    asked = _open_extension(deployment, extension)
    if getattr(asked, PARTIES[party]) is not None:
        raise Refusal(_("This agreement is recorded already."), code="nothing_changes", field="party")
    setattr(asked, PARTIES[party], timezone.now())
    asked.save(update_fields=[PARTIES[party]])
    record_act(asked.deployment, TourVerb.AGREE_EXTENSION, by=by, reason=reason, party=party)
    return asked


@requires(MAY_DEPLOY)
@locked_transaction
def grant_extension(
    deployment: Deployment, *, by: Actor, extension: int | None = None, today: datetime.date | None = None
) -> Deployment:
    """The desk agrees: the tour is extended to the day asked for, as new consumption, and the officer is told.

    ``extension`` is the key of the request that was read. Raises NotPermitted, Refusal without an open request, where
    another one is open by now or while the home service or the mission has not agreed, and what ``tours.extend``
    raises: then the request stays open.
    """
    require_no_stake(by, deployment)
    asked = _open_extension(deployment, extension)
    if asked.service_agreed_at is None or asked.mission_agreed_at is None:
        raise Refusal(_("The home service and the mission agree first."), code="not_agreed")
    close_request(asked, ExtensionState.GRANTED)
    tour = extend(asked.deployment, by=by, last_day=asked.last_day, reason=asked.reason, is_told=False, today=today)
    record_act(tour, TourVerb.GRANT_EXTENSION, by=by, last_day=asked.last_day.isoformat())
    _tell(asked, "extension_granted")
    return tour


@transaction.atomic
def decline_extension(
    deployment: Deployment, *, by: Actor, reason: str, extension: int | None = None
) -> ExtensionRequest:
    """The extension is not granted, and the officer is told why. The desk declines, or the home service's coordinator.

    ``extension`` is the key of the request that was read. Raises NotPermitted, and Refusal without an open request or
    a reason, or where another one is open by now.
    """
    require_no_stake(by, deployment)
    party = {"party": "service"} if decides_on(by, deployment.officer, on=today_here()) else {}
    if not party:
        require(by, MAY_DEPLOY)
    check_reason(reason)
    asked = decline_request(_open_extension(deployment, extension), by=by, reason=reason, **party)
    _tell(asked, "extension_declined", reason=reason)
    return asked


def _open_extension(deployment: Deployment, extension: int | None) -> ExtensionRequest:
    """The extension that is asked for and not decided, held until the end of the transaction. Raises Refusal."""
    found = open_request(deployment)
    if found is None:
        raise Refusal(_("No extension is asked for."), code="nothing_asked")
    if extension not in (None, found.pk):
        raise Refusal(
            _("Another extension is asked for by now, to %(day)s: open the page again.") % {"day": iso(found.last_day)},
            code="stale",
        )
    return found


def _tell(asked: ExtensionRequest, template: str, **words: str) -> None:
    """Queue a mail to the officer in the transaction of the act."""
    queue_mail(to=asked.deployment.officer.user, template=f"deployments/{template}", context={"asked": asked, **words})
