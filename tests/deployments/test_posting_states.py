"""What the pages of operations and missions say of a posting: the same as the list of openings."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from deployments.openings.opening import end_of_day
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db
PAGES = ("/en/", "/en/operations/mali/", "/en/missions/minusma/")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-29T12:00:00-05:00", tick=False):
        yield


@pytest.fixture
def mission():
    return factories.mission(factories.operation(22, code="mali", name_en="Mali", name_fr="Mali"), code="minusma")


def opening(mission, **fields):
    fields = {"reference": "trainer", "title_en": "Trainer", "title_fr": "Formation", "closes": "2026-12-19"} | fields
    return factories.opening(mission, **fields)


@pytest.mark.parametrize("path", PAGES)
class TestAPostingIsSaidToBe:
    def said(self, client, path) -> str:
        return Page(client.get(path)).text

    def test_open_with_its_closing_day(self, client, mission, path):
        opening(mission)
        assert "Trainer (open to applications until December 19, 2026 )" in self.said(client, path)

    def test_filled_as_soon_as_its_places_are_taken(self, client, mission, path):
        posting = opening(mission, places=1, tour_first_day=day("2027-01-01"), tour_last_day=day("2027-12-31"))
        factories.deployment(posting, "2027-06-01", "2027-06-30")
        said = self.said(client, path)
        assert "Trainer (filled)" in said and "open to applications" not in said
        assert "0 openings" in self.said(client, "/en/openings/")

    def test_opening_later_with_its_day(self, client, mission, path):
        opening(mission, opens_at=timezone.now() + datetime.timedelta(days=15))
        assert "Trainer (applications open on December 14, 2026 )" in self.said(client, path)

    def test_on_hold_while_its_operation_is_halted(self, client, mission, path):
        opening(mission)
        factories.terms(mission.operation, "reassessment", day("2026-11-01"))
        assert "Trainer (on hold with its operation)" in self.said(client, path)

    def test_nothing_once_it_has_closed(self, client, mission, path):
        opening(mission, closes="2026-11-20", opens_at=end_of_day(day("2026-11-01")))
        assert "/en/openings/trainer/" not in client.get(path).content.decode()


def test_a_place_is_not_named_twice(client, mission):
    opening(
        mission,
        title_en="Trainer, Bamako",
        title_fr="Formation, Bamako",
        duty_station_en="Bamako",
        duty_station_fr="Bamako",
    )
    assert "Trainer, Bamako (open" in Page(client.get("/en/")).text


class TestYearsOfService:
    @pytest.fixture(autouse=True)
    def openings(self, mission):
        for years, title in ((None, "Guard"), (5, "Trainer"), (8, "Mentor")):
            opening(mission, reference=title.lower(), title_en=title, title_fr=title, min_service_years=years)

    def test_the_list_says_what_each_opening_asks(self, client):
        said = Page(client.get("/en/openings/")).text
        assert "No minimum years of service" in said
        assert "At least 5 years of service" in said and "At least 8 years of service" in said

    @pytest.mark.parametrize(("years", "count"), [(0, 1), (5, 2), (6, 2), (8, 3), (60, 3)])
    def test_the_filter_leaves_what_the_reader_has_served_long_enough_for(self, client, years, count):
        said = Page(client.get("/en/openings/", {"service": years})).text
        assert f"{count} opening" in said and ("Mentor" in said) == (years >= 8)

    @pytest.mark.parametrize("nonsense", ["-1", "61", "six", "6.5", "9" * 5000, "\x00"])
    def test_a_value_that_is_no_number_of_years_is_refused(self, client, nonsense):
        for path in ("/en/openings/", "/en/openings.csv", "/fr/openings.atom"):
            assert client.get(path, {"service": nonsense}).status_code == 400
