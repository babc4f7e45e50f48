"""The world map: what is shaded, where dots stand and lead, and the same as a table, as of a day."""

import re
from xml.etree import ElementTree

import pytest

from missions.world_map import world
from tests import factories
from tests.reading import Page

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def operations():
    mali = factories.operation(22, code="mali", name_en="Mali", name_fr="Mali", since=factories.day("2019-10-17"))
    mali.countries.add(factories.country("ML"))
    court = factories.operation(None, code="court", name_en="Court", name_fr="Cour", category="specialized_posting")
    court.countries.add(factories.country("NL"))
    factories.operation(None, code="roster", name_en="Roster", name_fr="Liste", category="other_opportunity")


def picture(client, query: str = "", language: str = "en") -> ElementTree.Element:
    answer = client.get(f"/{language}/map.svg{query}")
    assert answer["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(answer.content)


def test_a_dot_leads_to_its_operation_and_says_its_number(client):
    links = {a.get("aria-label"): a.get("href") for a in picture(client).iter(f"{SVG}a")}
    assert links.keys() == {"Mali: Up to 22", "Court"}
    assert links["Mali: Up to 22"].endswith("/en/operations/mali/")
    assert "Mali\xa0: 22 tout au plus" in {a.get("aria-label") for a in picture(client, language="fr").iter(f"{SVG}a")}


def test_countries_of_the_operations_are_shaded(client):
    paths = {path.get("class"): path.get("d") for path in picture(client).iter(f"{SVG}path")}
    assert world()["land"]["ML"] in paths["map-shaded"]
    assert world()["land"]["ML"] not in paths["map-land"]
    assert world()["land"]["FR"] in paths["map-land"]


def test_it_is_of_the_day(client):
    assert "Mali: Up to 22" not in {a.get("aria-label") for a in picture(client, "?on=2010-06-01").iter(f"{SVG}a")}
    assert client.get("/en/map.svg?on=0000-01-01").status_code == client.get("/en/map/?on=x").status_code == 400


def test_the_table_beside_it_says_the_same_and_more(client):
    rows = Page(client.get("/en/map/")).tables["map-table"]
    assert {row[0] for row in rows} == {"Mali", "Court", "Roster"}


def test_before_the_first_number_what_was_under_way_is_there_without_a_number(client):
    haiti = factories.operation(10, code="haiti", name_en="Haiti", since=factories.day("2019-10-17"))
    haiti.countries.add(factories.country("HT"))
    factories.mission(haiti, starts_on=factories.day("2004-01-01"), starts_precision="year")
    links = {a.get("aria-label") for a in picture(client, "?on=2010-06-01").iter(f"{SVG}a")}
    assert "Haiti: No record" in links
    assert ["Haiti", "Country HT", "Current operation", "No record"] in Page(
        client.get("/en/map/?on=2010-06-01")
    ).tables["map-table"]
    rows = client.get("/en/map.csv?on=2010-06-01").content.decode("utf-8-sig").splitlines()
    assert "Haiti,Country HT,Current operation,No record,haiti,HT,2010-06-01" in rows
    assert client.get("/en/operations.csv?on=2010-06-01").content.decode().count("No record") == 1


def test_the_table_to_take_along_has_the_rows_of_the_page(client):
    for language in ("en", "fr"):
        listed = client.get(f"/{language}/map.csv").content.decode("utf-8-sig").splitlines()[1:]
        assert [row.split(",")[0] for row in listed] == [
            row[0] for row in Page(client.get(f"/{language}/map/")).tables["map-table"]
        ]
    assert client.get("/fr/map.csv?on=2026-02-30").status_code == 400


def test_every_number_of_the_picture_is_written_as_machines_read_it(client):
    page = client.get("/fr/map.svg").content.decode()
    numbers = [
        value for name, value in re.findall(r'(\w+)="([^"]+)"', page) if name in {"cx", "cy", "x", "y", "viewBox"}
    ]
    assert len(numbers) == 5
    assert not [number for number in numbers if "," in number]
