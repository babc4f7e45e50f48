"""An Administrator names the coordinators of a police service, the first one included, and ends their time."""

import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.mail.outbox import queue_mail
from core.refusals import NotPermitted, Refusal, requires
from core.text.dates import in_words, today_here
from officers.domain.accounts import check_may_coordinate, check_roles
from officers.domain.coordination import check_deputys_time
from officers.domain.verbs import MAY_NAME, ServiceVerb
from officers.models import Coordinator, Officer, PoliceService, User

ROLE = "Service coordinator"


@requires(MAY_NAME)
@transaction.atomic
def name_coordinator(
    service: PoliceService,
    *,
    by: Actor,
    email: str,
    first_day: datetime.date,
    reason: str,
    last_day: datetime.date | None = None,
    deputy_of: Coordinator | None = None,
    today: datetime.date | None = None,
) -> Coordinator:
    """Let the account with the address ``email`` coordinate ``service`` from ``first_day``, and tell its owner by mail.

    Without ``last_day`` until somebody ends it. ``deputy_of`` makes it the deputy of that coordinator, for days within
    the coordinator's own and the year ahead.

    Raises:
        NotPermitted: the actor names no coordinators.
        RolesRefused: one's own account, or an account of the desk.
        Refusal: no reason, no such account, an officer of another service, days out of order or past, or a coordinator of the service on these days.

    """
    today = today or today_here()
    _check_reason(reason)
    service = PoliceService.objects.select_for_update().get(pk=service.pk)
    account = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if account is None:
        raise Refusal(
            _("There is no active account with this e-mail address: add the account first."),
            code="unknown_account",
            field="email",
        )
    _check_account(account, service, by=by)
    _check_days(first_day, last_day, today, deputy_of)
    if _overlapping(service, account, first_day, last_day).exists():
        raise Refusal(
            _("This account coordinates the police service on these days already."),
            code="nothing_changes",
            field="email",
        )
    made = Coordinator.objects.create(
        user=account,
        police_service=service,
        first_day=first_day,
        last_day=last_day,
        named_by=deputy_of.user if deputy_of else None,
    )
    account.groups.add(*Group.objects.filter(name=ROLE))
    _record(ServiceVerb.NAME_COORDINATOR, made, by=by, reason=reason)
    queue_mail(to=account, template="officers/coordinator_named", context={"coordinator": made})
    return made


@requires(MAY_NAME)
@transaction.atomic
def end_coordinator(
    service: PoliceService,
    *,
    by: Actor,
    coordinator: Coordinator,
    last_day: datetime.date,
    reason: str,
    today: datetime.date | None = None,
) -> Coordinator:
    """Make ``last_day`` the coordinator's last; deputies named by the same person end with it. The person is told.

    Nobody is ended in the past: who stops at once serves yesterday for the last time.

    Raises:
        NotPermitted: the actor names no coordinators, or it is the own coordination.
        Refusal: no reason, a day before the first or before yesterday, or one that changes nothing.

    """
    today = today or today_here()
    _check_reason(reason)
    found = Coordinator.objects.select_for_update(of=("self",)).select_related("user", "police_service")
    standing = found.get(pk=coordinator.pk, police_service=service)
    if standing.user_id == by.pk:
        raise NotPermitted
    if last_day < standing.first_day:
        raise Refusal(_("The last day is before the first day."), code="days_out_of_order", field="last_day")
    if last_day < today - datetime.timedelta(days=1):
        raise Refusal(_("Yesterday is the earliest last day."), code="days_out_of_order", field="last_day")
    if standing.last_day is not None and standing.last_day <= last_day:
        words = _("The time ends on %(day)s already.") % {"day": in_words(standing.last_day)}
        raise Refusal(words, code="nothing_changes", field="last_day")
    if standing.named_by_id is None:
        _end_deputies(standing, last_day)
    standing.last_day = last_day
    standing.save(update_fields=["last_day"])
    if not standing.user.coordinations.filter(last_day=None).exists() and last_day < today:
        _take_role(standing.user, today)
    _record(ServiceVerb.END_COORDINATOR, standing, by=by, reason=reason)
    queue_mail(to=standing.user, template="officers/coordinator_ended", context={"coordinator": standing})
    return standing


