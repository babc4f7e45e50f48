"""How long one stays signed in: until half an hour without activity, and twelve hours at the most.

When one was last seen is kept in a signed cookie of its own, bound to the session, so that reading writes nothing into
the database. Without that cookie the time counts from signing in. What somebody sends after the time is over is kept,
and shown again to the same person after signing in (officers.views.kept).
"""

import datetime
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.pages.machines import wants_json
from officers.accounts.devices import remember_device

SIGNED_IN_AT, KEPT = "signed_in_at", "kept_form"
# The cookie is written anew after so many seconds, and what was typed is kept up to so many characters and for so long.
FRESH, LONGEST_FORM, KEPT_FOR = 60, 100_000, 3600
_signer = signing.TimestampSigner(salt="portal.seen")


class StayMiddleware:
    """Signs out who was idle or signed in for too long, and keeps the form that came too late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = _seen_person(request)
        if request.user.is_authenticated:
            seen = _last_seen(request)
            if _is_over(request, seen):
                logout(request)
                messages.info(request, _("You were signed out, because nothing happened for a while."))
            else:
                until = timezone.now() + datetime.timedelta(seconds=settings.SESSION_IDLE_SECONDS)
                request.stays_until = until  # type: ignore[attr-defined]  # for config.context
                _forget_what_is_sent(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            _mark_seen(request, response)
            if getattr(request, "has_just_signed_in", False):
                remember_device(request, response, request.user.email)
        elif person and _asks_to_sign_in(request, response):
            return _keep(request, person)
        return response


def remember_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    """Called when somebody signs in."""
    request.session[SIGNED_IN_AT] = int(time.time())
    request.has_just_signed_in = True  # type: ignore[attr-defined]


def kept_form(request: HttpRequest) -> dict[str, Any] | None:
    """What the person now signed in had sent too late; None where there is nothing, or it is another's."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept and kept["person"] == request.user.pk and kept["at"] > time.time() - KEPT_FOR:
        return kept
    request.session.pop(KEPT, None)
    return None


def _binding(request: HttpRequest) -> str:
    return salted_hmac("portal.seen", request.session.session_key or "").hexdigest()[:20]


def _seen_person(request: HttpRequest) -> int | None:
    """Whose activity the cookie tells of; None without one of ours."""
    try:
        value = _signer.unsign(request.COOKIES.get(settings.SEEN_COOKIE_NAME, ""))
        return int(value.split(":")[0])
    except (signing.BadSignature, ValueError):
        return None


def _last_seen(request: HttpRequest) -> float:
    """The second at which the session was last used, as far as is known."""
    signed_in_at = float(request.session.get(SIGNED_IN_AT, 0))
    cookie = request.COOKIES.get(settings.SEEN_COOKIE_NAME, "")
    try:
        value = _signer.unsign(cookie)
        at = signing.b62_decode(cookie.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return signed_in_at
    return max(signed_in_at, at) if value == f"{request.user.pk}:{_binding(request)}" else signed_in_at


def _is_over(request: HttpRequest, seen: float) -> bool:
    now = time.time()
    signed_in_at = request.session.get(SIGNED_IN_AT, 0)
    return seen < now - settings.SESSION_IDLE_SECONDS or signed_in_at < now - settings.SESSION_LONGEST_SECONDS


def _mark_seen(request: HttpRequest, response: HttpResponse) -> None:
    if _last_seen(request) > time.time() - FRESH and settings.SEEN_COOKIE_NAME in request.COOKIES:
        return
    response.set_cookie(
        settings.SEEN_COOKIE_NAME,
        _signer.sign(f"{request.user.pk}:{_binding(request)}"),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if request.method != "POST" or response.status_code != 302 or wants_json(request):
        return False
    path = response.headers["Location"].partition("?")[0]
    return path in {resolve_url(settings.LOGIN_URL), reverse("admin:login")} and not request.path.startswith(path)


def _keep(request: HttpRequest, person: int) -> HttpResponse:
    """Keep what was typed, without files and passwords, and lead to it over signing in."""
    fields = [(name, values) for name, values in request.POST.lists() if not _is_secret(name)]
    kept = {"path": request.get_full_path(), "person": person, "at": int(time.time()), "fields": fields}
    kept["files"] = [upload.name for _name, uploads in request.FILES.lists() for upload in uploads]
    if sum(len(value) for _name, values in fields for value in values) <= LONGEST_FORM:
        request.session[KEPT] = kept
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('kept-form')})}")


def _is_secret(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name


def _forget_what_is_sent(request: HttpRequest) -> None:
    kept = request.session.get(KEPT) if request.method == "POST" else None
    if kept and kept["path"] == request.get_full_path():
        del request.session[KEPT]
