"""Who acts: a user, or the portal itself (the daily run, a command typed on the server)."""


class System:
    """The portal as an actor: whoever can type commands on the server may do everything; history says "system"."""

    pk = None
    is_active = True

    def has_perm(self, permission: str) -> bool:
        return True

    def __str__(self) -> str:
        return "system"


SYSTEM = System()
