"""Lists about people: languages and qualifications, what postings ask, releases, applications with their days."""

import datetime
import re

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted
from core.tabular import FileRefused
from deployments.imports import IMPORTS, run_import
from deployments.models import Application, Posting, Release
from deployments.queries.stories import story_for_applicant
from officers.models import Officer, PoliceService, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


def bring(kind: str, text: str, by=SYSTEM, **options):
    return run_import(IMPORTS[kind], text.encode(), by=by, file_name=f"{kind}.csv", today=TODAY, **options)


@pytest.fixture
def ada():
    service = factories.service(code="toronto")
    return factories.officer(police_service=service, service_number="00421", is_released=False)


def officers(languages: str = "", qualifications: str = "", **options):
    head = "email,given_name,police_service,service_number,languages,qualifications\n"
    return bring("officers", f"{head}ada@example.org,Ada,toronto,1,{languages},{qualifications}\n", **options)


@pytest.mark.parametrize(
    ("written", "letters"),
    [("fr:CBC", "CBC"), ("French CBC", "CBC"), ("français (C/B/C)", "CBC"), ("fr b", "BBB"), ("fr: C-C", "C–C")],
)
def test_languages_with_levels(ada, written, letters):
    officers(written)
    rating = Officer.objects.get(user__email="ada@example.org").language_ratings.get()
    assert (rating.language, "".join(rating.letters())) == ("fr", letters)
    assert rating.history.get().history_change_reason == "Import: officers.csv, 2"


@pytest.mark.parametrize("written", ["fr", "fr:CB", "klingon:CCC", "CCC"])
def test_no_languages(ada, written):
    with pytest.raises(FileRefused, match="Line 2, languages: Not a language with levels"):
        officers(written)


def test_qualifications_with_grade_and_days_are_to_be_verified(ada, selection_officer):
    officers("", "Medical grade MS2 2025-02-01/2027-01-31; passport 2024-05-05 / 2034-05-04")
    held = {grant.qualification.code: grant for grant in QualificationGrant.objects.all()}
    assert (held["medical"].grade, held["medical"].valid_until, held["medical"].verified_at) == (
        "MS2",
        day("2027-01-31"),
        None,
    )
    QualificationGrant.objects.update(
        verified_by=selection_officer, verified_at=held["medical"].history.get().history_date
    )
    report = officers("", "medical MS2 2025-02-01/2027-01-31; passport 2024-05-05/2033-05-04")
    assert report.changed == 1
    verified = dict(QualificationGrant.objects.values_list("qualification__code", "verified_at"))
    assert verified["medical"]
    assert verified["passport"] is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("medical MS9 2025-02-01/2027-01-31", "no grade “MS9”"),
        ("medical MS1 2025-02-01", "end of validity"),
        ("passeport", "Not a qualification with its days"),
        ("pasport 2024-05-05/2034-05-04", "Nearest: “passport”"),
        ("passport 2034-05-05/2024-05-04", "Not a qualification with its days"),
    ],
)
def test_no_qualifications(ada, written, words):
    with pytest.raises(FileRefused, match=f"Line 2, qualifications: .*{words}"):
        officers("", written)


POSTING = "reference,mission,title_en,title_fr,languages,qualifications,counts_against\n"


def test_what_a_posting_asks_and_what_it_counts_against(selection_officer):
    mission = factories.mission()
    line = f"adviser,{mission.code},Adviser,Conseil,fr:BBC,medical MS1|MS2; passport,"
    assert bring("postings", POSTING + line, by=selection_officer).created == 1
    posting = Posting.objects.get(reference="adviser")
    assert posting.language_requirements.get().letters() == {"reading": "B", "writing": "B", "speaking": "C"}
    asked = {each.qualification.code: each.accepted_grades() for each in posting.qualification_requirements.all()}
    assert asked == {"medical": ("MS1", "MS2"), "passport": ()}
    assert bring("postings", POSTING + line, by=selection_officer).changed == 0
    course = f"course,{mission.code},Course,Cours,,,none"
    with pytest.raises(FileRefused, match="Your role does not include this change"):
        bring("postings", POSTING + course, by=selection_officer)
    with pytest.raises(FileRefused, match="act of its own"):
        bring("postings", POSTING + line + "none")
    bring("postings", POSTING + course)
    course = Posting.objects.get(reference="course")
    assert course.counts_against == "none"
    assert history_of(course).filter(verb="set-counting").exists()


def test_whether_a_new_service_needs_release_is_the_approvers_act(editor):
    head = "code,name_en,name_fr,needs_release\n"
    assert bring("services", f"{head}lyon,Lyon police,Police de Lyon,yes", by=editor).created == 1
    with pytest.raises(FileRefused, match="Your role does not include this change"):
        bring("services", f"{head}national,National police,Police nationale,no", by=editor)
    with pytest.raises(FileRefused, match="act of its own"):
        bring("services", f"{head}lyon,Lyon police,Police de Lyon,no")
    bring("services", f"{head}national,National police,Police nationale,no")
    national = PoliceService.objects.get(code="national")
    assert not national.needs_release
    assert history_of(national).filter(verb="set-release-need").exists()


