"""Switches of the walls: need of release, counting, and the programme above an operation with a number.

Each is an Approver's act with a reason, kept in the history; none is a field of an ordinary form.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.database.bulk import update_rows
from core.history.acts import ActOn, record_act, record_acts
from core.history.versions import keep_versions
from core.refusals import Refusal, require, requires
from deployments.domain.verbs.switches import MAY_SWITCH, SwitchVerb
from deployments.limits.days import check_reason
from deployments.limits.gate import locked_transaction
from deployments.models import CountsAgainst, Posting
from missions.models import Operation, Programme
from officers.models import PoliceService


class NothingSwitched(Refusal):
    """The record has this value already."""

    code = "nothing_changes"


@requires(MAY_SWITCH)
@locked_transaction
def set_release_need(
    service: PoliceService, *, by: Actor, needs_release: bool, reason: str, today: datetime.date | None = None
) -> PoliceService:
    """Whether nobody of the service goes without its release. Days that are firm already are not asked again.

    Raises NotPermitted, and Refusal without a reason or where nothing changes.
    """
    check_reason(reason)
    service = PoliceService.objects.get(pk=service.pk)
    if service.needs_release == needs_release:
        raise NothingSwitched(_("This is so already."), field="needs_release")
    before, service.needs_release = service.needs_release, needs_release
    service.save()
    detail: dict[str, Any] = {"needs_release": {"from": before, "to": needs_release}}
    record_act(service, SwitchVerb.SET_RELEASE_NEED, by=by, reason=reason, **detail)
    return service


def set_release_needs(changes: Sequence[tuple[PoliceService, bool, str]], *, by: Actor) -> None:
    """As ``set_release_need`` for many services, each with its reason, as lists bring them. Call it behind the gate."""
    _switch_many(changes, SwitchVerb.SET_RELEASE_NEED, "needs_release", by)


@requires(MAY_SWITCH)
@locked_transaction
def set_counting(
    posting: Posting, *, by: Actor, counts_against: str, reason: str, today: datetime.date | None = None
) -> Posting:
    """Which authorized numbers the posting's tours consume. Not once it has a tour: the database refuses that.

    Raises NotPermitted, and Refusal without a reason, for an unknown value, with tours, or where nothing changes.
    """
    check_reason(reason)
    posting = Posting.objects.get(pk=posting.pk)
    if counts_against not in CountsAgainst.values:
        raise Refusal(_("Choose one of the values offered."), code="bad_value", field="counts_against")
    if posting.counts_against == counts_against:
        raise NothingSwitched(_("This is so already."), field="counts_against")
    if posting.deployments.exists():
        raise Refusal(
            _("Tours stand in this posting: what they count against is not changed. Make another posting."),
            code="posting_has_tours",
            field="counts_against",
        )
    before, posting.counts_against = posting.counts_against, counts_against
    posting.save()
    detail: dict[str, Any] = {"counts_against": {"from": before, "to": counts_against}}
    record_act(posting, SwitchVerb.SET_COUNTING, by=by, reason=reason, **detail)
    return posting


def set_countings(changes: Sequence[tuple[Posting, str, str]], *, by: Actor) -> None:
    """As ``set_counting`` for many postings of a list, in which no tour stands yet. Call it behind the gate."""
    _switch_many(changes, SwitchVerb.SET_COUNTING, "counts_against", by)


def _switch_many(changes: Sequence[tuple[Any, Any, str]], verb: SwitchVerb, column: str, by: Actor) -> None:
    require(by, MAY_SWITCH)
    acts = []
    for record, value, reason in changes:
        check_reason(reason)
        before = getattr(record, column)
        if before == value:
            raise NothingSwitched(_("This is so already."), field=column)
        setattr(record, column, value)
        acts.append(ActOn(record, verb, reason, detail={column: {"from": before, "to": value}}))
    if changes:
        update_rows(type(changes[0][0]), (record for record, _value, _reason in changes), [column])
    keep_versions(((record, "") for record, _value, _reason in changes), by=by)
    record_acts(acts, by=by)


@requires(MAY_SWITCH)
@locked_transaction
def change_programme(
    operation: Operation, *, by: Actor, programme: Programme, reason: str, today: datetime.date | None = None
) -> Operation:
    """Put the operation under another programme, whose number then limits its own.

    Raises NotPermitted, and Refusal without a reason, where nothing changes, or where the numbers or tours forbid it.
    """
    check_reason(reason)
    operation = Operation.objects.select_related("programme").get(pk=operation.pk)
    if operation.programme_id == programme.pk:
        raise NothingSwitched(_("This is so already."), field="programme")
    before, operation.programme = operation.programme.code, programme
    operation.save()
    detail: dict[str, Any] = {"programme": {"from": before, "to": programme.code}}
    record_act(operation, SwitchVerb.CHANGE_PROGRAMME, by=by, reason=reason, **detail)
    return operation
