"""Free places of days on which terms take nobody are words, never a number; without a number in force there is none, not 0."""

import datetime
import re

import pytest
from django.urls import reverse

from deployments.limits.levels import level_of
from deployments.limits.rule import Level, Span, Tour, headroom
from deployments.queries.boards import explain
from deployments.queries.forecast import forecast, in_rows
from deployments.queries.pipeline import room_for
from deployments.queries.queues import QUEUES, QueueContext
from deployments.queries.standing_days import by_terms, closed_days
from tests import factories
from tests.clock import around
from tests.factories import day

JSON = {"accept": "application/json"}


def steps_of(level: Level, first: str, last: str, *closed: Span):
    return by_terms(headroom(level, day(first), day(last)), level, closed)


LEVEL = Level("operation", 1, "Mali", ((day("2027-02-01"), 3),), (Tour(day("2027-03-01"), day("2027-04-30")),))


def test_steps_are_cut_where_terms_change_and_where_a_number_begins():
    closed = Span(day("2027-03-16"), day("2027-05-15"))
    found = [
        (str(step.day), str(step.last_day), step.is_numbered, step.takes_nobody, step.free)
        for step in steps_of(LEVEL, "2027-01-01", "2027-06-30", closed)
    ]
    assert found == [
        ("2027-01-01", "2027-01-31", False, False, None),
        ("2027-02-01", "2027-02-28", True, False, 3),
        ("2027-03-01", "2027-03-15", True, False, 2),
        ("2027-03-16", "2027-04-30", True, True, None),
        ("2027-05-01", "2027-05-15", True, True, None),
        ("2027-05-16", "2027-06-30", True, False, 3),
    ]


def test_a_number_that_begins_at_nought_is_told_from_none():
    level = Level("operation", 1, "Mali", ((day("2027-02-01"), 0), (day("2027-03-01"), None)))
    assert [(step.is_numbered, step.number) for step in steps_of(level, "2027-01-01", "2027-03-31")] == [
        (False, 0),
        (True, 0),
        (False, 0),
    ]


def test_the_drawing_has_no_number_before_the_first_and_shades_the_days_that_take_nobody():
    drawn = forecast(steps_of(LEVEL, "2027-01-01", "2027-12-31", Span(day("2027-07-01"), datetime.date.max)))
    assert len(drawn.closed) == 1 and drawn.closed[0].x + drawn.closed[0].width == pytest.approx(704)
    assert float(re.match(r"M([\d.]+)", drawn.number).group(1)) > 100


def test_months_of_the_table_are_parted_where_terms_change_inside_one():
    tours = tuple(Tour(day("2027-01-01"), day("2027-01-01") + datetime.timedelta(days=9 * n)) for n in range(1, 40))
    level = Level("mission", 1, "Mali", ((day("2020-01-01"), 60),), tours)
    rows = in_rows(steps_of(level, "2027-01-01", "2027-12-31", Span(day("2027-03-10"), day("2027-03-20"))))
    march = [(str(row.day), str(row.last_day), row.takes_nobody) for row in rows if row.day.month == 3]
    assert march == [
        ("2027-03-01", "2027-03-09", False),
        ("2027-03-10", "2027-03-20", True),
        ("2027-03-21", "2027-03-31", False),
    ]
    assert len(rows) == 14


@pytest.fixture
def posting(db):
    """Suspended from in 10 days for 20 days, with one of three places taken."""
    found = factories.opening(factories.mission(factories.operation(3)), places=2)
    found.tour_first_day, found.tour_last_day = around(5), around(60)
    found.save()
    factories.deployment(found, str(around(-10)), str(around(40)))
    factories.terms(found.mission.operation, "suspended", around(10))
    factories.terms(found.mission.operation, "active", around(30))
    return found


def records(posting) -> dict:
    mission = posting.mission
    return {"posting": posting, "mission": mission, "operation": mission.operation}


@pytest.mark.parametrize("kind", ["posting", "mission", "operation"])
def test_what_an_operation_closes_is_closed_below_it_and_a_programme_never(posting, kind):
    assert closed_days(records(posting)[kind]) == [Span(around(10), around(29))]
    assert closed_days(posting.mission.operation.programme) == []
    factories.terms(posting.mission, "reassessment", around(50))
    assert len(closed_days(records(posting)[kind])) == (1 if kind == "operation" else 2)


