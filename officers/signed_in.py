"""Requests of people who are signed in, as the views behind ``login_required`` and the desk get them."""

from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

from officers.models import User

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class SignedInRequest(HttpRequest):
    """The type of a request that only a signed-in person can send: its ``user`` is an account."""

    user: User


def asks_again_who_it_is(view: V) -> V:
    """Decorate a view: whoever signed in a while ago gives the password, or a code, once more. allauth's, with types."""
    return cast(V, reauthentication_required(view))


def signed_in(request: HttpRequest) -> User:
    """The account behind ``request``, where something else saw to it that there is one: the desk, a middleware."""
    return cast(User, request.user)
