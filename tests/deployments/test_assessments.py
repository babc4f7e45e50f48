"""Assessments belong to the officer: appointments, results, what is kept of each, and what they count for."""

import datetime
import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.domain import assessments, tours, waivers
from deployments.domain.four_eyes import OtherEyes
from deployments.eligibility.candidate import candidate, requirements, speaks, who_could_meet
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.reading import read_file
from deployments.eligibility.rule import Rated, assess, level_for
from deployments.limits.rule import Span
from deployments.models import Assessment, OfficerWaiver
from deployments.privacy.holdings import holdings
from deployments.queries.queues import QUEUES, QueueContext
from deployments.queries.uncleared import tours_not_cleared_any_more
from officers.models import Officer, Qualification
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")
NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
YEAR = Span(day("2027-01-01"), day("2027-12-31"))
MEETING = {"scheduled_at": NOW + datetime.timedelta(days=9), "place": "Room 3", "assessor": "Sam Reed", "now": NOW}
HELD = {"held_on": day("2026-11-20"), "today": TODAY}
LEVELS = {"reading": 2, "writing": 1, "speaking": 3}
FRENCH = {"kind": "language", "language": "fr", "outcome": "passed", **LEVELS, **HELD}


class TestAppointments:
    def test_the_officer_is_told_and_told_again_when_it_moves(self, selection_officer):
        officer = factories.officer()
        made = assessments.schedule(officer, by=selection_officer, kind="medical", **MEETING)
        later = MEETING | {"place": "Clinic"}
        moved = assessments.schedule(officer, by=selection_officer, kind="medical", **later)
        assert (moved.pk, moved.place, moved.changes) == (made.pk, "Clinic", 1)
        with pytest.raises(Refusal, match="already"):
            assessments.schedule(officer, by=selection_officer, kind="medical", **later)
        first, second = OutboxMail.objects.filter(user=officer.user).order_by("pk")
        assert "Room 3" in first.text_body and "Sam Reed" in first.text_body and "/my/assessments/" in first.text_body
        assert "another time or place" in second.subject and "Clinic" in second.text_body

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"scheduled_at": NOW}, "scheduled_at"),
            ({"scheduled_at": NOW - datetime.timedelta(days=1)}, "scheduled_at"),
            ({"place": " "}, "place"),
            ({"kind": "language"}, "language"),
            ({"language": "fr"}, "language"),
            ({"kind": "dancing"}, "kind"),
        ],
    )
    def test_what_is_wrong_is_refused_at_its_field(self, selection_officer, wrong, field):
        values = {"kind": "interview", **MEETING} | wrong
        with pytest.raises(Refusal) as told:
            assessments.schedule(factories.officer(), by=selection_officer, **values)
        assert (told.value.field, Assessment.objects.count()) == (field, 0)

    def test_nobody_but_the_desk_and_never_oneself(self, approver, selection_officer):
        officer = factories.officer(user=selection_officer)
        for by, about in ((approver, factories.officer()), (selection_officer, officer)):
            with pytest.raises(NotPermitted):
                assessments.schedule(about, by=by, kind="interview", **MEETING)
            with pytest.raises(NotPermitted):
                assessments.record(about, by=by, kind="interview", outcome="passed", **HELD)

    def test_the_result_takes_the_place_of_the_appointment(self, selection_officer):
        officer = factories.officer()
        made = assessments.schedule(officer, by=selection_officer, kind="interview", **MEETING)
        values = {"kind": "interview", "outcome": "passed", "today": day("2026-12-20")}
        before = assessments.record(officer, by=selection_officer, held_on=day("2026-11-20"), **values)
        assert before.pk != made.pk
        held = assessments.record(officer, by=selection_officer, held_on=day("2026-12-04"), remark="Calm", **values)
        assert (held.pk, held.place, held.remark) == (made.pk, "Room 3", "Calm")
        assert not officer.assessments.ahead().exists()


