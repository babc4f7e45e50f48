"""Setting an authorised number from a day on, and withdrawing a wrong version (rules 3, 4, 5 and 14)."""

import dataclasses
import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.dates import today_here
from deployments.domain.authority.effects import (
    LoweringNotAcknowledged,
    Record,
    StrengthEffect,
    StrengthPreview,
    effects,
)
from deployments.domain.authority.records import LONGEST_INSTRUMENT, NewNumber, insert, replace, withdraw
from deployments.domain.authority.records_day import note_earlier_records
from deployments.domain.four_eyes import require_proposal
from deployments.domain.verbs.authority import MAY_SET_STRENGTH, StrengthVerb
from deployments.limits.days import check_day, check_reason
from deployments.limits.gate import locked_transaction
from deployments.limits.levels import level_of, level_reaching
from deployments.limits.refusals import iso
from deployments.models import StrengthProposal
from missions.models import AuthorizedStrength, Operation
from missions.models.strength import GREATEST_NUMBER

__all__ = ["later_numbers", "preview_strength", "preview_withdrawal", "set_strength", "withdraw_strength"]


def preview_strength(
    level: Record,
    *,
    effective_from: datetime.date,
    maximum: int | None,
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> StrengthPreview:
    """What ``set_strength`` would do. Raises what it would raise, but for a missing note, instrument or acknowledgement."""
    today = today or today_here()
    check_day(effective_from, today, field="effective_from")
    _check_number(level, maximum)
    standing = level.strengths.standing().filter(effective_from=effective_from).first()
    if standing is not None:
        raise Refusal(
            _("%(level)s has a number from %(day)s already, %(number)s: withdraw it first if it is wrong.")
            % {"level": level, "day": iso(effective_from), "number": _number_words(standing.maximum)},
            code="one_version_a_day",
            field="effective_from",
        )
    before = (
        level_reaching(level, effective_from)
        if isinstance(level, Operation) and takes_records_along(level, effective_from)
        else level_of(level, effective_from)
    )
    after = before.with_number(effective_from, maximum)
    for day, _number in before.numbers if withdraw_later else ():
        after = after.without_number(day) if day > effective_from else after
    return effects(level, before, after, effective_from, today)


def later_numbers(level: Record, day: datetime.date) -> QuerySet[AuthorizedStrength]:
    """Numbers of ``level`` that begin after ``day`` and are not withdrawn, earliest first."""
    return level.strengths.standing().filter(effective_from__gt=day).order_by("effective_from")


def _withdraw_later(version: AuthorizedStrength, by: Actor, reason: str) -> None:
    """Withdraw the numbers that were planned for later days than ``version``, which holds on in their place."""
    for later in later_numbers(version.level, version.effective_from):
        change = preview_withdrawal(later).own
        withdraw(change, by=by, reason=reason)
        _record(change, StrengthVerb.WITHDRAW, by, reason, replaced=False)


def takes_records_along(level: Record, effective_from: datetime.date) -> bool:
    """Whether a number from that day comes before the records of the operation, which then begin with it."""
    return isinstance(level, Operation) and level.records_from is not None and effective_from < level.records_from


@requires(MAY_SET_STRENGTH)
@locked_transaction
def set_strength(
    level: Record,
    *,
    by: Actor,
    effective_from: datetime.date,
    maximum: int | None,
    instrument: str,
    instrument_fr: str = "",
    is_first_day_known: bool = True,
    note: str = "",
    acknowledge_lowering: bool = False,
    proposed_by: Actor | None = None,
    withdraw_later: bool = False,
    today: datetime.date | None = None,
) -> AuthorizedStrength:
    """A number for ``level`` from ``effective_from`` (inclusive) until its next version.

    ``maximum`` None ends the own limit of a programme or mission. Numbers below it that would be higher come down on
    the same day in the same act. Where somebody goes over strength, ``acknowledge_lowering`` records it as accepted.
    ``withdraw_later`` withdraws numbers planned for later days, which stay otherwise.
    ``is_first_day_known`` is false where the source gives no first day: the number is on record since the day.
    A number of an operation from before its records takes these with it: tours there are then over strength, or not.
    ``proposed_by`` is whoever proposed a higher number, where four eyes are asked for (four_eyes.py).
    Raises NotPermitted, OtherEyes, AboveParent, LoweringNotAcknowledged, and Refusal for a day out of reach, a day that has a
    version, a number that is none, a missing instrument, or a backdating without note.
    """
    number = NewNumber(maximum, instrument, note, instrument_fr, is_first_day_known)
    check_instrument(number)
    preview = preview_strength(
        level, effective_from=effective_from, maximum=maximum, withdraw_later=withdraw_later, today=today
    )
    require_proposal(is_higher=preview.is_higher, by=by, proposed_by=proposed_by)
    if preview.needs_note:
        check_reason(note, field="note")
    _check_acknowledged(preview, acknowledge_lowering)
    _bring_down(preview, by, number)
    version = insert(preview.own, number, by=by)
    _record(preview.own, StrengthVerb.SET, by, note, **named(number))
    if withdraw_later:
        _withdraw_later(version, by, note or instrument)
    if isinstance(level, Operation) and takes_records_along(level, effective_from):
        note_earlier_records(level, effective_from, by=by, reason=note)
    return version


def preview_withdrawal(
    version: AuthorizedStrength, *, replacement: NewNumber | None = None, today: datetime.date | None = None
) -> StrengthPreview:
    """What ``withdraw_strength`` would do. Raises what it would raise, but for a missing reason or acknowledgement."""
    version = AuthorizedStrength.objects.get(pk=version.pk)
    if version.withdrawn_at is not None:
        raise Refusal(_("This number was withdrawn already."), code="already_withdrawn")
    level, effective_from = version.level, version.effective_from
    before = level_of(level, effective_from)
    after = before.without_number(effective_from)
    if replacement is not None:
        _check_number(level, replacement.maximum)
        after = after.with_number(effective_from, replacement.maximum)
    return effects(level, before, after, effective_from, today or today_here())


@requires(MAY_SET_STRENGTH)
@locked_transaction
def withdraw_strength(
    version: AuthorizedStrength,
    *,
    by: Actor,
    reason: str,
    acknowledge_lowering: bool = False,
    replacement: NewNumber | None = None,
    proposed_by: Actor | None = None,
    today: datetime.date | None = None,
) -> AuthorizedStrength:
    """Withdraws a wrong version; the one before it holds on, or ``replacement`` takes its day. Gives the version that
    was withdrawn, or the one in its place.

    Numbers below that would be higher come down in the same act. Raises as ``set_strength``, and Refusal where the
    version is withdrawn already or no reason is given.
    """
    check_reason(reason)
    if replacement is not None:
        check_instrument(replacement)
        replacement = dataclasses.replace(replacement, is_first_day_known=version.is_first_day_known)
    preview = preview_withdrawal(version, replacement=replacement, today=today)
    require_proposal(is_higher=preview.is_higher, by=by, proposed_by=proposed_by)
    _check_acknowledged(preview, acknowledge_lowering)
    _bring_down(preview, by, replacement or _withdrawal(preview.own.record))
    if replacement is None:
        withdraw(preview.own, by=by, reason=reason)
    else:
        version = replace(preview.own, replacement, by=by, reason=reason)
    _record(preview.own, StrengthVerb.WITHDRAW, by, reason, replaced=replacement is not None)
    return AuthorizedStrength.objects.get(pk=version.pk)


def _check_number(level: Record, maximum: int | None) -> None:
    if maximum is not None and not 0 <= maximum <= GREATEST_NUMBER:
        raise Refusal(
            _("Give a number from 0 to %(highest)s.") % {"highest": GREATEST_NUMBER}, code="bad_value", field="maximum"
        )
    if maximum is None and isinstance(level, Operation):
        raise Refusal(
            _("An operation always has a number. To end %(operation)s, close it instead.") % {"operation": level},
            code="number_required",
            field="maximum",
        )


def check_instrument(number: NewNumber | StrengthProposal) -> None:
    """Raise Refusal where no instrument is named, or at too great a length."""
    if not number.instrument.strip():
        raise Refusal(_("Name the instrument that sets the number."), code="instrument_required", field="instrument")
    for field in ("instrument", "instrument_fr"):
        if len(getattr(number, field)) > LONGEST_INSTRUMENT:
            raise Refusal(
                _("Name the instrument in at most %(longest)s characters.") % {"longest": LONGEST_INSTRUMENT},
                code="too_long",
                field=field,
            )


def named(number: NewNumber | StrengthProposal) -> dict[str, str]:
    """The names of the instrument, for the history."""
    names = {"instrument": number.instrument, "instrument_fr": number.instrument_fr}
    return {language: name for language, name in names.items() if name}


def _check_acknowledged(preview: StrengthPreview, acknowledge_lowering: bool) -> None:
    if preview.needs_acknowledgement and not acknowledge_lowering:
        raise LoweringNotAcknowledged(preview)


def _number_words(maximum: int | None) -> str:
    return _("no number") if maximum is None else str(maximum)


def _withdrawal(record: Record) -> NewNumber:
    """The instrument of numbers that come down because the number of ``record`` was withdrawn."""
    words = []
    for language in ("en", "fr"):
        with translation.override(language):
            text = _("Withdrawal of the number of %(level)s") % {"level": record}
            words.append(text[:LONGEST_INSTRUMENT])
    return NewNumber(None, words[0], instrument_fr=words[1])


def _bring_down(preview: StrengthPreview, by: Actor, instrument: NewNumber) -> None:
    """Write the lower numbers of the levels below, innermost first; one that begins on that very day is replaced."""
    note = _("Comes down with %(level)s.") % {"level": preview.own.after.label}
    for change in preview.brought_down:
        number = dataclasses.replace(instrument, maximum=change.maximum, note=note, is_first_day_known=True)
        if change.record.strengths.standing().filter(effective_from=change.effective_from).exists():
            replace(change, number, by=by, reason=note)
        else:
            insert(change, number, by=by)
        _record(change, StrengthVerb.BRING_DOWN, by, note, **named(number))


def _record(change: StrengthEffect, verb: StrengthVerb, by: Actor, reason: str, **detail: Any) -> None:
    record_act(
        change.record,
        verb,
        by=by,
        reason=reason,
        from_state=figure(change.number_before),
        to_state=figure(change.maximum),
        effective_from=change.effective_from.isoformat(),
        until=change.until.isoformat() if change.until else None,
        accepted_peak=change.accepted_peak,
        **detail,
    )


def figure(number: int | None) -> str:
    """A number as the history keeps it."""
    return "" if number is None else str(number)
