"""The front door, and the pages that say what went wrong."""

import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.context import for_path, language_of
from core.database import patience, schema
from core.database.faults import DatabaseFault, fault_of
from core.pages.machines import wants_json
from core.pages.query import WrongQuery
from core.refusals import Refusal

FAULTS = {
    DatabaseFault.BUSY: _("Many people are writing at this moment. Nothing was saved; please try again."),
    DatabaseFault.AWAY: _("The portal cannot reach its records at this moment. Nothing was saved."),
    DatabaseFault.FULL: _("The portal has no room to save anything at this moment. Nothing was saved."),
    DatabaseFault.BEHIND: _("The portal is being updated. Nothing was saved."),
}
# Seconds after which it is worth while to ask again.
RETRY_AFTER = {DatabaseFault.BUSY: 5, DatabaseFault.AWAY: 10, DatabaseFault.FULL: 60, DatabaseFault.BEHIND: 30}


def choose_language(request: HttpRequest) -> HttpResponse:
    """Send the reader on to the page in their language."""
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


def body_too_large(request: HttpRequest, status: int) -> HttpResponse:
    if wants_json(request):
        message = gettext("What was sent is larger than the portal takes here. Nothing of it was read or saved.")
        return JsonResponse({"code": "too_large", "message": message}, status=status)
    return _error_page(request, "errors/413.html", status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return _error_page(request, "errors/409.html", refusal.status, refusal=refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django calls this for a form without the proof of where it comes from (CSRF_FAILURE_VIEW)."""
    return _error_page(request, "errors/csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error of the portal; a fault of what it depends on is named as such, and is over in a while."""
    fault = fault_of(sys.exc_info()[1])
    if fault is None or (fault is DatabaseFault.BEHIND and not _is_behind()):
        return _bare_page(request, "errors/500.html", 500)
    return unavailable(request, fault)


def unavailable(request: HttpRequest, fault: DatabaseFault) -> HttpResponse:
    """Says in the reader's language, or as JSON, what is the matter and when to ask again."""
    page = _bare_page(request, f"errors/503_{fault.value}.html", 503)
    if wants_json(request):
        with translation.override(_language(request)):
            said = {"code": fault.value, "message": str(FAULTS[fault]), "field": ""}
        page = JsonResponse(said, status=503)
    page.headers["Retry-After"] = str(RETRY_AFTER[fault])
    return page


def _is_behind() -> bool:
    """Whether the database lacks a table or a column, so that the error is not a mistake in a query."""
    try:
        with patience.for_one_answer(1.0):
            return bool(schema.missing())
    except DatabaseError:
        return True


def _bare_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page in the reader's language that needs neither the database nor the session."""
    with translation.override(_language(request)):
        page = render_to_string(template, for_path(request.get_full_path()))
        return HttpResponse(page, status=status, headers={"Content-Language": translation.get_language()})


def _error_page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    """A page in the reader's language, also where the error came before the language was chosen."""
    language = _language(request)
    with translation.override(language):
        response = render(request, template, context, status=status)
        response.headers["Content-Language"] = language
    return response


def _language(request: HttpRequest) -> str:
    """The language chosen for the request (at the desk the account's), or the reader's where it came to no choice."""
    return getattr(request, "LANGUAGE_CODE", None) or language_of(request)
