"""The ten pages of help as they are loaded, in both languages."""

import re

import pytest
from django.db import transaction
from django.utils import timezone

from deployments.setup.first_data import load_first_data
from missions.models import HelpPage, HelpTopic
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """Loaded once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_first_data()
        transaction.set_rollback(True)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", HelpTopic.values)
def test_each_page_has_its_text_version_and_day(client, code, language):
    response = client.get(f"/{language}/help/{code}/")
    page = Page(response)
    assert response.status_code == 200 and len(page.text) > 500
    assert "Version 1" in page.text
    assert page.date_modified == timezone.localdate().isoformat()


def test_both_languages_have_the_same_sections_and_every_link_leads_somewhere(client):
    for page in HelpPage.objects.all():
        assert page.body_en.count("\n## ") == page.body_fr.count("\n## "), page.code
        for language, body in (("en", page.body_en), ("fr", page.body_fr)):
            for target in re.findall(r"\]\((/[^)]*)\)", body):
                assert target.startswith(f"/{language}/"), (page.code, target)
                assert client.get(target).status_code == 200, (page.code, target)


def test_every_public_page_leads_to_them(client):
    for path in ("/en/", "/en/openings/", "/en/past-operations/"):
        text = client.get(path).content.decode()
        for code in ("how-to-apply", "contact", "privacy", "accessibility", "terms", "about", "glossary"):
            assert f'href="/en/help/{code}/' in text


def test_loading_again_never_overwrites_what_editors_wrote(client):
    HelpPage.objects.filter(code="about").update(body_en="Ours.")
    load_first_data()
    assert HelpPage.objects.get(code="about").body_en == "Ours."
