"""What changed: numbers beside the numbers before, and terms, as a page and as a feed."""

import datetime
from xml.etree import ElementTree

import pytest
import time_machine

from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def mali():
    with time_machine.travel("2026-11-29T12:00:00-05:00"):
        operation = factories.operation(22, name_en="Mali", name_fr="Mali", since=datetime.date(2019, 10, 17))
        factories.strength(operation, 30, datetime.date(2021, 3, 1), is_first_day_known=False)
        factories.strength(operation, 40, datetime.date(2099, 1, 1))
        factories.terms(operation, "suspended", datetime.date(2022, 5, 1))
        factories.operation(5, name_en="Secret", name_fr="Secret", is_published=False)
        yield operation


def test_each_change_says_from_what_to_what_and_since_when(client):
    said = Page(client.get("/en/changes/")).text
    assert "Mali: up to 30 from 22, on record since March 1, 2021" in said
    assert "Mali: up to 22, in force from October 17, 2019" in said
    assert "Mali: Suspended, before Active, from May 1, 2022" in said
    assert said.index("Suspended") < said.index("up to 30") < said.index("up to 22")
    assert "40" not in said
    assert "Secret" not in said


def first_record_of(name: str, number: int) -> None:
    operation = factories.operation(None, name_en=name, name_fr=name, since=datetime.date(2019, 10, 17))
    factories.strength(operation, number, datetime.date(2019, 10, 17), is_first_day_known=False)


def test_first_records_are_not_listed_as_changes(client):
    first_record_of("Haiti", 7)
    changed, _heading, first = Page(client.get("/en/changes/")).text.partition("First numbers on record")
    assert "No change since May 1, 2022" in changed and "up to 30 from 22" in changed and "Haiti" not in changed
    assert "Haiti: up to 7, on record since October 17, 2019" in first


def test_where_nothing_changed_the_page_says_since_when(client, mali):
    mali.is_published = False
    mali.save()
    first_record_of("Haiti", 7)
    said = Page(client.get("/en/changes/")).text
    assert "No change since October 17, 2019" in said and "The entries below are the first numbers on record." in said
    assert "Changes: none since October 17, 2019" in Page(client.get("/en/")).text
    assert "Changes: none" not in Page(client.get("/en/?on=2020-01-01")).text


def test_the_feed_says_the_same_in_french(client):
    feed = ElementTree.fromstring(client.get("/fr/changes.atom").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert "Mali\xa0: 30 tout au plus, contre 22 auparavant, consigné depuis le 1er mars 2021" in titles
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")}) == len(titles) == 3


def test_without_a_record_the_page_says_so(client, mali):
    mali.is_published = False
    mali.save()
    assert "on record yet" in Page(client.get("/en/changes/")).text
