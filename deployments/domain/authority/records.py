"""Writing versions of authorised numbers, in the only order that the guards of the database let through."""

import dataclasses
import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal
from core.text.dates import ONE_DAY
from deployments.domain.authority.effects import Record, StrengthEffect, children_of, parent_level
from deployments.limits.levels import levels_of
from deployments.limits.refusals import iso
from deployments.limits.rule import FOREVER, Level, above_parent, headroom, peak
from missions.models import AuthorizedStrength, Operation

__all__ = ["NewNumber"]

LONGEST_INSTRUMENT = 200


@dataclass(frozen=True)
class NewNumber:
    """A number with the instrument that sets it, which may have a name of its own in French; ``maximum`` None is no
    limit of its own. ``is_first_day_known`` is false where the number is only on record since its day.
    """

    maximum: int | None
    instrument: str
    note: str = ""
    instrument_fr: str = ""
    is_first_day_known: bool = True


def insert(change: StrengthEffect, number: NewNumber, *, by: Actor) -> AuthorizedStrength:
    """The version that begins on the day of ``change``, with the over-strength that it accepts."""
    return _insert(change.record, change.after, change.effective_from, number, by)


def withdraw(change: StrengthEffect, *, by: Actor, reason: str) -> None:
    """Withdraws the version in force on the day of ``change``, with the over-strength that this accepts."""
    _withdraw(change.record, change.after.without_number(change.effective_from), change.effective_from, by, reason)


def replace(change: StrengthEffect, number: NewNumber, *, by: Actor, reason: str) -> AuthorizedStrength:
    """Withdraws the version of the day and puts ``number`` in its place.

    Between the two the version before would hold. Where the levels above or below do not allow that, a version from
    the day before holds for that moment and is withdrawn again. Raises Refusal where no number fits there.
    """
    record, day = change.record, change.effective_from
    between = change.after.without_number(day)
    bridge_day = day - ONE_DAY
    bridged = not _fits(record, between, day)
    if bridged:
        bridge = dataclasses.replace(number, maximum=_bridge_number(change, bridge_day), note=_bridge_note(day))
        between = between.with_number(bridge_day, bridge.maximum)
        if not _fits(record, between, bridge_day) or record.strengths.standing().filter(effective_from=bridge_day):
            raise _blocked(change)
        _insert(record, between, bridge_day, bridge, by)
    _withdraw(record, between, day, by, reason)
    version = insert(change, number, by=by)
    if bridged:
        _withdraw(record, change.after, bridge_day, by, bridge.note)
    return version


def _insert(record: Record, after: Level, day: datetime.date, number: NewNumber, by: Actor) -> AuthorizedStrength:
    return record.strengths.create(
        effective_from=day,
        maximum=number.maximum,
        instrument=number.instrument,
        instrument_fr=number.instrument_fr,
        is_first_day_known=number.is_first_day_known,
        note=number.note,
        acknowledged_peak=_accepted(after, day),
        recorded_by_id=by.pk,
    )


def _withdraw(record: Record, after: Level, day: datetime.date, by: Actor, reason: str) -> None:
    record.strengths.standing().filter(effective_from=day).update(
        withdrawn_at=timezone.now(),
        withdrawn_by_id=by.pk,
        withdrawal_reason=reason,
        withdrawal_acknowledged_peak=_accepted(after, day),
    )


def _accepted(after: Level, day: datetime.date) -> int | None:
    """The peak on the days that the version of ``day`` decides, where it is above the number; else None."""
    reach = after.reach(day)
    number, most = after.number_on(day), peak(after, reach.first_day, reach.last_day)
    return most if number is not None and most > number else None


def _fits(record: Record, level: Level, since: datetime.date) -> bool:
    """Whether ``level`` would stay under the level above and over those below, as the database has them."""
    parent, children = parent_level(record), list(children_of(record))
    below = levels_of(children, FOREVER).values() if children else ()
    return not (parent and above_parent(level, parent, since, FOREVER)) and not any(
        above_parent(child, level, since, FOREVER) for child in below
    )


def _bridge_number(change: StrengthEffect, day: datetime.date) -> int | None:
    """No limit, for a programme or mission; for an operation what its programme and its missions allow."""
    if not isinstance(change.record, Operation):
        return None
    until = change.reach.last_day
    below = levels_of(list(children_of(change.record)), FOREVER).values()
    least = max((step.number or 0 for level in below for step in headroom(level, day, until)), default=0)
    parent = parent_level(change.record)
    limits = [step.number for step in headroom(parent, day, until) if step.number is not None] if parent else []
    return min([max(least, change.maximum or 0), *limits])


def _bridge_note(day: datetime.date) -> str:
    return _("Held while the number from %(day)s was replaced.") % {"day": iso(day)}


def _blocked(change: StrengthEffect) -> Refusal:
    return Refusal(
        _(
            "The number of %(level)s from %(day)s cannot be replaced in one step, because numbers above or below it "
            "change on the same day: withdraw those first and set them again afterwards."
        )
        % {"level": change.after.label, "day": iso(change.effective_from)},
        code="replacement_blocked",
    )
