"""The front door, and the pages that say what went wrong."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from config.middleware import language_of


def choose_language(request: HttpRequest) -> HttpResponse:
    """Sends the reader on to the page in their language."""
    response = HttpResponseRedirect(f"/{language_of(request)}/")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error of the portal: needs neither the database nor the session."""
    return render(request, "errors/500.html", status=500)
