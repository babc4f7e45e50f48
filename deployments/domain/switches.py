"""Switches of the walls: need of release, counting, and the programme above an operation with a number.

Each is an Approver's act with a reason, kept in the history; none is a field of an ordinary form.
"""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, requires
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
