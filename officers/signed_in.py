"""Requests of people who are signed in, as the views behind ``login_required`` and the desk get them."""

from typing import cast

from django.http import HttpRequest

from officers.models import User


class SignedInRequest(HttpRequest):
    """The type of a request that only a signed-in person can send: its ``user`` is an account."""

    user: User


def signed_in(request: HttpRequest) -> User:
    """The account behind ``request``, where something else saw to it that there is one: the desk, a middleware."""
    return cast(User, request.user)
