"""What the desk reads, just before, on and just after the day on which it changes; and whose records it leaves out."""

import datetime

import pytest
from django.utils import timezone

from deployments.domain import switches
from deployments.domain.verbs.switches import SwitchVerb
from deployments.eligibility.rule import Eligibility, Finding
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Appraisal,
    ChecklistItem,
    ChecklistMark,
    Deployment,
    ExtensionRequest,
    QualificationRequirement,
)
from deployments.openings.opening import end_of_day
from deployments.queries import find_officers, queues, rotation, succession
from deployments.queries.find_officers import Wish
from deployments.queries.lists import applicants, papers, people
from deployments.queries.lists import releases as list_of_releases
from deployments.queries.lists.listing import Filters
from deployments.queries.pipeline import Applicant, comparison, matches, on_roster
from deployments.queries.queues import QUEUES, QueueContext
from deployments.queries.switches import reasons
from officers.models import Officer, Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)


def around(days: int) -> str:
    return (TODAY + days * DAY).isoformat()


def tour(first: int, last: int, **fields) -> Deployment:
    """A tour from so many days after today to so many."""
    posting = fields.pop("posting", None) or factories.posting()
    return factories.deployment(posting, around(first), around(last), **fields)


def in_queue(name: str) -> list[int]:
    return sorted(record.pk for record in QUEUES[name].find(QueueContext(TODAY)))


class TestQueues:
    def test_who_needs_a_release_is_screened_once_it_is_given(self):
        straight = factories.candidate(police_service=factories.service(needs_release=False))
        waiting = factories.application(state="submitted")
        ready = [factories.application(state="submitted", officer=straight), factories.application(state="endorsed")]
        assert in_queue("release") == [waiting.pk]
        assert in_queue("screening") == sorted(each.pk for each in ready)

    def test_a_hold_is_about_to_lapse_within_three_days(self):
        holds = {n: tour(30, 60, state="reserved", hold_until=TODAY + n * DAY) for n in (0, 3, 4)}
        assert in_queue("holds") == sorted([holds[0].pk, holds[3].pk])

    def test_a_return_is_overdue_from_the_day_after_the_last(self):
        late = tour(-30, -1)
        tour(-30, 0)
        assert in_queue("overdue") == [late.pk]

    def test_a_tour_on_its_last_day_still_needs_its_qualifications(self):
        visa = Qualification.objects.create(code="visa", kind="passport", name_en="Visa", name_fr="Visa")
        ending = {last: tour(-30, last) for last in (-1, 0)}
        for each in ending.values():
            QualificationRequirement.objects.create(posting=each.posting, qualification=visa)
            held = {"valid_from": day("2020-01-01"), "valid_until": TODAY - 5 * DAY}
            QualificationGrant.objects.create(officer=each.officer, qualification=visa, **held)
        assert in_queue("expiring") == [ending[0].pk]

    def test_only_an_extension_that_nobody_decided_waits_and_for_the_service_until_it_agreed(self):
        person = factories.staff()
        made = {}
        for state, agreed in (("open", None), ("open", timezone.now()), ("declined", None)):
            fields = {"decided_at": None if state == "open" else timezone.now()}
            made[state, agreed is None] = ExtensionRequest.objects.create(
                deployment=tour(-30, 30), last_day=TODAY + 60 * DAY, reason="r", asked_by=person, state=state,
                service_agreed_at=agreed, **fields,
            )  # fmt: skip
        waiting = [made["open", True], made["open", False]]
        assert in_queue("extensions") == sorted(each.deployment_id for each in waiting)
        services = [each.deployment.officer.police_service for each in made.values()]
        assert list(queues.extensions_before_service(services)) == [made["open", True]]

    def test_the_first_of_many_are_those_that_wait_longest(self):
        ago = [timezone.now() - n * DAY for n in (1, 9, 5)]
        made = [factories.application(state="endorsed", state_since=since) for since in ago]
        first = queues.first_items(QUEUES["screening"], QueueContext(TODAY), 2)
        assert (first.count, [each.record for each in first.first]) == (3, [made[1], made[2]])

    def test_what_is_only_counted_is_not_among_the_oldest(self, client, selection_officer):
        factories.application(state="qualified", qualified_until=TODAY + 90 * DAY)
        client.force_login(selection_officer)
        page = client.get("/admin/deployments/my-day/").context
        assert [row.filled.queue.name for row in page["rows"]] == ["nomination"]
        assert (page["matters"], page["total"]) == ([], 0)

    def test_what_is_due_today_is_not_late_yet(self, client, approver):
        """``first_day`` is the day by which to check in."""
        client.force_login(approver)
        departing = tour(0, 300, state="preparation")
        for first, late in ((0, False), (-1, True)):
            Deployment.objects.filter(pk=departing.pk).update(first_day=TODAY + first * DAY)
            page = client.get("/admin/deployments/my-day/").context
            (row,), (matter,) = page["rows"], page["matters"]
            assert (row.filled.queue.name, row.is_late, matter.is_late) == ("departure", late, late)


