"""Which tours make up a number, and the strength board of operations."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.limits.levels import level_of
from deployments.limits.rule import headroom
from deployments.queries.boards import counted, explain, forecast_end, programmes_today, strength_board
from missions.models import Operation
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def mali():
    return factories.operation(2, name_en="Mali", name_fr="Mali")


def rows_of(record, first: str, last: str):
    return [
        (str(row.first_day), str(row.last_day), row.number, row.committed)
        for row in explain(record, first_day=day(first), last_day=day(last))
    ]


def test_each_stretch_of_days_names_the_tours_that_make_up_its_number(mali):
    posting = factories.posting(factories.mission(mali))
    leaves = factories.deployment(posting, "2026-06-01", "2027-01-31")
    stays = factories.deployment(posting, "2027-01-15", "2027-06-30")
    factories.deployment(posting, "2026-06-01", "2027-06-30", state="cancelled")
    rows = explain(mali, first_day=day("2027-01-01"), last_day=day("2027-02-28"))
    tours = [list(counted(mali, first_day=row.first_day, last_day=row.last_day)) for row in rows]
    assert [(str(row.first_day), str(row.last_day), row.room) for row in rows] == [
        ("2027-01-01", "2027-01-14", 1),
        ("2027-01-15", "2027-01-31", 0),
        ("2027-02-01", "2027-02-28", 1),
    ]
    assert tours == [[leaves], [leaves, stays], [stays]]
    assert [row.committed for row in rows] == [1, 2, 1]


def test_a_handover_without_overlap_is_two_stretches_of_the_same_number(mali):
    posting = factories.posting(factories.mission(mali))
    factories.deployment(posting, "2026-06-01", "2027-01-31")
    factories.deployment(posting, "2027-02-01", "2027-06-30")
    assert rows_of(mali, "2027-01-31", "2027-02-01") == [
        ("2027-01-31", "2027-01-31", 2, 1),
        ("2027-02-01", "2027-02-01", 2, 1),
    ]


def test_a_new_version_begins_a_stretch_and_its_instrument_is_named(mali):
    version = factories.strength(mali, 5, day("2027-02-01"), instrument="Memorandum 12")
    withdrawn = factories.strength(mali, 9, day("2027-03-01"))
    mali.strengths.filter(pk=withdrawn.pk).update(withdrawn_at="2026-01-01T00:00Z", withdrawal_reason="Wrong")
    rows = explain(mali, first_day=day("2027-01-01"), last_day=day("2027-12-31"))
    assert [(row.number, row.version.instrument) for row in rows] == [(2, "Order"), (5, "Memorandum 12")]
    assert rows[1].version == version


def test_before_the_first_version_an_operation_has_nobody_and_a_mission_no_limit():
    operation = factories.operation(None)
    mission = factories.mission(operation)
    assert rows_of(operation, "2027-01-01", "2027-01-31") == [("2027-01-01", "2027-01-31", 0, 0)]
    [row] = explain(mission, first_day=day("2027-01-01"), last_day=day("2027-01-31"))
    assert (row.number, row.version, row.room) == (None, None, None)


def test_every_level_explains_the_tours_that_count_against_it(mali):
    mission = factories.mission(mali)
    posting = factories.posting(mission, places=7)
    ancillary = factories.posting(mission, counts_against="programme")
    factories.deployment(posting, "2027-01-01", "2027-01-31")
    factories.deployment(ancillary, "2027-01-01", "2027-01-31")
    counted = {
        record._meta.model_name: rows_of(record, "2027-01-01", "2027-01-31")[0][2:]
        for record in (posting, mission, mali, mali.programme)
    }
    assert counted == {"posting": (7, 1), "mission": (None, 1), "operation": (2, 1), "programme": (None, 2)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=6))
def test_the_explained_number_is_the_one_that_the_limits_count(spans):
    operation = factories.operation(10)
    posting = factories.posting(factories.mission(operation))
    start = day("2027-01-01").toordinal()
    for first, length in spans:
        begin = type(TODAY).fromordinal(start + first)
        end = type(TODAY).fromordinal(start + first + length)
        factories.deployment(posting, begin.isoformat(), end.isoformat())
    first_day, last_day = day("2027-01-01"), day("2027-03-31")
    explained = {
        type(TODAY).fromordinal(ordinal): row.committed
        for row in explain(operation, first_day=first_day, last_day=last_day)
        for ordinal in range(row.first_day.toordinal(), row.last_day.toordinal() + 1)
    }
    counted = {
        type(TODAY).fromordinal(ordinal): step.committed
        for step in headroom(level_of(operation, first_day), first_day, last_day)
        for ordinal in range(step.day.toordinal(), step.last_day.toordinal() + 1)
    }
    assert explained == counted


def test_an_explanation_takes_four_queries_and_its_tours_one_whatever_it_explains(mali, django_assert_num_queries):
    posting = factories.posting(factories.mission(mali))
    for _n in range(2):
        factories.deployment(posting, "2027-01-01", "2027-01-31")
    days = {"first_day": day("2027-01-01"), "last_day": day("2027-01-31")}
    with django_assert_num_queries(4):
        assert [row.committed for row in explain(mali, **days)] == [2]
    with django_assert_num_queries(1):
        assert len({f"{tour.officer}, {tour.posting.mission}" for tour in counted(mali, **days)}) == 2


def test_the_board_says_authorized_committed_free_and_who_is_next_to_end(mali):
    posting = factories.posting(factories.mission(mali))
    soon = factories.deployment(posting, "2026-06-01", "2026-12-31")
    factories.deployment(posting, "2027-01-01", "2027-05-31", state="reserved")
    factories.deployment(factories.posting(posting.mission, counts_against="programme"), "2026-06-01", "2026-11-30")
    [row] = strength_board([mali], TODAY)
    assert (row.authorized, row.committed, row.free, row.over) == (2, 1, 1, None)
    assert row.next_to_end == soon
    assert row.terms.status == "active"


def test_the_board_says_over_by_how_many_and_from_when(mali):
    posting = factories.posting(factories.mission(mali))
    for _n in range(2):
        factories.deployment(posting, "2026-06-01", "2027-05-31")
    factories.strength(mali, 1, day("2027-02-01"), acknowledged_peak=2)
    [row] = strength_board([mali], TODAY)
    assert (row.over.over_by, row.over.first_day, row.over.last_day) == (1, day("2027-02-01"), day("2027-05-31"))
    [row] = strength_board([mali], day("2027-02-01"))
    assert (row.free, row.over.over_by) == (0, 1)


def test_the_forecast_steps_over_24_months_without_gaps(mali):
    posting = factories.posting(factories.mission(mali))
    factories.deployment(posting, "2026-06-01", "2026-12-31")
    factories.strength(mali, 5, day("2027-06-01"))
    [row] = strength_board([mali], TODAY)
    assert [(str(step.day), str(step.last_day), step.number, step.committed) for step in row.steps] == [
        ("2026-11-24", "2026-12-31", 2, 1),
        ("2027-01-01", "2027-05-31", 2, 0),
        ("2027-06-01", "2028-11-23", 5, 0),
    ]


@pytest.mark.parametrize(
    ("today", "end"),
    [("2026-11-24", "2028-11-23"), ("2028-02-29", "2030-02-27"), ("2026-02-28", "2028-02-27")],
)
def test_a_forecast_ends_the_day_before_24_months_have_gone_by(today, end):
    assert forecast_end(day(today)) == day(end)


def test_the_board_reads_the_terms_in_force_and_knows_no_number_from_nought(mali):
    factories.terms(mali, "suspended", day("2026-11-01"))
    factories.terms(mali, "active", day("2027-01-01"))
    unnumbered = factories.operation(None)
    rows = {row.operation: row for row in strength_board([mali, unnumbered], TODAY)}
    assert (rows[mali].terms.status, rows[mali].authorized) == ("suspended", 2)
    assert (rows[unnumbered].authorized, rows[unnumbered].free, rows[unnumbered].next_to_end) == (None, None, None)


def test_a_programme_counts_everybody_who_is_out_but_courses(django_assert_num_queries):
    mission = factories.mission(factories.operation(5))
    for counts_against in ("all", "all", "programme", "none"):
        posting = factories.posting(mission, counts_against=counts_against)
        factories.deployment(posting, "2026-06-01", TODAY.isoformat())
        factories.deployment(posting, "2026-06-01", "2027-05-31", state="cancelled")
    factories.programme(code="other")
    factories.strength(factories.programme(), 150, day("2026-01-01"))
    factories.strength(factories.programme(), 100, day("2027-01-01"))
    with django_assert_num_queries(1):
        steps = [step for _name, step in programmes_today(TODAY)]
    assert [(step.number, step.committed, step.room) for step in steps] == [(150, 3, 147), (None, 0, None)]


@pytest.mark.parametrize("operations", [1, 30])
def test_the_board_takes_five_queries_with_1_and_with_30_operations(operations, django_assert_num_queries):
    for _n in range(operations):
        posting = factories.posting(factories.mission(factories.operation(3)))
        for _m in range(2):
            factories.deployment(posting, "2026-06-01", "2027-05-31")
    with django_assert_num_queries(5):
        rows = strength_board(Operation.objects.order_by("pk"), TODAY)
        next_home = {str(row.next_to_end.officer) for row in rows}
    assert len(next_home) == operations
    assert {row.committed for row in rows} == {2}
