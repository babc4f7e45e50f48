"""What becomes true or stops being true with a day or a moment: just before, on it, just after."""

import datetime

import pytest

from core.actors import SYSTEM
from core.mail import delivery, queue
from core.models import HistoryEntry, MailState, OutboxMail
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.daily import reminders
from deployments.domain import alerts, applications, releases, tours, waivers
from deployments.limits.days import check_day, horizon, planned_tour
from deployments.limits.rule import Span
from deployments.models import (
    ApplicationDocument,
    ChecklistItem,
    ExtensionRequest,
    OpeningAlert,
    QualificationRequirement,
)
from deployments.openings.moments import next_moment
from deployments.openings.opening import current_state
from deployments.privacy import erasure
from deployments.queries.queues import QUEUES, QueueContext
from missions.help import answered_long_ago
from missions.models import Enquiry
from officers.domain.expiry import endings, warn_of_endings
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2027-03-01")]
TODAY = day("2027-03-01")
NOON = datetime.datetime(2027, 3, 1, 17, tzinfo=datetime.UTC)
SECOND, HOUR = datetime.timedelta(seconds=1), datetime.timedelta(hours=1)


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def code_of(act, *values, **named) -> str:
    """The code of the refusal; "" where the act is done."""
    try:
        act(*values, **named)
    except Refusal as refusal:
        return refusal.code
    return ""


# --- Days that an act may name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "code"),
    [("1899-12-31", "too_early"), ("1900-01-01", ""), ("2037-03-01", ""), ("2037-03-02", "too_far")],
)
def test_days_lie_between_1900_and_ten_years_ahead(named, code):
    assert code_of(check_day, day(named), TODAY, field="first_day") == code


def test_ten_years_after_a_leap_day_is_the_first_of_march():
    assert horizon(day("2028-02-29")) == day("2038-03-01")
    assert horizon(day("2028-02-28")) == day("2038-02-28")


@pytest.mark.parametrize(
    ("planned", "closes", "expected"),
    [
        ({"tour_first_day": day("2027-06-01"), "tour_last_day": day("2028-05-31")}, "2027-04-30", ("2027-06-01", "2028-05-31")),
        ({"tour_last_day": day("2027-03-31")}, "2027-04-30", ("2027-03-31", "2027-03-31")),
        ({"tour_months": 12}, "2027-04-30", ("2027-04-30", "2028-04-27")),
        ({"tour_months": 9}, "2027-01-31", ("2027-03-01", "2027-11-30")),
        ({"tour_months": 10}, "2027-03-02", ("2027-03-02", "2028-01-01")),
        ({"tour_months": 1}, "2027-03-31", ("2027-03-31", "2027-04-27")),
    ],
)  # fmt: skip
def test_a_planned_tour_begins_when_the_opening_closes_or_today_and_lasts_its_months(planned, closes, expected):
    posting = factories.opening(closes=closes, opens_at=NOON - datetime.timedelta(days=90), **planned)
    assert planned_tour(posting, TODAY) == Span(*map(day, expected))


# --- Openings -----------------------------------------------------------------------------------------------------


def test_an_opening_opens_with_its_moment():
    posting = factories.opening(opens_at=NOON, closes="2027-12-31")
    states = [current_state(posting, now=NOON + each).value for each in (-SECOND, 0 * SECOND, SECOND)]
    assert states == ["upcoming", "open", "open"]


def test_the_next_moment_is_the_first_at_which_any_opening_changes():
    assert next_moment(NOON) is None
    posting = factories.opening(opens_at=NOON + HOUR, closes="2027-03-20")
    posting.refresh_from_db()  # in UTC: the clocks go forward in between
    closing = posting.closes_at - datetime.timedelta(days=7)
    assert next_moment(NOON) == NOON + HOUR
    assert next_moment(NOON + HOUR) == closing
    assert (
        next_moment(closing) == next_moment(posting.closes_at) == posting.closes_at + datetime.timedelta(microseconds=1)
    )
    assert next_moment(posting.closes_at + SECOND) is None


# --- Queues of the desk -------------------------------------------------------------------------------------------


def waits(name: str, record) -> bool:
    return QUEUES[name].find(QueueContext(TODAY)).filter(pk=record.pk).exists()