class TestRotation:
    def test_nobody_follows_who_moves_on(self):
        """Whose tour goes on in another posting does not take over here."""
        posting = factories.posting()
        leaving = tour(-100, 20, posting=posting)
        moving = tour(21, 90, posting=posting, state="reserved")
        assert rotation.followers(rotation.rows_of(rotation.lasting(TODAY)))[leaving.pk].pk == moving.pk
        Deployment.objects.filter(pk=moving.pk).update(state="in_mission")
        factories.deployment(
            factories.posting(),
            around(91),
            around(200),
            state="reserved",
            officer=moving.officer,
            transferred_from=moving,
        )
        assert leaving.pk not in rotation.followers(rotation.rows_of(rotation.lasting(TODAY)))

    def test_a_tour_is_just_over_for_sixty_days(self):
        over = {n: tour(-300, -n, state="ended") for n in (60, 61)}
        assert list(rotation.lasting(TODAY)) == [over[60]]

    def test_the_last_day_of_a_stage_is_of_it(self):
        stages = [
            rotation.Relay(Deployment(state="in_mission"), None, days).stage for days in (-1, 0, 30, 31, 120, 121)
        ]
        assert stages == [None, 30, 30, 60, 120, None]

    def test_who_follows_on_the_last_day_of_the_stages_is_likely(self):
        ending, later = tour(-30, 120), tour(-30, 121)
        for each in (ending, later):
            tour(122, 200, posting=each.posting, state="reserved")
        found = {each.tour.pk: each.has_likely for each in rotation.unfollowed(TODAY)}
        assert found == {ending.pk: True}

    def test_without_a_gap_nobody_is_missing(self):
        ending = Deployment(first_day=TODAY, last_day=TODAY)
        for n, (gap, overlap) in {0: (None, 1), 1: (None, None), 2: (1, None)}.items():
            relay = rotation.Relay(ending, Deployment(first_day=TODAY + n * DAY), 0)
            assert (relay.gap, relay.overlap) == (gap, overlap)

    def test_who_is_there_from_today_counts_as_there(self):
        there = tour(0, 20)
        operation = there.posting.mission.operation
        found = rotation.coming([operation], TODAY)[operation.pk]
        assert (found.under_way, found.unfollowed) == (1, 1)

    def test_a_postings_page_pairs_those_who_are_not_home_yet(self):
        posting = factories.posting()
        live = tour(-30, 30, posting=posting)
        tour(-90, -31, posting=posting, state="ended")
        assert [key for key, _follower in rotation.paired_in(posting, TODAY)] == [live.pk]

    def test_nobody_is_proposed_where_somebody_is_named(self):
        before = tour(-30, 30)
        factories.application(before.posting, state="qualified")
        assert len(succession.succession_of(before, TODAY).candidates) == 1
        tour(31, 90, posting=before.posting, state="reserved", relieves=before)
        assert succession.succession_of(before, TODAY).candidates == ()


def test_the_latest_reason_of_the_same_act_counts(approver):
    posting = factories.posting()
    for against, reason in (("none", "First"), ("programme", "Second")):
        switches.set_counting(posting, by=approver, counts_against=against, reason=reason)
    assert reasons([posting], SwitchVerb.SET_COUNTING) == {posting.pk: "Second"}
    assert reasons([posting], SwitchVerb.SET_RELEASE_NEED) == {}


