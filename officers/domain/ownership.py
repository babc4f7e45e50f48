"""Acts on what is an officer's own: nobody else does them, or only the desk in the officer's place."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from core.actors import Actor
from core.refusals import NotPermitted, require
from officers.models import Officer

P = ParamSpec("P")
R = TypeVar("R")


def is_self(by: Actor, officer: Officer) -> bool:
    """Whether ``by`` is the officer, with an account that is active."""
    return by.is_active and by.pk == officer.user_id


def require_self(by: Actor, officer: Officer) -> None:
    """Raise NotPermitted unless ``by`` is the officer."""
    if not is_self(by, officer):
        raise NotPermitted


def requires_self(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate an act on a record with an ``officer``: its actor ``by`` is that officer.

    NotPermitted is raised before anything is locked.
    """

    @functools.wraps(act)
    def permitted(*args: P.args, **kwargs: P.kwargs) -> R:
        require_self(cast(Actor, kwargs["by"]), cast(Any, args[0]).officer)
        return act(*args, **kwargs)

    return permitted


def requires_self_or(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate an act on a record with an ``officer``: its actor ``by`` is that officer, or has ``permission``."""

    def decorate(act: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(act)
        def permitted(*args: P.args, **kwargs: P.kwargs) -> R:
            by = cast(Actor, kwargs["by"])
            if not is_self(by, cast(Any, args[0]).officer):
                require(by, permission)
            return act(*args, **kwargs)

        return permitted

    return decorate