def in_office(service: PoliceService, *, on: datetime.date) -> QuerySet[Coordinator]:
    """Coordinators and deputies of ``service`` who serve on the day or later."""
    found = Coordinator.objects.filter(police_service=service).exclude(last_day__lt=on)
    return found.select_related("user", "named_by")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Give the reason."), code="reason_required", field="reason")


def _check_account(account: User, service: PoliceService, *, by: Actor) -> None:
    """Nobody names oneself, not even who keeps the server; who gives roles, or is in another service, coordinates nothing."""
    if account.pk == by.pk:
        raise Refusal(_("Nobody names oneself: another administrator does."), code="oneself", field="email")
    check_may_coordinate(account, field="email")
    if Officer.objects.filter(user=account).exclude(police_service=service).exists():
        words = _("This is an officer of another police service: a coordinator is an officer of this one, or none.")
        raise Refusal(words, code="other_service", field="email")
    try:
        check_roles(account, {ROLE, *account.groups.values_list("name", flat=True)}, by=by)
    except Refusal as refusal:
        raise Refusal(str(refusal), code=refusal.code, field="email") from refusal


def _check_days(
    first_day: datetime.date, last_day: datetime.date | None, today: datetime.date, deputy_of: Coordinator | None
) -> None:
    if last_day is not None and (last_day < first_day or last_day < today):
        raise Refusal(_("The last day is before the first day or past."), code="days_out_of_order", field="last_day")
    if deputy_of is None:
        return
    if last_day is None:
        raise Refusal(_("A deputy acts for a time: give the last day."), code="last_day_required", field="last_day")
    if first_day < deputy_of.first_day:
        words = _("The coordinator's own time begins on %(day)s: a deputy's does not begin before.")
        day = in_words(deputy_of.first_day)
        raise Refusal(words % {"day": day}, code="beyond_own_days", field="first_day")
    if deputy_of.last_day is not None and last_day > deputy_of.last_day:
        words = _("The coordinator's own time ends on %(day)s: a deputy's does not go beyond.")
        day = in_words(deputy_of.last_day)
        raise Refusal(words % {"day": day}, code="beyond_own_days", field="last_day")
    check_deputys_time(last_day, today)


def _overlapping(
    service: PoliceService, account: User, first_day: datetime.date, last_day: datetime.date | None
) -> QuerySet[Coordinator]:
    found = Coordinator.objects.filter(police_service=service, user=account).exclude(last_day__lt=first_day)
    return found if last_day is None else found.filter(first_day__lte=last_day)


def _end_deputies(coordinator: Coordinator, last_day: datetime.date) -> None:
    """Deputies serve no day after the coordinator for whom they act; those not begun by then are removed."""
    deputies = Coordinator.objects.filter(police_service=coordinator.police_service, named_by=coordinator.user)
    for deputy in deputies.exclude(last_day__lte=last_day):
        if deputy.first_day > last_day:
            deputy.delete()
        else:
            deputy.last_day = last_day
            deputy.save(update_fields=["last_day"])


def _take_role(account: User, today: datetime.date) -> None:
    if not account.coordinations.exclude(last_day__lt=today).exists():
        account.groups.remove(*Group.objects.filter(name=ROLE))


def _record(verb: ServiceVerb, coordinator: Coordinator, *, by: Actor, reason: str) -> None:
    """The act is in the history of the service and of the account; the security log notes every change of the row."""
    days = {"first_day": str(coordinator.first_day)}
    if coordinator.last_day:
        days["last_day"] = str(coordinator.last_day)
    record_act(coordinator.police_service, verb, by=by, reason=reason, coordinator=coordinator.user_id, **days)
    record_act(coordinator.user, verb, by=by, reason=reason, service=coordinator.police_service.code, **days)
