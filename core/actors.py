"""Who acts: a user, or the portal itself (the daily run, a command typed on the server)."""

from typing import Any, Protocol


class Actor(Protocol):
    """A user, or SYSTEM. Its ``pk`` is None for the portal."""

    @property
    def pk(self) -> Any: ...

    @property
    def is_active(self) -> bool: ...

    def has_perm(self, _perm: str, /) -> bool: ...


class System:
    """The portal as an actor: whoever can type commands on the server may do everything; history says "system"."""

    pk = None
    is_active = True

    def has_perm(self, _perm: str, /) -> bool:
        return True

    def __str__(self) -> str:
        return "system"


SYSTEM = System()
