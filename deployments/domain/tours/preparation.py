"""Before a departure: the checklist is worked off, and the emergency contact is asked for."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
from core.text.bilingual import in_each
from core.text.dates import today_here
from deployments.domain.stakes import require_no_stake
from deployments.domain.tours.records import locked_tour
from deployments.domain.tours.telling import tell_officer
from deployments.domain.verbs.tours import (
    BEFORE_DEPARTURE,
    MAY_CONTACT,
    MAY_DEPLOY,
    WITH_CONTACT,
    TourVerb,
    require_possible,
)
from deployments.limits.days import check_day, check_reason
from deployments.models import (
    ChecklistDueDay,
    ChecklistItem,
    ChecklistMark,
    ChecklistMoment,
    Deployment,
    EmergencyContact,
)

__all__ = [
    "ChecklistOpen",
    "check_off",
    "checklist",
    "contact_to_call",
    "items_to_check",
    "open_words",
    "reopen_item",
    "set_due_day",
    "set_emergency_contact",
]


@dataclass(frozen=True)
class Checklist:
    """What is done and what is still to be done before a tour; the mark says by whom and when."""

    done: tuple[ChecklistMark, ...]
    open: tuple[ChecklistItem, ...]

    @property
    def total(self) -> int:
        return len(self.done) + len(self.open)


class ChecklistOpen(Refusal):
    """Items of the checklist are still to be done, and nobody said why the officer is checked in all the same."""

    code = "checklist_open"


def checklist(deployment: Deployment) -> Checklist:
    """The checklist before departure: its mission's items as they are now, and whatever was done. Two queries."""
    marks = deployment.checklist_marks.select_related("item", "done_by").filter(item__moment=ChecklistMoment.BEFORE)
    marks = marks.order_by("item__position", "item__code")
    done = {mark.item_id: mark for mark in marks}
    asked = ChecklistItem.objects.of_mission(deployment.posting.mission).filter(moment=ChecklistMoment.BEFORE)
    return Checklist(tuple(done.values()), tuple(item for item in asked if item.pk not in done))


def open_words(items: Sequence[ChecklistItem]) -> str:
    """How many items of the checklist are open, and which."""
    words = ngettext(
        "%(n)d item of the checklist is still to be done: %(items)s.",
        "%(n)d items of the checklist are still to be done: %(items)s.",
        len(items),
    )
    return words % {"n": len(items), "items": "; ".join(item.text for item in items)}


def require_seen_to(tour: Deployment, *, reason: str) -> tuple[ChecklistItem, ...]:
    """The items that are open at the departure. Raises ChecklistOpen where there are any and no reason is given."""
    left = checklist(tour).open
    if left and not reason.strip():
        raise ChecklistOpen(
            _("%(open)s Check them off, or say why the officer is checked in all the same.")
            % {"open": open_words(left)},
            field="reason",
        )
    return left


@requires(MAY_DEPLOY)
@transaction.atomic
def check_off(
    deployment: Deployment,
    *,
    by: Actor,
    items: Iterable[ChecklistItem],
    done_on: datetime.date | None = None,
    note: str = "",
    today: datetime.date | None = None,
) -> list[ChecklistMark]:
    """Record that ``items`` are done. Raises NotPermitted, and Refusal after departure, where an item is not asked for
    this tour, or where all are done already.
    """
    tour = locked_tour(deployment, by=by)
    require_no_stake(by, tour)
    require_possible(tour, TourVerb.CHECK_OFF)
    today = today or today_here()
    done_on = done_on or today
    check_day(done_on, today, field="done_on")
    if done_on > today:
        raise Refusal(_("It cannot have been done after today."), code="bad_value", field="done_on")
    asked = {item.pk for item in items_to_check(tour)}
    done = {"done_by_id": by.pk, "done_on": done_on, "note": note.strip()}
    marks = []
    for item in items:
        if item.pk not in asked:
            raise Refusal(
                _("“%(item)s” is not asked for in this mission at this time.") % {"item": item}, code="other_mission"
            )
        mark, is_new = ChecklistMark.objects.get_or_create(deployment=tour, item=item, defaults=done)
        marks += [mark] if is_new else []
    if not marks:
        raise Refusal(_("Nothing is left to check off here."), code="nothing_changes", field="items")
    record_act(tour, TourVerb.CHECK_OFF, by=by, items=[in_each(mark.item) for mark in marks])
    return marks


