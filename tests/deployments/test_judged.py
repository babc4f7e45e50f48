"""Openings are judged once for all readers, and as fresh as if each reader judged them."""

import datetime

import pytest
from django.utils import timezone

from core.models import ContentRevision
from deployments.models import Gate
from deployments.openings import judged as shelf
from deployments.openings.judged import judged, listed
from deployments.openings.opening import openings, published
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_kept():
    shelf._kept.clear()


def found(now: datetime.datetime | None = None) -> list[tuple[str, str, int | None]]:
    now = now or timezone.now()
    return [(each.posting.reference, each.state, each.places_left) for each in _listed(now)]


def _listed(now: datetime.datetime):
    postings = published().order_by("reference")
    lean = listed(postings, judged(now), now=now)
    one_by_one = [each for each in openings(postings, now=now) if each.state != "closed"]
    described = [(each.posting.pk, each.state, each.places_left) for each in lean]
    assert described == [
        (each.posting.pk, each.state, each.places_left) for each in one_by_one if each.state != "stood_down"
    ]
    all_of_them = shelf.current(judged(now), now=now)
    assert [(each.posting.pk, each.state, each.places_left) for each in all_of_them] == [
        (each.posting.pk, each.state, each.places_left)
        for each in sorted(lean, key=lambda each: each.posting.closes_at)
        if each.state != "stood_down"
    ]
    return shelf.whole(lean)


@pytest.fixture
def world():
    operation = factories.operation(2, code="mali")
    mission = factories.mission(operation)
    return operation, mission, factories.opening(mission, reference="a", tour_first_day=day("2099-07-01"))


def test_what_is_kept_is_what_each_reader_would_find(world):
    _operation, mission, _opening = world
    factories.opening(mission, reference="b", opens_at=timezone.now() + datetime.timedelta(days=3))
    factories.opening(mission, reference="c", closes="2020-01-01", opens_at=None)
    halted = factories.mission(factories.operation(3, code="halted", status="suspended"))
    factories.opening(halted, reference="d")
    assert [reference for reference, _state, _left in found()] == ["a", "b", "d"]


def test_every_change_is_seen_by_the_very_next_reader(world):
    operation, _mission, opening = world
    assert found() == [("a", "open", 2)]
    factories.strength(operation, 1, timezone.localdate())
    assert found() == [("a", "open", 1)]
    factories.deployment(opening, "2099-07-01", "2100-01-31")
    Gate.objects.update(revision=Gate.objects.get().revision + 1)  # as every act on a tour does
    assert found() == [("a", "filled", 0)]
    factories.terms(operation, "suspended", timezone.localdate())
    assert found() == [("a", "suspended", 0)]


def test_without_the_revision_the_change_would_not_be_seen(world, monkeypatch):
    """Control: a key that never changes gives the old room."""
    fixed = shelf._key(timezone.localdate())
    monkeypatch.setattr(shelf, "_key", lambda day: fixed)
    now = timezone.now()
    before = judged(now)
    factories.strength(world[0], 1, timezone.localdate())
    assert judged(now) is before


def test_a_state_follows_the_clock_between_two_changes(world):
    opening = world[2]
    before = judged(opening.closes_at - datetime.timedelta(seconds=1))
    assert [state for _r, state, _l in found(opening.closes_at)] == ["closing_soon"]
    assert found(opening.closes_at + datetime.timedelta(seconds=1)) == []
    assert before.room_of


def test_another_day_is_judged_anew(world):
    now = timezone.now()
    assert judged(now) is judged(now)
    assert judged(now + datetime.timedelta(days=1)) is not judged(now)


def test_without_a_revision_nothing_is_kept(world):
    ContentRevision.objects.all().delete()
    now = timezone.now()
    assert judged(now) is not judged(now)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_four_queries_whatever_the_rows(client, world, rows, django_assert_num_queries, settings):
    settings.KEEP_PAGES = False
    for number in range(rows):
        factories.opening(world[1], reference=f"more-{number}")
    client.get("/en/openings/")
    with django_assert_num_queries(3):
        client.get("/en/openings/")
    with django_assert_num_queries(4):
        client.get("/en/openings/?sort=title")


@pytest.mark.parametrize(
    "query", ["?service=0", "?q=nowhere", "?armed=no", "?closing_before=2020-01-01", "?language=ar"]
)
def test_a_list_that_is_narrowed_does_not_show_them_all(client, world, query):
    factories.opening(world[1], reference="asks-ten-years", min_service_years=10)
    assert "asks-ten-years" in client.get("/en/openings/").content.decode()
    assert "asks-ten-years" not in client.get(f"/en/openings/{query}").content.decode()
