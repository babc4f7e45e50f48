"""The daily run: what has run out ends, and each person is told of each matter once."""

import datetime

import pytest
from django.contrib.auth.models import Group

from core.models import OutboxMail
from deployments.daily.run import run_daily
from deployments.models import ChecklistItem, Deployment, QualificationRequirement
from deployments.openings.opening import end_of_day
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2027-01-10")
NOON = end_of_day(TODAY) - datetime.timedelta(hours=12)


def run():
    return run_daily(today=TODAY, now=NOON)


def digests(person) -> list[str]:
    mails = OutboxMail.objects.filter(user=person, template="deployments/digest").order_by("pk")
    return list(mails.values_list("text_body", flat=True))


def test_what_has_run_out_ends_and_a_second_run_finds_nothing():
    opening = factories.opening(closes="2027-01-09")
    draft = factories.application(opening)
    on_roster = factories.application(state="qualified", qualified_until=day("2027-01-09"))
    still_on_roster = factories.application(state="qualified", qualified_until=TODAY)
    held = factories.deployment(
        factories.posting(), "2027-03-01", "2027-12-01", state="reserved", hold_until=day("2027-01-09")
    )
    report = run()
    assert (report.holds, report.drafts, report.roster) == (1, 1, 1)
    for record, state in (
        (draft, "expired"),
        (on_roster, "expired"),
        (still_on_roster, "qualified"),
        (held, "cancelled"),
    ):
        record.refresh_from_db()
        assert record.state == state
    again = run()
    assert (again.holds, again.drafts, again.roster, again.mails) == (0, 0, 0, 0)


@pytest.mark.parametrize(("last", "is_told"), [("2027-05-10", True), ("2027-05-11", False), ("2027-01-09", False)])
def test_approvers_hear_120_days_ahead_of_a_tour_that_ends_without_successor(approver, last, is_told):
    factories.deployment(factories.posting(), "2026-06-01", last, state="preparation")
    run()
    assert bool(digests(approver)) is is_told


def test_a_tour_with_a_named_successor_needs_nobody_and_a_likely_one_is_said(approver):
    posting = factories.posting()
    before = factories.deployment(posting, "2026-06-01", "2027-02-01")
    after = factories.deployment(posting, "2027-02-02", "2028-05-01", state="reserved", relieves=before)
    run()
    assert digests(approver) == []
    Deployment.objects.filter(pk=after.pk).update(relieves=None)
    run()
    assert "no successor is named, one is likely" in digests(approver)[0]


def test_every_stage_is_told_once_and_all_matters_come_in_one_mail(approver):
    for last in ("2027-02-01", "2027-03-01"):
        factories.deployment(factories.posting(), "2026-06-01", last)
    run()
    run()
    assert len(digests(approver)) == 1
    assert digests(approver)[0].count("no successor") == 2
    run_daily(today=day("2027-01-31"), now=NOON)  # the second tour comes from its 60-day stage to its 30-day stage
    assert len(digests(approver)) == 2
    assert digests(approver)[1].count("no successor") == 1


def test_an_overdue_return_is_told(approver):
    factories.deployment(factories.posting(), "2026-01-01", "2027-01-09", state="in_mission")
    run()
    assert "due home" in digests(approver)[0]


def test_a_required_qualification_that_ends_inside_the_tour_is_told(approver):
    posting = factories.posting()
    kind = Qualification.objects.create(code="x-visa", kind="passport", name_en="Visa", name_fr="Visa")
    QualificationRequirement.objects.create(posting=posting, qualification=kind)
    tour = factories.deployment(posting, "2026-06-01", "2027-08-01")
    grant = {"officer": tour.officer, "qualification": kind}
    QualificationGrant.objects.create(**grant, valid_from=day("2026-01-01"), valid_until=day("2027-02-15"))
    run()
    assert "inside the tour" in digests(approver)[0]
    QualificationGrant.objects.create(**grant, valid_from=day("2027-02-01"), valid_until=day("2028-02-15"))
    renewed = factories.staff("Approver")
    run()
    assert digests(renewed) == []


def test_coordinators_hear_of_their_own_service_only():
    handed_in = factories.application(state="submitted", state_since=NOON - datetime.timedelta(days=1))
    own = factories.coordinator(handed_in.officer.police_service)
    other = factories.coordinator(factories.service())
    run()
    assert len(digests(own)) == 1
    assert digests(other) == []


def test_coordinators_hear_again_two_weeks_after_the_day_on_which_the_application_came():
    """It came late in the evening, when the day in UTC was the next one."""
    evening = end_of_day(TODAY) - datetime.timedelta(hours=1)
    handed_in = factories.application(state="submitted", state_since=evening)
    own = factories.coordinator(handed_in.officer.police_service)
    for ahead, mails in ((0, 1), (13, 1), (14, 2), (15, 2)):
        run_daily(today=TODAY + datetime.timedelta(days=ahead), now=NOON)
        assert len(digests(own)) == mails


