"""What every public page has in common."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


def public_page(view: View, *, shows_room: bool = False) -> View:
    """For reading only, and asked for again on every load: a browser keeps a copy, and uses it only while it is true.

    The portal itself keeps the page for visitors without a session (config.kept): until content changes, and until the
    room of any posting changes where the page ``shows_room``, which a view may also say of its answer.
    """

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)
        response.shows_room = shows_room or getattr(response, "shows_room", False)  # type: ignore[attr-defined]
        return response

    public = decorator_from_middleware(ConditionalGetMiddleware)(require_safe(page))
    public.is_public_page = True  # type: ignore[attr-defined]
    return public


def in_plain_words(words: str, status: int) -> HttpResponse:
    """What whoever asks for a file is answered where there is none."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


page_with_room = functools.partial(public_page, shows_room=True)
