"""Rules at their edges: a day more or less, one more or less, one condition of two."""

import datetime

import pytest

from core.actors import SYSTEM
from core.models import OutboxMail
from deployments.daily.run import run_daily
from deployments.domain import tours
from deployments.domain.tours import OfficerTaken, TakesNobody
from deployments.limits import levels
from deployments.limits.refusals import CapacityExceeded
from missions.models import AuthorizedStrength, MissionTerms, OperationTerms
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def posting():
    """One place in an operation with one place."""
    return factories.posting(factories.mission(factories.operation(1)))


def reserve(posting, first: str, last: str, officer=None, **values):
    officer = officer or factories.officer()
    days = {"first_day": day(first), "last_day": day(last)}
    return tours.reserve(by=SYSTEM, officer=officer, posting=posting, today=TODAY, **days, **values)


# --- Days that would do ------------------------------------------------------------------------------------------


def test_an_extension_can_reach_the_day_before_the_next_tour_begins(posting):
    tour = reserve(posting, "2027-01-01", "2027-01-31")
    reserve(posting, "2027-02-15", "2027-02-28")
    reserve(posting, "2027-03-02", "2027-03-31")
    with pytest.raises(CapacityExceeded) as refused:
        tours.extend(tour, by=SYSTEM, last_day=day("2027-02-20"), reason="Elections", today=TODAY)
    assert refused.value.extendable_to == day("2027-02-14")
    assert refused.value.next_first_day == day("2027-03-01")
    assert tours.extend(tour, by=SYSTEM, last_day=day("2027-02-14"), reason="Elections", today=TODAY)


def test_an_extension_of_which_no_day_fits_can_reach_its_present_last_day(posting):
    tour = reserve(posting, "2027-01-01", "2027-01-31")
    reserve(posting, "2027-02-01", "2027-02-28")
    with pytest.raises(CapacityExceeded) as refused:
        tours.extend(tour, by=SYSTEM, last_day=day("2027-02-20"), reason="Elections", today=TODAY)
    assert refused.value.extendable_to == day("2027-01-31")


@pytest.mark.parametrize(
    ("first", "last", "extendable_to", "whole_from"),
    [
        # Later at its end alone: an extension, from whichever of its days it begins.
        ("2027-01-01", "2027-02-28", "2027-02-09", "2027-03-01"),
        ("2027-01-20", "2027-02-28", "2027-02-09", "2027-03-01"),
        ("2027-01-31", "2027-02-28", "2027-02-09", "2027-03-01"),
        # No day in common, or longer at both ends: the whole tour has to fit.
        ("2027-02-01", "2027-02-28", None, "2027-03-01"),
        ("2026-12-15", "2027-02-28", None, "2027-03-01"),
    ],
)
def test_longer_days_are_an_extension_only_where_the_tour_goes_on(posting, first, last, extendable_to, whole_from):
    tour = reserve(posting, "2027-01-01", "2027-01-31")
    reserve(posting, "2027-02-10", "2027-02-28")
    days = {"first_day": day(first), "last_day": day(last)}
    with pytest.raises(CapacityExceeded) as refused:
        tours.change_dates(tour, by=SYSTEM, reason="Later", today=TODAY, **days)
    assert refused.value.extendable_to == (extendable_to and day(extendable_to))
    assert refused.value.next_first_day == day(whole_from)


def test_the_days_that_a_tour_gives_up_are_free_for_its_other_days(posting):
    tour = reserve(posting, "2027-01-11", "2027-01-20")
    reserve(posting, "2027-01-01", "2027-01-10")
    days = {"first_day": day("2027-01-05"), "last_day": day("2027-01-14")}
    with pytest.raises(CapacityExceeded) as refused:
        tours.change_dates(tour, by=SYSTEM, reason="Earlier", today=TODAY, **days)
    assert (refused.value.extendable_to, refused.value.next_first_day) == (None, day("2027-01-11"))


