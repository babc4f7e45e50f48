"""Who gives rights: nobody to oneself; giving roles, deciding at the desk and coordinating a service are in three hands."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal
from core.text.dates import today_here
from officers.models import Coordinator, User

GIVING = frozenset({"Administrator"})
DECIDING = frozenset({"Approver", "Selection officer", "Mission editor", "Service coordinator"})
DESK = frozenset({"Approver", "Selection officer", "Mission editor", "Auditor", "Administrator"})


class RolesRefused(Refusal):
    """These roles are not given together, or not by this person."""

    code = "roles"


def check_roles(account: User | None, roles: Iterable[str], *, by: Actor) -> None:
    """Raise RolesRefused for one's own roles, for roles given by who decides, and for kinds that one hand may not hold.

    Who gives roles decides nothing; who coordinates a police service, in person or as a deputy, holds none of the desk.

    ``roles`` are all that the account would hold. Whoever keeps the server (a superuser, or a command typed there) may
    give them all the same.
    """
    wanted = set(roles)
    if wanted & GIVING and wanted & DECIDING:
        raise RolesRefused(_("Who gives roles holds none that decides: choose either Administrator or the others."))
    if account is not None and wanted & DESK and _coordinates(account):
        raise RolesRefused(
            _("This account coordinates a police service, and so holds no role of the desk: end that first.")
        )
    giver = by if isinstance(by, User) else None
    if giver is None or giver.is_superuser:
        return
    if account is not None and account.pk == giver.pk:
        raise RolesRefused(_("Nobody gives roles to oneself: another administrator does."))
    if DECIDING & set(giver.groups.values_list("name", flat=True)):
        raise RolesRefused(_("You hold a role that decides: somebody who holds none gives roles."))


def _coordinates(account: User) -> bool:
    """Whether the account coordinates a police service today or later, in person or as a deputy."""
    return Coordinator.objects.filter(user=account).exclude(last_day__lt=today_here()).exists()


def check_may_coordinate(account: User, *, field: str) -> None:
    """Raise RolesRefused for an account of the desk: one hand would release an officer and select the same one."""
    if account.is_superuser or account.groups.filter(name__in=DESK).exists():
        raise RolesRefused(_("This account holds a role of the desk: it coordinates no police service."), field=field)


def check_address(account: User, address: str, *, by: Actor) -> None:
    """Raise RolesRefused for another address of an account with a role, which its owner alone changes and confirms.

    Whoever got mail at an address that an administrator wrote down would set its password. Whoever keeps the server may.
    """
    giver = by if isinstance(by, User) else None
    if address.casefold() == account.email.casefold() or giver is None or giver.is_superuser:
        return
    if account.groups.exists() or account.is_staff:
        raise RolesRefused(
            _(
                "This account holds a role: its owner changes the address, on the page of the own account, and confirms it."
            )
        )