class TestResults:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"outcome": ""}, "outcome"),
            ({"held_on": day("2026-11-25")}, "held_on"),
            ({"valid_until": day("2026-11-19")}, "valid_until"),
            ({"kind": "medical", "remark": "Fine"}, "remark"),
            ({"reading": 1}, "reading"),
            ({"kind": "language", "language": "fr", "reading": 1, "writing": 1}, "speaking"),
        ],
    )
    def test_what_is_wrong_is_refused_at_its_field(self, selection_officer, wrong, field):
        values = {"kind": "interview", "outcome": "passed", **HELD} | wrong
        with pytest.raises(Refusal) as told:
            assessments.record(factories.officer(), by=selection_officer, **values)
        assert (told.value.field, Assessment.objects.count()) == (field, 0)

    def test_another_officers_application_is_none(self, selection_officer):
        with pytest.raises(Refusal) as told:
            assessments.record(
                factories.officer(),
                by=selection_officer,
                kind="interview",
                outcome="passed",
                application=factories.application(state="in_assessment"),
                **HELD,
            )
        assert told.value.field == "application"

    @pytest.mark.parametrize("kind", ["medical", "psychological", "security"])
    def test_of_some_kinds_the_outcome_and_its_days_alone_are_kept(self, selection_officer, kind):
        officer = factories.officer()
        assessments.schedule(officer, by=selection_officer, kind=kind, **MEETING)
        values = {"held_on": day("2026-12-04"), "today": day("2026-12-20"), "valid_until": day("2028-01-01")}
        held = assessments.record(officer, by=selection_officer, kind=kind, outcome="passed", **values)
        assert (held.scheduled_at, held.place, held.assessor, held.remark) == (None, "", "", "")
        with pytest.raises(IntegrityError, match="assessment_outcome_alone"), transaction.atomic():
            Assessment.objects.filter(pk=held.pk).update(remark="Bad knee")

    def test_the_download_of_the_own_data_leaves_the_desks_remark_out(self, selection_officer):
        officer = factories.officer()
        assessments.record(officer, by=selection_officer, kind="interview", outcome="failed", remark="Late", **HELD)
        (held,) = holdings(officer.user)["assessments"]
        assert held["outcome"] == "failed" and "remark" not in held


class TestLanguages:
    """A passed language assessment takes the place of the officer's own rating: in the rule, and in SQL."""

    def asked(self, **levels) -> Rated:
        return Rated("fr", **{"reading": 2, "writing": 1, "speaking": 3} | levels)

    def officer(self, own: int | None) -> Officer:
        made = factories.candidate()
        if own is not None:
            made.language_ratings.create(language="fr", reading=own, writing=own, speaking=own)
        return made

    def same(self, officer: Officer, asked: Rated) -> bool:
        """Whether the level is met: as the rule, the three queries and the database say."""
        posting = factories.opening()
        posting.language_requirements.create(
            language="fr", reading=asked.reading, writing=asked.writing, speaking=asked.speaking
        )
        by_rule = assess(candidate(officer), requirements(posting), YEAR).is_eligible
        read = read_file(officer, posting, YEAR, today=TODAY)
        in_sql = Officer.objects.filter(speaks(asked, YEAR.last_day), pk=officer.pk).exists()
        wanted = Officer.objects.filter(who_could_meet(requirements(posting), YEAR), pk=officer.pk).exists()
        assert read.candidate.languages == candidate(officer).languages
        assert read.candidate.tested == candidate(officer).tested
        assert by_rule == in_sql == wanted
        return by_rule

    @pytest.mark.parametrize(("own", "is_met"), [(3, True), (1, False), (None, False)])
    def test_without_one_the_own_rating_counts(self, own, is_met):
        assert self.same(self.officer(own), self.asked()) is is_met

    @pytest.mark.parametrize("own", [3, 1, None])
    def test_the_latest_that_holds_to_the_end_of_the_tour_counts(self, selection_officer, own):
        officer = self.officer(own)
        earlier = {**FRENCH, "reading": 3, "writing": 3, "speaking": 3, "held_on": day("2026-06-01")}
        assessments.record(officer, by=selection_officer, **earlier)
        assert self.same(Officer.objects.get(pk=officer.pk), self.asked(writing=3))
        assessments.record(officer, by=selection_officer, valid_until=YEAR.last_day, **FRENCH)
        officer = Officer.objects.get(pk=officer.pk)
        assert self.same(officer, self.asked())
        assert not self.same(officer, self.asked(writing=2))

    def test_one_that_ends_too_soon_or_was_not_passed_changes_nothing(self, selection_officer):
        officer = self.officer(3)
        assessments.record(officer, by=selection_officer, valid_until=day("2027-12-30"), **FRENCH)
        failed = {"kind": "language", "language": "fr", "outcome": "failed", **HELD}
        assessments.record(officer, by=selection_officer, **failed)
        assert self.same(Officer.objects.get(pk=officer.pk), self.asked(writing=3))

    def test_an_own_rating_says_that_it_is_one(self, selection_officer):
        officer, posting = self.officer(3), factories.opening()
        posting.language_requirements.create(language="fr", reading=1, writing=1, speaking=1)
        found = assess(candidate(officer), requirements(posting), YEAR).findings[0]
        assert (found.is_met, found.note) == (True, "Own rating, not assessed.")
        assessments.record(officer, by=selection_officer, **FRENCH)
        officer = Officer.objects.get(pk=officer.pk)
        assert assess(candidate(officer), requirements(posting), YEAR).findings[0].note == ""
        assert level_for(candidate(officer), "fr", YEAR.last_day)[1]


