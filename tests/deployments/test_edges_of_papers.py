"""Papers, notes, letters and nominations at their edges: one day more, somebody else's, another of the same kind."""

import datetime
import io
import zipfile

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.actors import SYSTEM
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, letters
from deployments.domain.notes import write_note
from deployments.domain.papers import add_paper, remove_paper
from deployments.domain.verbs.refusals import ImpossibleTransition
from deployments.models import (
    Application,
    Assessment,
    Deployment,
    IssuedLetter,
    Nomination,
    NominationAnswer,
    Note,
    OpeningAlert,
)
from deployments.privacy.erasure import close_account, due_for_purge, erase
from deployments.privacy.holdings import as_zip, holdings
from deployments.queries.lists.listing import Filters
from deployments.queries.lists.nominations import nominations
from deployments.queries.nominations import nomination_counts
from officers.models import Coordinator
from tests import factories
from tests.deployments.test_import_people import bring
from tests.factories import day
from tests.files import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")
FACTS = {"kind": "memorandum", "title": "Memorandum", "dated": TODAY}


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class TestPapers:
    def added(self, record, by, **fields):
        return add_paper(record, by=by, **{"document": SimpleUploadedFile("memo.pdf", PDF), **FACTS, **fields})

    def test_one_dated_today_is_kept_and_what_is_said_of_it_makes_it_another(self, selection_officer):
        officer = factories.officer()
        first = self.added(officer, selection_officer)
        assert first.dated == TODAY
        others = ({"kind": "other"}, {"title": "Another"}, {"dated": day("2026-11-23")})
        assert len({first.pk, *(self.added(officer, selection_officer, **facts).pk for facts in others)}) == 4

    def test_nobody_removes_one_about_oneself(self, selection_officer):
        paper = factories.paper(factories.candidate(user=selection_officer))
        with pytest.raises(NotPermitted):
            remove_paper(paper, by=selection_officer, reason="Not true")

    def test_one_of_a_number_is_for_no_coordinator_either(self, selection_officer):
        number = factories.operation().strengths.get()
        with pytest.raises(Refusal):
            self.added(number, selection_officer, is_for_coordinator=True)


def test_a_note_is_one_a_day_and_a_record(selection_officer):
    """What is sent twice is kept once; the same words on another day, or about somebody else, are another note."""
    officer, other = factories.officer(), factories.officer()
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Note.objects.create(officer=officer, text="Called", written_by=selection_officer, written_at=yesterday)
    for record in (officer, other, other):
        write_note(record, by=selection_officer, text="Called")
    assert (officer.notes.count(), other.notes.count()) == (2, 1)


