"""Reserving a place in a transaction of its own, where the guards decide and the rule only explains (docs/adr/0011)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.history.acts import history_of
from core.models import HistoryEntry
from core.refusals import Refusal
from deployments.domain import tours
from deployments.domain.tours import OfficerTaken, TakesNobody
from deployments.limits import guards
from deployments.limits.gate import LimitsUnprotected
from deployments.limits.refusals import CapacityExceeded
from deployments.models import Deployment, Gate
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = day("2026-11-24")


@pytest.fixture
def posting():
    return factories.posting(factories.mission(factories.operation(1)))


def reserve(posting, first="2027-01-01", last="2027-12-31", officer=None, **values) -> Deployment:
    values = {"by": SYSTEM, "officer": officer or factories.officer(), "today": TODAY} | values
    return tours.reserve(posting=posting, first_day=day(first), last_day=day(last), **values)


def refused(kind: type[Refusal], posting, *args, **values) -> Refusal:
    """The refusal, which leaves neither a tour nor a line of history behind."""
    values.setdefault("officer", factories.officer())
    before = Deployment.objects.count(), HistoryEntry.objects.count()
    with pytest.raises(kind) as caught:
        reserve(posting, *args, **values)
    assert (Deployment.objects.count(), HistoryEntry.objects.count()) == before
    return caught.value


def test_a_place_is_taken_once_with_its_line_of_history(posting):
    officer = factories.officer()
    revision = Gate.objects.get().revision
    tour = reserve(posting, officer=officer)
    assert [entry.verb for entry in history_of(tour)] == ["reserve"]
    assert Gate.objects.get().revision == revision + 1


def test_little_is_read_where_there_is_room_and_the_posting_asks_nothing(posting):
    """Whether clearance has anything to ask, and whether the guards stand: the rule itself is not read."""
    officer = factories.officer()
    reserve(posting, "2026-01-01", "2026-12-31")
    with CaptureQueriesContext(connection) as queries:
        reserve(posting, officer=officer)
    statements = [query["sql"].split()[0] for query in queries]
    assert [word for word in statements if word not in ("BEGIN", "COMMIT")] == [
        *("SELECT", "SELECT"),
        *("INSERT", "INSERT", "INSERT"),  # the mail, the tour, its history
    ]


def test_of_who_reserves_is_asked_only_whether_it_is_an_officer(posting, approver):
    """What an officer has a stake in takes five tables; who is none has none."""
    officer = factories.officer()
    reserve(posting, "2026-01-01", "2026-12-31", by=approver)
    with CaptureQueriesContext(connection) as queries:
        reserve(posting, officer=officer, by=approver)
    reads = [query["sql"] for query in queries if query["sql"].lstrip().startswith("SELECT")]
    assert len(reads) == 3
    assert [sql for sql in reads if "deployments_application" in sql] == []


def test_one_too_many_learns_level_days_number_and_the_next_day(posting):
    reserve(posting)
    refusal = refused(CapacityExceeded, posting, "2027-06-01", "2028-05-31")
    (found,) = refusal.shortfalls
    assert (found.level.kind, found.first_day, found.number, found.committed) == ("operation", day("2027-06-01"), 1, 1)
    assert refusal.next_first_day == day("2028-01-01")


def test_holds_that_have_run_out_give_way(posting):
    lapsed = reserve(posting, hold_until=day("2026-12-01"))
    tour = reserve(posting, today=day("2026-12-02"))
    lapsed.refresh_from_db()
    assert (lapsed.state, tour.state) == ("cancelled", "reserved")


def test_an_officer_is_nowhere_twice(posting):
    officer = factories.officer()
    factories.deployment(
        factories.posting(factories.mission(factories.operation(1))), "2027-01-01", "2027-03-31", officer=officer
    )
    assert refused(OfficerTaken, posting, officer=officer).field == "officer"


def test_terms_that_take_nobody_are_named(posting):
    factories.terms(posting.mission.operation, "suspended", day("2027-06-01"))
    assert "2027-06-01" in str(refused(TakesNobody, posting))


def test_a_posting_stood_down_since_the_page_was_read_takes_nobody(posting):
    type(posting).objects.update(status="stood_down")
    assert posting.status == "open"
    assert refused(Refusal, posting).code == "posting_not_open"


def test_without_its_guards_nobody_is_taken(posting):
    guards.drop(connection)
    refused(LimitsUnprotected, posting)
    guards.install(connection)
    reserve(posting)


def test_it_is_the_guards_that_decide(posting, monkeypatch):
    """The control: with the guards gone and nobody looking whether they stand, one too many gets in."""
    guards.drop(connection)
    monkeypatch.setattr(guards, "missing", lambda connection: [])
    reserve(posting)
    reserve(posting)
    assert Deployment.objects.count() == 2
