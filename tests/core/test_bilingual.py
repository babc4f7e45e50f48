"""Content in two languages, read through one name."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from core.text.bilingual import Bilingual
from missions.models import Country, Operation
from tests import factories


class Notice:
    """Stands for a record with a text in two columns."""

    text = Bilingual("text")

    def __init__(self, text_en: str, text_fr: str) -> None:
        self.text_en, self.text_fr = text_en, text_fr


@pytest.mark.parametrize(
    ("language", "english", "french", "read"),
    [
        ("en", "Peace", "Paix", "Peace"),
        ("fr", "Peace", "Paix", "Paix"),
        ("fr", "Peace", "", "Peace"),
        ("en", "", "Paix", "Paix"),
        ("en", "", "", ""),
    ],
)
def test_a_text_is_read_in_the_readers_language_else_in_the_other(language, english, french, read):
    with override(language):
        assert Notice(english, french).text == read


@pytest.mark.django_db
def test_a_name_is_needed_in_both_languages():
    with pytest.raises(IntegrityError), transaction.atomic():
        Country.objects.create(code="ML", name_en="Mali", name_fr="")
    assert Country.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("summary", [{"summary_en": "Peace"}, {"summary_fr": "Paix"}])
def test_a_published_text_in_one_language_alone_is_refused_by_the_database(summary):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.operation(code="mali", **summary)
    assert not Operation.objects.filter(code="mali").exists()


@pytest.mark.django_db
def test_a_draft_may_have_its_text_in_one_language():
    draft = factories.operation(code="mali", is_published=False, summary_en="Peace")
    draft.is_published = True
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()
    draft.summary_fr = "Paix"
    draft.save()
    assert Operation.objects.get(code="mali").is_published
