"""The floor of the public pages: a bare Django that says hello, and one that asks the database one question first.

Served like the portal (``gunicorn tests.bench.hello``), on the same database, without any middleware.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.databases import configured

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": configured(os.environ["DATABASE_URL"])},
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        SECRET_KEY="a floor has no secrets",
    )


def hello(request: HttpRequest) -> HttpResponse:
    return _plain("hello")


def one_query(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM core_contentrevision WHERE id = 1")
        return _plain(cursor.fetchone()[0])


def _plain(text: str) -> HttpResponse:
    """With its length, which a middleware would add, so that the line stays open."""
    return HttpResponse(text, headers={"Content-Length": str(len(text))})


urlpatterns = [path("hello/", hello), path("query/", one_query)]
application = get_wsgi_application()
