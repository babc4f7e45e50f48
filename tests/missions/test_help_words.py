"""Help pages say what the settings say: names and how long something is kept, in the reader's language."""

import pytest
from django.utils import translation

from missions.help_words import filled
from missions.models import HelpPage
from tests.reading import Page

TEXT = "{national_police}, {publisher}: {retention}, {documents_kept}, {closed_accounts}; {something_else} {"


def test_names_and_periods_come_from_the_settings(settings):
    settings.RETENTION_YEARS, settings.DOCUMENT_YEARS, settings.CLOSED_DAYS = 9, 1, 45
    settings.PUBLISHER_EN, settings.PUBLISHER_FR = "the Publisher", "l'éditeur"
    with translation.override("en"):
        said = "the Royal Canadian Mounted Police, the Publisher: 9 years, 1 year, 45 days; {something_else} {"
        assert filled(TEXT) == said
    with translation.override("fr"):
        said = "la Gendarmerie royale du Canada, l'éditeur: 9 ans, 1 an, 45 jours; {something_else} {"
        assert filled(TEXT) == said


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "kept 7 years"), ("fr", "kept 7 ans")])
def test_pages_and_search_show_the_words_and_no_braces(client, language, words):
    texts = {
        "title_en": "Privacy",
        "title_fr": "Vie privée",
        "body_en": "kept {retention}",
        "body_fr": "kept {retention}",
    }
    HelpPage.objects.update_or_create(code="privacy", defaults=texts)
    for path in (f"/{language}/help/privacy/", f"/{language}/search/?q=kept"):
        text = Page(client.get(path)).text
        assert words in text and "{retention}" not in text