class TestVerifiedEvidence:
    def test_what_is_not_verified_does_not_count_where_that_is_asked(self):
        officer, posting = factories.candidate(), factories.opening()
        passport = Qualification.objects.get(code="passport")
        asked = posting.qualification_requirements.create(qualification=passport, must_be_verified=True)
        grant = officer.grants.create(qualification=passport, valid_from=day("2020-01-01"))

        def found():
            wanted = requirements(type(posting).objects.get(pk=posting.pk))
            return (
                assess(candidate(Officer.objects.get(pk=officer.pk)), wanted, YEAR).findings[0],
                Officer.objects.filter(who_could_meet(wanted, YEAR), pk=officer.pk).exists(),
            )

        finding, in_sql = found()
        assert (finding.reason, in_sql) == ("Not verified by the desk.", False)
        type(asked).objects.update(must_be_verified=False)
        finding, in_sql = found()
        assert (finding.is_met, finding.note, in_sql) == (True, "Not verified by the desk.", True)
        type(asked).objects.update(must_be_verified=True)
        type(grant).objects.update(verified_at=timezone.now(), verified_by=factories.user())
        finding, in_sql = found()
        assert (finding.is_met, finding.note, in_sql) == (True, "", True)


class TestClearance:
    def reserve(self, officer, posting):
        return tours.reserve(
            by=factories.staff("Approver"),
            officer=officer,
            posting=posting,
            first_day=YEAR.first_day,
            last_day=YEAR.last_day,
            today=TODAY,
        )

    def codes(self, officer, posting) -> list[str]:
        return [each.code for each in waivers.unmet(ClearanceAct.RESERVE, officer, posting, YEAR, today=TODAY)]

    def test_what_a_posting_needs_is_on_record_passed_and_long_enough(self, selection_officer):
        officer, posting = factories.candidate(), factories.posting()
        for kind in ("language", "interview", "psychological"):
            posting.assessment_requirements.create(kind=kind)
        for language in ("fr", "ar"):
            posting.language_requirements.create(language=language, reading=0, writing=0, speaking=0)
        officer.language_ratings.create(language="ar", reading=1, writing=1, speaking=1)
        assessments.record(officer, by=selection_officer, **FRENCH)
        assert self.codes(officer, posting) == [
            "assessment-language-ar",
            "assessment-interview",
            "assessment-psychological",
        ]
        for kind, valid_until in (("interview", day("2027-12-30")), ("psychological", YEAR.last_day)):
            result = {"kind": kind, "outcome": "passed", "valid_until": valid_until, **HELD}
            assessments.record(officer, by=selection_officer, **result)
        assert self.codes(officer, posting) == ["assessment-language-ar", "assessment-interview"]
        with pytest.raises(waivers.NotCleared, match="None is on record"):
            self.reserve(officer, posting)

    @pytest.mark.parametrize(
        ("of_posting", "of_operation", "is_asked"),
        [(True, False, True), (False, True, False), (None, True, True), (None, False, False), (None, None, True)],
    )
    def test_firearms_are_asked_for_where_it_is_armed(self, of_posting, of_operation, is_asked):
        mission = factories.mission(factories.operation(is_armed=of_operation))
        posting = factories.posting(mission, is_armed=of_posting)
        posting.assessment_requirements.create(kind="firearms")
        assert self.codes(factories.candidate(), posting) == (["assessment-firearms"] if is_asked else [])

    def test_some_failures_stop_everywhere_and_others_where_they_count(self, selection_officer):
        officer, posting = factories.candidate(), factories.opening()
        here = factories.application(posting, officer=officer, state="in_assessment")
        for kind in ("medical", "interview", "driving"):
            found = {"application": here} if kind == "driving" else {}
            assessments.record(officer, by=selection_officer, kind=kind, outcome="failed", **found, **HELD)
        assert set(self.codes(officer, posting)) == {"assessment-medical", "assessment-driving"}
        assert self.codes(officer, factories.posting()) == ["assessment-medical"]

    def test_who_recorded_a_language_test_does_not_waive_it(self, approver):
        officer, posting = factories.officer(), factories.posting()
        failed = {"kind": "language", "language": "fr", "held_on": day("2026-06-01"), "outcome": "failed"}
        Assessment.objects.create(officer=officer, recorded_by=approver, **failed)
        given = {"posting": posting, "last_day": day("2027-06-01"), "today": TODAY, "reason": "Needed"}
        with pytest.raises(OtherEyes, match="another approver") as told:
            waivers.waive(officer, by=approver, finding="assessment-language-fr", **given)
        assert (told.value.status, told.value.field) == (409, "finding")
        waivers.waive(officer, by=approver, finding="assessment-language-ar", **given)
        assert OfficerWaiver.objects.count() == 1

    @pytest.mark.parametrize("much", [1, 12])
    def test_it_is_read_in_four_queries_however_much_there_is(self, django_assert_num_queries, much):
        officer, posting = factories.candidate(), factories.posting()
        kinds = list(Qualification.objects.all()[:much])
        for language in ["en", "fr", "ar", "de", "es", "it", "nl", "pt", "ru", "sw", "uk", "zh"][:much]:
            officer.language_ratings.create(language=language, reading=1, writing=1, speaking=1)
            posting.language_requirements.create(language=language, reading=1, writing=1, speaking=1)
        for kind in kinds:
            officer.grants.create(qualification=kind, valid_from=day("2020-01-01"))
            posting.qualification_requirements.create(qualification=kind)
        for number in range(much):
            officer.unavailabilities.create(first_day=day(f"2028-01-{number + 1:02d}"), last_day=day("2028-02-01"))
            found = {"held_on": day(f"2026-01-{number + 1:02d}"), "outcome": "passed"}
            Assessment.objects.create(officer=officer, kind="interview", **found)
            factories.deployment(
                factories.posting(), f"20{30 + number}-01-01", f"20{30 + number}-06-01", officer=officer
            )
        fresh, place = Officer.objects.get(pk=officer.pk), type(posting).objects.get(pk=posting.pk)
        with django_assert_num_queries(2):
            assert waivers.unmet(ClearanceAct.RESERVE, fresh, place, YEAR, today=TODAY) == []


