"""Every fact of the page that the portal replaces is on the front page itself, in both languages."""

from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from deployments.setup.first_data import load_first_data
from tests.reading import Page

OUTSIDE = settings.BASE_DIR.parent / "shared" / "cases" / "facts.md"
COPY = Path(__file__).parents[1] / "data" / "facts.md"
LANGUAGES = ("en", "fr")
TABLE = {
    "en": [
        ["Mali", "French", "Armed", "Up to 22"],
        ["Haiti", "French", "Armed", "Up to 10"],
        ["Ukraine", "English", "Unarmed", "Up to 45"],
        ["Iraq Under reassessment", "English", "Armed", "Up to 20"],
        ["West Bank", "English", "Unarmed", "Up to 7"],
        ["Democratic Republic of Congo", "French", "Unarmed", "Up to 15"],
    ],
    "fr": [
        ["Mali", "Français", "Armée", "22 tout au plus"],
        ["Haïti", "Français", "Armée", "10 tout au plus"],
        ["Ukraine", "Anglais", "Non armée", "45 tout au plus"],
        ["Iraq En réévaluation", "Anglais", "Armée", "20 tout au plus"],
        ["Cisjordanie", "Anglais", "Non armée", "7 tout au plus"],
        ["République démocratique du Congo", "Français", "Non armée", "15 tout au plus"],
    ],
}


def facts() -> list[tuple[str, str, str]]:
    """Where, the words in English, the words in French: the last column of the file's table, but for the public table."""
    source = OUTSIDE if OUTSIDE.exists() else COPY
    found = []
    for line in source.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or cells[0] in ("where", "table", "---"):
            continue
        for item in cells[-1].replace("(from settings)", "").split(";"):
            english, _, french = (part.strip() for part in item.partition("·"))
            found.append((cells[0], english, french or english))
    return found


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """Loaded once for all tests of this file: they only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_first_data()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(loaded) -> dict[tuple[str, str], Page]:
    return {
        (language, query): Page(Client().get(f"/{language}/{query}"))
        for language in LANGUAGES
        for query in ("", "?on=2019-10-17")
    }


def on(day: str, language: str = "en", path: str = "") -> Page:
    return Page(Client().get(f"/{language}/{path}?on={day}"))


def test_the_file_is_read_whole():
    words = {english for _where, english, _french in facts()}
    assert len(words) >= 33 and {"MINUSMA", "October 15, 2017", "Royal Canadian Mounted Police"} <= words


@pytest.mark.parametrize("query", ["", "?on=2019-10-17"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_is_on_the_page_itself(pages, language, query):
    text = pages[language, query].text
    missing = [
        (where, words)
        for where, english, french in facts()
        if (words := english if language == "en" else french) not in text
    ]
    assert missing == []


@pytest.mark.parametrize("query", ["", "?on=2019-10-17"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_the_table_of_the_source(pages, language, query):
    assert pages[language, query].tables["current-operations"] == TABLE[language]


def test_a_fact_that_is_not_there_would_be_missed(pages):
    assert "MINUSMB" not in pages["en", ""].text


class TestAsOfOtherDays:
    def test_in_2010_minustah_alone_is_under_haiti(self):
        page = on("2010-06-01")
        assert page.tables["current-operations"] == [["Haiti", "–", "–", "No record"]]
        assert "MINUSTAH" in page.text
        assert "Since 2004" in page.text and "2017" not in page.text
        for later in ("MINUJUSTH", "mentor", "Up to 0", "Mali", "Ukraine", "Justice Rapid Response"):
            assert later not in page.text
        assert on("2010-06-01", "fr").tables["current-operations"] == [["Haïti", "–", "–", "Aucune donnée"]]

    @pytest.mark.parametrize(("language", "words"), [("en", "June 2016"), ("fr", "juin 2016")])
    def test_what_began_in_ukraine_in_2016_is_not_told_of_2015(self, language, words):
        for path in ("", "operations/ukraine/", "missions/ukraine-bilateral/"):
            assert words not in on("2016-05-31", language, path).text
            assert words in on("2016-06-01", language, path).text

    def test_on_its_own_page_too(self):
        page = on("2010-06-01", path="operations/haiti/")
        assert "MINUSTAH" in page.text and "MINUJUSTH" not in page.text and "mentor" not in page.text
        assert "No record" in page.text

    def test_in_2018_minujusth_is_under_way_and_minustah_has_ended(self):
        text = on("2018-06-01").text
        assert "(MINUJUSTH) Led by: United Nations" in text
        assert "Missions that have ended United Nations Stabilization Mission in Haiti (MINUSTAH) : from 2004" in text
        assert "mentor" not in text and "Canadian Police Mission in Ukraine" in text

    def test_a_mission_of_later_says_that_it_had_not_begun(self):
        assert "had not begun on this day" in on("2010-06-01", path="missions/minujusth/").text
        assert "had not begun on this day" not in on("2018-06-01", path="missions/minujusth/").text

    def test_past_missions_are_those_that_had_ended(self):
        assert "past-missions" not in on("2010-06-01", path="past-operations/").tables
        past = on("2018-06-01", path="past-operations/").tables["past-missions"]
        assert [row[0] for row in past] == ["United Nations Stabilization Mission in Haiti (MINUSTAH)"]


class TestFirstDays:
    def test_numbers_whose_source_gives_no_first_day_are_on_record_since(self, pages):
        assert "Up to 22. On record since October 17, 2019" in pages["en", ""].text
        assert "22 tout au plus. Consigné depuis le 17 octobre 2019" in pages["fr", ""].text
        for path in ("", "operations/mali/"):
            assert "in force from" not in on("2026-01-05", path=path).text.lower()

    def test_in_the_table_for_machines_as_well(self):
        lines = Client().get("/en/operations.csv?on=2026-01-05").content.decode("utf-8-sig").splitlines()
        assert ",In force from,On record since," in lines[0]
        assert all(",,2019-10-17," in line for line in lines[1:])


@time_machine.travel("2026-11-24T12:00Z", tick=False)
def test_two_days_side_by_side():
    page = Page(Client().get("/en/compare/?on=2019-10-17&with=2018-06-01"))
    rows = {row[0]: row[1:] for row in page.tables["comparison"]}
    assert rows["Mali"][:2] == ["No record", "Up to 22 French, armed"] and rows["Mali"][2].startswith("First record")
    french = Page(Client().get("/fr/compare/?on=2019-10-17&with=2018-06-01")).tables["comparison"]
    assert [row[2] for row in french if row[0] == "Ukraine"] == ["45 tout au plus Anglais, non armée"]
    assert "MINUJUSTH" in rows["Haiti"][2] and "ended" in rows["Haiti"][2]
    assert "Public list of operations. On record since October 17, 2019" in rows["Haiti"][3]
    assert "Nothing on record changed" in Page(Client().get("/en/compare/?on=2020-01-01&with=2019-10-18")).text