def test_coordinators_hear_of_an_extension_of_their_own_officer_at_once_and_again_after_two_weeks():
    tour = factories.deployment(factories.posting(), "2026-06-01", "2027-06-30")
    asked = tour.extensions.create(
        last_day=day("2027-08-31"), reason="Elections", asked_by=tour.officer.user, asked_at=NOON
    )
    own = factories.coordinator(tour.officer.police_service)
    other = factories.coordinator(factories.service())
    for today in (TODAY, TODAY, TODAY + datetime.timedelta(days=13)):
        run_daily(today=today, now=NOON)
        assert [f"/coordination/tours/{tour.pk}/" in mail for mail in digests(own)] == [True]
    run_daily(today=TODAY + datetime.timedelta(days=14), now=NOON)
    assert len(digests(own)) == 2 and digests(other) == []
    asked.service_agreed_at = NOON
    asked.save()
    run_daily(today=TODAY + datetime.timedelta(days=60), now=NOON)
    assert len(digests(own)) == 2


def test_the_desk_hears_of_applications_that_wait_for_two_weeks(selection_officer):
    factories.application(state="endorsed", state_since=NOON - datetime.timedelta(days=13))
    run()
    assert digests(selection_officer) == []
    factories.application(state="endorsed", state_since=NOON - datetime.timedelta(days=15))
    run()
    assert len(digests(selection_officer)) == 1


def test_a_digest_speaks_the_language_of_its_reader():
    approver = factories.staff("Approver", language="fr")
    factories.deployment(factories.posting(), "2026-01-01", "2027-01-09", state="in_mission")
    run()
    assert "Bonjour" in digests(approver)[0]


def test_whoever_has_several_roles_gets_all_matters_in_one_mail():
    handed_in = factories.application(state="submitted", state_since=NOON - datetime.timedelta(days=20))
    person = factories.coordinator(handed_in.officer.police_service, is_staff=True)
    person.groups.set(Group.objects.filter(name__in=["Approver", "Selection officer"]))
    factories.application(state="endorsed", state_since=NOON - datetime.timedelta(days=15))
    factories.deployment(factories.posting(), "2026-01-01", "2027-01-09", state="in_mission")
    run()
    run()
    (mail,) = digests(person)
    for words in ("due home", "waits since", "waits for your decision"):
        assert words in mail


def test_an_officer_with_two_places_to_accept_gets_one_mail():
    officer = factories.candidate()
    for first, last in (("2027-03-01", "2027-04-01"), ("2027-05-01", "2027-06-01")):
        posting = factories.opening()
        held = factories.deployment(
            posting, first, last, officer=officer, state="reserved", hold_until=day("2027-01-12")
        )
        factories.application(posting, officer=officer, state="selected", deployment=held)
    run()
    (mail,) = digests(officer.user)
    assert mail.count("Please accept your place") == 2


def test_each_officer_is_reminded_of_the_own_place_and_the_own_items_alone():
    ChecklistItem.objects.create(code="visa", text_en="Have visa", text_fr="Visa", days=30, is_for_officer=True)
    people = {}
    for first, title in (("2027-02-05", "Mentor"), ("2027-02-06", "Trainer")):
        officer, posting = factories.candidate(), factories.opening(title_en=title, title_fr=title)
        factories.deployment(posting, first, "2027-12-31", officer=officer, state="preparation")
        held = factories.deployment(
            posting, "2028-03-01", "2028-04-01", officer=officer, state="reserved", hold_until=day("2027-01-12")
        )
        factories.application(posting, officer=officer, state="selected", deployment=held)
        people[title] = officer.user
    held = factories.deployment(factories.opening(), "2027-02-05", "2027-12-31", state="reserved")
    run()
    assert digests(held.officer.user) == []  # who has a place that is only held has nothing to see to
    for title, other in (("Mentor", "Trainer"), ("Trainer", "Mentor")):
        (mail,) = digests(people[title])
        assert mail.count("Please accept your place") == mail.count("Have visa") == 1
        assert title in mail and other not in mail


def test_documents_that_wait_for_the_scanner_are_scanned(settings, tmp_path):
    settings.MEDIA_ROOT, settings.UPLOAD_SCANNER = tmp_path, "true"
    paper = factories.paper(factories.officer())
    assert paper.kept_back
    run()
    paper.refresh_from_db()
    assert not paper.kept_back


def test_a_qualification_that_ends_inside_the_present_tour_is_told_also_where_another_tour_follows(approver):
    posting = factories.posting()
    kind = Qualification.objects.create(code="x-visa", kind="passport", name_en="Visa", name_fr="Visa")
    QualificationRequirement.objects.create(posting=posting, qualification=kind)
    tour = factories.deployment(posting, "2026-06-01", "2027-03-01")
    factories.deployment(factories.posting(), "2027-03-02", "2028-03-01", officer=tour.officer, state="reserved")
    QualificationGrant.objects.create(
        officer=tour.officer, qualification=kind, valid_from=day("2026-01-01"), valid_until=day("2027-02-15")
    )
    run()
    assert f"inside the tour in {posting}" in digests(approver)[0]


@pytest.mark.parametrize("was_warned", [True, False])
def test_a_hold_that_ran_out_while_the_run_was_missed_is_told_as_it_came_out(approver, was_warned):
    tour = factories.deployment(
        factories.posting(), "2027-03-01", "2027-12-01", state="reserved", hold_until=TODAY + datetime.timedelta(days=2)
    )
    if was_warned:
        run()
        assert "is free again after" in digests(approver)[-1]
    before = len(digests(approver))
    run_daily(today=TODAY + datetime.timedelta(days=10))
    late = digests(approver)[before:]
    assert [f"{tour.officer}" in mail and "was not accepted by" in mail for mail in late] == (
        [] if was_warned else [True]
    )
