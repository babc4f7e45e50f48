"""Whatever has a first and a last day: the day before, the first day, the last day, the day after.

Both days are inclusive everywhere. Where the day is today, the clock is moved there; where it is the day of a tour, the
tour is moved.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from core.models import OutboxMail
from deployments.eligibility import candidate as profiles
from deployments.limits.rule import Span
from deployments.models import QualificationRequirement
from officers.models import Coordinator, Officer, Qualification
from tests import factories
from tests.clock import HOUR
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2027-03-01")]
JSON = {"accept": "application/json"}
FIRST, LAST = "2027-05-10", "2027-05-20"
BEFORE, AFTER = "2027-05-09", "2027-05-21"
EDGES = (BEFORE, FIRST, LAST, AFTER)


@contextmanager
def on(when: str) -> Iterator[None]:
    with time_machine.travel(f"{when}{HOUR}"):
        yield


def posted(person, address: str, **typed) -> int:
    """The status of the answer to ``person``."""
    browser = Client()
    browser.force_login(person)
    return browser.post(address, typed, headers=JSON).status_code


def on_each(act: Callable[[], int], *days: str) -> list[int]:
    """What the act is answered on each day; nothing of it stays."""
    found = []
    for when in days:
        with on(when), transaction.atomic():
            found.append(act())
            transaction.set_rollback(True)
    return found


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


# --- Who acts for a police service -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["endorse", "decline-release"])
def test_a_coordinator_acts_from_the_first_to_the_last_day(verb):
    officer, person = factories.candidate(), factories.user()
    days = {"first_day": day(FIRST), "last_day": day(LAST)}
    Coordinator.objects.create(user=person, police_service=officer.police_service, **days)
    application = factories.application(officer=officer, state="submitted")
    address = f"/en/coordination/{application.pk}/{verb}/"
    answers = on_each(lambda: posted(person, address, reason="Needed here"), *EDGES)
    assert answers == [403, 200, 200, 403]


def test_a_deputy_acts_for_the_days_named_and_the_coordinator_beside():
    officer, deputy = factories.candidate(), factories.user()
    coordinator = factories.coordinator(officer.police_service)
    address = f"/en/coordination/services/{officer.police_service.pk}/deputies/"
    assert posted(coordinator, address, email=deputy.email, first_day=FIRST, last_day=LAST) < 400
    application = factories.application(officer=officer, state="submitted")
    address = f"/en/coordination/{application.pk}/endorse/"
    assert on_each(lambda: posted(deputy, address), *EDGES) == [403, 200, 200, 403]
    assert on_each(lambda: posted(coordinator, address), *EDGES) == [200] * 4


@pytest.mark.parametrize(("ended_on", "serves"), [(BEFORE, []), (FIRST, []), ("2027-05-12", [FIRST])])
def test_a_deputy_whose_time_is_ended_serves_to_the_day_before(ended_on, serves):
    service, deputy = factories.service(), factories.user()
    coordinator = factories.coordinator(service)
    row = Coordinator.objects.create(
        user=deputy, police_service=service, first_day=day(FIRST), last_day=day(LAST), named_by=coordinator
    )
    with on(ended_on):
        assert posted(coordinator, f"/en/coordination/deputies/{row.pk}/end/") < 400
    assert [each for each in (FIRST, "2027-05-12", LAST) if Coordinator.objects.on(day(each)).filter(user=deputy)] == (
        serves
    )


def test_deputies_are_named_until_the_last_day_and_not_after():
    service, deputy = factories.service(), factories.user()
    coordinator, address = factories.coordinator(service), f"/en/coordination/services/{service.pk}/deputies/"

    def name() -> bool:
        posted(coordinator, address, email=deputy.email, first_day=FIRST, last_day=LAST)
        return Coordinator.objects.filter(user=deputy).exists()

    assert on_each(name, LAST, AFTER) == [True, False]


# --- Holds, drafts, roster -------------------------------------------------------------------------------


@pytest.fixture
def held():
    """An application selected, with the one place of its operation held to the end of LAST."""
    posting = factories.opening(factories.mission(factories.operation(1)))
    officer = factories.candidate()
    place = factories.deployment(
        posting, "2027-08-01", "2027-12-31", state="reserved", officer=officer, hold_until=day(LAST)
    )
    return factories.application(posting, officer=officer, state="selected", deployment=place)


def test_a_place_is_accepted_to_the_last_day_of_the_hold(held):
    def accept() -> int:
        return posted(held.officer.user, f"/en/my/applications/{held.pk}/accept/")

    assert on_each(accept, FIRST, LAST, AFTER) == [200, 200, 409]


def test_the_daily_run_ends_a_hold_on_the_day_after(held):
    states = []
    for when in (LAST, AFTER):
        with on(when):
            call_command("daily", verbosity=0)
        held.refresh_from_db()
        states.append((held.state, held.deployment.state))
    assert states == [("selected", "reserved"), ("expired", "cancelled")]


def test_a_hold_gives_way_to_another_on_the_day_after(held, approver):
    typed = {"officer": factories.officer().user.email, "first_day": "2027-08-01", "last_day": "2027-08-31"}
    address = f"/admin/deployments/posting/{held.posting.pk}/reserve/"
    answers = on_each(lambda: posted(approver, address, **typed), LAST, AFTER)
    assert answers == [409, 200]


def test_a_hold_is_not_given_that_has_run_out_already(approver):
    posting = factories.opening()
    address = f"/admin/deployments/posting/{posting.pk}/reserve/"
    typed = {"officer": factories.officer().user.email, "first_day": "2027-08-01", "last_day": "2027-08-31"}
    assert on_each(lambda: posted(approver, address, hold_until=LAST, **typed), LAST, AFTER) == [200, 409]


def test_reminders_of_a_hold_begin_three_days_before_its_last_day(held, approver):
    mailed = []
    for when in ("2027-05-16", "2027-05-17"):
        with on(when):
            call_command("daily", verbosity=0)
        mailed.append(OutboxMail.objects.filter(user__in=[approver, held.officer.user]).count())
    assert mailed == [0, 2]


def test_an_opening_takes_applications_to_the_end_of_its_last_day():
    opening = factories.opening(closes=LAST, opens_at=f"{FIRST}T04:00Z")
    draft = factories.application(opening)

    def submit() -> int:
        return posted(draft.officer.user, f"/en/my/applications/{draft.pk}/submit/")

    assert on_each(submit, *EDGES) == [409, 200, 200, 409]


def test_a_draft_expires_on_the_day_after_the_opening_closed():
    draft, states = factories.application(factories.opening(closes=LAST)), []
    for when in (LAST, AFTER):
        with on(when):
            call_command("daily", verbosity=0)
        draft.refresh_from_db()
        states.append(draft.state)
    assert states == ["draft", "expired"]


def test_a_roster_entry_ends_on_the_day_after_its_last_day():
    entry, states = factories.application(state="qualified", qualified_until=day(LAST)), []
    for when in (LAST, AFTER):
        with on(when):
            call_command("daily", verbosity=0)
        entry.refresh_from_db()
        states.append(entry.state)
    assert states == ["qualified", "expired"]


def test_a_roster_entry_begins_no_later_than_it_ends(selection_officer):
    entry = factories.application(state="in_assessment")
    address = f"/admin/deployments/application/{entry.pk}/qualify/"
    typed = {"qualified_until": LAST, "is_told": "on"}
    assert on_each(lambda: posted(selection_officer, address, **typed), LAST, AFTER) == [200, 409]


# --- Who may go: the tour is moved ------------------------------------------------------------------------


def may_go(officer: Officer, posting, first: str, last: str) -> tuple[bool, bool]:
    """By the rule, and by the query that looks officers up: the two agree wherever the query decides."""
    tour = Span(day(first), day(last))
    by_rule = profiles.eligibility(officer, posting, tour).is_eligible
    found = Officer.objects.filter(profiles.who_could_meet(profiles.requirements(posting), tour), pk=officer.pk)
    return by_rule, found.exists()


@pytest.fixture
def with_passport():
    """A posting that asks for a passport."""
    posting = factories.opening()
    QualificationRequirement.objects.create(posting=posting, qualification=Qualification.objects.get(code="passport"))
    return posting


@pytest.mark.parametrize(
    ("first", "last", "goes"),
    [
        (BEFORE, LAST, (False, False)),
        (FIRST, LAST, (True, True)),
        (LAST, LAST, (True, True)),
        # Whether it lasts to the end is the rule's to say: another grant may follow.
        (FIRST, AFTER, (False, True)),
        (AFTER, AFTER, (False, False)),
    ],
)
def test_a_qualification_is_valid_from_its_first_to_its_last_day(with_passport, first, last, goes):
    officer = factories.candidate()
    passport = Qualification.objects.get(code="passport")
    officer.grants.create(qualification=passport, valid_from=day(FIRST), valid_until=day(LAST))
    assert may_go(officer, with_passport, first, last) == goes


@pytest.mark.parametrize(("renewed_from", "goes"), [(LAST, True), (AFTER, True), ("2027-05-22", False)])
def test_a_renewal_follows_without_a_day_between(with_passport, renewed_from, goes):
    officer = factories.candidate()
    passport = Qualification.objects.get(code="passport")
    officer.grants.create(qualification=passport, valid_from=day(FIRST), valid_until=day(LAST))
    officer.grants.create(qualification=passport, valid_from=day(renewed_from), valid_until=day("2027-06-30"))
    assert may_go(officer, with_passport, FIRST, "2027-06-30")[0] is goes


AROUND = [
    ("2027-05-01", BEFORE, True),
    ("2027-05-01", FIRST, False),
    (LAST, "2027-06-30", False),
    (AFTER, "2027-06-30", True),
    ("2027-05-12", "2027-05-13", False),
]


@pytest.mark.parametrize(("first", "last", "goes"), AROUND)
def test_nobody_goes_on_a_day_of_absence(first, last, goes):
    officer = factories.candidate()
    officer.unavailabilities.create(first_day=day(FIRST), last_day=day(LAST))
    assert may_go(officer, factories.opening(), first, last) == (goes, goes)


@pytest.mark.parametrize(("first", "last", "goes"), AROUND)
def test_nobody_has_two_tours_on_one_day(first, last, goes, settings):
    settings.REST_MONTHS = 0
    officer, posting = factories.candidate(), factories.opening()
    factories.deployment(posting, FIRST, LAST, officer=officer)
    assert may_go(officer, posting, first, last) == (goes, goes)
    assert is_taken(posting, first, last, officer=officer) is goes


def is_taken(posting, first: str, last: str, **fields) -> bool:
    """Whether the database takes a tour on these days; it does not stay."""
    try:
        with transaction.atomic():
            factories.deployment(posting, first, last, state="preparation", **fields)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


# --- Numbers and terms: each holds until the day before the next ---------------------------------------------


def test_a_number_holds_from_its_first_day_to_the_day_before_the_next():
    operation = factories.operation(0, since=day("2027-01-01"))
    posting = factories.posting(factories.mission(operation))
    factories.strength(operation, 1, day(FIRST))
    factories.strength(operation, 0, day(AFTER))
    assert [is_taken(posting, each, each) for each in EDGES] == [False, True, True, False]


@pytest.mark.parametrize("level", ["operation", "mission"])
@pytest.mark.parametrize("status", ["suspended", "closed", "reassessment"])
def test_terms_hold_from_their_first_day_to_the_day_before_the_next(level, status):
    mission = factories.mission()
    posting, record = factories.posting(mission), mission if level == "mission" else mission.operation
    factories.terms(record, status, day(FIRST))
    factories.terms(record, "active", day(AFTER))
    assert [is_taken(posting, each, each) for each in EDGES] == [True, False, False, True]


def test_an_officer_is_in_mission_from_the_first_day(approver):
    tour = factories.deployment(factories.posting(), FIRST, LAST, state="preparation")
    address = f"/admin/deployments/deployment/{tour.pk}/check-in/"
    assert on_each(lambda: posted(approver, address), BEFORE, FIRST) == [409, 200]


def test_an_actual_last_day_is_today_at_the_latest(approver):
    tour = factories.deployment(factories.posting(), FIRST, "2027-12-31")
    address = f"/admin/deployments/deployment/{tour.pk}/complete/"
    assert on_each(lambda: posted(approver, address, last_day=LAST), "2027-05-19", LAST) == [409, 200]


@pytest.mark.parametrize(
    ("state", "first", "last", "statuses"),
    [
        # The officer is there: the first day has come. Over: the last day is an actual one.
        ("in_mission", "2027-05-12", "2027-12-30", [409, 200, 200]),
        ("ended", "2027-05-01", "2027-05-12", [409, 200, 200]),
        ("reintegration", "2027-05-01", "2027-05-12", [409, 200, 200]),
        ("preparation", "2027-05-12", "2027-12-30", [200, 200, 200]),
    ],
)
def test_other_dates_are_true_on_the_day_on_which_they_are_recorded(approver, state, first, last, statuses):
    over = {"end_reason": "completed"} if state in ("ended", "reintegration") else {}
    tour = factories.deployment(factories.posting(), "2027-04-01", "2027-05-11", state=state, **over)
    address = f"/admin/deployments/deployment/{tour.pk}/change-dates/"
    typed = {"first_day": first, "last_day": last, "reason": "As it was"}
    answers = on_each(lambda: posted(approver, address, **typed), "2027-05-11", "2027-05-12", "2027-05-13")
    assert answers == statuses


def test_leave_shares_no_day_with_other_leave(approver):
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-12-31")
    tour.leaves.create(first_day=day(FIRST), last_day=day(LAST))
    address = f"/admin/deployments/deployment/{tour.pk}/record-leave/"
    days = [("2027-05-01", BEFORE), ("2027-05-01", FIRST), (LAST, "2027-05-30"), (AFTER, "2027-05-30")]
    answers = [on_each(lambda a=a, b=b: posted(approver, address, first_day=a, last_day=b), BEFORE) for a, b in days]
    assert answers == [[200], [409], [409], [200]]


def test_a_return_is_overdue_on_the_day_after_the_last(approver):
    factories.deployment(factories.posting(), FIRST, LAST, state="in_mission")
    told = []
    for when in (LAST, AFTER):
        with on(when):
            call_command("daily", verbosity=0)
        told.append(OutboxMail.objects.filter(user=approver, text_body__contains="was due home").count())
    assert told == [0, 1]


def test_what_waits_for_two_weeks_is_told_on_that_day(selection_officer):
    service = factories.service(needs_release=False)
    with on(FIRST):
        factories.application(state="submitted", officer=factories.candidate(police_service=service))
    told = []
    for when in ("2027-05-23", "2027-05-24"):
        with on(when):
            call_command("daily", verbosity=0)
        told.append(OutboxMail.objects.filter(user=selection_officer).count())
    assert told == [0, 1]
