"""Who coordinates which police service, and handing over to a deputy for a time."""

import datetime
import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal
from core.text.dates import in_words, today_here
from officers.domain.accounts import check_may_coordinate
from officers.domain.verbs import ServiceVerb
from officers.models import Coordinator, Officer, PoliceService, User

# A right to decide that somebody else passed on is looked at again once a year.
MAX_DEPUTY_DAYS = 365

P = ParamSpec("P")
R = TypeVar("R")


def services_of(user: User | AnonymousUser, *, on: datetime.date) -> list[PoliceService]:
    """The police services for which ``user`` acts on the day."""
    if not (user.is_authenticated and user.is_active):
        return []
    return list(PoliceService.objects.filter(coordinators__in=Coordinator.objects.on(on).filter(user=user)).distinct())


def coordinates(user: Actor, service: PoliceService, *, on: datetime.date) -> bool:
    """Whether ``user`` acts for ``service`` on the day."""
    return user.is_active and Coordinator.objects.on(on).filter(user_id=user.pk, police_service=service).exists()


def own_coordination(user: Actor, service: PoliceService, *, on: datetime.date) -> Coordinator | None:
    """The coordination that ``user`` holds in person, not as somebody's deputy: the one with the latest last day."""
    held = Coordinator.objects.on(on).filter(user_id=user.pk, police_service=service, named_by=None)
    return held.order_by(F("last_day").desc(nulls_first=True)).first() if user.is_active else None


def decides_on(user: Actor, officer: Officer, *, on: datetime.date) -> bool:
    """Whether ``user`` speaks for the officer's police service on the day; nobody does so about oneself."""
    return user.pk != officer.user_id and coordinates(user, officer.police_service, on=on)


def requires_coordinator(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate an act on a record with an ``officer``: its actor ``by`` speaks for the officer's police service today.

    NotPermitted is raised before anything is locked.
    """

    @functools.wraps(act)
    def permitted(*args: P.args, **kwargs: P.kwargs) -> R:
        if not decides_on(cast(Actor, kwargs["by"]), cast(Any, args[0]).officer, on=today_here()):
            raise NotPermitted
        return act(*args, **kwargs)

    return permitted


@transaction.atomic
def name_deputy(
    service: PoliceService,
    *,
    by: Actor,
    email: str,
    first_day: datetime.date,
    last_day: datetime.date,
    today: datetime.date | None = None,
) -> Coordinator:
    """Hands the coordination over to another account from ``first_day`` to ``last_day``, both inclusive.

    The coordinator keeps acting too. Raises NotPermitted for who is no coordinator of the service in person: a deputy
    names nobody. Raises Refusal for an unknown account, one's own, one of the desk or an officer of another service, days
    out of order, past, beyond one's own or more than a year ahead.
    """
    today = today or today_here()
    own = own_coordination(by, service, on=today)
    if own is None:
        raise NotPermitted
    if last_day < first_day or last_day < today:
        raise Refusal(_("The last day is before the first day or past."), code="days_out_of_order", field="last_day")
    if own.last_day and last_day > own.last_day:
        words = _("Your own coordination ends on %(day)s: a deputy's does not go beyond.")
        raise Refusal(words % {"day": in_words(own.last_day)}, code="beyond_own_days", field="last_day")
    check_deputys_time(last_day, today)
    deputy = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if deputy is None or deputy.pk == by.pk:
        raise Refusal(_("There is no other account with this e-mail address."), code="unknown_account", field="email")
    check_may_coordinate(deputy, field="email")
    if Officer.objects.filter(user=deputy).exclude(police_service=service).exists():
        words = _("This is an officer of another police service: a deputy is one of your own, or no officer.")
        raise Refusal(words, code="other_service", field="email")
    if Coordinator.objects.filter(user=deputy, police_service=service, first_day=first_day).exists():
        raise Refusal(_("This account is a deputy from that day already."), code="nothing_changes", field="email")
    made = Coordinator.objects.create(
        user=deputy, police_service=service, first_day=first_day, last_day=last_day, named_by_id=by.pk
    )
    record_act(
        service, ServiceVerb.NAME_DEPUTY, by=by, deputy=deputy.pk, first_day=str(first_day), last_day=str(last_day)
    )
    return made


def check_deputys_time(last_day: datetime.date, today: datetime.date) -> None:
    """Raise Refusal for a last day more than MAX_DEPUTY_DAYS ahead; who is needed for longer is named again."""
    latest = today + datetime.timedelta(days=MAX_DEPUTY_DAYS)
    if last_day > latest:
        words = _("A deputy is named for one year at most, until %(day)s. Name the deputy again then.")
        raise Refusal(words % {"day": in_words(latest)}, code="too_long", field="last_day")


@transaction.atomic
def end_deputy(coordinator: Coordinator, *, by: Actor, today: datetime.date | None = None) -> None:
    """End a deputy's time yesterday, or remove it when it has not begun. Raises NotPermitted for deputies too."""
    today = today or today_here()
    if coordinator.named_by_id is None or own_coordination(by, coordinator.police_service, on=today) is None:
        raise NotPermitted
    record_act(coordinator.police_service, ServiceVerb.END_DEPUTY, by=by, deputy=coordinator.user_id)
    if coordinator.first_day >= today:
        coordinator.delete()
        return
    coordinator.last_day = today - datetime.timedelta(days=1)
    coordinator.save(update_fields=["last_day"])
