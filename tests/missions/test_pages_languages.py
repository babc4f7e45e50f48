"""Two languages all the way: the front door, the toggle, what machines are told, and the pages of errors."""

import pytest
from django.test import Client
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as portal_urls
from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("a mistake")


def forbidden(request):
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


urlpatterns = [
    *(path(f"{place}/broken/", broken) for place in ("en", "fr", "admin")),
    path("fr/forbidden/", forbidden),
    *portal_urls,
]


class TestTheFrontDoor:
    @pytest.mark.parametrize(
        ("header", "home"),
        [("fr-CA,fr;q=0.9", "/fr/"), ("en", "/en/"), ("de", "/en/"), ("de, fr;q=0.5", "/fr/"), ("", "/en/")],
    )
    def test_follows_the_browser(self, client, header, home):
        response = client.get("/", headers={"Accept-Language": header})
        assert (response.status_code, response.headers["Location"]) == (302, home)
        assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))

    def test_remembers_the_language_that_was_read(self, client):
        client.get("/fr/", headers={"Accept-Language": "en"})
        assert client.get("/", headers={"Accept-Language": "en"}).headers["Location"] == "/fr/"
        client.get("/en/")
        assert client.get("/").headers["Location"] == "/en/"

    def test_needs_no_cookie_where_the_browser_agrees(self, client):
        client.get("/fr/", headers={"Accept-Language": "fr"})
        assert not client.cookies


class TestEveryPage:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("path", ["", "?on=2020-05-05", "past-operations/", "nowhere/?a=1&b=2"])
    def test_names_its_language_and_leads_to_the_same_page_in_the_other(self, client, language, path):
        other = "fr" if language == "en" else "en"
        response = client.get(f"/{language}/{path}")
        page = response.content.decode().replace("&amp;", "&")
        assert response.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in page
        assert f'href="/{other}/{path}" lang="{other}" hreflang="{other}"' in page
        for each in ("en", "fr"):
            assert f'<link rel="alternate" hreflang="{each}" href="http://127.0.0.1:8000/{each}/{path}">' in page

    def test_carries_the_brand_of_the_settings(self, client, settings):
        settings.BRAND_NAME_EN, settings.BRAND_NAME_FR = "Police abroad", "La police à l’étranger"
        assert "<title>Current operations – Police abroad</title>" in client.get("/en/").content.decode()
        assert "<title>Opérations en cours – La police à l’étranger</title>" in client.get("/fr/").content.decode()

    def test_is_kept_by_no_cache_for_somebody_logged_in(self, client, editor):
        assert client.get("/en/").headers["Cache-Control"] == "no-cache"
        client.force_login(editor)
        assert "no-store" in client.get("/en/").headers["Cache-Control"]

    def test_uses_the_terms_of_the_field_in_french(self, client):
        factories.operation(22, name_en="Mali", name_fr="Mali", is_armed=False)
        page = Page(client.get("/fr/"))
        assert page.tables["current-operations"] == [["Mali", "Français", "Non armée", "22 tout au plus"]]
        for term in ("Pays/région", "Langue de travail", "Nombre d'affectations autorisées", "Date de modification"):
            assert term in page.text

    def test_writes_the_first_of_a_month_as_french_does(self, client):
        factories.operation(since=factories.day("2020-01-01"))
        assert "1er janvier 2020" in Page(client.get("/fr/?on=2019-12-31")).text


class TestErrors:
    @pytest.fixture(autouse=True)
    def with_pages_that_fail(self, settings):
        settings.ROOT_URLCONF = __name__

    @pytest.fixture
    def calm(self):
        """A client that gets the page of an error, as a browser does."""
        return Client(raise_request_exception=False)

    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/fr/nulle-part/", 404, "Erreur 404"),
            ("/nulle-part", 404, "Erreur 404"),
            ("/fr/forbidden/", 403, "Erreur 403"),
            ("/fr/broken/", 500, "Erreur 500"),
            ("/FR/", 404, "Erreur 404"),
        ],
    )
    def test_are_told_in_the_readers_language(self, calm, address, status, words):
        response = calm.get(address, headers={"Accept-Language": "fr"})
        assert response.status_code == status
        assert words in Page(response).text
        assert response.headers["Content-Language"] == "fr"

    def test_the_desk_tells_them_in_the_accounts_language(self, calm):
        calm.force_login(factories.staff("Auditor", language="fr"))
        for address, status in (("/admin/broken/", 500), ("/admin/nulle-part/", 404)):
            response = calm.get(address, headers={"Accept-Language": "en"})
            assert (response.status_code, response.headers["Content-Language"]) == (status, "fr")
            assert f"Erreur {status}" in Page(response).text

    def test_an_unknown_host_is_a_bad_request(self, calm):
        response = calm.get("/fr/", headers={"Host": "elsewhere.example"})
        assert response.status_code == 400 and "Erreur 400" in Page(response).text

    def test_a_method_that_a_page_does_not_know(self, calm):
        response = calm.post("/en/")
        assert response.status_code == 405 and "Error 405" in Page(response).text
        assert response.headers["Allow"] == "GET, HEAD"

    def test_a_form_of_unknown_origin(self):
        response = Client(enforce_csrf_checks=True).post("/en/", {"a": "b"})
        assert response.status_code == 403 and "This form could not be verified" in Page(response).text