@pytest.mark.parametrize(("ahead", "is_waiting"), [(-1, True), (0, True), (3, True), (4, False)])
def test_a_hold_waits_from_three_days_before_its_end(ahead, is_waiting):
    held = factories.deployment(
        factories.posting(), "2027-06-01", "2027-12-31", state="reserved", hold_until=days(ahead)
    )
    assert waits("holds", held) is is_waiting
    assert not waits("preparation", held)


@pytest.mark.parametrize(("last", "is_waiting"), [("2027-02-28", True), ("2027-03-01", False)])
def test_a_return_waits_on_the_day_after(last, is_waiting):
    assert waits("overdue", factories.deployment(factories.posting(), "2026-06-01", last)) is is_waiting


@pytest.mark.parametrize(
    ("until", "is_waiting"),
    [
        # It ends inside the tour: on its first day at the earliest, before its last day, within 120 days.
        ("2026-12-31", False),
        ("2027-01-01", True),
        ("2027-05-30", True),
        ("2027-05-31", False),
    ],
)
def test_a_qualification_that_ends_inside_the_tour_waits(until, is_waiting):
    posting = factories.posting()
    passport = Qualification.objects.get(code="passport")
    QualificationRequirement.objects.create(posting=posting, qualification=passport)
    tour = factories.deployment(posting, "2027-01-01", "2027-05-31")
    tour.officer.grants.create(qualification=passport, valid_from=day("2022-01-01"), valid_until=day(until))
    assert waits("expiring", tour) is is_waiting


def test_only_the_officers_own_qualification_that_the_posting_asks_for_waits():
    posting = factories.posting()
    passport, medical = (Qualification.objects.get(code=code) for code in ("passport", "medical"))
    QualificationRequirement.objects.create(posting=posting, qualification=passport)
    tour = factories.deployment(posting, "2027-01-01", "2027-05-31")
    ending = {"valid_from": day("2022-01-01"), "valid_until": day("2027-04-01")}
    factories.officer().grants.create(qualification=passport, **ending)
    tour.officer.grants.create(qualification=medical, **ending)
    assert not waits("expiring", tour)
    tour.officer.grants.create(qualification=passport, **ending)
    assert waits("expiring", tour)


@pytest.mark.parametrize(("until", "is_waiting"), [("2027-06-29", True), ("2027-06-30", False)])
def test_a_qualification_waits_from_120_days_before_its_end(until, is_waiting):
    posting = factories.posting()
    passport = Qualification.objects.get(code="passport")
    QualificationRequirement.objects.create(posting=posting, qualification=passport)
    tour = factories.deployment(posting, "2027-01-01", "2027-12-31")
    tour.officer.grants.create(qualification=passport, valid_from=day("2022-01-01"), valid_until=day(until))
    assert waits("expiring", tour) is is_waiting


# --- Reminders -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "stage"), [(-1, None), (0, 30), (30, 30), (31, 60), (60, 60), (61, 90), (90, 90), (91, 120), (120, 120)]
)
def test_stages_are_reached_on_their_day(ahead, stage):
    assert reminders.stage(ahead) == stage


def test_a_hold_that_lapsed_unseen_is_told_for_thirty_days(approver):
    def told(ago: int) -> bool:
        held = factories.deployment(
            factories.posting(), "2027-06-01", "2027-12-31", state="reserved", hold_until=days(-ago)
        )
        tours.expire_hold(held, by=SYSTEM, today=TODAY)
        return any(f":{held.pk}:" in matter.key for matter in reminders.holds_lapsed(TODAY))

    assert [told(ago) for ago in (1, 30, 31)] == [True, True, False]


def test_a_place_given_up_by_hand_is_no_lapsed_hold():
    held = factories.deployment(factories.posting(), "2027-06-01", "2027-12-31", state="reserved", hold_until=days(-1))
    tours.cancel(held, by=SYSTEM, reason="Not needed", today=TODAY)
    assert list(reminders.holds_lapsed(TODAY)) == []