class TestApplicants:
    def applicant(self, **fields) -> Applicant:
        application = factories.application(officer=factories.candidate(**fields))
        return Applicant(application, None, Span(day("2027-01-01"), day("2027-06-30")))

    def test_whoever_is_away_on_one_day_of_the_tour_is_away(self):
        found = self.applicant()
        for first, last in (
            ("2026-12-01", "2026-12-31"), ("2026-12-30", "2027-01-01"), ("2027-06-30", "2027-07-09"),
            ("2027-07-01", "2027-08-01"),
        ):  # fmt: skip
            found.officer.unavailabilities.create(first_day=first, last_day=last)
        found = Applicant(Application.objects.get(pk=found.application.pk), None, found.tour)
        assert [str(span.first_day) for span in sorted(found.away)] == ["2026-12-30", "2027-06-30"]

    def test_whoever_joins_later_has_no_year_of_service(self):
        assert self.applicant(member_since=day("2027-03-01")).service_years == 0

    def test_what_is_met_by_now_is_not_called_waived(self):
        found = self.applicant()
        findings = (Finding("age", "Age", "Too young."), Finding("rank", "Rank"), Finding("service", "Service", "No."))
        judged = Eligibility(findings, frozenset({"age", "rank"}))
        assert [f.code for f in Applicant(found.application, judged, found.tour).waived] == ["age"]

    def test_an_appointment_is_no_result_to_compare(self):
        judged = Eligibility(())
        pair = [Applicant(self.applicant().application, judged, Span(TODAY, TODAY)) for _n in range(2)]
        coming = {"scheduled_at": timezone.now() + DAY, "place": "Ottawa"}
        for kind in ("medical", "interview"):
            pair[0].officer.assessments.create(kind=kind, **coming)
        pair[1].officer.assessments.create(kind="interview", outcome="passed", held_on=TODAY)
        rows = dict(comparison(pair))
        assert [label for label in rows if label.startswith("Assessment")] == ["Assessment: Interview"]
        assert rows["Assessment: Interview"][0] == "" and rows["Assessment: Interview"][1].startswith("Passed")

    def test_the_roster_entry_lasts_to_the_last_day_of_the_tour(self):
        opening = factories.opening(tour_first_day=day("2027-01-01"), tour_last_day=day("2027-06-30"))
        for until, fits in (("2027-06-30", True), ("2027-06-29", False)):
            entry = factories.application(state="qualified", qualified_until=day(until))
            assert (opening in matches([on_roster().get(pk=entry.pk)], TODAY)[entry.pk]) is fits


class TestSearch:
    def test_a_tour_is_over_the_day_after_its_last(self):
        over, last_day = tour(-90, -1), tour(-90, 0)
        found = {
            each.officer.pk: each for each in find_officers.described([over.officer, last_day.officer], Wish(TODAY))
        }
        assert found[over.officer.pk].last_tour == over
        assert found[last_day.officer.pk].last_tour is None
        for each, is_home in ((over, True), (last_day, False)):
            wish = Wish(TODAY, operation=each.posting.mission.operation)
            assert (each.officer in find_officers.officers_for(wish)) is is_home

    def test_the_latest_tour_and_the_longest_stand_by_are_shown(self):
        officer = factories.candidate()
        for last in (-500, -100, -300):
            tour(last - 30, last, officer=officer)
        for until in (300, 100):
            factories.application(officer=officer, state="qualified", qualified_until=TODAY + until * DAY)
        (found,) = find_officers.described([officer], Wish(TODAY))
        assert found.last_tour.last_day == TODAY - 100 * DAY
        assert found.roster_until == TODAY + 300 * DAY

    def test_what_most_active_operations_ask_for_comes_first(self):
        factories.operation(5, is_armed=False, languages=["ar"])
        for status in ("active", "active", "closed"):
            factories.operation(5, is_armed=True, languages=["es"], status=status)
        found = [each for each in find_officers.profiles_asked(TODAY) if each.language in ("ar", "es")]
        assert [(each.language, len(each.operations)) for each in found] == [("es", 2), ("ar", 1)]