class TestPages:
    def test_at_the_desk(self, client, settings, selection_officer):
        settings.STAFF_MFA_REQUIRED = False
        client.force_login(selection_officer)
        officer = factories.officer()
        address = f"/admin/deployments/officer/{officer.pk}/"
        meeting = {"kind": "interview", "scheduled_at": "2090-03-01T09:30", "place": "Room 3"}
        for page in ("schedule-assessment", "record-assessment"):
            assert client.get(f"{address}{page}/").status_code == 200
        past = client.post(f"{address}schedule-assessment/", meeting | {"scheduled_at": "2026-01-05T09:30"})
        assert past.status_code == 409 and "This time is past" in past.content.decode()
        as_json = client.post(
            f"{address}schedule-assessment/",
            meeting | {"scheduled_at": "2026-01-05T09:30"},
            headers={"accept": "application/json"},
        )
        assert as_json.json()["field"] == "scheduled_at"
        soon = (timezone.now() + datetime.timedelta(days=30)).strftime("%Y-%m-%dT09:30")
        assert client.post(f"{address}schedule-assessment/", meeting | {"scheduled_at": soon}).status_code == 302
        result = {
            "kind": "language",
            "language": "fr",
            "held_on": "2026-01-05",
            "outcome": "passed",
            "remark": "Fluent",
        }
        assert client.post(f"{address}record-assessment/", result | {"outcome": ""}).status_code == 400
        assert client.post(f"{address}record-assessment/", result).status_code == 409
        assert client.post(f"{address}record-assessment/", result | LEVELS).status_code == 302
        for page in (f"/admin/officers/officer/{officer.pk}/change/", f"/admin/deployments/officer/{officer.pk}/"):
            shown = client.get(page)
            if shown.status_code == 200:
                assert "Room 3" in shown.content.decode() and "Fluent" in shown.content.decode()

    def test_the_officer_reads_all_but_the_remark(self, client, selection_officer):
        officer = factories.officer()
        values = MEETING | {"scheduled_at": timezone.now() + datetime.timedelta(days=9), "now": timezone.now()}
        made = assessments.schedule(officer, by=selection_officer, kind="medical", **values)
        held = {"kind": "interview", "outcome": "failed", "remark": "Nervous", "held_on": day("2026-01-05")}
        assessments.record(officer, by=selection_officer, **held)
        client.force_login(officer.user)
        page = client.get("/en/my/assessments/").content.decode()
        assert "Room 3" in page and "Sam Reed" in page and "Not passed" in page and "Nervous" not in page
        assert "Room 3" in client.get("/en/my/").content.decode()
        answer = client.get(f"/en/my/assessments/{made.pk}/calendar.ics")
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert str(event["location"]) == "Room 3" and event["dtstart"].dt == made.scheduled_at.replace(microsecond=0)
        client.force_login(factories.officer().user)
        assert client.get(f"/en/my/assessments/{made.pk}/calendar.ics").status_code == 404


