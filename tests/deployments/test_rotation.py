"""Who takes over from whom, against the rule read out tour by tour, on random tours."""

import datetime
from collections import namedtuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.dates import today_here
from deployments.queries.rotation import HANDOVER, STAGES, lasting, successors, unfollowed
from tests import factories

FIRST = datetime.date(2028, 2, 10)
Row = namedtuple("Row", "pk posting_id first_day last_day")


@st.composite
def rows(draw) -> list[Row]:
    spans = draw(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 90), st.integers(1, 2)), max_size=12))
    return [
        Row(n, posting, FIRST + datetime.timedelta(days=start), FIRST + datetime.timedelta(days=start + length))
        for n, (start, length, posting) in enumerate(spans)
    ]


def read_out(tours: list[Row]) -> dict[int, Row]:
    """Who ends first is served first, by the earliest departure that nobody has yet and that is not too early."""
    taken, found = set(), {}
    for ending in sorted(tours, key=lambda tour: (tour.last_day, tour.pk)):
        fits = [
            tour
            for tour in sorted(tours, key=lambda tour: (tour.first_day, tour.pk))
            if tour.posting_id == ending.posting_id
            and tour.pk not in taken
            and tour.first_day > ending.first_day
            and tour.first_day >= ending.last_day - HANDOVER
        ]
        if fits:
            taken.add(fits[0].pk)
            found[ending.pk] = fits[0]
    return found


@settings(max_examples=300, deadline=None, database=None)
@given(rows())
def test_successors_are_those_of_the_rule_read_out(tours):
    assert successors(tours) == read_out(tours)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, database=None)
@given(tours=rows())
def test_who_is_left_out_of_the_reading_changes_nobodys_successor(tours):
    today = today_here()
    postings = {1: factories.posting(factories.mission(factories.operation(100)))}
    postings[2] = factories.posting(postings[1].mission)
    shift = today - FIRST - datetime.timedelta(days=90)
    for n, tour in enumerate(tours):
        first, last = (tour.first_day + shift * (1 + n % 2), tour.last_day + shift + datetime.timedelta(days=30 * n))
        days = (min(first, last).isoformat(), max(first, last).isoformat())
        factories.deployment(postings[tour.posting_id], *days)
    whole = list(lasting(today))
    followed = read_out(whole)
    until = today + datetime.timedelta(days=max(STAGES))
    alone = [tour.pk for tour in whole if today <= tour.last_day <= until and tour.pk not in followed]
    assert sorted(tour.pk for tour in unfollowed(today)) == sorted(alone)
