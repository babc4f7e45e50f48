"""The strength board, what makes up a number, and the forecast."""

import datetime
import itertools

import pytest
from django.urls import reverse

from core.text.dates import today_here
from deployments.admin import boards
from deployments.limits.rule import Level, Tour, headroom
from deployments.queries.boards import forecast_end
from deployments.queries.forecast import BOTTOM, LEFT, RIGHT, TOP, forecast, in_rows
from deployments.queries.standing_days import by_terms
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def desk(client, auditor):
    client.force_login(auditor)
    return client


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def staffed(maximum: int = 3, tours: int = 2, **fields):
    """An operation with officers there today, who go home one after the other from the tenth day on."""
    operation = factories.operation(maximum, **fields)
    posting = factories.posting(factories.mission(operation))
    for n in range(tours):
        person = factories.officer(user=factories.user(given_name="Amina", family_name=f"Roy {n}"))
        factories.deployment(posting, around(-10), around(10 + n), officer=person)
    return operation


def test_the_board_says_how_every_operation_stands(desk):
    staffed(name_en="Mali")
    row = desk.get("/admin/deployments/board/").context["rows"][0]
    assert (row.operation.name, row.authorized, row.committed, row.free) == ("Mali", 3, 2, 1)
    assert str(row.next_to_end.officer) == "Amina Roy 0"


def test_the_board_leaves_out_what_is_closed_and_empty(desk):
    staffed(name_en="Mali")
    factories.operation(5, name_en="Gone", status="closed")
    content = desk.get("/admin/deployments/board/").content.decode()
    assert "Mali" in content and "Gone" not in content


def test_the_board_asks_the_same_questions_for_1_operation_and_for_30(desk, django_assert_num_queries):
    staffed()
    for _each in range(2):
        with django_assert_num_queries(12):
            desk.get("/admin/deployments/board/")
        for _more in range(29):
            staffed()


def test_an_operations_page_shows_its_board_and_forecast(desk):
    operation = staffed()
    content = desk.get(reverse("admin:missions_operation_change", args=[operation.pk])).content.decode()
    assert "Amina Roy 0" in content and 'class="committed"' in content
    assert f"/admin/deployments/explain/operation-{operation.pk}/" in content


def test_over_strength_is_said_in_words(desk):
    operation = staffed()
    factories.strength(operation, 1, day(around(-5)), acknowledged_peak=2)
    content = desk.get(reverse("admin:missions_operation_change", args=[operation.pk])).content.decode()
    assert "Over by 1 from" in content


@pytest.mark.parametrize("kind", ["programme", "operation", "mission", "posting"])
def test_every_level_is_explained_tour_by_tour(desk, kind):
    operation = staffed()
    mission = operation.missions.get()
    levels = {
        "programme": operation.programme,
        "operation": operation,
        "mission": mission,
        "posting": mission.postings.get(),
    }
    response = desk.get(
        f"/admin/deployments/explain/{kind}-{levels[kind].pk}/", {"first_day": around(0), "last_day": around(30)}
    )
    assert [row.committed for row in response.context["rows"]] == [2, 1, 0]
    assert "Amina Roy 1" in response.content.decode()


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("x", "2026-01-01"),
        ("2026-01-02", "2026-01-01"),
        ("2026-01-01", "2099-01-01"),
        ("", ""),
        ("0001-01-01", "9999-12-31"),
    ],
)
def test_days_that_make_no_sense_are_said_and_explained_as_nothing(desk, first_day, last_day):
    operation = staffed()
    response = desk.get(
        f"/admin/deployments/explain/operation-{operation.pk}/", {"first_day": first_day, "last_day": last_day}
    )
    assert response.status_code == 400
    assert response.context["rows"] == []


@pytest.mark.parametrize(
    "path", ["explain/operation-999999/", "explain/operation-99999999999999999999/", "mission/999999/roll-call/"]
)
def test_boards_of_what_is_not_there_are_not_found(desk, path):
    assert desk.get(f"/admin/deployments/{path}").status_code == 404


def steps(level: Level, first: str, last: str):
    """As the page reads them, with terms that take people on every day."""
    return by_terms(headroom(level, day(first), day(last)), level, [])


