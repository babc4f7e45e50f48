"""The numbers of all operations over the years: stacked beneath the programme's coverage, with the same as a table and a list."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import BOTTOM, LEFT, RIGHT, TOP
from core.stacked_chart import stacked_chart
from missions.numbers import numbers_over_time, standing_numbers
from tests import factories
from tests.factories import day
from tests.reading import Page


@pytest.fixture
def operations(db):
    programme = factories.programme()
    factories.strength(programme, 150, day("2015-01-01"))
    mali = factories.operation(
        22, since=day("2019-10-17"), code="mali", name_en="Mali", programme=programme, position=1
    )
    factories.strength(mali, 30, day("2021-05-01"))
    haiti = factories.operation(45, since=day("2018-01-01"), code="haiti", name_en="Haiti", programme=programme)
    factories.strength(haiti, None, day("2022-01-01"))
    factories.operation(9, since=day("2016-01-01"), code="secret", name_en="Secret", is_published=False)
    return mali, haiti


def test_each_day_of_change_says_every_number_in_force_from_it(operations):
    numbers = numbers_over_time(standing_numbers())
    assert [operation.code for operation in numbers.operations] == ["haiti", "mali"]
    assert [(row.day.year, list(row.numbers), row.total, row.coverage) for row in numbers.rows] == [
        (2015, [None, None], 0, 150),
        (2018, [45, None], 45, 150),
        (2019, [45, 22], 67, 150),
        (2021, [45, 30], 75, 150),
        (2022, [None, 30], 30, 150),
    ]


def test_a_withdrawn_number_leaves_no_trace(operations):
    version = factories.strength(operations[0], 99, day("2023-01-01"))
    type(version).objects.filter(pk=version.pk).update(
        withdrawn_at="2026-01-01T12:00Z", withdrawn_by=factories.user(), withdrawal_reason="Wrong"
    )
    assert numbers_over_time(standing_numbers()).rows[-1].day == day("2022-01-01")


def test_without_a_number_of_the_programme_nothing_is_said_of_coverage(db):
    factories.operation(5, code="mali")
    assert [row.coverage for row in numbers_over_time(standing_numbers()).rows] == [None]


def test_the_page_says_in_a_table_what_the_picture_shows(client, operations):
    rows = Page(client.get("/en/numbers/")).tables["numbers-table"]
    assert rows[0][1:] == ["–", "30", "30", "150"]
    assert rows[1][1:] == ["45", "30", "75", "150"]
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("language", "notice"),
    [("en", "what was in force on June 1, 2020"), ("fr", "ce qui était en vigueur le 1er juin 2020")],
)
def test_the_page_of_another_day_says_so_and_has_what_had_begun(client, operations, language, notice):
    page = Page(client.get(f"/{language}/numbers/?on=2020-06-01"))
    assert notice in page.text and "2021" not in page.text
    assert page.tables["numbers-table"][0][1:] == ["45", "22", "67", "150"]
    assert notice not in Page(client.get(f"/{language}/numbers/")).text
    listed = client.get(f"/{language}/numbers.csv?on=2020-06-01").content.decode()
    assert len(page.tables["numbers-table"]) == len(listed.splitlines()) - 1


def test_before_the_first_number_there_is_no_record(client, operations):
    assert "There is no record for this day." in Page(client.get("/en/numbers/?on=2014-12-31")).text
    assert client.get("/en/numbers.svg?on=2014-12-31").status_code == 404


def test_the_picture_is_taken_along_as_of_a_day(client, operations):
    picture = ElementTree.fromstring(client.get("/fr/numbers.svg?on=2021-06-01").content)
    assert "1 juin 2021" in "".join(picture.itertext()) or "1er juin 2021" in "".join(picture.itertext())
    assert client.get("/fr/numbers.csv?on=x").status_code == 400
    assert client.get("/fr/numbers.svg?on=x").status_code == client.get("/fr/numbers/?on=x").status_code == 400


def test_the_list_says_of_each_number_whether_its_first_day_is_known(client, operations):
    factories.strength(operations[0], 31, day("2024-01-01"), is_first_day_known=False)
    lines = client.get("/en/numbers.csv").content.decode("utf-8-sig").splitlines()
    assert lines[-1].split(",")[1:6] == ["Mali", "mali", "31", "", "2024-01-01"]
    assert "Secret" not in "".join(lines)


def test_a_portal_without_a_number_says_so(client, db):
    assert "No number" in client.get("/en/numbers/").content.decode()
    assert client.get("/en/numbers.svg").status_code == 404


@given(
    st.lists(st.dates(day("1900-01-01"), day("2199-12-31")), min_size=1, max_size=8, unique=True),
    st.dates(day("1900-01-01"), day("2199-12-31")),
    st.data(),
)
def test_everything_stands_inside_the_frame_and_bands_never_cross(days, marker, data):
    values = st.lists(st.integers(0, 10**5), min_size=len(days), max_size=len(days))
    series = data.draw(st.lists(values, min_size=1, max_size=4))
    chart = stacked_chart(sorted(days), series, [None] * len(days), marker)
    assert len(chart.bands) == len(series) and LEFT <= chart.marker <= RIGHT
    labels = [band.label_y for band in chart.bands if band.label_y is not None]
    assert labels == sorted(labels, reverse=True) and all(TOP <= label <= BOTTOM for label in labels)
    assert all(LEFT <= band.label_x <= RIGHT for band in chart.bands)
