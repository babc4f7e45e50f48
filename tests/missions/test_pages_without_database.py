"""Without a database the portal still says so, calmly and in the reader's language. No test here may reach one."""

import pytest
from django.conf import settings
from django.test import Client

from tests.reading import Page


@pytest.mark.parametrize(("language", "words"), [("en", "Something went wrong on our side"), ("fr", "Erreur 500")])
def test_the_page_of_our_own_mistake_needs_none(language, words):
    browser = Client(raise_request_exception=False)
    browser.cookies[settings.SESSION_COOKIE_NAME] = "of-somebody-logged-in"
    response = browser.get(f"/{language}/")
    assert response.status_code == 500 and words in Page(response).text
    other = "fr" if language == "en" else "en"
    assert f'href="/{other}/" lang="{other}"' in response.content.decode()