RELEASES = "officer,posting,first_day,last_day,letter_number,letter_date\n"


def test_releases_by_letter(ada, selection_officer, approver):
    posting = factories.posting(reference="adviser")
    text = f"{RELEASES}toronto:421,,2026-01-01,2026-12-31,17,2025-12-01\n"
    with pytest.raises(FileRefused, match="Line 2, officer: No officer.*Nearest: “toronto:00421”"):
        bring("releases", text, by=selection_officer)
    text = text.replace(":421", ":00421")
    with pytest.raises(NotPermitted):
        bring("releases", text, by=approver)
    text += f"{ada.user.email},adviser,2027-01-01,2027-06-30,18,2025-12-01\ntoronto:00421,,2026-01-01,2026-12-31,17,2025-12-01\n"
    report = bring("releases", text, by=selection_officer)
    assert (report.created, report.lines[2].note) == (2, "The same as line 2.")
    assert Release.objects.get(posting=posting).given_by == selection_officer
    assert history_of(ada).filter(verb="give-release").count() == 2
    assert bring("releases", text, by=selection_officer).changed == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2026-01-01,2026-12-31,,", "letter_number: Give the number of the letter"),
        ("2026-01-01,2026-12-31,17,2027-01-01", "letter_date: The letter is dated after today"),
        ("2026-12-31,2026-01-01,17,2025-12-01", "last_day: The last day, 2026-01-01, is before"),
    ],
)
def test_no_releases(ada, selection_officer, line, words):
    with pytest.raises(FileRefused, match=f"Line 2, .*{words}"):
        bring("releases", f"{RELEASES}toronto:00421,,{line}\n", by=selection_officer)


APPLICATIONS = "officer,posting,state,reason_code,submitted_on,qualified_on,ended_on,qualified_until\n"


def test_applications_with_the_day_of_each_state(ada, selection_officer, client):
    factories.posting(reference="adviser")
    text = f"{APPLICATIONS}toronto:00421,adviser,Not selected,Another candidate was selected,2015-03-02,,2015-06-30,\n"
    bring("applications", text, by=selection_officer)
    made = Application.objects.get()
    assert (made.state, made.shown_state, made.reason_code) == ("not_selected", "not_selected", "other_candidate")
    story = story_for_applicant(made, history_of(made))
    assert [(chapter.at, str(chapter.what)) for chapter in story] == [
        (day("2015-06-30"), "did not select you"),
        (day("2015-03-02"), "handed the application in"),
    ]
    assert bring("applications", text, by=selection_officer).lines[0].note == "Already there."
    client.force_login(ada.user)
    assert "March 2, 2015" in client.get(f"/en/my/applications/{made.pk}/").content.decode()


def test_days_that_are_not_on_record_are_said_so(ada, client):
    factories.posting(reference="adviser")
    bring("applications", f"{APPLICATIONS}toronto:00421,adviser,qualified,,,2026-10-01,,2027-09-30\n")
    made = Application.objects.get()
    story = story_for_applicant(made, history_of(made))
    assert [chapter.at for chapter in story] == [day("2026-10-01"), None, None, None, None]
    client.force_login(ada.user)
    assert "not on record" in client.get(f"/en/my/applications/{made.pk}/").content.decode()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("draft,,,,,", "state: A draft is the officer's own"),
        ("selected,,,,,", "state: A draft is the officer's own"),
        ("withdrawn,other_candidate,,,,", "reason_code: This reason does not go with the state"),
        ("withdrawn,,2026-12-01,,,", "submitted_on: This day is in the future"),
        ("withdrawn,,2026-05-01,,2026-04-01,", "ended_on: This day is before the day of an earlier state"),
        ("submitted,,2026-05-01,2026-06-01,,", "qualified_on: The application has not come to this state"),
        ("qualified,,,,,", "qualified_until: Give the last day"),
        ("qualified,,,,,2026-01-01", "qualified_until: The roster entry would have ended"),
    ],
)
def test_no_applications(ada, line, words):
    factories.posting(reference="adviser")
    with pytest.raises(FileRefused, match=f"Line 2, {words}"):
        bring("applications", f"{APPLICATIONS}toronto:00421,adviser,{line}\n")


def test_one_running_application_for_a_posting_and_no_own(ada, selection_officer):
    factories.application(factories.posting(reference="adviser"), officer=ada, state="endorsed")
    with pytest.raises(FileRefused, match="already an application of this officer"):
        bring("applications", f"{APPLICATIONS}toronto:00421,adviser,submitted,,2026-05-01,,,\n")
    ada.user.is_staff = True
    ada.user.save()
    ada.user.groups.set(selection_officer.groups.all())
    with pytest.raises(FileRefused, match="Your role does not include"):
        bring("applications", f"{APPLICATIONS}toronto:00421,adviser,withdrawn,,2026-05-01,,,\n", by=ada.user)