def test_nobody_without_an_active_account_is_reminded(approver):
    service = factories.service()
    gone, coordinator = factories.staff("Approver", is_active=False), factories.coordinator(service, is_active=False)
    factories.application(officer=factories.candidate(police_service=service), state="submitted")
    factories.deployment(factories.posting(), "2026-06-01", "2027-02-28")
    assert approver in reminders.holders(reminders.APPROVERS) and gone not in reminders.holders(reminders.APPROVERS)
    reminders.send_digests(today=TODAY)
    assert OutboxMail.objects.filter(user=approver).exists()
    assert not OutboxMail.objects.filter(user__in=[gone, coordinator]).exists()


@pytest.mark.parametrize(("ago", "mails"), [(30, 1), (31, 0)])
def test_what_ended_while_the_run_was_missed_is_told_for_thirty_days(ago, mails):
    passport = Qualification.objects.get(code="passport")
    officer = factories.officer()
    QualificationGrant.objects.create(
        officer=officer, qualification=passport, valid_from=day("2020-01-01"), valid_until=days(-ago)
    )
    assert warn_of_endings(today=TODAY) == mails


# --- During a tour ---------------------------------------------------------------------------------------------------


def asked_extension(**agreed) -> ExtensionRequest:
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-06-30")
    return tour.extensions.create(last_day=day("2027-08-31"), reason="Elections", asked_by=tour.officer.user, **agreed)


@pytest.mark.parametrize(
    ("agreed", "code"),
    [
        ({}, "not_agreed"),
        ({"service_agreed_at": NOON}, "not_agreed"),
        ({"mission_agreed_at": NOON}, "not_agreed"),
        ({"service_agreed_at": NOON, "mission_agreed_at": NOON}, ""),
    ],
)
def test_an_extension_is_granted_once_both_have_agreed(approver, agreed, code):
    asked = asked_extension(**agreed)
    assert code_of(tours.grant_extension, asked.deployment, by=approver) == code


@pytest.mark.parametrize(("lasts_to", "state"), [("2027-08-30", "open"), ("2027-08-31", "declined")])
def test_an_extension_without_a_point_is_declined_with_the_reason_in_the_officers_language(approver, lasts_to, state):
    asked = asked_extension()
    tours.extend(asked.deployment, by=approver, last_day=day(lasts_to), reason="As agreed", today=TODAY)
    asked.refresh_from_db()
    assert asked.state == state
    said = HistoryEntry.objects.filter(verb="decline-extension").values_list("reason", flat=True)
    assert list(said) == (["The tour lasts to that day already."] if state == "declined" else [])


def test_an_extension_of_a_tour_that_is_over_is_declined_as_such(approver):
    asked = asked_extension()
    tours.complete(asked.deployment, by=approver, last_day=TODAY, today=TODAY)
    assert HistoryEntry.objects.get(verb="decline-extension").reason == "The tour is over."


def test_cancelling_leave_leaves_other_leave_alone(approver):
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-12-31")
    first = tour.leaves.create(first_day=day("2027-04-01"), last_day=day("2027-04-10"))
    second = tour.leaves.create(first_day=day("2027-05-01"), last_day=day("2027-05-10"))
    tours.cancel_leave(first, by=approver, reason="Not needed")
    assert list(tour.leaves.all()) == [second]


def test_an_item_taken_back_stays_done_for_other_tours(approver):
    visa = ChecklistItem.objects.create(code="visa", text_en="Visa", text_fr="Visa")
    posting = factories.posting()
    one, other = (factories.deployment(posting, "2027-06-01", "2027-12-31", state="preparation") for _n in range(2))
    for tour in (one, other):
        tours.check_off(tour, by=approver, items=[visa])
    tours.reopen_item(one, by=approver, item=visa, reason="Lost")
    assert [tour.checklist_marks.count() for tour in (one, other)] == [0, 1]


def test_a_roll_call_goes_on_for_seven_days(approver):
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-12-31")
    mark = tours.mark(tour, by=approver, status="safe", now=NOON)
    week = datetime.timedelta(days=7)
    found = [tours.latest_marks([tour.pk], now=NOON + week + each) for each in (-SECOND, 0 * SECOND, SECOND)]
    assert found == [{tour.pk: mark}, {tour.pk: mark}, {}]


