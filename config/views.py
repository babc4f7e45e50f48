"""The front door, and the pages that say what went wrong."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from config.context import for_path, language_of
from core.pages.machines import wants_json
from core.pages.query import WrongQuery
from deployments.limits.health import lost_race


def choose_language(request: HttpRequest) -> HttpResponse:
    """Sends the reader on to the page in their language."""
    response = HttpResponseRedirect(f"/{language_of(request)}/")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Says what was asked for in vain, where the page itself found it (core.pages.query)."""
    words = str(exception) if isinstance(exception, WrongQuery) else ""
    if words and wants_json(request):
        return JsonResponse({"code": WrongQuery.code, "message": words}, status=400)
    return _error_page(request, "errors/400.html", 400, words=words)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "errors/403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "errors/404.html", 404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return _error_page(request, "errors/405.html", 405)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django calls this for a form without the proof of where it comes from (CSRF_FAILURE_VIEW)."""
    return _error_page(request, "errors/csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error of the portal; where others wrote for longer than one waits, that is said instead."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError) and lost_race(error):
        page = _bare_page(request, "errors/503.html", 503)
        page.headers["Retry-After"] = "5"
        return page
    return _bare_page(request, "errors/500.html", 500)


def _bare_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page in the reader's language that needs neither the database nor the session."""
    with translation.override(_language(request)):
        page = render_to_string(template, for_path(request.get_full_path()))
        return HttpResponse(page, status=status, headers={"Content-Language": translation.get_language()})


def _error_page(request: HttpRequest, template: str, status: int, **context: str) -> HttpResponse:
    """A page in the reader's language, also where the error came before the language was chosen."""
    language = _language(request)
    with translation.override(language):
        response = render(request, template, context, status=status)
        response.headers["Content-Language"] = language
    return response


def _language(request: HttpRequest) -> str:
    """The language chosen for the request (at the desk the account's), or the reader's where it came to no choice."""
    return getattr(request, "LANGUAGE_CODE", None) or language_of(request)