def filters(**fields) -> Filters:
    return Filters(**{"on": TODAY, "until": TODAY + 180 * DAY, **fields})


class TestLists:
    def test_the_roll_holds_no_tour_that_has_ended_early(self):
        there = tour(-30, 30)
        tour(-30, 30, state="ended")
        assert list(people.nominal_roll(filters())) == [there]

    def test_a_posting_that_says_so_is_unarmed_in_an_armed_operation(self):
        made = [tour(-30, 30, posting=factories.posting(is_armed=armed)) for armed in (None, False)]
        cells = [row.cells[8 - 1] for row in people.roll_rows(made, filters())]
        words = [[str(cell) for cell in row.cells] for row in people.roll_rows(made, filters())]
        assert cells and "Armed" in words[0] and "Unarmed" in words[1]

    def test_who_stands_by_is_free_from_the_day_after_the_tour_and_was_last_where_the_latest_was(self):
        officer = factories.candidate()
        entry = factories.application(officer=officer, state="qualified", qualified_until=TODAY + 90 * DAY)
        older, later = tour(-400, -300, officer=officer), tour(-200, -100, officer=officer)
        tour(-9, 0, officer=officer)
        assert older.posting != later.posting
        (row,) = people.roster_rows([entry], filters())
        assert row.cells[-4:-1] == (TODAY + DAY, later.posting.mission.operation.name, later.last_day)

    def test_a_state_since_the_evening_is_of_that_day(self):
        """In UTC the day was the next one already."""
        evening = end_of_day(day("2026-11-20")) - datetime.timedelta(hours=1)
        made = factories.application(state="submitted", state_since=evening)
        (row,) = applicants.applicant_rows([Application.objects.get(pk=made.pk)], filters())
        assert row.cells[5] == day("2026-11-20")

    def test_who_comes_home_today_is_home(self):
        home = tour(-30, 0, state="ended")
        tour(-30, 1, state="ended")
        assert list(people.came_home(filters())) == [home]

    def test_only_what_is_left_to_do_by_the_departure_is_late(self, approver):
        ChecklistItem.objects.all().update(is_active=False)
        item, done = (
            ChecklistItem.objects.create(code=f"item-{n}", text_en=f"Item {n}", text_fr=f"Point {n}") for n in (1, 2)
        )
        today, tomorrow = tour(0, 30, state="preparation"), tour(1, 30, state="preparation")
        ChecklistMark.objects.create(deployment=today, item=done, done_by=approver)
        found = [
            (row.record, row.cells[4], row.cells[-1]) for row in papers.checklist_rows([today, tomorrow], filters())
        ]
        assert found == [
            (today, item.text, "Late"), (today, done.text, ""), (tomorrow, item.text, ""), (tomorrow, done.text, ""),
        ]  # fmt: skip

    def test_a_paper_that_covers_the_last_day_endangers_no_tour(self):
        made = tour(-30, 30)
        kind = Qualification.objects.first()
        for until, endangers in ((30, False), (29, True)):
            grant = QualificationGrant(officer=made.officer, qualification=kind, valid_until=TODAY + until * DAY)
            (row,) = papers.expiring_rows([grant], filters())
            assert (made.posting.title in row.cells) is endangers

    def test_a_release_is_listed_with_one_day_in_common_and_for_every_operation_where_it_names_no_posting(self):
        officer = factories.officer(is_released=False)
        for first, last in ((-9, -1), (-9, 0), (180, 190), (181, 190)):
            factories.release(officer, around(first), around(last))
        days = [(each.first_day - TODAY).days for each in list_of_releases.releases(filters())]
        assert sorted(days) == [-9, 180]
        operation = factories.operation()
        assert len(list_of_releases.releases(filters(operation=operation))) == 2


def test_whose_appraisal_is_shown_is_the_one_of_the_last_tour(approver):
    officer: Officer = factories.candidate()
    last = tour(-90, -10, officer=officer, state="ended")
    Appraisal.objects.create(deployment=last, outcome="met", given_on=TODAY, recorded_by=approver)
    (found,) = find_officers.described([officer], Wish(TODAY))
    assert found.appraisal
