"""How much a request may bring: weighed by what it says of itself, before any of it is read or reaches a disk."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.headers import of_every_answer
from config.views import bad_request, body_too_large

Handler = Callable[[HttpRequest], HttpResponse]
FORM = 512 * 1024
BESIDE_A_FILE = 1024 * 1024
LIST = 25 * 1024 * 1024  # core.tabular.MAX_BYTES, and what a form adds to it


class BodyLimitMiddleware:
    """Answers 413 to a body larger than a form for who is not signed in, and larger than a file for who is.

    A NUL in the address is refused here too: no database takes one. It runs after the session
    is known and before anything reads the body. A body that does not say its size is none:
    WSGI reads no more than what is said.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            return bad_request(request)
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not (size.isascii() and size.isdecimal()):
            return bad_request(request)
        if len(size) <= 18 and int(size) <= FORM:
            return self.get_response(request)
        largest = max(settings.MAX_DOCUMENT_BYTES, LIST) + BESIDE_A_FILE if request.user.is_authenticated else FORM
        if len(size) > 18 or int(size) > largest:
            return body_too_large(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)


class HeadersMiddleware:
    """Gives every answer the headers of safety, also those that no other middleware sees: files, redirects, bad hosts.

    Not a 304: its headers take the place of those that the reader's browser keeps with the page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return response
        for name, value in of_every_answer().items():
            response.headers.setdefault(name, value)
        return response
