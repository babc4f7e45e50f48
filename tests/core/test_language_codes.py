"""The languages in which police serve: a short list of codes in one column."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from core.text.languages import LANGUAGES, LanguageCodesField, LanguageCodesFormField, language_names
from missions.models import Mission
from tests import factories


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("en;fr", ["en", "fr"]),
        ("EN, fr", ["en", "fr"]),
        (["fr", "fr", "en"], ["fr", "en"]),
        (" ; ", []),
        ("", []),
        (None, []),
    ],
)
def test_codes_are_read_from_a_list_or_a_text(given, codes):
    assert LanguageCodesField().to_python(given) == codes


@pytest.mark.django_db
def test_codes_come_back_from_the_database_in_their_order():
    mission = factories.mission(languages=["fr", "en"])
    assert Mission.objects.get(pk=mission.pk).languages == ["fr", "en"]


@pytest.mark.django_db
def test_no_language_is_an_empty_list():
    assert Mission.objects.get(pk=factories.mission().pk).languages == []


def test_an_unknown_code_is_named_in_the_readers_language():
    with override("fr"), pytest.raises(ValidationError) as raised:
        LanguageCodesField().clean(["en", "xx"], None)
    assert raised.value.message.startswith("Code de langue inconnu\N{NO-BREAK SPACE}: xx.")


def test_names_are_read_in_the_readers_language():
    with override("en"):
        assert language_names(["en", "ht"]) == "English, Haitian Creole"
    with override("fr"):
        assert language_names(["en", "ht"]) == "anglais, créole haïtien"


def test_every_language_has_a_name_of_its_own_in_both_languages():
    for language in ("en", "fr"):
        with override(language):
            assert len({str(name) for name in LANGUAGES.values()}) == len(LANGUAGES)


def test_a_form_offers_the_languages_as_boxes_and_notices_a_change():
    field = LanguageCodesField(verbose_name="languages").formfield()
    assert isinstance(field, LanguageCodesFormField)
    assert field.clean(["fr", "en"]) == ["fr", "en"]
    assert not field.has_changed("fr;en", ["fr", "en"])
    assert field.has_changed("fr", ["fr", "en"])
    with pytest.raises(ValidationError):
        field.clean(["xx"])