@pytest.mark.parametrize(("given_on", "code"), [(TODAY, ""), (days(1), "bad_value")])
def test_an_appraisal_has_been_given(approver, given_on, code):
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-12-31")
    act = {"outcome": "met", "given_on": given_on, "today": TODAY}
    assert code_of(tours.record_appraisal, tour, by=approver, **act) == code


# --- Applications, releases, waivers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held_on", "valid_until", "code"),
    [(0, None, ""), (1, None, "bad_value"), (-5, -5, ""), (-5, -6, "bad_value"), (-5, 100, "")],
)
def test_an_assessment_was_held_and_does_not_end_before(selection_officer, held_on, valid_until, code):
    application = factories.application(state="in_assessment")
    result = {"kind": "interview", "outcome": "passed", "held_on": days(held_on), "today": TODAY}
    until = None if valid_until is None else days(valid_until)
    act = applications.record_assessment
    assert code_of(act, application, by=selection_officer, valid_until=until, **result) == code


@pytest.mark.parametrize(("dated", "code"), [(0, ""), (1, "bad_value")])
def test_a_letter_of_release_is_dated_today_at_the_latest(selection_officer, dated, code):
    officer = factories.officer(is_released=False)
    letter = {"letter_number": "L-1", "letter_date": days(dated), "first_day": days(0), "last_day": days(300)}
    assert code_of(releases.give, officer, by=selection_officer, today=TODAY, **letter) == code


def test_a_release_is_given_again_once_it_was_withdrawn(selection_officer):
    officer = factories.officer(is_released=False)
    letter = {"letter_number": "L-1", "letter_date": days(0), "first_day": days(0), "last_day": days(300)}
    given = releases.give(officer, by=selection_officer, today=TODAY, **letter)
    assert code_of(releases.give, officer, by=selection_officer, today=TODAY, **letter) == "nothing_changes"
    releases.withdraw(given, by=selection_officer, reason="A slip", today=TODAY)
    assert code_of(releases.give, officer, by=selection_officer, today=TODAY, **letter) == ""


@pytest.mark.parametrize(("last", "code"), [(-1, "bad_value"), (0, "")])
def test_a_waiver_lasts_to_today_at_least(approver, last, code):
    officer, posting = factories.candidate(), factories.opening()
    asked = {"posting": posting, "finding": "age", "reason": "Agreed", "last_day": days(last)}
    assert code_of(waivers.waive, officer, by=approver, today=TODAY, **asked) == code


def test_a_waiver_counts_to_its_last_day_and_for_its_officer_posting_and_finding(approver):
    officer, posting = factories.candidate(), factories.opening()
    asked = {"posting": posting, "finding": "age", "reason": "Agreed", "last_day": TODAY}
    waivers.waive(officer, by=approver, today=TODAY, **asked)
    again = [
        (officer, asked, TODAY, "nothing_changes"),
        (factories.candidate(), asked, TODAY, ""),
        (officer, asked | {"posting": factories.opening()}, TODAY, ""),
        (officer, asked | {"finding": "rank"}, TODAY, ""),
        (officer, asked | {"last_day": days(1)}, days(1), ""),
    ]
    for whom, what, when, code in again:
        assert code_of(waivers.waive, whom, by=approver, today=when, **what) == code


def test_a_waiver_takes_the_place_of_the_same_finding_alone(approver):
    officer, asked = factories.candidate(), {"posting": factories.opening(), "reason": "Agreed", "last_day": days(9)}
    for finding in ("age", "rank"):
        waivers.waive(officer, by=approver, today=TODAY, finding=finding, **asked)
    assert sorted(officer.waivers.in_force(TODAY).values_list("finding", flat=True)) == ["age", "rank"]


def test_a_waiver_is_given_again_once_it_was_withdrawn(approver):
    officer, asked = factories.candidate(), {"posting": factories.opening(), "finding": "age", "reason": "Agreed"}
    given = waivers.waive(officer, by=approver, today=TODAY, last_day=days(9), **asked)
    assert list(officer.waivers.in_force(days(9))) == [given]
    assert not officer.waivers.in_force(days(10)).exists()
    waivers.withdraw_waiver(given, by=approver, reason="A slip")
    assert not officer.waivers.in_force(TODAY).exists()
    assert code_of(waivers.waive, officer, by=approver, today=TODAY, last_day=days(9), **asked) == ""


