"""During a tour and at its end: leave, which frees no place, an extension that is asked for, and the appraisal."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal, require
from core.text.dates import today_here
from deployments.domain.tours import acts as tours
from deployments.domain.tours.extensions import decide, declined, open_extension, tell_of
from deployments.domain.tours.records import fresh
from deployments.domain.verbs.tours import MAY_DEPLOY, TourVerb, require_possible
from deployments.limits.days import check_interval, check_reason
from deployments.limits.gate import through_the_gate
from deployments.limits.refusals import iso
from deployments.models import (
    Appraisal,
    Deployment,
    ExtensionRequest,
    ExtensionState,
    Leave,
)
from officers.domain.coordination import decides_on

PARTIES = {"service": "service_agreed_at", "mission": "mission_agreed_at"}
PARTY_LABELS = {"service": gettext_lazy("The home service"), "mission": gettext_lazy("The mission")}


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
    require(by, MAY_DEPLOY)
    check_interval(first_day, last_day, today or today_here())
    tour = fresh(deployment)
    require_possible(tour, TourVerb.RECORD_LEAVE)
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
    record_act(tour, TourVerb.RECORD_LEAVE, by=by, first_day=first_day.isoformat(), last_day=last_day.isoformat())
    return leave


@transaction.atomic
def cancel_leave(leave: Leave, *, by, reason: str) -> Deployment:
    """The leave does not take place; the history keeps its days.

    Raises NotPermitted, and Refusal without a reason or where somebody cancelled it meanwhile.
    """
    require(by, MAY_DEPLOY)
    check_reason(reason)
    tour, days = leave.deployment, {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
    deleted, _models = Leave.objects.filter(pk=leave.pk).delete()
    if not deleted:
        raise Refusal(_("This leave is cancelled already."), code="nothing_changes")
    record_act(tour, TourVerb.CANCEL_LEAVE, by=by, reason=reason, **days)
    return tour


@through_the_gate
def ask_extension(
    deployment: Deployment, *, by, last_day: datetime.date, reason: str, today: datetime.date | None = None
) -> ExtensionRequest:
    """The officer, or the desk for the officer, asks for a later last day. No day is taken yet.

    Raises NotPermitted, and Refusal where the tour is only reserved or over, the day is not later, or one is asked for
    already.
    """
    if not (by.is_active and by.pk == deployment.officer.user_id):
        require(by, MAY_DEPLOY)
    check_reason(reason)
    tour = fresh(deployment)
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
            asked = ExtensionRequest.objects.create(deployment=tour, last_day=last_day, reason=reason, asked_by=by)
    except IntegrityError:
        raise Refusal(_("An extension is asked for already."), code="already_asked") from None
    record_act(tour, TourVerb.ASK_EXTENSION, by=by, reason=reason, last_day=last_day.isoformat())
    return asked


@transaction.atomic
def agree_extension(
    deployment: Deployment, *, by, party: str, reason: str = "", extension: int | None = None
) -> ExtensionRequest:
    """The home service ("service") or the mission ("mission") agrees; the service's coordinator says so for the service.

    ``extension`` is the key of the request that was read. Raises NotPermitted, and Refusal without an open request,
    where another one is open by now, or where this party agreed already.
    """
    _require_another(by, deployment)
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


@through_the_gate
def grant_extension(
    deployment: Deployment, *, by, extension: int | None = None, today: datetime.date | None = None
) -> Deployment:
    """The desk agrees: the tour is extended to the day asked for, as new consumption, and the officer is told.

    ``extension`` is the key of the request that was read. Raises NotPermitted, Refusal without an open request, where
    another one is open by now or while the home service or the mission has not agreed, and what ``tours.extend``
    raises: then the request stays open.
    """
    require(by, MAY_DEPLOY)
    _require_another(by, deployment)
    asked = _open_extension(deployment, extension)
    if asked.service_agreed_at is None or asked.mission_agreed_at is None:
        raise Refusal(_("The home service and the mission agree first."), code="not_agreed")
    decide(asked, ExtensionState.GRANTED)
    tour = tours.extend(asked.deployment, by=by, last_day=asked.last_day, reason=asked.reason, today=today)
    record_act(tour, TourVerb.GRANT_EXTENSION, by=by, last_day=asked.last_day.isoformat())
    tell_of(asked, "extension_granted")
    return tour


@transaction.atomic
def decline_extension(deployment: Deployment, *, by, reason: str, extension: int | None = None) -> ExtensionRequest:
    """The extension is not granted, and the officer is told why. The desk declines, or the home service's coordinator.

    ``extension`` is the key of the request that was read. Raises NotPermitted, and Refusal without an open request or
    a reason, or where another one is open by now.
    """
    _require_another(by, deployment)
    party = {"party": "service"} if decides_on(by, deployment.officer, on=today_here()) else {}
    if not party:
        require(by, MAY_DEPLOY)
    check_reason(reason)
    asked = declined(_open_extension(deployment, extension), by=by, reason=reason, **party)
    tell_of(asked, "extension_declined", reason=reason)
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
    require(by, MAY_DEPLOY)
    tour = fresh(deployment)
    require_possible(tour, TourVerb.RECORD_APPRAISAL)
    if given_on > (today or today_here()):
        raise Refusal(_("The appraisal has not been given yet."), code="bad_value", field="given_on")
    try:
        with transaction.atomic():
            made = Appraisal.objects.create(
                deployment=tour, outcome=outcome, given_on=given_on, remarks=remarks, recorded_by=by
            )
    except IntegrityError:
        raise Refusal(_("The tour has its appraisal already."), code="appraised_already") from None
    record_act(tour, TourVerb.RECORD_APPRAISAL, by=by, outcome=outcome, given_on=given_on.isoformat())
    return made


def _open_extension(deployment: Deployment, extension: int | None) -> ExtensionRequest:
    """The extension that is asked for and not decided, held until the end of the transaction. Raises Refusal."""
    found = open_extension(deployment)
    if found is None:
        raise Refusal(_("No extension is asked for."), code="nothing_asked")
    if extension not in (None, found.pk):
        raise Refusal(
            _("Another extension is asked for by now, to %(day)s: open the page again.") % {"day": iso(found.last_day)},
            code="stale",
        )
    return found


class AboutOneself(NotPermitted):
    """Nobody decides on an own matter."""

    def __str__(self) -> str:
        return _("Nobody decides about oneself.")


def _require_another(by, deployment: Deployment) -> None:
    if by.pk == deployment.officer.user_id:
        raise AboutOneself()