def keep_checklist(old: Deployment, new: Deployment, *, by: Actor) -> None:
    """What was done for ``old`` stays done for ``new``, where both are in one operation and the new mission asks for it."""
    mission = new.posting.mission
    if old.posting.mission.operation_id != mission.operation_id:
        return
    asked = ChecklistItem.objects.of_mission(mission)
    marks = list(old.checklist_marks.filter(item__in=asked).select_related("item").order_by("item__position", "item"))
    kept = [
        ChecklistMark(
            deployment=new, item=m.item, done_by_id=m.done_by_id, done_at=m.done_at, done_on=m.done_on, note=m.note
        )
        for m in marks
    ]
    days = old.checklist_due_days.filter(item__in=asked).exclude(item__in=[mark.item_id for mark in marks])
    for day in days:
        ChecklistDueDay.objects.create(deployment=new, item_id=day.item_id, due_on=day.due_on, set_by_id=day.set_by_id)
    if kept:
        ChecklistMark.objects.bulk_create(kept)
        items = [in_each(mark.item) for mark in kept]
        record_act(new, TourVerb.CHECK_OFF, by=by, reason=_("Done before the transfer."), items=items)


@requires(MAY_DEPLOY)
@transaction.atomic
def reopen_item(deployment: Deployment, *, by: Actor, item: ChecklistItem, reason: str) -> None:
    """Take back that an item is done. Raises NotPermitted, and Refusal after departure or where it is not done."""
    check_reason(reason)
    tour = locked_tour(deployment, by=by)
    require_no_stake(by, tour)
    require_possible(tour, TourVerb.REOPEN_ITEM)
    taken, _models = ChecklistMark.objects.filter(deployment=tour, item=item).delete()
    if not taken:
        raise Refusal(_("“%(item)s” is not done.") % {"item": item}, code="nothing_changes", field="item")
    record_act(tour, TourVerb.REOPEN_ITEM, by=by, reason=reason, items=[in_each(item)])


def items_to_check(tour: Deployment) -> QuerySet[ChecklistItem]:
    """The items that are worked off in the state of the tour: before the departure, or after the return."""
    is_before = tour.state in BEFORE_DEPARTURE
    moment = ChecklistMoment.BEFORE if is_before else ChecklistMoment.AFTER
    return ChecklistItem.objects.of_mission(tour.posting.mission).filter(moment=moment)


@requires(MAY_DEPLOY)
@transaction.atomic
def set_due_day(
    deployment: Deployment,
    *,
    by: Actor,
    item: ChecklistItem,
    due_on: datetime.date,
    reason: str = "",
    today: datetime.date | None = None,
) -> ChecklistDueDay:
    """Set the day by which an item is to be done for this tour. Raises NotPermitted, and Refusal for an item that is not
    asked for or is done, a day out of reach, or where nothing changes.
    """
    tour = locked_tour(deployment, by=by)
    require_no_stake(by, tour)
    require_possible(tour, TourVerb.SET_DUE_DAY)
    check_day(due_on, today or today_here(), field="due_on")
    if not items_to_check(tour).filter(pk=item.pk).exclude(marks__deployment=tour).exists():
        raise Refusal(_("“%(item)s” is not to be done now.") % {"item": item}, code="nothing_changes", field="item")
    if ChecklistDueDay.objects.filter(deployment=tour, item=item, due_on=due_on).exists():
        raise Refusal(_("It is due on this day already."), code="nothing_changes", field="due_on")
    values = {"due_on": due_on, "set_by_id": by.pk, "set_at": timezone.now()}
    day, _is_new = ChecklistDueDay.objects.update_or_create(deployment=tour, item=item, defaults=values)
    record_act(tour, TourVerb.SET_DUE_DAY, by=by, reason=reason, items=[in_each(item)], due_on=due_on.isoformat())
    return day


@requires(MAY_CONTACT)
@transaction.atomic
def set_emergency_contact(
    deployment: Deployment, *, by: Actor, name: str, relationship: str, telephone: str
) -> EmergencyContact:
    """Whom to call during the tour; takes the place of an earlier one. The history says that it was set, not to whom.

    Raises NotPermitted, and Refusal once the tour is over, where something is missing, or where nothing changes.
    """
    tour = locked_tour(deployment, by=by)
    require_possible(tour, TourVerb.SET_EMERGENCY_CONTACT)
    if not all(value.strip() for value in (name, relationship, telephone)):
        raise Refusal(_("Give the name, the relationship and the telephone number."), code="bad_value", field="name")
    values = {"name": name.strip(), "relationship": relationship.strip(), "telephone": telephone.strip()}
    if EmergencyContact.objects.filter(deployment=tour, **values).exists():
        raise Refusal(_("This contact is recorded already."), code="nothing_changes", field="name")
    contact, _is_new = EmergencyContact.objects.update_or_create(deployment=tour, defaults=values)
    record_act(tour, TourVerb.SET_EMERGENCY_CONTACT, by=by)
    tell_officer(tour, TourVerb.SET_EMERGENCY_CONTACT)
    return contact


def contact_to_call(tour: Deployment) -> EmergencyContact | None:
    """Whom to call before and during the tour; once it is over, nobody reads the contact any more."""
    return getattr(tour, "emergency_contact", None) if tour.state in WITH_CONTACT else None
