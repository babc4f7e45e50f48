"""Changing the terms of an operation or a mission from a day on: suspension, closing, reopening, evacuation."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import history_of, record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from core.text.folded import fold
from core.text.languages import LANGUAGES
from deployments.domain.verbs.authority import MAY_SET_TERMS, TermsVerb
from deployments.limits.days import check_day, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import iso
from deployments.models import Deployment, DeploymentState
from missions.models import Mission, MissionTerms, Operation, OperationTerms, TermsStatus
from missions.models.terms import EXPLAINED_IN_BOTH

__all__ = [
    "Evacuation",
    "NothingChanges",
    "close",
    "evacuate",
    "later_terms",
    "on_the_roll",
    "read_roll",
    "reopen",
    "roll_call",
    "set_mission_terms",
    "set_terms",
    "suspend",
    "terms_in_force",
    "withdraw_terms",
]

TERMS_DETAIL = ("is_armed", "languages")  # recorded in the history even where nothing is said
Terms = OperationTerms | MissionTerms


class _Keep:
    """The value of the terms in force on the day is kept."""


KEEP: Final = _Keep()


class NothingChanges(Refusal):
    """The operation or mission has these terms already on the day named."""

    code = "nothing_changes"


@dataclass(frozen=True)
class Evacuation:
    """What an evacuation did: the terms in force from its day, and everybody there, for the roll-call."""

    terms: Terms
    roll_call: tuple[Deployment, ...]


def terms_in_force(record: Operation | Mission, day: datetime.date) -> Terms | None:
    """The terms of ``record`` in force on ``day``, or None before its first."""
    return record.terms.on(day).first()


@requires(MAY_SET_TERMS)
@locked_transaction
def set_terms(
    operation: Operation,
    *,
    by: Actor,
    effective_from: datetime.date,
    status: str | _Keep = KEEP,
    is_armed: bool | _Keep | None = KEEP,
    languages: list[str] | _Keep = KEEP,
    reason: str,
    explanation_en: str = "",
    explanation_fr: str = "",
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> OperationTerms:
    """Terms of an operation from ``effective_from`` (inclusive) until its next terms.

    ``withdraw_later`` withdraws terms planned for later days, which stay otherwise.
    What is not named is kept from the terms in force on that day. Terms that begin on that very day are withdrawn and
    replaced. Existing tours are not touched: terms only decide which days can be newly occupied.
    The explanation, in both languages or in neither, is what the public reads; ``reason`` stays at the desk.
    Raises NotPermitted, NothingChanges, and Refusal for a day out of reach, an unknown status or a missing reason.
    """
    wanted = {"status": status, "is_armed": is_armed, "languages": languages}
    wanted |= _explained(explanation_en, explanation_fr)
    return cast(
        OperationTerms, _set(operation, TermsVerb.SET, by, effective_from, wanted, reason, today, withdraw_later)
    )


@requires(MAY_SET_TERMS)
@locked_transaction
def set_mission_terms(
    mission: Mission,
    *,
    by: Actor,
    effective_from: datetime.date,
    status: str,
    reason: str,
    explanation_en: str = "",
    explanation_fr: str = "",
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> MissionTerms:
    """Status of a mission from ``effective_from`` (inclusive) until its next terms; as ``set_terms``."""
    wanted = {"status": status} | _explained(explanation_en, explanation_fr)
    return cast(MissionTerms, _set(mission, TermsVerb.SET, by, effective_from, wanted, reason, today, withdraw_later))


@requires(MAY_SET_TERMS)
@locked_transaction
def suspend(
    record: Operation | Mission,
    *,
    by: Actor,
    effective_from: datetime.date,
    reason: str,
    explanation_en: str = "",
    explanation_fr: str = "",
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> Terms:
    """From ``effective_from`` nobody new may go; a number in force stays published. Raises as ``set_terms``."""
    wanted = _explained(explanation_en, explanation_fr)
    return _set(record, TermsVerb.SUSPEND, by, effective_from, wanted, reason, today, withdraw_later)


@requires(MAY_SET_TERMS)
@locked_transaction
def close(
    record: Operation | Mission,
    *,
    by: Actor,
    effective_from: datetime.date,
    reason: str,
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> Terms:
    """From ``effective_from`` it is closed: nobody new may go, and it leaves the public table. Raises as ``set_terms``."""
    return _set(record, TermsVerb.CLOSE, by, effective_from, {}, reason, today, withdraw_later)


@requires(MAY_SET_TERMS)
@locked_transaction
def reopen(
    record: Operation | Mission,
    *,
    by: Actor,
    effective_from: datetime.date,
    reason: str,
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> Terms:
    """From ``effective_from`` it is active again. Raises as ``set_terms``; what is active cannot be reopened."""
    return _set(record, TermsVerb.REOPEN, by, effective_from, {}, reason, today, withdraw_later)


@requires(MAY_SET_TERMS)
@locked_transaction
def evacuate(
    record: Operation | Mission,
    *,
    by: Actor,
    effective_from: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Evacuation:
    """Suspends ``record`` from the day on and lists everybody there on that day; their tours run on.

    Where nobody new may go already, the terms stay as they are. Raises as ``set_terms``; NothingChanges where the
    evacuation of that very day is the last that was done.
    """
    latest = history_of(record).filter(verb__in=list(TermsVerb)).first()
    if latest and latest.verb == TermsVerb.EVACUATE and latest.detail["effective_from"] == effective_from.isoformat():
        raise NothingChanges(_("The evacuation of this day is recorded already: see the roll-call."))
    terms = terms_in_force(record, effective_from)
    if terms is None or terms.status == TermsStatus.ACTIVE:
        terms = _set(record, TermsVerb.SUSPEND, by, effective_from, {}, reason, today)
    else:
        check_day(effective_from, today or today_here(), field="effective_from")
        check_reason(reason)
    there = roll_call(record, effective_from, today=today)
    record_act(
        record,
        TermsVerb.EVACUATE,
        by=by,
        reason=reason,
        effective_from=effective_from.isoformat(),
        tours=[t.pk for t in there],
    )
    return Evacuation(terms, there)


@requires(MAY_SET_TERMS)
@locked_transaction
def withdraw_terms(version: Terms, *, by: Actor, reason: str, today: datetime.date | None = None) -> Terms:
    """Withdraws terms that were recorded by mistake: those before them hold on. They stay visible as withdrawn.

    Raises NotPermitted, and Refusal where they are withdrawn already or no reason is given.
    """
    check_reason(reason)
    version = type(version).objects.get(pk=version.pk)
    if version.withdrawn_at is not None:
        raise Refusal(_("These terms were withdrawn already."), code="already_withdrawn")
    _withdraw(version, by, reason)
    record = version.operation if isinstance(version, OperationTerms) else version.mission
    record_act(
        record,
        TermsVerb.WITHDRAW,
        by=by,
        reason=reason,
        from_state=version.status,
        effective_from=version.effective_from.isoformat(),
    )
    return type(version).objects.get(pk=version.pk)


def roll_call(
    record: Operation | Mission, day: datetime.date, *, today: datetime.date | None = None
) -> tuple[Deployment, ...]:
    """Everybody in ``record`` on ``day``: the tours of ``on_the_roll``, read whole."""
    return read_roll(on_the_roll(record, day, today=today))


def on_the_roll(
    record: Operation | Mission, day: datetime.date, *, today: datetime.date | None = None
) -> tuple[int, ...]:
    """Primary keys of the tours of everybody in ``record`` on ``day``, by the officers' names: every tour that covers the
    day, whatever numbers it counts against, and until today also whoever ought to be home and is not recorded as
    returned.
    """
    there = Deployment.objects.on(day)
    if day <= (today or today_here()):
        staying = Q(last_day__gte=day) | Q(state=DeploymentState.IN_MISSION)
        there = Deployment.objects.consuming().filter(staying, first_day__lte=day)
    names = there.within(record).values_list("officer__user__family_name", "officer__user__given_name", "pk").order_by()
    return tuple(key for *_names, key in sorted((fold(family), fold(given), key) for family, given, key in names))


def read_roll(keys: Sequence[int]) -> tuple[Deployment, ...]:
    """The tours with whom and what a roll-call names, in the order of ``keys``. One query."""
    tours = Deployment.objects.select_related(
        "officer__user", "officer__police_service", "posting__mission", "emergency_contact"
    ).in_bulk(keys)
    return tuple(tours[key] for key in keys)


def _set(
    record: Operation | Mission,
    verb: TermsVerb,
    by: Actor,
    effective_from: datetime.date,
    wanted: dict[str, Any],
    reason: str,
    today: datetime.date | None,
    withdraw_later: bool = False,
) -> Terms:
    check_reason(reason)
    check_day(effective_from, today or today_here(), field="effective_from")
    before = terms_in_force(record, effective_from)
    values = _carried(record, before) | {name: value for name, value in wanted.items() if value is not KEEP}
    if verb.facts.target:
        values["status"] = verb.facts.target
    values = _explanation(before, values) | values
    _check_values(values)
    _check_change(record, verb, before, values, effective_from)
    if before is not None and before.effective_from == effective_from:
        _withdraw(before, by, _("Replaced: %(reason)s") % {"reason": reason})
    row = record.terms.create(effective_from=effective_from, reason=reason, recorded_by_id=by.pk, **values)
    record_act(
        record,
        verb,
        by=by,
        reason=reason,
        from_state=before.status if before else "",
        to_state=row.status,
        effective_from=effective_from.isoformat(),
        **{name: value for name, value in values.items() if name != "status" and (value or name in TERMS_DETAIL)},
    )
    if withdraw_later:
        _withdraw_later(record, row, by)
    return row


def later_terms(record: Operation | Mission, day: datetime.date) -> QuerySet[Any]:
    """Terms of ``record`` that begin after ``day`` and are not withdrawn, earliest first."""
    return record.terms.standing().filter(effective_from__gt=day).order_by("effective_from")


def _withdraw_later(record: Operation | Mission, row: Terms, by: Actor) -> None:
    """Withdraw what was planned for days after those of ``row``, which takes its place."""
    for version in later_terms(record, row.effective_from):
        _withdraw(version, by, row.reason)
        days = {"effective_from": version.effective_from.isoformat()}
        record_act(record, TermsVerb.WITHDRAW, by=by, reason=row.reason, from_state=version.status, **days)


def _explained(english: str, french: str) -> dict[str, Any]:
    """What the public reads about the terms. Raises Refusal where one language is missing."""
    if bool(english.strip()) != bool(french.strip()):
        missing = "explanation_fr" if english.strip() else "explanation_en"
        raise Refusal(str(EXPLAINED_IN_BOTH), code="one_language", field=missing)
    return {"explanation_en": english.strip(), "explanation_fr": french.strip()} if english.strip() else {}


def _carried(record: Operation | Mission, before: Terms | None) -> dict[str, Any]:
    unsaid: dict[str, Any] = {"status": TermsStatus.ACTIVE, "is_armed": None, "languages": []}
    names = list(unsaid) if isinstance(record, Operation) else ["status"]
    return {name: getattr(before, name) if before else unsaid[name] for name in names}


def _explanation(before: Terms | None, values: dict[str, Any]) -> dict[str, str]:
    """What was said to the public goes on while the status stays; a new status needs words of its own."""
    stays = before is not None and before.status == values["status"]
    return {name: getattr(before, name) if stays else "" for name in ("explanation_en", "explanation_fr")}


def _check_values(values: dict[str, Any]) -> None:
    if values["status"] not in TermsStatus.values:
        raise Refusal(_("Unknown status: %(status)s.") % {"status": values["status"]}, code="bad_value", field="status")
    unknown = [code for code in values.get("languages", []) if code not in LANGUAGES]
    if unknown:
        raise Refusal(
            _("Unknown language code: %(codes)s. Use ISO 639-1 codes such as en or fr.")
            % {"codes": ", ".join(unknown)},
            code="bad_value",
            field="languages",
        )


def _check_change(
    record: Operation | Mission,
    verb: TermsVerb,
    before: Terms | None,
    values: dict[str, Any],
    effective_from: datetime.date,
) -> None:
    if before is None and verb == TermsVerb.REOPEN:
        raise NothingChanges(
            _("%(record)s has no terms in force on %(day)s: there is nothing to reopen.")
            % {"record": record, "day": iso(effective_from)},
            field="effective_from",
        )
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        raise NothingChanges(
            _("Nothing would change: from %(day)s, %(record)s stands like that already (%(status)s since %(since)s).")
            % {
                "day": iso(effective_from),
                "record": record,
                "status": before.get_status_display().lower(),
                "since": iso(before.effective_from),
            },
            field="effective_from",
        )


def _withdraw(version: Terms, by: Actor, reason: str) -> None:
    type(version).objects.filter(pk=version.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by_id=by.pk, withdrawal_reason=reason
    )