class TestLetters:
    @pytest.mark.parametrize(
        ("of_mission", "of_operation", "language"),
        [
            ([], ["fr"], "fr"), ([], ["en"], "en"), ([], ["en", "fr"], "en"), (["en"], ["fr"], "en"),
            (["fr"], ["en"], "fr"), (["fr", "en"], ["fr"], "en"),
        ],
    )  # fmt: skip
    def test_a_nomination_is_in_the_missions_language_else_its_operations(self, of_mission, of_operation, language):
        mission = factories.mission(factories.operation(languages=of_operation), languages=of_mission)
        application = factories.application(factories.opening(mission), state="nominated")
        assert letters.usual_language("nomination", application, today=TODAY) == language

    def test_a_release_is_asked_for_in_the_language_of_who_coordinates_today(self):
        officer = factories.candidate(user=factories.user(language="fr"))
        application = factories.application(officer=officer, state="submitted")
        user = factories.coordinator(officer.police_service, language="en")
        for last_day, language in ((None, "en"), (TODAY, "en"), (day("2026-11-23"), "fr")):
            Coordinator.objects.filter(user=user).update(last_day=last_day)
            assert letters.usual_language("release_request", application, today=TODAY) == language

    @pytest.mark.parametrize("which", ["of another posting", "withdrawn", "by another service"])
    def test_only_a_release_in_force_by_the_own_service_for_the_posting_makes_the_request_needless(
        self, which, selection_officer
    ):
        officer = factories.candidate(is_released=False)
        application = factories.application(officer=officer, state="submitted")
        fields = {
            "of another posting": {"posting": factories.posting()},
            "withdrawn": {"withdrawn_at": timezone.now(), "withdrawal_reason": "Needed at home"},
            "by another service": {"police_service": factories.service()},
        }[which]
        factories.release(officer, **fields)
        assert letters.issue_release_request(application, by=selection_officer, language="en").number == 1
        factories.release(officer, posting=application.posting)
        with pytest.raises(Refusal, match="cover all"):
            letters.issue_release_request(application, by=selection_officer, language="en", paragraph="Again")

    @pytest.mark.parametrize(("state", "last_day"), [("open", "2027-02-28"), ("granted", "2027-01-31")])
    def test_an_agreement_is_to_a_granted_extension_to_which_the_tour_owes_its_last_day(
        self, state, last_day, approver
    ):
        tour = factories.deployment(factories.opening(), "2026-03-01", "2027-02-28")
        agreed = {"service_agreed_at": timezone.now(), "mission_agreed_at": timezone.now()}
        if state == "granted":
            agreed["decided_at"] = timezone.now()
        tour.extensions.create(last_day=day(last_day), reason="r", state=state, asked_by=factories.user(), **agreed)
        with pytest.raises(Refusal) as refused:
            letters.issue_extension_agreement(tour, by=approver, language="en")
        assert refused.value.code == "nothing_asked"

    def test_a_nomination_goes_to_whom_it_was_sent_last(self, selection_officer):
        application = factories.application(state="nominated")
        for name in ("Old host", "New host"):
            organization = factories.organization(name_en=name)
            Nomination.objects.create(application=application, organization=organization, sent_on=TODAY)
        text = letters.issue_nomination(application, by=selection_officer, language="en").text
        assert "New host" in text and "Old host" not in text

    def test_what_is_over_by_the_time_the_file_is_made_is_not_issued(self):
        """The PDF takes its time: the state is looked at once more, with the record locked."""
        by = factories.staff("Approver", "Selection officer")
        tour = factories.deployment(factories.opening(), "2026-03-01", "2027-02-28", state="preparation")
        Deployment.objects.filter(pk=tour.pk).update(state="cancelled")
        application = factories.application(state="nominated")
        Application.objects.filter(pk=application.pk).update(state="withdrawn")
        for issue, stale in ((letters.issue_tour_order, tour), (letters.issue_nomination, application)):
            with pytest.raises(ImpossibleTransition):
                issue(stale, by=by, language="en")
        assert not IssuedLetter.objects.exists()


LISTED = """officer,posting,state,reason_code,submitted_on,nominated_on,selected_on,accepted_on,ended_on
{0},{p},refused_by_host,,2024-01-10,2024-03-01,2024-05-01,,2024-06-02
{1},{p},withdrawn,,2024-01-10,2024-03-01,2024-05-01,,2024-06-02
{2},{p},withdrawn,,2024-01-10,2024-03-01,,,2024-06-02
"""


class TestNominations:
    def test_a_place_given_without_asking_again_says_nothing_of_the_nomination(self, selection_officer):
        application = factories.application(
            state="selected", deployment=factories.deployment(factories.posting(), "2027-03-01", "2028-02-28", state="reserved")
        )  # fmt: skip
        nomination = Nomination.objects.create(application=application, sent_on=TODAY)
        NominationAnswer.objects.create(nomination=nomination, answer="no_answer", answered_on=TODAY)
        applications.refuse(application, by=selection_officer, reason_code="requirements", reason="They changed")
        assert [each.answer for each in nomination.answers.all()] == ["no_answer"]

    def test_whom_a_list_says_to_be_selected_was_accepted_unless_the_host_declined(self):
        posting = factories.opening()
        officers = [factories.candidate().user.email for _n in range(3)]
        bring("applications", LISTED.format(*officers, p=posting.reference))
        found = [
            [(one.answer, one.answered_on) for one in each.answers.all()] for each in Nomination.objects.order_by("pk")
        ]
        assert found == [
            [("declined", day("2024-06-02"))], [("accepted", day("2024-05-01"))], [("taken_back", day("2024-06-02"))],
        ]  # fmt: skip

    def test_the_first_and_the_last_day_asked_for_are_of_the_list(self):
        sent = [
            Nomination.objects.create(application=factories.application(state="nominated"), sent_on=day(each))
            for each in ("2026-10-01", "2026-10-31")
        ]
        days = {"on": TODAY, "until": TODAY}
        for sent_from, sent_until, expected in (
            ("2026-10-01", "2026-10-31", sent), ("2026-10-02", "2026-10-31", sent[1:]),
            ("2026-10-01", "2026-10-30", sent[:1]),
        ):  # fmt: skip
            asked = Filters(**days, sent_from=day(sent_from), sent_until=day(sent_until))
            assert list(nominations(asked)) == expected[::-1]

    def test_every_nomination_of_an_officer_is_counted(self):
        officer = factories.candidate()
        for _n in range(2):
            Nomination.objects.create(application=factories.application(officer=officer, state="nominated"))
        counts = nomination_counts([officer])[officer.pk]
        assert (counts.by_answer, counts.sent) == ({"waiting": 2}, 2)