def test_each_of_many_results_stands_in_the_history_of_its_own_record(selection_officer):
    """Of an application where there is one, else of the officer: a list may bring both."""
    application, officer = factories.application(state="submitted"), factories.officer()
    held = {"kind": "interview", "held_on": TODAY, "outcome": "passed"}
    of_officer = Assessment(officer=officer, **held)
    of_application = Assessment(officer=application.officer, application=application, **held)
    assessments.insert_results([(of_officer, "one"), (of_application, "two")], by=selection_officer)
    kept = {record: history_of(record).get(verb="record-assessment") for record in (officer, application)}
    assert {record: (entry.reason, entry.label) for record, entry in kept.items()} == {
        officer: ("one", str(officer)),
        application: ("two", application.history_label),
    }


def test_results_of_applications_are_given_to_their_officers():
    """The migration, on results as they were: with an application, and without a language."""
    one = factories.opening()
    one.language_requirements.create(language="fr", reading=1, writing=1, speaking=1)
    both = factories.opening()
    for language in ("fr", "ar"):
        both.language_requirements.create(language=language, reading=1, writing=1, speaking=1)
    held = {"held_on": TODAY, "outcome": "passed", "recorded_by": factories.user()}
    found = {}
    for posting, kind in ((one, "language"), (both, "language"), (one, "medical")):
        application = factories.application(posting, state="withdrawn")
        made = Assessment.objects.create(officer=factories.officer(), application=application, kind=kind, **held)
        found[made.pk] = (application.officer_id, "fr" if posting is one and kind == "language" else "")

    migration = importlib.import_module("deployments.migrations.0020_officers_of_assessments")
    migration.give_to_officers(apps, None)
    assert {each.pk: (each.officer_id, each.language) for each in Assessment.objects.all()} == found


class TestWhatEnds:
    """Nothing ends by itself: the tour is listed in My day until somebody decides."""

    def tour(self):
        posting = factories.posting()
        posting.assessment_requirements.create(kind="interview")
        tour = factories.deployment(posting, "2026-06-01", "2027-05-31", officer=factories.candidate())
        held = {"held_on": day("2026-01-01"), "outcome": "passed", "valid_until": day("2027-05-31")}
        return tour, Assessment.objects.create(officer=tour.officer, kind="interview", **held)

    def test_an_assessment_that_runs_out_or_is_failed(self):
        tour, held = self.tour()
        assert tours_not_cleared_any_more(TODAY) == []
        Assessment.objects.filter(pk=held.pk).update(valid_until=day("2027-05-30"))
        assert tours_not_cleared_any_more(TODAY) == [tour.pk]
        assert tours_not_cleared_any_more(day("2027-06-01")) == []
        Assessment.objects.create(officer=tour.officer, kind="interview", held_on=TODAY, outcome="passed")
        assert tours_not_cleared_any_more(TODAY) == []
        Assessment.objects.create(officer=tour.officer, kind="security", held_on=TODAY, outcome="failed")
        assert tours_not_cleared_any_more(TODAY) == [tour.pk]
        assert list(QUEUES["uncleared"].find(QueueContext(TODAY))) == [tour]

    def test_a_waiver_that_ends_while_it_is_needed(self, approver):
        tour, _held = self.tour()
        tour.posting.language_requirements.create(language="fr", reading=1, writing=1, speaking=1)
        assert tours_not_cleared_any_more(TODAY) == []
        given = {"posting": tour.posting, "finding": "language-fr", "reason": "Known", "last_day": day("2027-01-01")}
        waivers.waive(tour.officer, by=approver, today=TODAY, **given)
        assert tours_not_cleared_any_more(day("2027-01-01")) == []
        assert tours_not_cleared_any_more(day("2027-01-02")) == [tour.pk]
        tour.officer.language_ratings.create(language="fr", reading=1, writing=1, speaking=1)
        assert tours_not_cleared_any_more(day("2027-01-02")) == []
