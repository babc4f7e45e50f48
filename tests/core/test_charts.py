"""The step chart: where its lines stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import BOTTOM, LEFT, RIGHT, TOP, Life, step_chart
from tests.factories import day

TODAY = day("2026-11-24")


def test_a_number_holds_until_the_next_and_what_lies_ahead_is_planned():
    chart = step_chart([(day("2020-01-01"), 10), (day("2027-01-01"), 20)], TODAY)
    first, second = chart.points
    assert chart.past == f"M{first.x:g} {first.y:g}H{chart.marker:g}"
    assert chart.planned == f"M{chart.marker:g} {first.y:g}H{second.x:g}V{second.y:g}H{RIGHT}"


def test_without_a_number_the_line_is_broken():
    chart = step_chart([(day("2020-01-01"), 10), (day("2021-01-01"), None), (day("2022-01-01"), 10)], TODAY)
    assert chart.past.count("M") == 2
    assert [point.day for point in chart.points] == [day("2020-01-01"), day("2022-01-01")]


def test_there_is_no_chart_of_nothing():
    assert step_chart([], TODAY) is None
    assert step_chart([(day("2020-01-01"), None)], TODAY) is None


@pytest.mark.parametrize(("highest", "scale"), [(0, "4"), (4, "4"), (22, "25"), (45, "45"), (101, "150"), (150, "150")])
def test_the_scale_ends_at_a_round_number(highest, scale):
    assert step_chart([(day("2020-01-01"), highest)], TODAY).y_ticks[-1].label == scale


def test_lives_stand_below_on_the_same_axis():
    begun, ended = Life("UNMIL", day("2004-01-01")), Life("MINUSTAH", day("2018-01-01"), day("2019-12-31"))
    chart = step_chart([(day("2018-01-01"), 10)], TODAY, [begun, ended])
    first, second = chart.lanes
    assert first.is_open and first.x + first.width == pytest.approx(RIGHT)
    assert second.x == chart.points[0].x and second.x + second.width < chart.marker
    assert chart.height > second.y > first.y > BOTTOM


def test_what_begins_after_the_last_day_of_the_chart_is_left_out():
    assert not step_chart([(day("2018-01-01"), 10)], TODAY, [Life("Later", day("2030-01-01"))]).lanes


steps = st.dictionaries(
    st.dates(day("1900-01-01"), day("2199-12-31")), st.none() | st.integers(0, 10**6), min_size=1, max_size=12
)


@given(steps, st.dates(day("1900-01-01"), day("2199-12-31")))
def test_everything_stands_inside_the_frame(steps, marker):
    chart = step_chart(sorted(steps.items()), marker)
    if chart is None:
        assert set(steps.values()) == {None}
        return
    assert all(LEFT <= point.x <= RIGHT and TOP <= point.y <= BOTTOM for point in chart.points)
    assert all(LEFT <= tick.at <= RIGHT for tick in chart.x_ticks) and len(chart.x_ticks) <= 8
    assert all(TOP <= tick.at <= BOTTOM for tick in chart.y_ticks)
    assert LEFT <= chart.marker <= RIGHT and chart.past + chart.planned


@pytest.mark.parametrize("begins", ["2019-03-15", "2019-10-17"])
def test_an_axis_on_which_no_year_begins_has_months(begins):
    ticks = step_chart([(day(begins), 5)], day("2019-11-20")).x_ticks
    assert 2 <= len(ticks) <= 6 and all(tick.label.startswith("2019-") for tick in ticks)
    assert all(LEFT <= tick.at <= RIGHT for tick in ticks)
