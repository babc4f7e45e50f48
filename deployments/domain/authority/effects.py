"""What a change of an authorised number would do, before anything is written: who goes over, and who comes down with it."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.refusals import Refusal
from deployments.limits.levels import levels_of, tours_counted
from deployments.limits.refusals import iso
from deployments.limits.rule import FOREVER, Excess, Level, Span, above_parent, over_strength, peak
from deployments.models import Deployment
from missions.models import AuthorizedStrength, Mission, Operation, Programme

__all__ = ["LoweringNotAcknowledged", "NumberAboveParent", "StrengthPreview"]

Record = Programme | Operation | Mission


@dataclass(frozen=True)
class StrengthEffect:
    """A level's number changes from ``number_before`` to ``maximum`` on the days of ``reach``.

    ``peak`` is the most who are committed on one day of them; ``excesses`` the days over strength, ``tours`` who is
    counted on those days.
    """

    record: Record
    after: Level
    reach: Span
    number_before: int | None
    maximum: int | None
    peak: int
    excesses: tuple[Excess, ...] = ()
    tours: tuple[Deployment, ...] = ()

    @property
    def effective_from(self) -> datetime.date:
        return self.reach.first_day

    @property
    def until(self) -> datetime.date | None:
        """The last day on which the new number holds; None where no later version follows."""
        return None if self.reach.last_day == FOREVER else self.reach.last_day

    @property
    def accepted_peak(self) -> int | None:
        """The strength above the number that whoever records the change accepts; None where nobody goes over."""
        return self.peak if self.excesses else None


@dataclass(frozen=True)
class StrengthPreview:
    """What setting or withdrawing a number would do. ``own`` is the level itself, ``brought_down`` those below it."""

    own: StrengthEffect
    number_now: int | None
    parent: Level | None
    brought_down: tuple[StrengthEffect, ...]
    needs_note: bool

    @property
    def changes(self) -> tuple[StrengthEffect, ...]:
        return (*self.brought_down, self.own)

    @property
    def over(self) -> tuple[StrengthEffect, ...]:
        """The levels that go over strength, innermost first."""
        return tuple(change for change in self.changes if change.excesses)

    @property
    def is_higher(self) -> bool:
        """Whether a number goes up, or a limit ends."""
        before, after = self.own.number_before, self.own.maximum
        return before is not None and (after is None or after > before)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the effect changes: who goes over on which days, and which numbers come down."""
        effect = [
            (
                change.record._meta.model_name,
                change.record.pk,
                change.maximum,
                str(change.reach),
                [str(excess) for excess in change.excesses],
                [tour.pk for tour in change.tours],
            )
            for change in self.changes
        ]
        return hashlib.sha256(repr(effect).encode()).hexdigest()[:24]

    @property
    def unasked(self) -> str:
        """An effect to confirm although no rule refuses it, in words; "" for none."""
        if self.brought_down and not self.over:
            return _("Other numbers come down with this one: read which, then confirm.")
        return ""

    @property
    def needs_acknowledgement(self) -> bool:
        return bool(self.over)

    @property
    def parent_number(self) -> int | None:
        """The limit of the level above on the first day; None where it has none."""
        return self.parent.number_on(self.own.effective_from) if self.parent else None


class NumberAboveParent(Refusal):
    """A number above that of the level which holds it, on some day."""

    code = "above_parent"


class LoweringNotAcknowledged(Refusal):
    """The number would fall below those who are committed: recorded only when that is accepted knowingly."""

    code = "lowering_not_acknowledged"

    def __init__(self, preview: StrengthPreview) -> None:
        super().__init__("", field="acknowledge_lowering")
        self.preview = preview

    def __str__(self) -> str:
        return " ".join([*over_words(self.preview), _("Acknowledge the lowering to record it: nobody is removed.")])

    def as_json(self) -> dict[str, Any]:
        return {
            **super().as_json(),
            "over": [
                {
                    "level": change.after.kind,
                    "label": change.after.label,
                    "authorized": excess.number,
                    "committed": excess.committed,
                    "over_by": excess.over_by,
                    "first_day": excess.first_day.isoformat(),
                    "last_day": None if excess.last_day == FOREVER else excess.last_day.isoformat(),
                }
                for change in self.preview.over
                for excess in change.excesses
            ],
            "tours": [
                {
                    "id": tour.pk,
                    "officer": str(tour.officer),
                    "first_day": tour.first_day.isoformat(),
                    "last_day": tour.last_day.isoformat(),
                }
                for tour in {tour.pk: tour for change in self.preview.over for tour in change.tours}.values()
            ],
        }