def test_another_qualification_renews_nothing():
    officer = factories.officer()
    kinds = {code: Qualification.objects.get(code=code) for code in ("passport", "medical")}
    ending = officer.grants.create(qualification=kinds["passport"], valid_from=day("2022-01-01"), valid_until=days(20))
    later = officer.grants.create(qualification=kinds["medical"], valid_from=day("2022-01-01"), valid_until=days(400))
    assert [each.grant for each in endings([ending, later], today=TODAY)] == [ending]


def test_who_was_warned_yesterday_keeps_nobody_else_from_the_warning():
    passport = Qualification.objects.get(code="passport")
    for ahead in (60, 61):
        factories.officer().grants.create(qualification=passport, valid_from=day("2022-01-01"), valid_until=days(ahead))
    assert [warn_of_endings(today=days(each)) for each in (0, 1, 2)] == [2, 1, 0]


def test_a_search_that_nobody_confirms_is_kept_for_seven_days():
    OpeningAlert.objects.create(address="a@example.org", language="en", query="", asked_at=NOON)
    confirmed = {"confirmed_at": NOON, "asked_at": NOON}
    OpeningAlert.objects.create(address="b@example.org", language="en", query="", **confirmed)
    week = datetime.timedelta(days=7)
    left = []
    for each in (week, week + SECOND):
        alerts.end_unconfirmed(now=NOON + each)
        left.append(sorted(OpeningAlert.objects.values_list("address", flat=True)))
    assert left == [["a@example.org", "b@example.org"], ["b@example.org"]]


def test_a_search_ends_alone():
    one, other = (
        OpeningAlert.objects.create(address=address, language="en", query="") for address in ("a@x.org", "b@x.org")
    )
    alerts.end(one)
    assert list(OpeningAlert.objects.all()) == [other]


@pytest.mark.parametrize(
    ("closes", "said"), [("2027-02-28", "it closed on February 28, 2027"), ("2027-03-02", "opens later")]
)
def test_an_opening_that_takes_nobody_says_since_when(closes, said):
    opens_at = NOON + HOUR if closes > "2027-03-01" else NOON - datetime.timedelta(days=30)
    draft = factories.application(factories.opening(closes=closes, opens_at=opens_at))
    with pytest.raises(Refusal) as refused:
        applications.submit(draft, by=draft.officer.user)
    assert said in str(refused.value)


def test_what_an_officer_writes_is_decided_on_the_row_as_it_is_now():
    stale = factories.application(factories.opening(opens_at=NOON - 24 * HOUR), state="submitted")
    type(stale).objects.filter(pk=stale.pk).update(state="screened_in")
    act = {"motivation": "More", "available_from": None}
    assert code_of(applications.revise, stale, by=stale.officer.user, **act) == "moved_on"


def test_who_is_screened_out_is_told_unless_somebody_says_otherwise(selection_officer):
    told, untold = (factories.application(state="endorsed") for _n in range(2))
    applications.screen_out(told, by=selection_officer, reason="No place", reason_code="no_place")
    applications.screen_out(untold, by=selection_officer, reason="No place", reason_code="no_place", is_told=False)
    assert (told.shown_state, untold.shown_state) == ("screened_out", "endorsed")
    assert list(OutboxMail.objects.values_list("user", flat=True)) == [told.officer.user.pk]


# --- Retention -------------------------------------------------------------------------------------------------------