def test_one_day_on_which_terms_take_nobody_is_named_as_such(posting):
    """Whether it is the last day of the tour, the first, or one in between."""
    operation = posting.mission.operation
    for status, since in (("suspended", "2027-01-31"), ("active", "2027-02-01")):
        factories.terms(operation, status, day(since))
    for first, last in (("2027-01-01", "2027-01-31"), ("2027-01-31", "2027-02-28"), ("2027-01-15", "2027-02-15")):
        with pytest.raises(TakesNobody) as refused:
            reserve(posting, first, last)
        assert str(refused.value) == f"{operation} takes nobody new on 2027-01-31: suspended."
    assert reserve(posting, "2027-02-01", "2027-02-28")


# --- Holds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["preparation", "in_mission", "ended"])
def test_only_a_reservation_gives_way_after_its_hold(posting, state):
    officer = factories.officer()
    ended = {"end_reason": "completed"} if state == "ended" else {}
    tour = factories.deployment(
        posting, "2026-10-01", "2026-11-20", officer=officer, state=state, hold_until=day("2026-09-01"), **ended
    )
    with pytest.raises(OfficerTaken):
        reserve(factories.posting(), "2026-11-01", "2026-11-30", officer)
    tour.refresh_from_db()
    assert tour.state == state


@pytest.mark.parametrize(("before", "is_told"), [(4, False), (3, True), (1, True), (0, True)])
def test_approvers_hear_of_a_hold_from_three_days_before_to_its_last_day(posting, approver, before, is_told):
    hold_until = TODAY + datetime.timedelta(days=before)
    factories.deployment(posting, "2027-03-01", "2027-06-30", state="reserved", hold_until=hold_until)
    run_daily(today=TODAY)
    told = OutboxMail.objects.filter(user=approver, text_body__contains="is free again after")
    assert told.exists() is is_told


# --- Numbers and terms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "counts"), [("2026-11-23", 1), ("2026-11-24", 1), ("2026-11-25", 0)])
def test_a_tour_counts_from_each_day_up_to_its_last(posting, since, counts):
    factories.deployment(posting, "2026-11-01", "2026-11-24")
    assert [len(level.tours) for level in levels.levels_above(posting, since=day(since))] == [counts, counts]
    for record in (posting, posting.mission.operation):
        found = levels.level_of(record, day(since))
        assert sum(number for _day, number in found.first_days) == counts
    assert len(levels.level_reaching(posting.mission.operation, day(since)).tours) == counts


@pytest.mark.parametrize(("on", "found"), [("2027-04-30", "first"), ("2027-05-01", "second"), ("2027-05-02", "second")])
@pytest.mark.parametrize("kind", [AuthorizedStrength, OperationTerms, MissionTerms])
def test_a_number_and_terms_are_in_force_from_their_first_day(kind, on, found):
    mission = factories.mission(factories.operation(None, since=day("2020-01-01")))
    operation = mission.operation
    if kind is MissionTerms:
        owner = {"mission": mission}
        first = factories.terms(mission, "active", day("2020-01-01"))
        second = factories.terms(mission, "suspended", day("2027-05-01"))
    elif kind is OperationTerms:
        owner = {"operation": operation}
        first = OperationTerms.objects.get(operation=operation)
        second = factories.terms(operation, "suspended", day("2027-05-01"))
    else:
        owner = {"operation": operation}
        first, second = factories.strength(operation, 4), factories.strength(operation, 5, day("2027-05-01"))
    assert kind.objects.on(day(on)).filter(**owner).first() == {"first": first, "second": second}[found]


# --- Applications ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted"])
@pytest.mark.parametrize(("today", "status"), [("2027-05-20", 302), ("2027-05-21", 409)])
def test_what_an_officer_wrote_changes_until_the_opening_closes(client, time_machine, state, today, status):
    time_machine.move_to("2027-03-01T15:00Z")
    application = factories.application(factories.opening(closes="2027-05-20"), state=state)
    time_machine.move_to(f"{today}T15:00Z")
    client.force_login(application.officer.user)
    typed = {"motivation": "I can help even more."}
    answer = client.post(f"/en/my/applications/{application.pk}/", typed)
    assert answer.status_code == status
    application.refresh_from_db()
    assert application.motivation == ("I can help even more." if status == 302 else "I can help.")