def over_words(preview: StrengthPreview) -> Iterator[str]:
    """For every level that goes over: by how many, on which days, and whose tours make up the number."""
    for change in preview.over:
        for excess in change.excesses:
            yield _(
                "%(level)s would be over by %(over)s from %(first)s to %(last)s: %(number)s authorized, %(committed)s committed."
            ) % {
                "level": change.after.label,
                "over": excess.over_by,
                "first": iso(excess.first_day),
                "last": iso(excess.last_day),
                "number": excess.number,
                "committed": excess.committed,
            }
        yield _("Committed on those days: %(tours)s.") % {
            "tours": "; ".join(
                f"{tour.officer} ({iso(tour.first_day)} – {iso(tour.last_day)})" for tour in change.tours
            )
        }


def effects(
    record: Record,
    before: Level,
    after: Level,
    effective_from: datetime.date,
    today: datetime.date,
    *,
    parent: Level | None = None,
) -> StrengthPreview:
    """What the step from ``before`` to ``after`` does from ``effective_from`` on. Raises AboveParent.

    ``parent`` is the level above, where it was read already.
    """
    parent = parent or parent_level(record)
    if parent is not None:
        _check_below(after, parent, effective_from)
    own = _change(record, before, after, effective_from)
    return StrengthPreview(
        own=own,
        number_now=before.number_on(today),
        parent=parent,
        brought_down=tuple(_brought_down(record, after, effective_from)),
        needs_note=effective_from < today,
    )


def children_of(record: Record) -> QuerySet[Any]:
    """The records whose numbers may not be above that of ``record``: operations of a programme, missions of those."""
    if isinstance(record, Programme):
        return record.operations.order_by("pk")
    if isinstance(record, Operation):
        return record.missions.order_by("pk")
    return Mission.objects.none()


def parent_level(record: Record) -> Level | None:
    """The level above, with its numbers alone; None above a programme."""
    if isinstance(record, Programme):
        return None
    parent = "operation" if isinstance(record, Mission) else "programme"
    holder = getattr(record, parent)
    numbers = AuthorizedStrength.objects.standing().filter(**{parent: holder}).values_list("effective_from", "maximum")
    return Level(parent, holder.pk, str(holder), tuple(numbers))


def _check_below(after: Level, parent: Level, since: datetime.date) -> None:
    breaches = above_parent(after, parent, since, FOREVER)
    if breaches:
        breach = breaches[0]
        raise NumberAboveParent(
            _("%(level)s cannot have %(number)s: %(parent)s has %(limit)s from %(day)s.")
            % {
                "level": after.label,
                "number": breach.number,
                "parent": parent.label,
                "limit": breach.parent_number,
                "day": iso(breach.first_day),
            },
            field="maximum",
        )


def _brought_down(record: Record, after: Level, since: datetime.date) -> Iterator[StrengthEffect]:
    """The levels below that must come down with ``record`` to stay under ``after``, innermost first."""
    children = list(children_of(record))
    levels = levels_of(children, since) if children else {}
    for child in children:
        level = before = levels[child.pk]
        days = []
        while breaches := above_parent(level, after, since, FOREVER):
            days.append(breaches[0].first_day)
            level = level.with_number(days[-1], breaches[0].parent_number)
        if days:
            yield from _brought_down(child, level, days[0])
            yield from (_change(child, before, level, day) for day in days)


def _change(record: Record, before: Level, after: Level, effective_from: datetime.date) -> StrengthEffect:
    reach = after.reach(effective_from)
    excesses = tuple(found for found in over_strength(after, effective_from) if found.first_day <= reach.last_day)
    return StrengthEffect(
        record=record,
        after=after,
        reach=reach,
        number_before=before.number_on(effective_from),
        maximum=after.number_on(effective_from),
        peak=peak(after, reach.first_day, reach.last_day),
        excesses=excesses,
        tours=_tours_on(record, excesses),
    )


def _tours_on(record: Record, excesses: tuple[Excess, ...]) -> tuple[Deployment, ...]:
    if not excesses:
        return ()
    early = isinstance(record, Operation)  # a number from before its records takes these with it
    counted = tours_counted(record, with_early=early).filter(
        last_day__gte=excesses[0].first_day, first_day__lte=excesses[-1].last_day
    )
    return tuple(
        tour
        for tour in counted.select_related("officer__user", "posting").order_by("last_day", "pk")
        if any(tour.first_day <= found.last_day and tour.last_day >= found.first_day for found in excesses)
    )
