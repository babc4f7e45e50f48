"""Applying over HTTP: one application however often it is sent, kept input, other people's records as good as missing."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import OutboxMail
from core.text.dates import today_here
from deployments.models import Application, ApplicationDocument
from deployments.openings.opening import end_of_day
from tests import factories
from tests.factories import day
from tests.files import BAD, GOOD, PDF

pytestmark = pytest.mark.django_db
WORDS = "Ten years of training others."


@pytest.fixture
def officer(client):
    officer = factories.candidate()
    client.force_login(officer.user)
    return officer


@pytest.fixture
def opening():
    return factories.opening()


def url(opening) -> str:
    return f"/en/openings/{opening.reference}/apply/"


class TestApplying:
    def test_saving_makes_a_draft_and_handing_in_an_application(self, client, officer, opening):
        response = client.post(url(opening), {"motivation": WORDS, "save": "1"}, follow=True)
        assert "Saved." in response.content.decode()
        application = Application.objects.get()
        assert (application.state, application.motivation) == ("draft", WORDS)
        client.post(f"/en/my/applications/{application.pk}/", {"motivation": WORDS, "submit": "1"})
        application.refresh_from_db()
        assert application.state == "submitted"

    def test_looking_at_the_form_makes_nothing(self, client, officer, opening):
        assert client.get(url(opening)).status_code == 200
        assert not Application.objects.exists()

    def test_sending_the_form_again_says_that_it_was_received(self, client, officer, opening):
        client.post(url(opening), {"motivation": WORDS, "submit": "1"})
        response = client.post(url(opening), {"motivation": WORDS, "submit": "1"}, follow=True)
        assert "received already" in response.content.decode()
        assert Application.objects.count() == 1
        assert OutboxMail.objects.count() == 1

    def test_a_form_without_a_word_is_kept_as_a_draft_and_says_what_is_missing(self, client, officer, opening):
        response = client.post(url(opening), {"motivation": "", "available_from": "2027-05-01", "submit": "1"})
        assert response.status_code == 409
        text = response.content.decode()
        assert 'href="#id_motivation"' in text
        assert "2027-05-01" in text

    def test_what_the_form_does_not_offer_is_ignored(self, client, officer, opening):
        other = factories.candidate()
        smuggled = {
            "motivation": WORDS,
            "save": "1",
            "state": "qualified",
            "officer": other.pk,
            "shown_state": "selected",
        }
        client.post(url(opening), smuggled)
        application = Application.objects.get()
        assert (application.officer, application.state, application.shown_state) == (officer, "draft", "draft")

    @pytest.mark.parametrize(
        "words", ["with \x00 inside", "x" * 6000, "turned \u202e round"], ids=["NUL", "6,000 characters", "disguised"]
    )
    def test_bad_text_is_refused_at_its_field_and_kept(self, client, officer, opening, words):
        response = client.post(url(opening), {"motivation": words, "submit": "1"})
        assert response.status_code == 400
        assert 'href="#id_motivation"' in response.content.decode()
        assert not Application.objects.exists()

    @pytest.mark.parametrize("words", ["Noël à Québec", "👮🏽 ready", "a\u200fb"])
    def test_accents_emoji_and_plain_direction_marks_are_welcome(self, client, officer, opening, words):
        client.post(url(opening), {"motivation": words, "submit": "1"})
        assert Application.objects.get().motivation == words

    def test_after_the_deadline_nothing_is_taken_and_the_text_is_shown(self, client, officer):
        late = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        response = client.post(url(late), {"motivation": WORDS, "submit": "1"})
        assert response.status_code == 409
        assert "takes no applications" in response.content.decode()
        assert not Application.objects.exists()

    def test_without_a_profile_the_profile_comes_first(self, client, opening):
        client.force_login(factories.user())
        assert client.get(url(opening)).url.startswith("/en/my/profile/")

    def test_who_is_not_signed_in_is_asked_to(self, client, opening):
        assert "/accounts/login/" in client.get(url(opening)).url


class TestActs:
    def test_an_act_by_machine_answers_in_json(self, client, officer):
        application = factories.application(officer=officer)
        address = f"/en/my/applications/{application.pk}/submit/"
        assert client.post(address, headers={"accept": "application/json"}).json()["state"] == "submitted"

    def test_an_impossible_act_is_refused_with_409(self, client, officer):
        application = factories.application(officer=officer, state="withdrawn")
        address = f"/en/my/applications/{application.pk}/withdraw/"
        assert client.post(address).status_code == 409
        refusal = client.post(address, headers={"accept": "application/json"})
        assert (refusal.status_code, refusal.json()["code"]) == (409, "impossible_transition")

    def test_an_act_is_never_done_by_looking_and_its_address_leads_to_the_record(self, client, officer):
        """The language toggle of a refused act is such a look: it shows the same record in the other language."""
        application = factories.application(officer=officer)
        address = f"/my/applications/{application.pk}/submit/"
        assert client.get(f"/en{address}").url == f"/en/my/applications/{application.pk}/"
        assert client.get(f"/en{address}", headers={"accept": "application/json"}).status_code == 405
        application.refresh_from_db()
        assert application.state == "draft"
        refused = client.post(f"/en/my/applications/{application.pk}/accept/")
        toggle = refused.context["other_language_url"]
        assert refused.status_code == 409 and toggle == f"/fr/my/applications/{application.pk}/accept/"
        assert client.get(toggle, follow=True).redirect_chain == [(f"/fr/my/applications/{application.pk}/", 302)]

    @pytest.mark.parametrize("page", ["", "submit/", "withdraw/", "accept/"])
    def test_other_peoples_applications_are_as_good_as_missing(self, client, officer, page):
        stranger = factories.application()
        address = f"/en/my/applications/{stranger.pk}/{page}"
        answer = client.post(address) if page else client.get(address)
        missing = (
            client.post(f"/en/my/applications/999999/{page}") if page else client.get("/en/my/applications/999999/")
        )
        assert answer.status_code == missing.status_code == 404

    def test_the_story_tells_each_step_and_not_the_decision_that_was_not_told(self, client, officer, selection_officer):
        from deployments.domain import applications

        application = factories.application(officer=officer)
        applications.submit(application, by=officer.user)
        applications.endorse(application, by=factories.coordinator(officer.police_service))
        applications.screen_out(application, by=selection_officer, reason="Secret remark.", is_told=False)
        text = client.get(f"/en/my/applications/{application.pk}/").content.decode()
        assert "endorsed the application" in text
        assert "screened the application out" not in text
        assert "Screened out" not in text
        assert "Secret remark" not in text


class TestDocuments:
    def attach(self, client, application, name, content):
        upload = SimpleUploadedFile(name, content)
        return client.post(
            f"/en/my/applications/{application.pk}/", {"motivation": WORDS, "document": upload, "save": "1"}
        )

    @pytest.mark.parametrize(("name", "content"), GOOD)
    def test_documents_are_kept_under_a_name_that_says_nothing(self, client, officer, name, content):
        application = factories.application(officer=officer)
        assert self.attach(client, application, name, content).status_code == 302
        document = ApplicationDocument.objects.get()
        assert document.name == name
        assert name.split(".")[0] not in document.file.name
        answer = client.get(f"/en/my/applications/{application.pk}/documents/{document.pk}/")
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/octet-stream"

    @pytest.mark.parametrize(("name", "content"), BAD)
    def test_anything_else_is_refused_at_its_field_and_nothing_is_kept(self, client, officer, name, content):
        application = factories.application(officer=officer)
        response = self.attach(client, application, name, content)
        assert response.status_code in (409, 400)
        text = response.content.decode()
        assert 'href="#id_document"' in text
        assert WORDS in text
        assert not ApplicationDocument.objects.exists()

    def test_a_file_over_the_limit_is_refused(self, client, officer, settings):
        settings.MAX_DOCUMENT_BYTES = len(PDF) - 1
        application = factories.application(officer=officer)
        assert self.attach(client, application, "cv.pdf", PDF).status_code == 409

    def test_nobody_else_reads_a_document(self, client, officer):
        application = factories.application(officer=officer)
        self.attach(client, application, "cv.pdf", PDF)
        document = ApplicationDocument.objects.get()
        client.force_login(factories.candidate().user)
        assert client.get(f"/en/my/applications/{application.pk}/documents/{document.pk}/").status_code == 404
        assert client.get(f"/media/{document.file.name}").status_code == 404

    def test_a_document_can_be_taken_back_until_the_desk_takes_over(self, client, officer):
        application = factories.application(officer=officer)
        self.attach(client, application, "cv.pdf", PDF)
        document = ApplicationDocument.objects.get()
        remove = f"/en/my/applications/{application.pk}/documents/{document.pk}/remove/"
        Application.objects.filter(pk=application.pk).update(state="screened_in")
        assert client.post(remove).status_code == 409
        Application.objects.filter(pk=application.pk).update(state="draft")
        client.post(remove)
        assert not ApplicationDocument.objects.exists()


class TestCoordination:
    @pytest.fixture
    def handed_in(self):
        return factories.application(state="submitted")

    @pytest.fixture
    def coordinator(self, client, handed_in):
        person = factories.coordinator(handed_in.officer.police_service)
        client.force_login(person)
        return person

    def test_the_own_service_only(self, client, coordinator, handed_in):
        stranger = factories.application(state="submitted")
        draft = factories.application(officer=handed_in.officer)
        text = client.get("/en/coordination/").content.decode()
        assert str(handed_in.officer) in text
        assert str(stranger.officer) not in text
        for other in (stranger, draft):
            assert client.get(f"/en/coordination/{other.pk}/").status_code == 404
            refused = client.post(f"/en/coordination/{other.pk}/endorse/")
            assert refused.status_code == 403 and "no application of your police service" in refused.content.decode()

    def test_what_the_officer_declared_is_for_the_desk_alone(self, client, coordinator, handed_in):
        handed_in.officer.has_convictions = True
        handed_in.officer.save()
        text = client.get(f"/en/coordination/{handed_in.pk}/").content.decode()
        assert "conviction" not in text.lower()
        assert "investigation" not in text.lower()

    def test_endorsing_and_declining(self, client, coordinator, handed_in):
        address = f"/en/coordination/{handed_in.pk}"
        assert client.post(f"{address}/decline-release/", {"reason": ""}).status_code == 400
        client.post(f"{address}/endorse/", {"reason": ""})
        handed_in.refresh_from_db()
        assert handed_in.state == "endorsed"
        assert client.post(f"{address}/decline-release/", {"reason": "Too late."}).status_code == 409

    def test_a_deputy_acts_for_the_days_named_and_can_be_ended(self, client, coordinator, handed_in):
        from django.utils import timezone

        deputy = factories.user()
        today = timezone.localdate().isoformat()
        service = handed_in.officer.police_service
        named = {"email": deputy.email, "first_day": today, "last_day": today}
        client.post(f"/en/coordination/services/{service.pk}/deputies/", named)
        client.force_login(deputy)
        assert client.get(f"/en/coordination/{handed_in.pk}/").status_code == 200
        client.force_login(coordinator)
        client.post(f"/en/coordination/deputies/{deputy.coordinations.get().pk}/end/")
        client.force_login(deputy)
        assert client.get("/en/coordination/").status_code == 403

    @pytest.mark.parametrize("role", ["officer", "approver"])
    def test_nobody_else_coordinates(self, client, handed_in, role, approver):
        client.force_login(approver if role == "approver" else handed_in.officer.user)
        assert client.get("/en/coordination/").status_code == 403
        assert client.post(f"/en/coordination/{handed_in.pk}/endorse/").status_code == 403

    def test_the_number_of_queries_does_not_grow(self, client, coordinator, handed_in, django_assert_num_queries):
        with django_assert_num_queries(11):
            client.get("/en/coordination/")
        for _each in range(29):
            factories.application(
                state="submitted", officer=factories.candidate(police_service=handed_in.officer.police_service)
            )
        with django_assert_num_queries(11):
            client.get("/en/coordination/")


class TestWhatThePagesSay:
    def test_who_was_selected_is_not_in_the_own_way(self, client, officer, approver):
        from deployments.domain import applications

        application = factories.application(officer=officer, state="qualified")
        first = today_here() + datetime.timedelta(days=60)
        applications.select(application, by=approver, first_day=first, last_day=first + datetime.timedelta(days=300))
        text = client.get(f"/en/my/applications/{application.pk}/").content.decode()
        assert "Accept by" in text
        assert "Not met" not in text
        elsewhere = factories.opening(tour_first_day=first, tour_last_day=first)
        assert "Another tour of duty" in client.get(f"/en/openings/{elsewhere.reference}/").content.decode()

    def test_what_was_typed_after_the_deadline_is_shown_again(self, client, officer):
        late = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        assert WORDS in client.post(url(late), {"motivation": WORDS, "submit": "1"}).content.decode()

    def test_before_the_form_stands_why_there_is_none(self, client, officer, opening, settings):
        late = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        assert "This opening takes no applications: Closed." in client.get(url(late)).content.decode()
        settings.MAX_OPEN_APPLICATIONS = 1
        factories.application(officer=officer)
        text = client.get(url(opening)).content.decode()
        assert "Withdraw one before you begin another." in text
        assert 'name="motivation"' not in text
        refused = client.post(url(opening), {"motivation": WORDS, "save": "1"})
        assert refused.status_code == 409
        assert WORDS in refused.content.decode()

    def test_saving_the_same_words_again_is_no_chapter_of_the_story(self, client, officer):
        application = factories.application(officer=officer, state="submitted")
        address = f"/en/my/applications/{application.pk}/"
        client.post(address, {"motivation": application.motivation, "submit": "1"})
        assert "changed the application" not in client.get(address).content.decode()
        client.post(address, {"motivation": WORDS, "submit": "1"})
        assert "changed the application" in client.get(address).content.decode()

    def test_a_reason_to_endorse_is_welcome_and_not_required(self, client):
        application = factories.application(state="submitted")
        client.force_login(factories.coordinator(application.officer.police_service))
        page = client.get(f"/en/coordination/{application.pk}/").content.decode()
        assert 'name="reason"' in page
        assert "required" not in page.partition('name="reason"')[2].partition(">")[0]