def test_the_forecast_draws_number_and_count_on_one_scale():
    level = Level(
        "operation",
        1,
        "Mali",
        ((day("2026-01-01"), 4), (day("2026-07-01"), 2)),
        (*[Tour(day("2026-01-01"), day("2026-09-30"))] * 3,),
    )
    drawn = forecast(steps(level, "2026-01-01", "2026-12-31"))
    assert drawn.number.startswith(f"M{LEFT} {TOP}H") and drawn.number.endswith(f"H{RIGHT}")
    assert drawn.committed.endswith(f"V{BOTTOM}H{RIGHT}")
    assert len(drawn.over) == 1 and drawn.over[0].width > 0
    assert [mark.value for mark in drawn.scale] == [0, 1, 2, 3, 4]
    assert [mark.value.month for mark in drawn.days] == [1, 4, 7, 10]


@pytest.mark.parametrize("most", [0, 1, 5, 6, 150, 9_999])
def test_the_scale_of_a_forecast_holds_the_most_in_a_few_steps(most):
    level = Level("operation", 1, "Mali", ((day("2026-01-01"), most),))
    scale = [mark.value for mark in forecast(steps(level, "2026-01-01", "2026-12-31")).scale]
    assert scale[-1] >= most and 2 <= len(scale) <= 6


def test_a_forecast_of_few_steps_is_a_table_of_them_all():
    level = Level("operation", 1, "Mali", ((day("2026-01-01"), 4),), (Tour(day("2026-02-01"), day("2026-03-01")),))
    found = steps(level, "2026-01-01", "2026-12-31")
    assert in_rows(found) is found and len(found) == 3


@pytest.mark.parametrize("kind", ["operation", "mission"])
def test_a_forecast_of_many_steps_is_a_table_of_months_each_on_its_tightest_day(kind):
    start = day("2026-11-24")
    tours = tuple(Tour(start, start + datetime.timedelta(days=11 * n)) for n in range(60))
    numbers = ((day("2027-01-15"), 40),) if kind == "operation" else ()
    level = Level(kind, 1, "Mali", numbers, tours)
    rows = in_rows(steps(level, str(start), str(forecast_end(start))))
    assert len(rows) == 25
    assert (rows[0].day, rows[0].last_day, rows[-1].last_day) == (start, day("2026-11-30"), forecast_end(start))
    for row, following in itertools.pairwise(rows):
        assert following.day == row.last_day + datetime.timedelta(days=1) and following.day.day == 1
    for row in rows:
        days = [row.day + datetime.timedelta(days=n) for n in range((row.last_day - row.day).days + 1)]
        (rooms, most) = zip(*((s.room, s.committed) for d in days for s in headroom(level, d, d)), strict=True)
        assert (row.room, row.committed) == (None, max(most)) if numbers == () else row.room == min(rooms)


def test_an_explanation_is_read_page_by_page_and_names_whom_it_counts(desk, monkeypatch):
    monkeypatch.setattr(boards, "PER_PAGE", 2)
    monkeypatch.setattr(boards, "MOST_TOURS", 2)
    operation = staffed(maximum=9, tours=4)
    url = f"/admin/deployments/explain/operation-{operation.pk}/"
    first = desk.get(url)
    assert [row.committed for row in first.context["rows"]] == [4, 3]
    assert [str(tour.officer) for tour in first.context["tours"]] == ["Amina Roy 0", "Amina Roy 1"]
    assert "The first 2 of 4;" in first.content.decode()
    second = desk.get(url, {"p": 2})
    assert [row.committed for row in second.context["rows"]] == [2, 1]
    assert [str(tour.officer) for tour in second.context["tours"]] == ["Amina Roy 2", "Amina Roy 3"]
    assert "The first" not in second.content.decode()
    assert len(desk.get(url, {"format": "csv"}).content.decode().strip().splitlines()) == 5


def test_the_forecast_of_one_day_is_drawn():
    level = Level("programme", 1, "Programme", ())
    drawn = forecast(steps(level, "2026-01-01", "2026-01-01"))
    assert drawn.number == ""
