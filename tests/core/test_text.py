"""Folded text: searching and sorting see no accents and no case."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.text.folded import fold, size_in_words
from missions.models import Operation
from tests import factories


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Haïti", "haiti"),
        ("ÉLÉONORE", "eleonore"),
        ("Œuvre  du\tcœur", "oeuvre du coeur"),
        ("Straße", "strasse"),
        ("  Côte-d'Or \n", "cote-d'or"),
        ("Україна", "украіна"),
        ("", ""),
    ],
)
def test_accents_case_and_spaces_are_folded(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.django_db
def test_the_folded_column_follows_the_texts_that_it_holds():
    operation = factories.operation(name_en="Haiti", name_fr="Haïti", code="haiti")
    assert Operation.objects.get(search_text__contains=fold("HAÏTI")) == operation
    operation.name_en, operation.name_fr = "Mali", "Îles Malé"
    operation.save()
    assert Operation.objects.get(pk=operation.pk).search_text == "haiti mali iles male"


@pytest.mark.django_db
def test_the_folded_column_sorts_letters_with_accents_among_the_others():
    for name in ("Zambie", "Équateur", "Espagne", "Autriche"):
        factories.operation(name_en=name, name_fr=name, code=name.lower().replace("é", "e"))
    assert [o.name_fr for o in Operation.objects.order_by("search_text")] == [
        "Autriche",
        "Équateur",
        "Espagne",
        "Zambie",
    ]


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (1, "1 KB", "1\u00a0ko"),
        (12_000, "12 KB", "12\u00a0ko"),
        (10 * 1024**2, "10 MB", "10\u00a0Mo"),
        (3_565_158, "3.4 MB", "3,4\u00a0Mo"),
    ],
)
def test_a_size_is_written_as_people_write_it(size, english, french):
    assert size_in_words(size) == english
    with translation.override("fr"):
        assert size_in_words(size) == french
