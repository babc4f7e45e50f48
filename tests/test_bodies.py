"""What a request may bring is weighed before it is read; every answer has the headers of safety."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client

from config import bodies
from config.headers import ALWAYS
from core.files.uploads import download
from tests import factories
from tests.files import PDF

pytestmark = pytest.mark.django_db
LARGE = 300 * 1024 * 1024


def said(browser, size: int, path: str = "/en/accounts/login/"):
    """A POST that says it brings ``size`` bytes; who reads the body fails, because nothing follows."""
    return browser.generic("POST", path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(size))


def test_a_strangers_300_megabytes_are_refused_unread(client, monkeypatch):
    def unreadable(self) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr(HttpRequest, "_load_post_and_files", unreadable)
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", unreadable)
    for size in (bodies.FORM + 1, LARGE, 10**26):
        answer = said(client, size)
        assert answer.status_code == 413
    assert "413" in answer.content.decode()
    assert said(client, LARGE, "/fr/openings/").status_code == 413


def test_who_is_signed_in_brings_a_document_and_no_more(client, settings):
    client.force_login(factories.candidate().user)
    assert said(client, LARGE, "/en/my/profile/").status_code == 413
    assert said(client, settings.MAX_DOCUMENT_BYTES, "/en/my/").status_code != 413


def test_machines_are_told_in_json(client):
    answer = client.generic(
        "POST", "/en/accounts/login/", b"", "text/plain", CONTENT_LENGTH=str(LARGE), HTTP_ACCEPT="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_control_without_the_limit_the_body_is_read(client, monkeypatch):
    monkeypatch.setattr(bodies, "FORM", LARGE)
    assert said(client, LARGE).status_code != 413


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 302),
        ("/en/", {}, 200),
        ("/en/nowhere/", {}, 404),
        ("/en/", {"HTTP_HOST": "elsewhere.example"}, 400),
        ("/healthz", {}, 200),
        ("/admin/", {}, 302),
    ],
)
def test_every_answer_has_the_headers(path, headers, status):
    answer = Client().get(path, **headers)
    assert answer.status_code == status
    for name in ALWAYS:
        assert answer.headers.get(name), f"{path}: {name}"


def test_an_answer_from_before_all_other_middleware_has_them(settings, client):
    """The redirect to https is made by the first of Django's own."""
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/en/")
    assert answer.status_code == 301 and "default-src" in answer.headers["Content-Security-Policy"]


def test_a_document_is_given_out_in_a_sandbox(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("cv.pdf", PDF)
    kept = factories.application().documents.create(
        file=file, name="cv.pdf", media_type="application/pdf", size=len(PDF)
    )
    answer = download(kept)
    assert "sandbox" in answer["Content-Security-Policy"] and "attachment" in answer["Content-Disposition"]
    answer.close()
