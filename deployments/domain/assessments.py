"""Assessments of an officer: an appointment is made, and a result recorded. An application is optional."""

import datetime
from collections.abc import Iterable
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.database.bulk import create_rows, update_rows
from core.history.acts import ActOn, record_act, record_acts
from core.mail.outbox import queue_mail
from core.refusals import NotPermitted, Refusal, require
from core.text.dates import today_here
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.limits.days import check_day
from deployments.models import (
    SENSITIVE_KINDS,
    Application,
    ApplicationState,
    Assessment,
    AssessmentKind,
    AssessmentOutcome,
)
from deployments.models.assessment import SKILLS
from officers.models import Officer


@transaction.atomic
def schedule(
    officer: Officer,
    *,
    by: Actor,
    kind: str,
    scheduled_at: datetime.datetime,
    place: str,
    assessor: str = "",
    language: str = "",
    application: Application | None = None,
    now: datetime.datetime | None = None,
) -> Assessment:
    """Make an appointment and tell the officer by mail; one of this kind that is still open is moved instead.

    Raises: NotPermitted, and Refusal for a time that is past, without a place, for a language test without a language,
    or where nothing changes.
    """
    officer = _officer_for(officer, by)
    _check_subject(officer, kind, language, application)
    _check_appointment(scheduled_at, place, now or timezone.now())
    values = {"scheduled_at": scheduled_at, "place": place, "assessor": assessor}
    made = officer.assessments.ahead().filter(kind=kind, language=language).first()
    if made is None:
        made = Assessment(officer=officer, kind=kind, language=language)
    elif all(getattr(made, name) == value for name, value in values.items()):
        raise Refusal(_("This appointment is recorded already."), code="nothing_changes", field="scheduled_at")
    else:
        made.changes += 1
    at = timezone.localtime(scheduled_at).strftime("%Y-%m-%d %H:%M")
    _save(made, values, CandidateVerb.SCHEDULE_ASSESSMENT, by, application, appointment=at)
    queue_mail(to=officer.user, template="deployments/assessment_scheduled", context={"assessment": made})
    return made


@transaction.atomic
def record(
    officer: Officer,
    *,
    by: Actor,
    kind: str,
    held_on: datetime.date,
    outcome: str,
    language: str = "",
    reading: int | None = None,
    writing: int | None = None,
    speaking: int | None = None,
    valid_until: datetime.date | None = None,
    remark: str = "",
    application: Application | None = None,
    today: datetime.date | None = None,
) -> Assessment:
    """Record a result. It takes the place of the appointment of this kind, if there was one by then.

    Of a medical, psychological or security assessment the outcome and its days alone are kept. Raises: NotPermitted,
    and Refusal for a day to come, an end before it, levels of anything but a passed language test or none of that, a
    remark that is not kept, or the very same result once more.
    """
    officer = _officer_for(officer, by)
    _check_subject(officer, kind, language, application)
    _check_result(kind, held_on, outcome, valid_until, remark, today or today_here())
    levels = dict(zip(SKILLS, (reading, writing, speaking), strict=True))
    _check_levels(kind, outcome, levels)
    result = {"kind": kind, "language": language, "held_on": held_on, "outcome": outcome, "valid_until": valid_until}
    result |= levels | {"remark": remark}
    if officer.assessments.filter(application=application, **result).exists():
        raise Refusal(_("This result is recorded already."), code="nothing_changes", field="outcome")
    made = _kept_appointment(officer, kind, language, held_on) or Assessment(officer=officer)
    if kind in SENSITIVE_KINDS:
        result |= {"scheduled_at": None, "place": "", "assessor": ""}
    told = {"outcome": outcome, "held_on": held_on.isoformat()}
    return _save(made, result, CandidateVerb.RECORD_ASSESSMENT, by, application, **told)


def check_recorded(result: Assessment, *, by: Actor, today: datetime.date) -> None:
    """Whether the desk may record ``result``, as lists bring it. Raise as ``record``, but for the same once more."""
    _may_assess(by, result.officer)
    _check_subject(result.officer, result.kind, result.language, result.application)
    held_on = cast(datetime.date, result.held_on)
    _check_result(result.kind, held_on, result.outcome, result.valid_until, result.remark, today)
    _check_levels(result.kind, result.outcome, {skill: getattr(result, skill) for skill in SKILLS})


class Appointments:
    """Open appointments of many officers, read once: a result takes the place of the one that it is of."""

    def __init__(self, officers: Iterable[int]) -> None:
        wanted = set(officers)
        rows = (each for each in Assessment.objects.ahead().iterator() if each.officer_id in wanted)
        self.open = {(each.officer_id, each.kind, each.language): each for each in rows}

    def filled(self, result: Assessment) -> Assessment:
        """``result`` in the row of its appointment, if there was one by the day on which it was held."""
        key = (result.officer_id, result.kind, result.language)
        made = self.open.get(key)
        if made is None or timezone.localdate(made.scheduled_at) > cast(datetime.date, result.held_on):
            return result
        del self.open[key]
        for name in ("held_on", "outcome", "valid_until", "remark", *SKILLS):
            setattr(made, name, getattr(result, name))
        made.application = result.application or made.application
        if made.kind in SENSITIVE_KINDS:
            made.scheduled_at, made.place, made.assessor = None, "", ""
        return made