def at_noon(date: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(date, datetime.time(17), tzinfo=datetime.UTC)


@pytest.mark.parametrize(("ago", "is_due"), [(89, False), (90, True), (91, True)])
def test_a_closed_account_is_due_after_its_days(settings, time_machine, ago, is_due):
    settings.CLOSED_DAYS = 90
    person = factories.user(last_login=NOON)
    time_machine.move_to(at_noon(days(-ago)))
    erasure.close_account(person, by=person)
    time_machine.move_to(NOON)
    assert (person in erasure.due_for_purge(today=TODAY)) is is_due


@pytest.mark.parametrize("what", ["signed in", "joined", "tour", "application"])
@pytest.mark.parametrize(("last", "is_due"), [("2021-12-31", True), ("2022-02-28", True), ("2022-03-01", False)])
def test_an_account_is_due_when_nothing_happened_for_the_years_of_retention(settings, what, last, is_due):
    settings.RETENTION_YEARS = 5
    long_ago, lately = at_noon(day("2020-01-01")), at_noon(day(last))
    officer = factories.officer(
        user=factories.user(
            date_joined=lately if what == "joined" else long_ago, last_login=lately if what == "signed in" else None
        )
    )
    if what == "tour":
        ended = {"state": "closed", "end_reason": "completed"}
        factories.deployment(factories.posting(), "2021-06-01", last, officer=officer, **ended)
    if what == "application":
        factories.application(officer=officer, state="withdrawn", state_since=lately)
    assert (officer.user in erasure.due_for_purge(today=TODAY)) is is_due


def test_who_coordinated_or_works_at_the_desk_is_never_due(settings):
    settings.RETENTION_YEARS = 5
    idle = {"date_joined": at_noon(day("2010-01-01")), "last_login": None}
    one, coordinator = factories.user(**idle), factories.coordinator(factories.service(), **idle)
    desk = factories.staff("Approver", **idle)
    due = erasure.due_for_purge(today=TODAY)
    assert one in due and coordinator not in due and desk not in due


@pytest.mark.parametrize(
    ("state", "since", "is_due"),
    [
        ("withdrawn", "2025-02-28", True),
        ("withdrawn", "2025-03-01", False),
        ("not_selected", "2024-01-01", True),
        ("accepted", "2024-01-01", False),
        ("qualified", "2024-01-01", False),
    ],
)
def test_documents_go_years_after_the_application_ended(settings, state, since, is_due):
    settings.DOCUMENT_YEARS = 2
    application = factories.application(state=state, state_since=at_noon(day(since)))
    document = ApplicationDocument.objects.create(application=application, name="a.pdf", size=1, sha256="0" * 64)
    assert (document in erasure.due_documents(today=TODAY)) is is_due


@pytest.mark.parametrize(("ago", "is_due"), [(None, False), (365, False), (367, True)])
def test_messages_go_a_year_after_they_were_answered(ago, is_due):
    handled = None if ago is None else at_noon(days(-ago))
    made = Enquiry.objects.create(topic="other", message="Hello", language="en", handled_at=handled)
    assert answered_long_ago(TODAY).filter(pk=made.pk).exists() is is_due


# --- Mail ------------------------------------------------------------------------------------------------------------


def mail(**fields) -> OutboxMail:
    fixed = {"address": "a@example.org", "language": "en", "template": "x", "subject": "Hello", "message_id": "<1>"}
    return OutboxMail.objects.create(**fixed | {"created_at": NOON, "next_attempt_at": NOON} | fields)


def test_the_queue_stands_still_after_a_quarter_of_an_hour():
    mail()
    quarter = datetime.timedelta(minutes=15)
    found = [queue.queue_state(NOON + quarter + each).stands_still for each in (-SECOND, 0 * SECOND, SECOND)]
    assert found == [False, False, True]


def test_a_mail_is_taken_by_one_sender_until_its_lease_runs_out(time_machine):
    sent = mail()
    time_machine.move_to(NOON, tick=False)
    assert delivery.claim() == sent
    assert delivery.claim() is None
    time_machine.move_to(NOON + datetime.timedelta(minutes=5, seconds=1), tick=False)
    assert delivery.claim() == sent
    time_machine.move_to(NOON + datetime.timedelta(minutes=11), tick=False)
    assert delivery.claim().unsure_attempts == 2
    time_machine.move_to(NOON + datetime.timedelta(minutes=17), tick=False)
    assert delivery.claim() is None
    sent.refresh_from_db()
    assert (sent.state, sent.last_error) == (MailState.GIVEN_UP, "SenderDied")


def test_today_is_the_day_where_the_portal_is(time_machine):
    time_machine.move_to(datetime.datetime(2027, 3, 2, 4, 59, 59, tzinfo=datetime.UTC))
    assert today_here() == TODAY
    time_machine.move_to(datetime.datetime(2027, 3, 2, 5, 0, 0, tzinfo=datetime.UTC))
    assert today_here() == days(1)
