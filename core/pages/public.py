"""What every public page has in common."""

import functools
from collections.abc import Callable

from django.http import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """For reading only, and asked for again on every load: a browser keeps a copy, and uses it only while it is true."""

    @functools.wraps(view)
    def page(request, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)
        return response

    return decorator_from_middleware(ConditionalGetMiddleware)(require_safe(page))
