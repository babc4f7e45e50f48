"""Who takes over from whom, against the rule read out tour by tour, on random tours."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.dates import today_here
from deployments.models import Deployment
from deployments.queries.rotation import STAGES, EndingTour, followers, lasting, reach, rows_of, unfollowed
from tests import factories

FIRST = datetime.date(2028, 2, 10)
STATES = ["reserved", "preparation", "in_mission", "in_mission", "ended"]


@st.composite
def rows(draw) -> list[EndingTour]:
    days = st.tuples(st.integers(0, 120), st.integers(0, 90), st.integers(1, 2), st.sampled_from(STATES))
    spans = draw(st.lists(days, max_size=12))
    tours = [
        EndingTour(n, posting, FIRST + datetime.timedelta(start), FIRST + datetime.timedelta(start + length), state)
        for n, (start, length, posting, state) in enumerate(spans)
    ]
    for before, after in draw(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=3)):
        if max(before, after) < len(tours) and before != after:
            tours = named(tours, before, after)
    return tours


def named(tours: list[EndingTour], before: int, after: int) -> list[EndingTour]:
    one, other = tours[before], tours[after]
    if one.posting_id != other.posting_id or one.relieved_by is not None or other.relieves_id is not None:
        return tours
    tours = list(tours)
    tours[before] = one._replace(relieved_by=after)
    tours[after] = other._replace(relieves_id=before)
    return tours


def read_out(tours: list[EndingTour]) -> dict[int, tuple[int, bool]]:
    """Who is named; else who ends first is served first, by the earliest departure that nobody has yet and that is near."""
    taken: set[int] = set()
    found = {tour.pk: (tour.relieved_by, True) for tour in tours if tour.relieved_by is not None}
    for ending in sorted(tours, key=lambda tour: (tour.last_day, tour.pk)):
        fits = [
            tour
            for tour in sorted(tours, key=lambda tour: (tour.first_day, tour.pk))
            if tour.posting_id == ending.posting_id
            and tour.pk not in taken
            and tour.state != "ended"
            and tour.relieves_id is None
            and tour.first_day > ending.first_day
            and abs(tour.first_day - ending.last_day) <= reach()
        ]
        if fits and ending.pk not in found:
            taken.add(fits[0].pk)
            found[ending.pk] = (fits[0].pk, False)
    return found


@settings(max_examples=300, deadline=None, database=None)
@given(rows())
def test_successors_are_those_of_the_rule_read_out(tours):
    assert followers(tours) == read_out(tours)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, database=None)
@given(tours=rows())
def test_who_is_left_out_of_the_reading_changes_nobodys_successor(tours):
    today = today_here()
    postings = {1: factories.posting(factories.mission(factories.operation(100)))}
    postings[2] = factories.posting(postings[1].mission)
    shift = today - FIRST - datetime.timedelta(days=90)
    made = {}
    for n, tour in enumerate(tours):
        first, last = (tour.first_day + shift * (1 + n % 2), tour.last_day + shift + datetime.timedelta(days=30 * n))
        days = (min(first, last).isoformat(), max(first, last).isoformat())
        made[n] = factories.deployment(postings[tour.posting_id], *days, state=tour.state)
    for n, tour in enumerate(tours):
        if tour.relieves_id is not None:
            Deployment.objects.filter(pk=made[n].pk).update(relieves=made[tour.relieves_id])
    whole = rows_of(lasting(today))
    followed = read_out(whole)
    until = today + datetime.timedelta(days=max(STAGES))
    alone = {
        tour.pk: tour.pk in followed
        for tour in whole
        if tour.state != "ended" and today <= tour.last_day <= until and tour.relieved_by is None
    }
    assert {each.tour.pk: each.has_likely for each in unfollowed(today)} == alone


@pytest.mark.django_db
def test_tours_without_a_successor_end_from_today_to_the_last_of_the_stages():
    today, posting = today_here(), factories.posting(factories.mission(factories.operation(100)))
    tours = {}
    for days in (-1, 0, max(STAGES), max(STAGES) + 1):
        last = today + datetime.timedelta(days=days)
        first = last - datetime.timedelta(days=300)
        tours[days] = factories.deployment(posting, first.isoformat(), last.isoformat())
    found = {each.tour.pk for each in unfollowed(today)}
    assert found == {tours[0].pk, tours[max(STAGES)].pk}