class TestWhatIsHeld:
    def test_what_waits_for_the_scanner_or_was_removed_goes_along_to_nobody(self, settings):
        officer = factories.candidate()
        factories.paper(officer, is_for_officer=True)

        def papers() -> list[str]:
            return [name for name in zipfile.ZipFile(io.BytesIO(as_zip(officer.user))).namelist() if "papers/" in name]

        removed = factories.paper(officer, is_for_officer=True)
        assert len(papers()) == 2
        remove_paper(removed, by=factories.staff("Selection officer"), reason="Of somebody else")
        assert len(papers()) == 1  # what was removed has no file any more
        settings.UPLOAD_SCANNER = "true"
        assert papers() == []

    def test_what_the_desk_remarks_on_an_assessment_is_for_the_desk_alone(self, selection_officer):
        officer = factories.candidate()
        held = {"kind": "interview", "outcome": "passed", "held_on": TODAY, "remark": "Hesitates under pressure"}
        Assessment.objects.create(officer=officer, recorded_by=selection_officer, **held)
        (given,) = holdings(officer.user)["assessments"]
        assert "Hesitates" not in str(given) and given["outcome"] == "passed"

    def test_an_account_is_closed_once_and_none_of_its_sessions_is_left(self):
        person, other = factories.candidate().user, factories.user()
        for user in (person, other):
            UserSession.objects.create(user=user, ip="192.0.2.1", user_agent="x", session_key=f"key-{user.pk}")
        close_account(person, by=person)
        person.refresh_from_db()
        with pytest.raises(NotPermitted):
            close_account(person, by=person)
        assert [each.user for each in UserSession.objects.all()] == [other]

    def test_what_was_begun_after_the_account_was_closed_keeps_it(self):
        person = factories.candidate()
        close_account(person.user, by=person.user)
        later = TODAY + datetime.timedelta(days=settings.CLOSED_DAYS)
        assert due_for_purge(today=later) == [person.user]
        tour = factories.deployment(factories.posting(), "2027-06-01", "2028-05-31", officer=person, state="reserved")
        assert due_for_purge(today=later) == []
        Deployment.objects.filter(pk=tour.pk).update(state="cancelled")
        assert due_for_purge(today=later) == [person.user]

    def test_a_tour_that_is_over_keeps_no_accepted_application_unfinished(self):
        person = factories.candidate()
        tour = factories.deployment(factories.posting(), "2020-01-01", "2020-12-31", officer=person, state="closed")
        factories.application(tour.posting, officer=person, state="accepted", deployment=tour)
        close_account(person.user, by=person.user)
        person.user.refresh_from_db()
        assert not person.user.is_active

    def test_alerts_to_the_persons_address_go_however_it_was_typed(self):
        person = factories.candidate().user
        for address in (person.email.upper(), "other@example.org"):
            OpeningAlert.objects.create(address=address, language="en")
        erase(person, by=SYSTEM)
        assert [each.address for each in OpeningAlert.objects.all()] == ["other@example.org"]
