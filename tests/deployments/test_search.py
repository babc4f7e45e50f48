"""The one search box: every public kind, without accents and case, in the reader's language."""

import re

import pytest

from deployments.models import Posting, RoleProfile
from missions.models import HelpPage
from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def records():
    operation = factories.operation(10, code="haiti", name_en="Haiti", name_fr="Haïti")
    mission = factories.mission(operation, code="minustah", name_en="Stabilization", name_fr="Stabilisation")
    factories.opening(mission, reference="trainer", title_en="Trainer", title_fr="Formatrice")
    factories.operation(code="secret", name_en="Haiti secret", name_fr="Haïti secret", is_published=False)
    texts = {"title_en": "About", "title_fr": "À propos", "body_en": "Who runs it.", "body_fr": "Qui le gère."}
    HelpPage.objects.update_or_create(code="about", defaults=texts)


def text(client, query: str, language: str = "en") -> str:
    return Page(client.get(f"/{language}/search/", {"q": query})).text


@pytest.mark.parametrize(
    ("language", "query", "address"),
    [
        ("en", "haiti", "/en/operations/haiti/"),
        ("fr", "HAITI", "/fr/operations/haiti/"),
        ("en", "stabilization", "/en/missions/minustah/"),
        ("fr", "formatrice haiti", "/fr/openings/trainer/"),
        ("fr", "gere propos", "/fr/help/about/"),
    ],
)
def test_it_finds_every_kind(client, language, query, address):
    page = client.get(f"/{language}/search/", {"q": query}).content.decode()
    assert f'<a href="{address}">' in page.partition('id="results"')[2]


def test_it_looks_in_the_language_of_the_reader_alone(client):
    assert "1 page trouvée" in text(client, "formatrice", "fr")
    assert "No page found" in text(client, "formatrice")


def test_what_is_not_published_is_not_found(client):
    assert "No page found" in text(client, "secret")


def test_where_no_page_has_every_word_those_with_most_of_them_are_shown(client):
    said = text(client, "policiers Haïti", "fr")
    assert "Aucune page ne contient tous ces mots" in said and "Haïti" in said.partition("tous ces mots")[2]
    assert "Aucune page ne contient tous" not in text(client, "Haïti", "fr")


def test_an_excerpt_is_plain_words_cut_between_two_of_them(client):
    body = "See **this**:\n\n## Before you begin\n\nTwelve\N{NO-BREAK SPACE}officers, " + "gathering & waiting " * 20
    HelpPage.objects.filter(code="about").update(body_en=body, body_fr=body)
    page = client.get("/en/search/", {"q": "gathering"}).content.decode()
    assert "See this: Twelve officers, gathering &amp; waiting" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "##" not in page and "nbsp" not in page and re.search(r"(gathering|waiting|&amp;)…", page)


def test_an_opening_is_found_by_its_reference_which_no_excerpt_shows(client):
    page = client.get("/en/search/", {"q": "trainer"}).content.decode().partition('id="results"')[2]
    assert "/en/openings/trainer/" in page and "<p>Haiti</p>" in page


@pytest.mark.parametrize(
    ("language", "query"),
    [("en", "ECOLE mentoring"), ("fr", "mentorat école"), ("en", "laissez passer field"), ("fr", "chantiers haiti")],
)
def test_an_opening_is_found_by_what_its_role_profile_says_of_the_job(client, language, query):
    texts = {"description_en": "Mentoring at the **École**.", "description_fr": "Mentorat à l'école."}
    texts |= {"brings_en": "- Laissez passer\n- {if armed} Guns", "brings_fr": "- {if unarmed} Rien"}
    profile = RoleProfile.objects.create(code="mentor", name_en="M", name_fr="M", **texts)
    RoleProfile.objects.create(code="standard", name_en="S", name_fr="S", steps_en="Queue", steps_fr="File")
    Posting.objects.filter(reference="trainer").update(
        role_profile=profile, is_armed=False, conditions_en="Field", conditions_fr="Chantiers"
    )
    page = client.get(f"/{language}/search/", {"q": query}).content.decode().partition('id="results"')[2]
    assert f'<a href="/{language}/openings/trainer/">' in page
    assert {"en": "Mentoring at the École.", "fr": "Mentorat à l&#x27;école."}[language] in page
    for absent in ("guns", "queue", "mentorat" if language == "en" else "mentoring"):
        assert "/openings/trainer/" not in client.get(f"/{language}/search/", {"q": absent}).content.decode()