def insert_results(results: Iterable[tuple[Assessment, str]], *, by: Actor) -> None:
    """Write results that were checked, each with the note that its history keeps. Nobody gets mail.

    Call it behind the gate. Raise NotPermitted.
    """
    listed = list(results)
    for result, _note in listed:
        _may_assess(by, result.officer)
        result.recorded_by_id, result.recorded_at = by.pk, timezone.now()
    new = [each for each, _note in listed if each.pk is None]
    of_appointments = [each for each, _note in listed if each.pk is not None]
    columns = [field.name for field in Assessment._meta.concrete_fields if not field.primary_key]
    update_rows(Assessment, of_appointments, columns)
    create_rows(Assessment, new)
    record_acts((_act(result, note) for result, note in listed), by=by)


def _act(result: Assessment, note: str) -> ActOn:
    detail = {"kind": result.kind, "outcome": result.outcome, "held_on": str(result.held_on)}
    if result.language:
        detail["assessed_language"] = result.language
    return ActOn(result.application or result.officer, CandidateVerb.RECORD_ASSESSMENT, note, detail=detail)


def _may_assess(by: Actor, officer: Officer) -> None:
    """Raise NotPermitted unless ``by`` works at the desk; nobody assesses oneself."""
    require(by, MAY_ASSESS)
    if by.pk is not None and by.pk == officer.user_id:
        raise NotPermitted


def _officer_for(officer: Officer, by: Actor) -> Officer:
    """The officer, locked. Raises NotPermitted unless ``by`` works at the desk; nobody assesses oneself."""
    _may_assess(by, officer)
    return Officer.objects.select_for_update(of=("self",)).select_related("user").get(pk=officer.pk)


def _save(
    made: Assessment,
    values: dict[str, Any],
    verb: CandidateVerb,
    by: Actor,
    application: Application | None,
    **detail: str,
) -> Assessment:
    """Write the columns, and the act into the history of the application, or of the officer where there is none."""
    for name, value in values.items():
        setattr(made, name, value)
    made.application, made.recorded_by_id, made.recorded_at = application or made.application, by.pk, timezone.now()
    made.save()
    if made.language:
        detail["assessed_language"] = made.language
    record_act(application or made.officer, verb, by=by, kind=made.kind, **detail)
    return made


def _check_appointment(scheduled_at: datetime.datetime, place: str, now: datetime.datetime) -> None:
    if scheduled_at <= now:
        words = _("This time is past. Record the assessment with its outcome instead.")
        raise Refusal(words, code="bad_value", field="scheduled_at")
    check_day(timezone.localdate(scheduled_at), today_here(), field="scheduled_at")
    if not place.strip():
        raise Refusal(_("Say where it takes place."), code="bad_value", field="place")


def _check_subject(officer: Officer, kind: str, language: str, application: Application | None) -> None:
    if kind not in AssessmentKind.values:
        raise Refusal(_("Choose the kind of assessment."), code="bad_value", field="kind")
    if (kind == AssessmentKind.LANGUAGE) != bool(language):
        words = (
            _("Choose the language.")
            if kind == AssessmentKind.LANGUAGE
            else _("Only a language assessment names a language.")
        )
        raise Refusal(words, code="bad_value", field="language")
    if application is not None and (
        application.officer_id != officer.pk or application.state == ApplicationState.DRAFT
    ):
        raise Refusal(_("This is no application of the officer."), code="bad_value", field="application")


def _check_result(
    kind: str,
    held_on: datetime.date,
    outcome: str,
    valid_until: datetime.date | None,
    remark: str,
    today: datetime.date,
) -> None:
    if outcome not in AssessmentOutcome.values:
        raise Refusal(_("An assessment that was held has an outcome."), code="bad_value", field="outcome")
    check_day(held_on, today, field="held_on")
    if held_on > today:
        raise Refusal(_("The assessment has not been held yet."), code="bad_value", field="held_on")
    if valid_until is not None and valid_until < held_on:
        raise Refusal(_("The result would end before the assessment was held."), code="bad_value", field="valid_until")
    if remark and kind in SENSITIVE_KINDS:
        words = _("Of a medical, psychological or security assessment only the outcome and its days are kept.")
        raise Refusal(words, code="bad_value", field="remark")


def _check_levels(kind: str, outcome: str, levels: dict[str, int | None]) -> None:
    is_rated = kind == AssessmentKind.LANGUAGE and outcome == AssessmentOutcome.PASSED
    for skill, level in levels.items():
        if is_rated and level is None:
            words = _("Give the level of each skill of a passed language assessment.")
            raise Refusal(words, code="bad_value", field=skill)
        if not is_rated and level is not None:
            words = _("Levels are given of a passed language assessment alone.")
            raise Refusal(words, code="bad_value", field=skill)


def _kept_appointment(officer: Officer, kind: str, language: str, held_on: datetime.date) -> Assessment | None:
    """The open appointment that the result is of: one for a day that is not after it was held."""
    found = officer.assessments.ahead().filter(kind=kind, language=language).first()
    is_due = found is not None and timezone.localdate(found.scheduled_at) <= held_on
    return found if is_due else None
