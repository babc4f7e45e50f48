"""An officer's own wishes, and whether the desk may ask again; each is withdrawn as easily as it is given."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.models import OfficerWish, RoleProfile
from missions.models import Operation
from officers.domain.ownership import require_self
from officers.models import Officer

MAX_WISHES = 10


@transaction.atomic
def add_wish(
    officer: Officer,
    *,
    by: Actor,
    operation: Operation | None = None,
    role: RoleProfile | None = None,
    from_day: datetime.date | None = None,
    today: datetime.date | None = None,
) -> OfficerWish:
    """Write a wish down.

    Raises:
        NotPermitted: anybody but the officer.
        Refusal: a wish that says nothing, a day that is past, the same wish once more, or too many.

    """
    require_self(by, officer)
    Officer.objects.select_for_update().get(pk=officer.pk)  # wishes written at the same moment are counted in turn
    if not (operation or role or from_day):
        raise Refusal(_("Choose an operation or a role, or say from when."), code="nothing_said", field="operation")
    if from_day is not None and from_day < (today or today_here()):
        raise Refusal(_("This day is past."), code="bad_value", field="from_day")
    if officer.wishes.filter(operation=operation, role=role, from_day=from_day).exists():
        raise Refusal(_("You wrote this wish already."), code="nothing_changes", field="operation")
    if officer.wishes.count() >= MAX_WISHES:
        words = _("You have %(n)d wishes: withdraw one before you write another.")
        raise Refusal(words % {"n": MAX_WISHES}, code="too_many_wishes", field="operation")
    made = OfficerWish.objects.create(officer=officer, operation=operation, role=role, from_day=from_day)
    record_act(officer, CandidateVerb.ADD_WISH, by=by)
    return made


@transaction.atomic
def withdraw_wish(wish: OfficerWish, *, by: Actor) -> None:
    """Remove a wish; that it was withdrawn is in the history, not what it said. Raises NotPermitted for anybody else."""
    officer = wish.officer
    require_self(by, officer)
    if OfficerWish.objects.filter(pk=wish.pk).delete()[0]:
        record_act(officer, CandidateVerb.WITHDRAW_WISH, by=by)


@transaction.atomic
def set_may_be_asked(officer: Officer, *, by: Actor, may_be_asked: bool) -> None:
    """Let the desk ask the officer again, or not any more. Raises NotPermitted for anybody but the officer."""
    require_self(by, officer)
    standing = Officer.objects.select_for_update().get(pk=officer.pk)
    if standing.may_be_asked == may_be_asked:
        return
    standing.may_be_asked = may_be_asked
    standing.save()
    record_act(standing, CandidateVerb.ALLOW_ASKING if may_be_asked else CandidateVerb.STOP_ASKING, by=by)
