"""Applications that were decided, or came far, before the portal: recorded as a list brings them, by the desk."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.database.bulk import create_rows
from core.history.acts import ActOn, record_acts
from core.refusals import NotPermitted, Refusal, require
from core.text.bilingual import in_each
from deployments.domain.nomination_rows import insert_nominations
from deployments.domain.verbs.applications import MAY_ASSESS, MAY_SELECT, ApplicationVerb
from deployments.domain.verbs.data import DataVerb
from deployments.domain.waivers import NotCleared, raise_together
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.many import Files
from deployments.limits.days import check_day, planned_tour
from deployments.limits.rule import since_records
from deployments.models import Application, ApplicationState, ReasonCode

__all__ = ["NOT_ON_RECORD", "WAY", "PastApplication", "check_past", "files_for", "insert_past"]

S = ApplicationState
# The way of an application: each state that may have a day of its own, in order. An end has one day, whatever it is.
WAY = (S.SUBMITTED, S.ENDORSED, S.SCREENED_IN, S.IN_ASSESSMENT, S.QUALIFIED, S.NOMINATED, S.SELECTED, S.ACCEPTED)
ASKS: dict[str, ClearanceAct] = {S.QUALIFIED: ClearanceAct.QUALIFY, S.NOMINATED: ClearanceAct.NOMINATE}

NOT_ON_RECORD = gettext_lazy("not on record")

Days = Mapping[str, datetime.date | None]


@dataclass(frozen=True)
class PastApplication:
    """An application not saved yet, the day on which each state began (None: not on record), and its note."""

    application: Application
    days: Days
    note: str = ""


def files_for(applications: Iterable[Application], today: datetime.date) -> Files:
    """What clearance asks for ``applications`` that come to a state in which it asks; read once for all."""
    return Files(((each.officer, each.posting) for each in applications if each.state in ASKS), today)


def check_past(past: PastApplication, files: Files, *, by: Actor, today: datetime.date) -> None:
    """Whether the desk may record ``past``, one of those of ``files``; completes what follows from its state and days.

    Raises: NotPermitted without the permission that the state takes at the desk, or for an own application; Refusal for
    a draft or a place that is held, days after today or out of order, a reason that does not go with the state, and
    a place on the roster or a nomination whose requirements are neither met nor waived.
    """
    made = past.application
    require(by, _permission(made))
    if by.pk is not None and by.pk == made.officer.user_id:
        raise NotPermitted
    if made.state in (S.DRAFT, S.SELECTED):
        raise Refusal(
            _("A draft is the officer's own, and a selection takes a place: neither comes in a list."),
            code="bad_value",
            field="state",
        )
    _check_days(past, today)
    _check_reason(past)
    _check_roster(made, today)
    _complete(past)
    if made.state in ASKS:
        # As for tours from a list: who never declared anything in the portal is not asked for a declaration.
        days = since_records(made.posting.mission.operation.records_from, [planned_tour(made.posting, today)])
        found = [
            finding for each in days for finding in files.findings(made.officer, made.posting, each, ASKS[made.state])
        ]
        raise_together([NotCleared(found) if found else None])


def _permission(made: Application) -> str:
    return MAY_SELECT if made.state == S.ACCEPTED else MAY_ASSESS


def _check_days(past: PastApplication, today: datetime.date) -> None:
    before: datetime.date | None = None
    for state in (*WAY, *S.ended_states()):
        day = past.days.get(state)
        if day is None:
            continue
        field = f"{state}_on" if state in WAY else "ended_on"
        check_day(day, today, field=field)
        if day > today:
            raise Refusal(_("This day is in the future."), code="bad_value", field=field)
        if before and day < before:
            raise Refusal(_("This day is before the day of an earlier state."), code="bad_value", field=field)
        if state in WAY and past.application.state in WAY and WAY.index(state) > WAY.index(past.application.state):
            raise Refusal(_("The application has not come to this state."), code="bad_value", field=field)
        before = day


def _check_reason(past: PastApplication) -> None:
    made = past.application
    if made.state == S.EXPIRED and not made.reason_code:
        is_unanswered = S.NOMINATED in past.days and S.SELECTED not in past.days
        made.reason_code = ReasonCode.NO_ANSWER if is_unanswered else ReasonCode.TOO_LATE
    reasons = {code for verb in ApplicationVerb if verb.facts.target == made.state for code in verb.facts.reasons}
    if len(reasons) == 1 and not made.reason_code:
        made.reason_code = reasons.pop()
    elif made.reason_code and made.reason_code not in reasons:
        raise Refusal(_("This reason does not go with the state."), code="bad_value", field="reason_code")


def _check_roster(made: Application, today: datetime.date) -> None:
    if made.state == S.QUALIFIED and made.qualified_until is None:
        raise Refusal(_("Give the last day on the stand-by roster."), code="bad_value", field="qualified_until")
    if made.state == S.QUALIFIED and made.qualified_until and made.qualified_until < today:
        raise Refusal(_("The roster entry would have ended already."), code="bad_value", field="qualified_until")


def _complete(past: PastApplication) -> None:
    """The columns that acts would have left: moments of days on record are at noon."""
    made, days = past.application, past.days
    made.shown_state = made.state
    came_to = [state for state in WAY if days.get(state)]
    made.last_open_state = next((state for state in reversed(came_to) if state in S.open_states()), "")
    if made.state in S.ended_states() and not made.last_open_state:
        made.last_open_state = S.SUBMITTED
    submitted, since = days.get(S.SUBMITTED), days.get(made.state)
    made.submitted_at = _noon(submitted) if submitted else None
    made.state_since = _noon(since) if since else timezone.now()


def _noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def _kept(day: datetime.date | None) -> Any:
    return day.isoformat() if day else in_each(NOT_ON_RECORD)


def insert_past(applications: Iterable[PastApplication], *, by: Actor) -> None:
    """Write applications that were checked, with their days in the history. Nobody gets mail. Call it behind the gate.

    Raises NotPermitted.
    """
    listed = list(applications)
    for past in listed:
        require(by, _permission(past.application))
    create_rows(Application, [past.application for past in listed])
    acts = (
        ActOn(
            past.application,
            DataVerb.IMPORT,
            past.note,
            to_state=past.application.state,
            detail={f"day_{state}": _kept(day) for state, day in past.days.items()},
        )
        for past in listed
    )
    record_acts(acts, by=by)
    insert_nominations((past.application, past.days) for past in listed)