def test_an_application_on_the_roster_meets_the_requirements_of_its_posting(ada):
    posting = factories.posting(reference="adviser")
    bring("postings", f"{POSTING}adviser,{posting.mission.code},Adviser,Conseil,fr:BBB,,\n")
    with pytest.raises(FileRefused, match="The officer is not cleared: Language: French"):
        bring("applications", f"{APPLICATIONS}toronto:00421,adviser,qualified,,,,,2027-09-30\n")


def test_cells_of_one_line_name_one_officer(ada):
    other = factories.officer()
    head = "officer,email,posting,first_day,last_day,state\n"
    posting = factories.posting()
    line = f"toronto:00421,{other.user.email},{posting.reference},2025-01-01,2025-12-31,closed\n"
    with pytest.raises(FileRefused, match="name different officers"):
        bring("deployments", head + line)


ASSESSED = "officer,kind,language,held_on,outcome,level,valid_until,remark\n"


def test_results_of_assessments_come_as_the_desk_records_them(ada, selection_officer, editor):
    text = ASSESSED + (
        "toronto:00421,Langue,français,2026-03-01,Réussi,C B/C,2028-02-29,\n"
        "toronto:00421,interview,,2026-03-02,failed,,,Late\n"
    )
    with pytest.raises(NotPermitted):
        bring("assessments", text, by=editor)
    report = bring("assessments", text, by=selection_officer)
    assert report.created == 2
    tested, interview = ada.assessments.held()
    assert (tested.language, tested.letters, tested.valid_until) == ("fr", ["C", "B", "C"], day("2028-02-29"))
    assert (interview.outcome, interview.remark, interview.recorded_by) == ("failed", "Late", selection_officer)
    acts = history_of(ada).filter(verb="record-assessment")
    assert {act.detail["kind"] for act in acts} == {"language", "interview"}
    again = bring("assessments", text, by=selection_officer)
    assert (again.changed, {line.note for line in again.lines}) == (0, {"Already there."})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("language,,2026-03-01,passed,CBC,,", "language: Choose the language."),
        ("language,fr,2026-03-01,passed,,,", "Give the level of each skill"),
        ("language,fr,2026-03-01,passed,CD,,", "level: Not a level of three letters"),
        ("driving,,2026-03-01,passed,B,,", "Levels are given of a passed language assessment alone."),
        ("interview,fr,2026-03-01,passed,,,", "language: Only a language assessment names a language."),
        ("interview,,2199-03-01,passed,,,", "held_on: "),
        ("interview,,2026-03-01,good,,,", "outcome: “good” is not one of"),
        ("interview,,2026-03-01,passed,,2026-02-01,", "valid_until: The result would end before"),
        ("medical,,2026-03-01,passed,,,Knee", "remark: Of a medical"),
    ],
)
def test_a_result_that_the_desk_could_not_record_is_refused_at_its_column(ada, selection_officer, line, words):
    with pytest.raises(FileRefused, match=re.escape(words)):
        bring("assessments", f"{ASSESSED}toronto:00421,{line}\n", by=selection_officer)
    assert not ada.assessments.exists()


def test_nobody_brings_the_own_result(selection_officer):
    factories.officer(user=selection_officer, police_service=factories.service(), service_number="1")
    with pytest.raises(FileRefused, match="Your role does not include this change"):
        bring(
            "assessments",
            f"{ASSESSED}{selection_officer.email},interview,,2026-03-01,passed,,,\n",
            by=selection_officer,
        )


def test_a_result_takes_the_place_of_its_appointment(ada, selection_officer):
    at = timezone.make_aware(datetime.datetime(2026, 3, 1, 9))
    ada.assessments.create(kind="medical", scheduled_at=at, place="Clinic")
    bring("assessments", f"{ASSESSED}toronto:00421,medical,,2026-03-01,passed,,,\n", by=selection_officer)
    [result] = ada.assessments.all()
    assert (result.outcome, result.place, result.scheduled_at) == ("passed", "", None)


@pytest.mark.parametrize(
    ("written", "outcome"), [("Pass", "passed"), ("réussi", "passed"), ("Fail", "failed"), ("Échec", "failed")]
)
def test_outcomes_in_the_words_of_lists(ada, written, outcome):
    bring("assessments", f"{ASSESSED}toronto:00421,interview,,2026-03-01,{written},,,\n")
    assert ada.assessments.get().outcome == outcome


def test_what_a_rule_refuses_is_said_with_the_value_of_its_cell(ada):
    factories.posting(reference="adviser")
    tour = "officer,posting,first_day,last_day\ntoronto:00421,adviser,2026-03-01,2026-02-01\n"
    with pytest.raises(FileRefused) as caught:
        bring("deployments", tour)
    assert [(problem.column, problem.value) for problem in caught.value.problems] == [("last_day", "2026-02-01")]
