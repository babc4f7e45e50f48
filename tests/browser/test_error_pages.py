"""The page of every error that the portal can answer with: clean and whole in both languages, wide and narrow."""

import sqlite3

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as portal_urls
from config.views import csrf_failure
from tests import factories
from tests.browser import KINDS

STATUS = {"400": 400, "403": 403, "404": 404, "429": 429, "500": 500, "503": 503, "csrf": 403}


def fails(request: HttpRequest, error: str) -> HttpResponse:
    """Answers as the portal does where that goes wrong."""
    match error:
        case "400":
            raise BadRequest
        case "403":
            raise PermissionDenied
        case "429":
            return render(request, "429.html", status=429)
        case "503":
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorname = "SQLITE_BUSY"
            raise OperationalError("database is locked") from busy
        case "csrf":
            return csrf_failure(request)
    raise RuntimeError("a mistake")


urlpatterns = [
    *(path(f"{place}/fails/<str:error>/", fails) for place in ("en", "fr", "admin")),
    *portal_urls,
]


@pytest.fixture(autouse=True)
def pages_that_fail(transactional_db, settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.STAFF_MFA_REQUIRED = False


@pytest.mark.parametrize(("language", "width"), KINDS)
def test_every_page_of_an_error_is_clean_and_fits(visitor, assert_clean, assert_fits, language, width):
    strangers = visitor(width=width, language=language)
    staffs = visitor(width=width, user=factories.staff("Auditor", language=language))
    for error, status in STATUS.items():
        failing = "nowhere" if error == "404" else f"fails/{error}"
        for page, place in ((strangers, language), (staffs, "admin")):
            assert page.goto(f"/{place}/{failing}/").status == status
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator("h1").count() == 1
            assert_clean(page)
            assert_fits(page)
