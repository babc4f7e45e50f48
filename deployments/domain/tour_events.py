"""During a tour and at its end: leave, which frees no place, an extension that is asked for, and the appraisal."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import today_here
from core.history import record_act
from core.outbox import queue_mail
from core.refusals import Refusal, require
from deployments.domain import tours
from deployments.domain.days import check_interval, check_reason
from deployments.domain.tour_records import PERMISSION, fresh
from deployments.gate import through_the_gate
from deployments.models import (
    Appraisal,
    Deployment,
    DeploymentState,
    ExtensionRequest,
    ExtensionState,
    Leave,
)
from deployments.refusals import iso
from officers.domain.coordination import decides_on

S = DeploymentState
APPRAISED = frozenset({S.IN_MISSION, S.ENDED, S.REINTEGRATION})
PARTIES = {"service": "service_agreed_at", "mission": "mission_agreed_at"}


@through_the_gate
def record_leave(
    deployment: Deployment,
    *,
    by,
    first_day: datetime.date,
    last_day: datetime.date,
    today: datetime.date | None = None,
) -> Leave:
    """Leave from ``first_day`` to ``last_day``, both inclusive, inside a live tour; it goes on counting meanwhile.

    Raises NotPermitted, and Refusal for days out of order, outside the tour, or that are leave already.
    """
    require(by, PERMISSION)
    check_interval(first_day, last_day, today or today_here())
    tour = fresh(deployment)
    _require_state(tour, frozenset(S.live_states()))
    if first_day < tour.first_day or last_day > tour.last_day:
        raise Refusal(
            _("Leave lies inside the tour, %(first)s to %(last)s.")
            % {"first": iso(tour.first_day), "last": iso(tour.last_day)},
            code="outside_tour",
            field="first_day",
        )
    if tour.leaves.filter(first_day__lte=last_day, last_day__gte=first_day).exists():
        raise Refusal(_("The officer is on leave on one of these days already."), code="leave_twice", field="first_day")
    leave = Leave.objects.create(deployment=tour, first_day=first_day, last_day=last_day)
    record_act(tour, "record-leave", by=by, first_day=first_day.isoformat(), last_day=last_day.isoformat())
    return leave


@transaction.atomic
def cancel_leave(leave: Leave, *, by, reason: str) -> Deployment:
    """The leave does not take place; the history keeps its days.

    Raises NotPermitted, and Refusal without a reason or where somebody cancelled it meanwhile.
    """
    require(by, PERMISSION)
    check_reason(reason)
    tour, days = leave.deployment, {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
    deleted, _models = Leave.objects.filter(pk=leave.pk).delete()
    if not deleted:
        raise Refusal(_("This leave is cancelled already."), code="nothing_changes")
    record_act(tour, "cancel-leave", by=by, reason=reason, **days)
    return tour


@through_the_gate
def ask_extension(
    deployment: Deployment, *, by, last_day: datetime.date, reason: str, today: datetime.date | None = None
) -> ExtensionRequest:
    """The officer, or the desk for the officer, asks for a later last day. No day is taken yet.

    Raises NotPermitted, and Refusal where the tour is not live, the day is not later, or one is asked for already.
    """
    if not (by.is_active and by.pk == deployment.officer.user_id):
        require(by, PERMISSION)
    check_reason(reason)
    tour = fresh(deployment)
    _require_state(tour, frozenset(S.live_states()))
    check_interval(tour.first_day, last_day, today or today_here())
    if last_day <= tour.last_day:
        raise Refusal(
            _("An extension ends after the present last day, %(day)s.") % {"day": iso(tour.last_day)},
            code="no_extension",
            field="last_day",
        )
    try:
        with transaction.atomic():
            asked = ExtensionRequest.objects.create(deployment=tour, last_day=last_day, reason=reason, asked_by=by)
    except IntegrityError:
        raise Refusal(_("An extension is asked for already."), code="already_asked") from None
    record_act(tour, "ask-extension", by=by, reason=reason, last_day=last_day.isoformat())
    return asked


@transaction.atomic
def agree_extension(deployment: Deployment, *, by, party: str, reason: str = "") -> ExtensionRequest:
    """The home service ("service") or the mission ("mission") agrees; the service's coordinator says so for the service.

    Raises NotPermitted, and Refusal without an open request or where this party agreed already.
    """
    if not (party == "service" and decides_on(by, deployment.officer, on=today_here())):
        require(by, PERMISSION)
    if party not in PARTIES:
        raise Refusal(_("Say who agrees: the home service or the mission."), code="bad_value", field="party")
    asked = _open_extension(deployment)
    if getattr(asked, PARTIES[party]) is not None:
        raise Refusal(_("This agreement is recorded already."), code="nothing_changes", field="party")
    setattr(asked, PARTIES[party], timezone.now())
    asked.save(update_fields=[PARTIES[party]])
    record_act(asked.deployment, "agree-extension", by=by, reason=reason, party=party)
    return asked


@through_the_gate
def grant_extension(deployment: Deployment, *, by, today: datetime.date | None = None) -> Deployment:
    """The desk agrees: the tour is extended to the day asked for, as new consumption, and the officer is told.

    Raises NotPermitted, Refusal without an open request or while the home service or the mission has not agreed, and
    what ``tours.extend`` raises: then the request stays open.
    """
    require(by, PERMISSION)
    asked = _open_extension(deployment)
    if asked.service_agreed_at is None or asked.mission_agreed_at is None:
        raise Refusal(_("The home service and the mission agree first."), code="not_agreed")
    tour = tours.extend(asked.deployment, by=by, last_day=asked.last_day, reason=asked.reason, today=today)
    _decide(asked, ExtensionState.GRANTED)
    record_act(tour, "grant-extension", by=by, last_day=asked.last_day.isoformat())
    _tell(asked, "extension_granted")
    return tour


@transaction.atomic
def decline_extension(deployment: Deployment, *, by, reason: str) -> ExtensionRequest:
    """The extension is not granted, and the officer is told why. The desk declines, or the home service's coordinator.

    Raises NotPermitted, and Refusal without an open request or a reason.
    """
    party = {"party": "service"} if decides_on(by, deployment.officer, on=today_here()) else {}
    if not party:
        require(by, PERMISSION)
    check_reason(reason)
    asked = _open_extension(deployment)
    _decide(asked, ExtensionState.DECLINED)
    record_act(
        asked.deployment, "decline-extension", by=by, reason=reason, last_day=asked.last_day.isoformat(), **party
    )
    _tell(asked, "extension_declined", reason=reason)
    return asked


@transaction.atomic
def record_appraisal(
    deployment: Deployment,
    *,
    by,
    outcome: str,
    given_on: datetime.date,
    remarks: str = "",
    today: datetime.date | None = None,
) -> Appraisal:
    """How the work of the tour is judged, once. Raises NotPermitted, and Refusal for a tour that has not begun or is
    closed, a day to come, or a second appraisal."""
    require(by, PERMISSION)
    tour = fresh(deployment)
    _require_state(tour, APPRAISED)
    if given_on > (today or today_here()):
        raise Refusal(_("The appraisal has not been given yet."), code="bad_value", field="given_on")
    try:
        with transaction.atomic():
            made = Appraisal.objects.create(
                deployment=tour, outcome=outcome, given_on=given_on, remarks=remarks, recorded_by=by
            )
    except IntegrityError:
        raise Refusal(_("The tour has its appraisal already."), code="appraised_already") from None
    record_act(tour, "record-appraisal", by=by, outcome=outcome, given_on=given_on.isoformat())
    return made


def _open_extension(deployment: Deployment) -> ExtensionRequest:
    """The extension that is asked for and not decided, held until the end of the transaction. Raises Refusal."""
    waiting = ExtensionRequest.objects.select_for_update(of=("self",)).filter(
        deployment=deployment, state=ExtensionState.OPEN
    )
    found = waiting.select_related("deployment__officer__user", "deployment__posting").first()
    if found is None:
        raise Refusal(_("No extension is asked for."), code="nothing_asked")
    return found


def _decide(asked: ExtensionRequest, state: str) -> None:
    asked.state, asked.decided_at = state, timezone.now()
    asked.save(update_fields=["state", "decided_at"])


def _tell(asked: ExtensionRequest, template: str, **words) -> None:
    """Queues a mail to the officer in the transaction of the act."""
    officer = asked.deployment.officer
    queue_mail(to=officer.user, template=f"deployments/{template}", context={"asked": asked, **words})


def _require_state(tour: Deployment, states: frozenset[str]) -> None:
    if tour.state not in states:
        raise Refusal(
            _("This is not possible: the tour is in the state “%(state)s”.") % {"state": tour.get_state_display()},
            code="impossible_transition",
        )