@pytest.mark.parametrize("status", ["suspended", "reassessment", "closed"])
@pytest.mark.parametrize("kind", ["posting", "mission", "operation"])
def test_the_forecast_of_a_record_says_taking_nobody(client, approver, posting, kind, status):
    operation = posting.mission.operation
    factories.terms(operation, status, around(45))
    client.force_login(approver)
    app = "deployments" if kind == "posting" else "missions"
    page = client.get(reverse(f"admin:{app}_{kind}_change", args=[records(posting)[kind].pk]))
    panel = next(each for each in page.context["panels"] if each.name == "strength").context
    assert all(step.free is None for step in panel["rows"] if step.takes_nobody)
    first = next(row for row in panel["rows"] if row.takes_nobody)
    assert (first.day, first.last_day) == (around(10), around(29))
    text = page.content.decode()
    assert len(panel["closed"]) == 2 and panel["closed"][0] in re.search(r"<title id=.*?</title>", text).group(0)
    assert text.count("taking nobody") == sum(row.takes_nobody for row in panel["rows"])


def test_the_explanation_of_a_number_says_taking_nobody(client, approver, posting):
    operation = posting.mission.operation
    rows = explain(operation, first_day=around(0), last_day=around(60))
    assert [(row.first_day, row.last_day) for row in rows if row.takes_nobody] == [(around(10), around(29))]
    client.force_login(approver)
    page = client.get(f"/admin/deployments/explain/operation-{operation.pk}/")
    assert "taking nobody" in page.content.decode()


def test_the_room_on_the_planned_days_is_no_number_where_some_take_nobody(client, approver, posting):
    room = room_for(posting, Span(around(5), around(60)), around(0))
    assert (room.left, room.is_full, room.closed) == (None, True, (Span(around(10), around(29)),))
    assert {level.kind: step.free for level, step in room.levels} == {"posting": None, "operation": None}
    assert room.next_day == around(30)
    factories.terms(posting.mission, "suspended", around(15))
    both = room_for(posting, Span(around(5), around(60)), around(0)).closed
    assert both == (Span(around(10), around(60)),), "days that operation and mission close are said once"
    factories.terms(posting.mission, "active", around(30))
    assert room_for(posting, Span(around(30), around(60)), around(0)).left == 1
    client.force_login(approver)
    text = client.get(f"/admin/deployments/posting/{posting.pk}/pipeline/").content.decode()
    assert (text.count("taking nobody"), text.count("Taking nobody:")) == (2, 1)
    form = client.get(f"/admin/deployments/posting/{posting.pk}/reserve/").content.decode()
    assert form.count("Taking nobody:") == 1 and f"first_day={around(30)}" in form


def test_without_a_number_the_planned_room_says_so(client, approver):
    posting = factories.opening(factories.mission(factories.operation(None)))
    client.force_login(approver)
    text = client.get(f"/admin/deployments/posting/{posting.pk}/pipeline/").content.decode()
    assert text.count("no number") == 2


def test_over_strength_is_still_said_while_nobody_is_taken(client, approver, posting):
    operation = posting.mission.operation
    factories.strength(operation, 0, around(12), acknowledged_peak=1)
    assert level_of(operation, around(0)).number_on(around(12)) == 0
    client.force_login(approver)
    text = client.get(f"/admin/deployments/explain/operation-{operation.pk}/").content.decode()
    assert re.search(r"taking nobody, <strong>over by 1", text)


def test_who_prepares_or_checks_in_reads_which_terms_take_nobody_and_my_day_lists_the_tours(client, approver):
    operation = factories.operation(name_en="Mali")
    posting = factories.posting(factories.mission(operation))
    days = (around(-5).isoformat(), around(60).isoformat())
    reserved, ready = (factories.deployment(posting, *days, state=state) for state in ("reserved", "preparation"))
    under_way = factories.deployment(posting, *days)
    later = factories.deployment(posting, around(90).isoformat(), around(99).isoformat(), state="reserved")
    client.force_login(approver)

    def said(tour, verb: str) -> bool:
        page = client.get(f"/admin/deployments/deployment/{tour.pk}/{verb}/").content.decode()
        return "takes nobody new" in page

    def listed() -> list[tuple[int, datetime.date]]:
        found = QUEUES["closed"].find(QueueContext(around(0))).order_by("pk")
        return [(tour.pk, tour.due) for tour in found]

    assert not said(reserved, "prepare") and not said(ready, "check-in") and listed() == []
    factories.terms(operation, "suspended", around(30))
    factories.terms(operation, "active", around(80))
    assert said(reserved, "prepare") and said(ready, "check-in") and not said(later, "prepare")
    assert listed() == [(reserved.pk, around(30)), (ready.pk, around(30))]
    # The place was kept by a question that was confirmed (the table of clearance): neither act is refused.
    for tour, verb in ((reserved, "prepare"), (ready, "check-in")):
        answer = client.post(f"/admin/deployments/deployment/{tour.pk}/{verb}/", {"reason": "Agreed"}, headers=JSON)
        assert answer.status_code == 200
    assert listed() == [(reserved.pk, around(30))]
    assert under_way.pk not in dict(listed())
