"""The rotation board: who comes home when, who follows, gaps and handovers, and what a lower number would do."""

import datetime

import pytest

from core.text.dates import today_here
from deployments.limits.rule import Excess, Span
from deployments.queries.gantt import LEFT, RIGHT, board
from deployments.queries.rotation import paired, relays
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def url(operation) -> str:
    return f"/admin/deployments/rotation/{operation.pk}/"


@pytest.fixture
def desk(client, auditor):
    client.force_login(auditor)
    return client


@pytest.fixture
def operation():
    return factories.operation(40, name_en="Mali")


@pytest.fixture
def posting(operation):
    return factories.posting(factories.mission(operation))


def test_each_tour_says_within_how_many_days_it_ends_and_who_follows(desk, operation, posting):
    for name, last in zip("abcd", (30, 31, 120, 121), strict=True):
        factories.deployment(factories.posting(posting.mission, reference=name), around(-100), around(last))
    rows = desk.get(url(operation)).context["rows"]
    assert [relay.stage for relay, _bar in rows] == [30, 60, 120, None]
    assert all(relay.successor is None for relay, _bar in rows)


def test_a_gap_and_a_handover_are_counted_in_days(desk, operation, posting):
    factories.deployment(posting, around(-100), around(10))
    factories.deployment(posting, around(16), around(300), state="preparation")
    other = factories.posting(posting.mission, reference="z-last")
    factories.deployment(other, around(-100), around(40))
    factories.deployment(other, around(38), around(300), state="reserved")
    response = desk.get(url(operation))
    rows = response.context["rows"]
    assert [(relay.gap, relay.overlap) for relay, _bar in rows] == [(5, None), (None, None), (None, 3), (None, None)]
    content = response.content.decode()
    assert "5 days without anybody" in content and "3 days of handover" in content


def test_leaving_on_monday_and_arriving_on_tuesday_is_neither():
    posting = factories.posting()
    factories.deployment(posting, around(-100), around(10))
    factories.deployment(posting, around(11), around(300), state="reserved")
    relay = relays(paired(posting.mission.operation, today_here()), today_here())[0]
    assert (relay.gap, relay.overlap, relay.successor is not None) == (None, None, True)


def test_over_strength_is_shown_in_words(desk, operation, posting):
    for _n in range(2):
        factories.deployment(posting, around(-100), around(50))
    factories.strength(operation, 1, day(around(-5)), acknowledged_peak=2)
    content = desk.get(url(operation)).content.decode()
    assert "Over by 1 from" in content and 'class="over"' in content


def test_a_lower_number_is_tried_and_nothing_is_saved(desk, operation, posting):
    for _n in range(3):
        factories.deployment(posting, around(-100), around(200))
    response = desk.get(url(operation), {"maximum": "2", "from": around(10)})
    preview = response.context["what_if"]
    assert [excess.over_by for excess in preview.own.excesses] == [1]
    assert len(preview.own.tours) == 3
    assert operation.strengths.count() == 1
    content = desk.get(url(operation), {"maximum": "3", "from": around(10)}).content.decode()
    assert "Nobody would be over." in content


def test_a_number_that_cannot_be_says_why(desk, operation):
    factories.strength(operation.programme, 50)
    content = desk.get(url(operation), {"maximum": "51", "from": around(10)}).content.decode()
    assert "cannot have 51" in content


@pytest.mark.parametrize(
    ("maximum", "first"),
    [("-1", "2030-01-01"), ("x", "2030-01-01"), ("3", ""), ("", "2030-01-01"), ("3", "0001-01-01")],
)
def test_what_makes_no_sense_is_said_at_its_field(desk, operation, maximum, first):
    response = desk.get(url(operation), {"maximum": maximum, "from": first})
    assert response.status_code == 400
    assert "what_if" not in response.context


def test_every_operation_with_people_is_counted_by_stage(desk, operation, posting):
    for last in (20, 50, 80, 110, 200):
        factories.deployment(posting, around(-100), around(last))
    factories.deployment(posting, around(15), around(400), state="reserved")
    factories.operation(5, name_en="Empty")
    rows = desk.get("/admin/deployments/rotation/").context["rows"]
    assert [
        (each.name, coming.under_way, coming.ending, coming.unfollowed, coming.likely) for each, coming in rows
    ] == [("Mali", 5, (1, 2, 3, 4), 4, 1)]


def test_the_boards_ask_the_same_questions_for_1_tour_and_for_30(desk, operation, posting, django_assert_num_queries):
    for more in (1, 29):
        for _n in range(more):
            factories.deployment(posting, around(-100), around(50))
        with django_assert_num_queries(9):
            desk.get(url(operation))
        with django_assert_num_queries(10):
            desk.get("/admin/deployments/rotation/")


def test_the_board_is_for_those_who_may_see_tours(client, operation):
    client.force_login(factories.staff("Administrator"))
    assert client.get(url(operation)).status_code == 403
    assert client.get("/admin/deployments/rotation/").status_code == 403


def test_bars_stay_inside_the_picture_and_follow_the_days():
    today = day("2027-01-01")
    tours = [
        Span(day("2020-01-01"), day("2027-01-31")),
        Span(day("2027-02-01"), day("2099-12-31")),
        Span(day("2090-01-01"), day("2090-12-31")),
    ]
    picture = board(tours, [Excess(day("2027-02-01"), day("9999-12-31"), 1, 2)], today)
    first, second, beyond = picture.bars
    assert first.x == LEFT and second.x == pytest.approx(first.x + first.width)
    assert [bar.is_cut for bar in picture.bars] == [False, True, True]
    assert all(LEFT <= bar.x <= RIGHT and bar.x + bar.width <= RIGHT + 2 for bar in picture.bars)
    assert [bar.y for bar in (first, second, beyond)] == sorted({first.y, second.y, beyond.y})
    assert LEFT < picture.today < second.x
    assert picture.over[0].x == second.x
    assert [mark.value.isoformat() for mark in picture.marks][:3] == ["2027-01-01", "2027-04-01", "2027-07-01"]
