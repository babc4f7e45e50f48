"""What the database gives to the rule: the levels above a posting, their numbers, tours and closed days."""

import datetime
import random

import pytest

from deployments.limits import levels
from deployments.limits.rule import FOREVER, Span, Tour, headroom, peak
from deployments.models import DeploymentState, Posting
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
SINCE = day("2026-01-01")


def kinds(posting) -> list[str]:
    return [level.kind for level in levels.levels_above(posting, since=SINCE)]


def test_mission_and_programme_without_a_number_add_no_level():
    assert kinds(factories.posting()) == ["posting", "operation"]


def test_every_level_with_a_number_limits_innermost_first():
    posting = factories.posting()
    factories.strength(posting.mission.operation.programme, 150)
    factories.strength(posting.mission, 5)
    assert kinds(posting) == ["posting", "mission", "operation", "programme"]


def test_ancillary_postings_count_against_the_programme_alone_and_courses_against_nothing():
    mission = factories.mission()
    factories.strength(mission.operation.programme, 150)
    assert kinds(factories.posting(mission, counts_against="programme")) == ["posting", "programme"]
    assert kinds(factories.posting(mission, counts_against="none")) == ["posting"]


def test_a_level_has_the_tours_that_count_against_it():
    mission = factories.mission()
    programme = mission.operation.programme
    factories.strength(programme, 150)
    own, sibling = factories.posting(mission), factories.posting(mission)
    ancillary = factories.posting(mission, counts_against="programme")
    course = factories.posting(mission, counts_against="none")
    elsewhere = factories.posting()
    for n, posting in enumerate((own, sibling, ancillary, course, elsewhere), start=1):
        factories.deployment(posting, f"2026-02-0{n}", "2026-03-01")
    factories.deployment(own, "2026-02-01", "2026-03-01", state=DeploymentState.CANCELLED)
    factories.deployment(own, "2025-02-01", "2025-12-31", state=DeploymentState.ENDED)

    first_days = {
        level.kind: sorted(tour.first_day.day for tour in level.tours)
        for level in levels.levels_above(own, since=SINCE)
    }
    assert first_days == {"posting": [1], "operation": [1, 2], "programme": [1, 2, 3, 5]}
    for record, expected in ((own, [1]), (mission.operation, [1, 2]), (programme, [1, 2, 3, 5]), (course, [4])):
        level = levels.level_of(record, SINCE)
        assert [(day.day, number) for day, number in sorted(level.first_days)] == [(day, 1) for day in expected]


def test_a_tour_can_be_left_out():
    posting = factories.posting()
    tour = factories.deployment(posting, "2026-02-01", "2026-03-01")
    assert [len(level.tours) for level in levels.levels_above(posting, since=SINCE, exclude=tour)] == [0, 0]


def test_a_late_return_keeps_its_first_late_day():
    posting = factories.posting()
    tour = factories.deployment(posting, "2026-02-01", "2026-03-01")
    type(tour).objects.filter(pk=tour.pk).update(
        state="ended", last_day="2026-03-09", late_from="2026-03-02", late_reason="No flight"
    )
    for level in levels.levels_above(posting, since=SINCE):
        assert level.tours == (Tour(day("2026-02-01"), day("2026-03-09"), day("2026-03-02")),)


def test_a_withdrawn_number_is_not_in_force():
    operation = factories.operation(4)
    wrong = factories.strength(operation, 40, day("2026-01-01"))
    type(wrong).objects.filter(pk=wrong.pk).update(withdrawn_at="2026-01-02T00:00Z", withdrawal_reason="A slip")
    assert levels.level_of(operation, SINCE).number_on(SINCE) == 4


def test_places_look_at_tours_to_come_and_under_way_when_they_are_lowered():
    posting = factories.posting()
    factories.deployment(posting, "2026-02-01", "2026-03-01", state=DeploymentState.ENDED)
    factories.deployment(posting, "2026-02-01", "2026-04-01")
    assert levels.live_level_of(posting).tours == (Tour(day("2026-02-01"), day("2026-04-01")),)


def test_terms_that_take_nobody_close_their_days():
    mission = factories.mission()
    posting = factories.posting(mission)
    factories.terms(mission.operation, "suspended", day("2026-05-01"))
    factories.terms(mission.operation, "active", day("2026-06-01"))
    factories.terms(mission, "closed", day("2027-01-01"))
    assert levels.closed_spans(posting) == [
        Span(day("2026-05-01"), day("2026-05-31")),
        Span(day("2027-01-01"), FOREVER),
    ]


@pytest.mark.parametrize("operations", [1, 30])
def test_the_levels_of_many_operations_take_two_queries(django_assert_num_queries, operations):
    records = [factories.operation(3) for _n in range(operations)]
    factories.deployment(factories.posting(factories.mission(records[0])), "2026-02-01", "2026-03-01")
    with django_assert_num_queries(2):
        found = levels.levels_of(records, SINCE)
    assert [peak(found[record.pk], SINCE, FOREVER) for record in records] == [1] + [0] * (operations - 1)


def test_numbers_by_day_say_the_same_as_the_tours_one_by_one():
    """For a posting alone and for all together, with neighbours that count at some of its levels and not at others."""
    dice = random.Random(5)
    operation = factories.operation(90)
    missions = [factories.mission(operation) for _n in range(2)]
    missions += [factories.mission(factories.operation(60, programme=operation.programme)), factories.mission()]
    factories.strength(operation.programme, 120)
    factories.strength(missions[0], 80, day("2026-02-01"))
    kinds = ["all", "all", "programme", "none"]
    postings = [factories.posting(each, counts_against=kind, places=70) for each in missions for kind in kinds]
    for _n in range(240):
        first = SINCE + datetime.timedelta(days=dice.randrange(-90, 90))
        last = first + datetime.timedelta(days=dice.randrange(60))
        state = dice.choice(["closed", "in_mission", "cancelled"])
        factories.deployment(dice.choice(postings), first.isoformat(), last.isoformat(), state=state)
    together = levels.levels_of_chains(postings, SINCE)
    for posting in postings:
        one_by_one = levels.levels_above(posting, since=SINCE)
        for in_numbers in (together[posting.pk], levels.levels_of_chains([posting], SINCE)[posting.pk]):
            assert [(level.kind, level.key) for level in in_numbers] == [(each.kind, each.key) for each in one_by_one]
            for same, level in zip(in_numbers, one_by_one, strict=True):
                assert headroom(same, SINCE, FOREVER) == headroom(level, SINCE, FOREVER)


@pytest.mark.parametrize("postings", [1, 30])
def test_the_levels_above_many_postings_take_three_queries(django_assert_num_queries, postings):
    for _n in range(postings):
        factories.strength(factories.posting().mission, 5)
    factories.strength(factories.programme(), 50)
    whole = list(Posting.objects.select_related("mission__operation__programme"))
    with django_assert_num_queries(3):
        assert len(levels.levels_of_chains(whole, SINCE)) == postings


def test_the_levels_above_a_loaded_posting_take_two_queries(django_assert_num_queries):
    posting = factories.posting()
    factories.strength(posting.mission, 5)
    with django_assert_num_queries(2):
        levels.levels_above(posting, since=SINCE)
