"""Which language a page speaks, and what a cache may keep."""

import logging
import uuid
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_structlog.middlewares import RequestMiddleware

from config import health
from config.context import language_of
from config.ending import acts
from config.views import method_not_allowed, refused, unavailable
from core.database import patience
from core.database.faults import DatabaseFault
from core.pages.machines import wants_json
from core.refusals import Refusal

REQUESTS = logging.getLogger("django_structlog.middlewares.request")
Handler = Callable[[HttpRequest], HttpResponse]


class PatienceMiddleware:
    """A request waits for the database a few seconds in all, and no act begins in a process that ends."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return self._answer(request)
        with acts.one() as begins:
            return self._answer(request) if begins else unavailable(request, DatabaseFault.BEHIND)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        with patience.of_a_request():
            return self.get_response(request)


class WatchMiddleware:
    """Answers whoever watches the portal before sessions, accounts or anything else that asks the database."""

    pages = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": health.metrics}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = self.pages.get(request.path_info, self.get_response)
        return page(request)


def remember_language(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the language of the path in a cookie, where the reader had another one so far."""
    in_path = (translation.get_language_from_path(request.path_info) or "").lower()
    if in_path and translation.get_language_from_request(request) != in_path:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, in_path, max_age=31_536_000, samesite="Lax", secure=settings.SECURE
        )


class LanguageMiddleware:
    """Speaks the language of the path (``/en/``, ``/fr/``); elsewhere the reader's.

    A path in another language than the reader's so far is a choice, and kept in a cookie. Unlike Django's own it never redirects: a missing page stays a plain 404 in the reader's language.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if not translation.get_language_from_path(request.path_info):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        remember_language(request, response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class RequestLogMiddleware(RequestMiddleware):
    """Two lines a request, with a request id; where the level leaves them out, only the id is made."""

    def prepare(self, request: HttpRequest) -> None:
        if REQUESTS.isEnabledFor(logging.INFO):
            super().prepare(request)
        else:
            structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if REQUESTS.isEnabledFor(logging.INFO) or hasattr(request, "_raised_exception"):
            super().handle_response(request, response)
        else:
            structlog.contextvars.clear_contextvars()


class AccountLanguageMiddleware:
    """The desk (``/admin/``) speaks the account's language, whatever the browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class ErrorPagesMiddleware:
    """Puts a page in the reader's language where a view refuses a method with an empty answer, or a rule an act.

    A reader who comes to the address of an act by a link, as the language toggle of a refused act is one, is led on to
    the record.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        above = record_above(request) if request.method in ("GET", "HEAD") else ""
        if above:
            return HttpResponseRedirect(above)
        page = method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no view put into words, such as of a text that a table does not take."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


def record_above(request: HttpRequest) -> str:
    """The page above the address of an act, in the same language: that of its record. "" for machines and where none is."""
    parts = request.path_info.strip("/").split("/")
    if wants_json(request) or parts[0] not in dict(settings.LANGUAGES):
        return ""
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        with suppress(Resolver404):
            resolve(above)
            return above
    return ""


class PrivatePagesMiddleware:
    """Nothing shown to somebody who is logged in may be kept by a cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.path_info.startswith("/admin/"):
            add_never_cache_headers(response)
        return response