def test_nothing_asked_finds_nothing_and_says_what_is_searched(client):
    assert "Search covers operations, missions, openings and help" in text(client, " ")


@pytest.mark.parametrize("nonsense", ["\x00", "x" * 5000])
def test_what_no_search_can_take_is_refused_in_words(client, nonsense):
    answer = client.get("/en/search/", {"q": nonsense})
    assert answer.status_code == 400
    assert "There is a problem" in Page(answer).text


def test_thirty_of_a_kind_ask_as_many_queries_as_one(client, django_assert_num_queries):
    for _ in range(30):
        factories.mission(factories.operation())
    with django_assert_num_queries(9):
        client.get("/en/search/", {"q": "operation"})


def test_an_excerpt_reads_as_the_page_does(client):
    """Spaces of French stay spaces, and the items of a list do not run together."""
    HelpPage.objects.filter(code="about").update(
        body_fr="Trois parties\u00a0:\n\n- une école\n- un centre\n\nEt la suite."
    )
    page = client.get("/fr/search/", {"q": "propos"}).content.decode()
    assert "Trois parties\u00a0: une école; un centre Et la suite." in page
    assert "nbsp" not in page


QUESTIONS = {
    "en": {
        "whom do I ask": "help/contact/",
        "Whom do I ask?": "help/contact/",
        "may I apply": "help/who-may-apply/",
        "eligibility": "help/who-may-apply/",
        "how do I apply": "help/how-to-apply/",
        "personal data": "help/privacy/",
        "how are my data used": "help/privacy/",
        "changes": "changes/",
        "what changed": "changes/",
        "map": "map/",
    },
    "fr": {
        "à qui m'adresser": "help/contact/",
        "données personnelles": "help/privacy/",
        "utilisation de mes données": "help/privacy/",
        "puis-je postuler": "help/who-may-apply/",
        "admissibilité": "help/who-may-apply/",
        "changements": "changes/",
        "qu’est-ce qui a changé": "changes/",
    },
}


def test_a_question_is_answered_by_its_page_before_all_others(client):
    """Also where other pages have the same words."""
    for code in ("contact", "who-may-apply", "how-to-apply", "privacy"):
        texts = dict.fromkeys(("title_en", "title_fr", "body_en", "body_fr"), f"{code} apply changes data")
        HelpPage.objects.update_or_create(code=code, defaults=texts)
    for language, asked in QUESTIONS.items():
        for question, path in asked.items():
            page = client.get(f"/{language}/search/", {"q": question}).content.decode()
            first = re.search(r'class="search-hits">.*?href="([^"]+)"', page, re.DOTALL)
            assert first and first[1] == f"/{language}/{path}", question


def test_words_that_say_nothing_find_nothing_more(client):
    assert "1 page found" in text(client, "what is there in haiti, trainer")


@pytest.mark.parametrize(
    "body", ["You may copy.\n\nMore.", "## Using the content\n\nYou may copy.", "## A\n\n### B\n\nYou may copy."]
)
def test_a_page_of_help_is_introduced_by_its_first_paragraph_and_no_heading(body):
    assert HelpPage(code="terms", body_en=body, body_fr=body).lead == "You may copy."


def test_the_index_of_help_has_every_page_with_its_first_sentence(client):
    page = client.get("/en/help/").content.decode()
    assert '<a href="/en/help/about/">' in page and "Who runs it." in page
    assert 'href="/en/help/" aria-current="page"' in page
    assert 'href="/en/help/" aria-current="true"' in client.get("/en/help/about/").content.decode()
