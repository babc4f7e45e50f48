"""Who gives rights: nobody to oneself, and nobody who gives roles holds one that decides."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.actors import Actor
from core.refusals import Refusal
from officers.models import User

GIVING = frozenset({"Administrator"})
DECIDING = frozenset({"Approver", "Selection officer", "Mission editor", "Service coordinator"})


class RolesRefused(Refusal):
    """These roles are not given together, or not by this person."""

    code = "roles"


def check_roles(account: User | None, roles: Iterable[str], *, by: Actor) -> None:
    """Raise RolesRefused for one's own roles, for roles given by who decides, and for both kinds in one hand.

    ``roles`` are all that the account would hold. Whoever keeps the server (a superuser, or a command typed there) may
    give them all the same.
    """
    wanted = set(roles)
    if wanted & GIVING and wanted & DECIDING:
        raise RolesRefused(_("Who gives roles holds none that decides: choose either Administrator or the others."))
    giver = by if isinstance(by, User) else None
    if giver is None or giver.is_superuser:
        return
    if account is not None and account.pk == giver.pk:
        raise RolesRefused(_("Nobody gives roles to oneself: another administrator does."))
    if DECIDING & set(giver.groups.values_list("name", flat=True)):
        raise RolesRefused(_("You hold a role that decides: somebody who holds none gives roles."))
