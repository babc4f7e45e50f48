"""Days, and dates known only to the month or the year."""

import datetime

import pytest
import time_machine
from django.utils.formats import date_format
from django.utils.translation import override

from core.text.dates import DatePrecision, PartialDate, today_here
from tests import factories
from tests.factories import day

DAY, MONTH, YEAR = DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR


@pytest.mark.parametrize(
    ("precision", "english", "french", "iso"),
    [
        (DAY, "July 1, 2015", "1 juillet 2015", "2015-07-01"),
        (MONTH, "July 2015", "juillet 2015", "2015-07"),
        (YEAR, "2015", "2015", "2015"),
    ],
)
def test_a_date_is_written_with_the_precision_to_which_it_is_known(precision, english, french, iso):
    date = PartialDate(day("2015-07-01"), precision)
    with override("en"):
        assert str(date) == english
    with override("fr"):
        assert str(date) == french
    assert date.iso == iso


@pytest.mark.django_db
def test_a_record_gives_its_start_and_end_as_partial_dates_or_none():
    mission = factories.mission(starts_on=day("2004-01-01"), starts_precision=YEAR)
    mission.refresh_from_db()
    assert mission.starts == PartialDate(day("2004-01-01"), YEAR)
    assert mission.ends is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_day_in_a_form_is_written_as_the_canadian_standard_says(language):
    with override(language):
        assert date_format(day("2026-03-01"), "SHORT_DATE_FORMAT") == "2026-03-01"


@pytest.mark.parametrize(
    ("instant", "here"),
    [
        ("2026-11-25T04:59:59+00:00", "2026-11-24"),
        ("2026-11-25T05:00:00+00:00", "2026-11-25"),
        ("2026-07-01T03:59:59+00:00", "2026-06-30"),
        ("2026-07-01T04:00:00+00:00", "2026-07-01"),
    ],
)
def test_the_day_turns_at_midnight_in_toronto_in_winter_and_in_summer(instant, here):
    with time_machine.travel(datetime.datetime.fromisoformat(instant), tick=False):
        assert today_here() == day(here)
