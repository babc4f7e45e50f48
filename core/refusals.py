"""Why an act is refused. Every domain function raises one of these; pages, imports and JSON show its words."""

import functools
from collections.abc import Callable, Container
from typing import Any, ParamSpec, TypeVar, cast

from django.utils.translation import gettext_lazy as _

from core.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")


class Refusal(Exception):
    """An act that the rules do not allow: ``str()`` gives the reason in the reader's language.

    ``code`` names the rule for machines, ``status`` is the HTTP status, ``field`` the form field at fault ("" for none);
    ``instead`` are fields that say it where the form has no such field.
    """

    code = "refused"
    status = 409
    is_final = False  # whether nothing that could be changed on the page would help
    instead: tuple[str, ...] = ()

    def __init__(self, message: object, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    def field_in(self, fields: Container[str]) -> str:
        """Which of the form's ``fields`` is at fault; "" where it has none of them."""
        return next((name for name in (self.field, *self.instead) if name in fields), "")

    def sentences(self) -> list[str]:
        """The reasons one by one, where there may be several."""
        return [str(self)]

    def as_json(self) -> dict[str, Any]:
        """What a machine is told: the rule's code, the words, the field."""
        return {"code": self.code, "message": str(self), "field": self.field}


class NotPermitted(Refusal):
    """The actor's role does not include the act."""

    code = "not_permitted"
    status = 403
    is_final = True

    def __init__(self) -> None:
        super().__init__(_("Your role does not include this act."))


class StalePage(Refusal):
    """The record changed, or moved on, after the page was shown."""

    code = "stale"


def require(actor: Actor, permission: str) -> None:
    """Raise NotPermitted unless ``actor`` is active and has ``permission`` ("app.codename")."""
    if not (actor.is_active and actor.has_perm(permission)):
        raise NotPermitted


def requires(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate an act: its actor ``by`` has ``permission``, or NotPermitted is raised before anything is locked."""

    def decorate(act: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(act)
        def permitted(*args: P.args, **kwargs: P.kwargs) -> R:
            require(cast(Actor, kwargs["by"]), permission)
            return act(*args, **kwargs)

        return permitted

    return decorate
