"""The picture and the table of an operation, to take along."""

import csv
import io
from xml.etree import ElementTree

import pytest

from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def haiti():
    operation = factories.operation(None, code="haiti", name_en="Haiti", name_fr="Haïti", since=day("2019-10-17"))
    factories.strength(operation, 10, day("2019-10-17"), is_first_day_known=False)
    factories.strength(operation, 12, day("2021-01-01"))
    starts = {"starts_on": day("2004-01-01"), "starts_precision": "year"}
    factories.mission(operation, name_en="Old", name_fr="Ancienne", ends_on=day("2017-10-15"), **starts)
    return operation


def rows(client, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(path).content.decode("utf-8-sig"))))[1:]


def test_the_table_has_numbers_terms_and_missions(client):
    assert rows(client, "/en/operations/haiti.csv") == [
        ["Number", "Haiti", "", "2019-10-17", "2020-12-31", "10", "", "Order"],
        ["Number", "Haiti", "2021-01-01", "2021-01-01", "", "12", "", "Order"],
        ["Terms", "Haiti", "", "2019-10-17", "", "", "Active", ""],
        ["Mission", "Old", "2004", "", "2017-10-15", "", "", ""],
    ]
    assert rows(client, "/fr/operations/haiti.csv")[3][:2] == ["Mission", "Ancienne"]


@pytest.mark.parametrize(("language", "title"), [("en", "over time: Haiti"), ("fr", "Haïti")])
def test_the_picture_says_what_it_is_and_marks_the_day(client, language, title):
    picture = ElementTree.fromstring(client.get(f"/{language}/operations/haiti.svg?on=2021-06-01").content)
    assert title in picture.findtext(f"{SVG}title")
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"10", "12"} <= set(words) and any("2021" in word for word in words)
    assert not list(picture.iter("style")), "it needs no sheet of styles"


@pytest.mark.parametrize("kind", ["svg", "csv"])
def test_nonsense_and_what_is_not_public(client, kind):
    factories.operation(code="secret", is_published=False)
    factories.operation(None, code="bare")
    assert client.get(f"/en/operations/haiti.{kind}?on=0000-01-01").status_code == 400
    assert client.get(f"/en/operations/secret.{kind}").status_code == 404
    assert client.get("/en/operations/bare.svg").status_code == 404


def test_the_page_leads_to_both(client):
    page = client.get("/en/operations/haiti/?on=2020-02-03").content.decode()
    for kind in ("svg", "csv"):
        assert f"/en/operations/haiti.{kind}?on=2020-02-03" in page
