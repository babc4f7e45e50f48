"""A page about a past day tells nothing that its texts date later."""

import pytest

from missions.told import told_on
from tests import factories
from tests.factories import day
from tests.reading import Page

LATER = (
    "Since June 2016: longer deployments",
    "since June 1, 2016, longer ones",
    "From September 2, 2015: longer ones",
    "As of 2016, longer ones",
    "Longer deployments since the summer of 2016",
    "Help carry out the agreement of 2017",
    "Depuis juin 2016 : affectations plus longues",
    "Depuis le 1er juin 2016, plus longues",
    "À partir d’août 2016 : plus longues",
    "À compter du 2 septembre 2015, plus longues",
    "Dès l'automne 2016, plus longues",
    "Training began on September 2, 2015",
    "La formation débute en juin 2016",
)
NOT_LATER = (
    "Since July 2015: short assignments",
    "From September 1, 2015: short ones",
    "Since 2015",
    "Depuis le 1er septembre 2015 : courtes",
    "L'un des accords de 2015",
    "Une école de 20 mai",
    "",
)


@pytest.mark.parametrize("text", LATER)
def test_what_is_dated_later_is_left_out(text):
    assert told_on(text, day("2015-09-01")) == ""
    assert told_on(f"- One\n- {text}\n  that goes on\n    - and below\n- Two", day("2015-09-01")).split() == [
        "-",
        "One",
        "-",
        "Two",
    ]
    assert told_on(f"Before. {text}. After.", day("2015-09-01")) == "Before. After."


@pytest.mark.parametrize("text", NOT_LATER)
def test_what_is_dated_earlier_or_not_at_all_stays_as_it_is(text):
    assert told_on(text, day("2015-09-01")) == text


def test_it_is_told_from_its_own_day_on():
    assert told_on(LATER[0], day("2016-05-31")) == ""
    assert told_on(LATER[0], day("2016-06-01")) == LATER[0]


@pytest.mark.django_db
class TestOnPages:
    @pytest.fixture
    def mission(self):
        operation = factories.operation(
            9, since=day("2015-01-01"), code="there", summary_en="There. Since May 2018 more.", summary_fr="Là."
        )
        texts = {
            "summary_en": "A mission. From May 2018 it teaches.",
            "summary_fr": "Une mission. Depuis mai 2018, elle forme.",
            "activities_en": "- Since May 2018: teaching",
            "activities_fr": "- Depuis mai 2018 : formation",
        }
        return factories.mission(operation, code="it", starts_on=day("2015-01-01"), starts_precision="day", **texts)

    @pytest.mark.parametrize("path", ["", "operations/there/", "missions/it/"])
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_neither_the_words_nor_a_heading_without_any(self, client, mission, path, language):
        heading = {"en": "Activities", "fr": "Activités"}[language]
        month = {"en": "May 2018", "fr": "mai 2018"}[language]
        page = client.get(f"/{language}/{path}?on=2018-04-30")
        assert month not in page.content.decode() and heading not in Page(page).text
        for on in ("?on=2018-05-01", ""):
            text = Page(client.get(f"/{language}/{path}{on}")).text
            assert heading in text and text.count(month) >= 2

    def test_a_number_of_later_is_on_record_from_its_day(self, client):
        operation = factories.operation(None, since=day("2019-10-17"), code="later")
        factories.strength(operation, 9, day("2019-10-18"), is_first_day_known=False)
        page = Page(client.get("/en/operations/later/?on=2018-01-01")).text
        assert "since" not in page.lower() and page.count("On record from October 18, 2019") == 2
        page = Page(client.get("/fr/operations/later/?on=2018-01-01")).text
        assert "depuis" not in page.lower() and page.count("Consigné à partir du 18 octobre 2019") == 2
        assert Page(client.get("/en/operations/later/")).text.count("On record since October 18, 2019") == 2


@pytest.mark.django_db
class TestTerms:
    """Of the first terms nothing says whether they held before, unless a number or the mission begins with them."""

    def rows(self, client, path: str) -> list[str]:
        return [row[0] for row in Page(client.get(path)).tables[""]]

    def test_they_are_on_record_since_their_day_as_the_number_is(self, client):
        operation = factories.operation(None, since=day("2019-10-17"), code="there")
        factories.strength(operation, 9, day("2019-10-17"), is_first_day_known=False)
        factories.terms(operation, "suspended", day("2020-01-01"))
        since = ["On record since October 17, 2019"]
        assert self.rows(client, "/en/operations/there/") == [*since, "January 1, 2020", *since]
        assert "Status Suspended Since January 1, 2020" in Page(client.get("/en/operations/there/")).text
        before = Page(client.get("/en/operations/there/?on=2019-12-31")).text
        assert "Status Active On record since October 17, 2019" in before
        assert self.rows(client, "/fr/operations/there/")[-1] == "Consigné depuis le 17 octobre 2019"

    def test_a_day_that_the_number_knows_is_that_of_the_terms_too(self, client):
        factories.operation(9, since=day("2019-10-17"), code="there")
        assert self.rows(client, "/en/operations/there/") == ["October 17, 2019", "October 17, 2019"]
        assert "Status Active Since October 17, 2019" in Page(client.get("/en/operations/there/")).text

    @pytest.mark.parametrize(("precision", "said"), [("day", "May 1, 2018"), ("month", "On record since May 1, 2018")])
    def test_a_mission_knows_the_day_that_it_starts(self, client, precision, said):
        mission = factories.mission(code="it", starts_on=day("2018-05-01"), starts_precision=precision)
        factories.terms(mission, "active", day("2018-05-01"))
        assert self.rows(client, "/en/missions/it/") == [said]

    def test_terms_that_lie_ahead_begin_on_their_day(self, client):
        operation = factories.operation(None, since=day("2190-01-01"), code="there")
        factories.strength(operation, 9, day("2019-10-17"))
        assert self.rows(client, "/en/operations/there/")[-1] == "January 1, 2190"
