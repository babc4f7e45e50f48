"""Privacy: what is held can be taken along, an account can be closed, and a purge leaves counts and no person."""

import datetime
import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.history.acts import record_act
from core.mail.outbox import queue_mail
from core.models import HistoryEntry, OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.models import ApplicationDocument, Deployment, EmergencyContact
from deployments.privacy.erasure import close_account, due_for_purge, erase
from deployments.privacy.holdings import as_zip, holdings
from officers.domain.evidence import attach_evidence
from officers.domain.profile import remove_part
from officers.models import LanguageRating, Officer, Qualification, QualificationEvidence, User
from tests import factories
from tests.clock import around
from tests.factories import day
from tests.files import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2027-06-01")


@pytest.fixture
def person():
    """Quinn Éclair, whose name must be nowhere after a purge, with a past tour, an application and a document."""
    user = factories.user(given_name="Quinn", family_name="Éclair", email="quinn.eclair@example.org")
    officer = factories.candidate(user=user, service_number="Q-777", birth_date=day("1980-02-03"))
    LanguageRating.objects.create(officer=officer, language="fr", reading=3, writing=3, speaking=3)
    officer.gender = "my own words"
    officer.save()
    tour = factories.deployment(factories.posting(), "2020-01-01", "2020-12-31", officer=officer, state="closed")
    EmergencyContact.objects.create(deployment=tour, name="Éclair senior", relationship="mother", telephone="555-7777")
    held = officer.grants.create(qualification=Qualification.objects.get(code="passport"), valid_from=day("2019-01-01"))
    attach_evidence(held, by=user, upload=SimpleUploadedFile("quinn-passport.pdf", PDF))
    gone = officer.grants.create(qualification=Qualification.objects.get(code="passport"), valid_from=day("2018-01-01"))
    record_act(gone, "withdraw-verification", by=user, reason="Not Quinn's.")
    remove_part(gone, by=user)
    application = factories.application(officer=officer, state="withdrawn", motivation="Éclair wants to help.")
    stored = default_storage.save("documents/cv", ContentFile(b"Quinn"))
    ApplicationDocument.objects.create(application=application, file=stored, name="quinn.pdf", size=5, media_type="x")
    record_act(application, "withdraw", by=user, reason="Quinn is ill.", note="Éclair")
    queue_mail(to=user, template="deployments/application_received", context={"application": application})
    return user


def everything_in_the_database() -> str:
    """Every value of every table, as text."""
    words = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            words += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(words).casefold()


class TestTakingAlong:
    def test_everything_is_there_but_the_passwords_hash(self, person):
        held = holdings(person)
        assert held["account"]["email"] == "quinn.eclair@example.org"
        assert held["profile"]["service_number"] == "Q-777"
        assert [each["language"] for each in held["language_ratings"]] == ["fr"]
        assert [each["name"] for each in held["evidence"]] == ["quinn-passport.pdf"]
        assert held["applications"][0]["documents"][0]["name"] == "quinn.pdf"
        assert held["tours"][0]["first_day"] == day("2020-01-01")
        assert {"withdraw", "attach-evidence", "withdraw-verification"} <= {act["verb"] for act in held["acts"]}
        assert "password" not in held["account"]

    def test_the_download_has_data_and_documents(self, client, person):
        client.force_login(person)
        archive = zipfile.ZipFile(io.BytesIO(client.post("/en/my/data/export/").content))
        assert json.loads(archive.read("data.json"))["account"]["family_name"] == "Éclair"
        (document,) = [name for name in archive.namelist() if name.startswith("documents/")]
        assert archive.read(document) == b"Quinn"
        (evidence,) = [name for name in archive.namelist() if name.startswith("evidence/")]
        assert evidence.endswith("-quinn-passport.pdf")
        assert archive.read(evidence) == PDF

    def test_other_peoples_data_are_not_in_it(self, person):
        other = factories.application(state="submitted", motivation="Somebody else.")
        text = zipfile.ZipFile(io.BytesIO(as_zip(person))).read("data.json").decode()
        assert "Somebody else" not in text
        assert other.officer.user.email not in text


class TestClosing:
    def test_the_owner_closes_it_and_is_signed_out(self, client, person):
        client.force_login(person)
        unticked = client.post("/en/my/data/close/")
        assert unticked.status_code == 400
        assert '<a href="#id_sure">I want to close my account: Tick the box' in unticked.content.decode()
        client.post("/en/my/data/close/", {"sure": "yes"})
        person.refresh_from_db()
        assert not person.is_active
        assert client.get("/en/my/").status_code == 302

    def test_nobody_else_closes_it(self, person, approver):
        with pytest.raises(NotPermitted):
            close_account(person, by=approver)

    def test_it_stays_open_while_it_is_needed(self, person):
        factories.application(officer=person.officer, state="submitted")
        with pytest.raises(Refusal, match="Withdraw your open applications"):
            close_account(person, by=person)

    def test_it_stays_open_until_the_last_day_of_a_tour_is_over(self, person):
        tour = factories.deployment(
            factories.posting(), around(-9).isoformat(), around(0).isoformat(), officer=person.officer, state="ended"
        )
        with pytest.raises(Refusal, match="wait for the end of your tour"):
            close_account(person, by=person)
        Deployment.objects.filter(pk=tour.pk).update(last_day=around(-1))
        close_account(person, by=person)


class TestPurge:
    def test_no_trace_of_the_person_is_left_and_every_count_is(self, person, approver):
        before = Deployment.objects.on(day("2020-06-01")).count(), HistoryEntry.objects.count()
        erase(person, by=approver)
        left = everything_in_the_database()
        for word in ("quinn", "éclair", "eclair", "q-777", "1980-02-03", "my own words", "555-7777"):
            assert word not in left
        assert (Deployment.objects.on(day("2020-06-01")).count(), HistoryEntry.objects.count() - 1) == before
        assert Officer.objects.get(user=person).language_ratings.count() == 0
        assert not OutboxMail.objects.filter(user=person).exists()

    def test_documents_are_deleted_with_the_commit(self, person, approver, django_capture_on_commit_callbacks):
        names = [each.objects.get().file.name for each in (ApplicationDocument, QualificationEvidence)]
        assert all(default_storage.exists(name) for name in names)
        with django_capture_on_commit_callbacks(execute=True):
            erase(person, by=approver)
        assert not any(default_storage.exists(name) for name in names)
        assert not QualificationEvidence.objects.exists()

    def test_the_guard_lets_history_be_erased_and_never_rewritten(self, person):
        entries = HistoryEntry.objects.filter(verb="withdraw")
        for forged in ({"label": "somebody"}, {"reason": "x", "label": "erased"}, {"verb": "submit"}, {"actor": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                entries.update(**forged)
        entries.update(label="erased", reason="", detail={}, search_text="erased")

    def test_idle_and_closed_accounts_are_due_after_their_time(self, person, settings):
        settings.RETENTION_YEARS, settings.CLOSED_DAYS = 5, 90
        User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - datetime.timedelta(days=9 * 365))
        person.officer.applications.update(state_since=timezone.now() - datetime.timedelta(days=8 * 365))
        assert due_for_purge(today=day("2025-12-31")) == []
        assert due_for_purge(today=day("2026-02-01")) == [person]

    def test_a_closed_account_is_due_ninety_days_later(self, person):
        close_account(person, by=person)
        closed = timezone.localdate()
        assert due_for_purge(today=closed + datetime.timedelta(days=89)) == []
        assert due_for_purge(today=closed + datetime.timedelta(days=90)) == [person]

    def test_staff_and_whoever_is_still_deployed_stay(self, person):
        factories.deployment(factories.posting(), "2021-01-01", "2099-12-31", officer=person.officer)
        staff = factories.staff("Approver")
        idle = factories.user()
        due = due_for_purge(today=day("2090-01-01"))
        assert idle in due
        assert person not in due
        assert staff not in due

    def test_a_dry_run_erases_nothing(self, person, capsys, settings):
        close_account(person, by=person)
        settings.CLOSED_DAYS = 0
        call_command("purge", "--dry-run")
        assert f"due for erasure: {person.pk}" in capsys.readouterr().out
        assert User.objects.filter(email="quinn.eclair@example.org").exists()
        call_command("purge")
        assert not User.objects.filter(email="quinn.eclair@example.org").exists()


class TestRetentionRunsByItself:
    """The daily run applies it; a setting makes it only say what is due; documents have a time of their own."""

    @pytest.fixture
    def closed(self, settings):
        person = factories.officer().user
        close_account(person, by=person)
        settings.CLOSED_DAYS = 0
        return person

    def test_the_daily_run_erases_what_is_due_and_says_so(self, closed, client, capsys):
        call_command("daily")
        assert "Erased: 1 accounts, 0 documents" in capsys.readouterr().out
        closed.refresh_from_db()
        assert closed.email.startswith("erased-")
        client.force_login(factories.staff("Approver"))
        assert client.get("/admin/deployments/my-day/").context["retention"] == {"accounts": 1, "documents": 0}

    def test_with_the_setting_it_only_reports(self, closed, settings, capsys):
        settings.RETENTION_REPORT_ONLY = True
        call_command("daily")
        assert "Due for erasure: 1 accounts" in capsys.readouterr().out
        assert User.objects.filter(pk=closed.pk, email=closed.email).exists()

    def test_documents_of_an_ended_application_go_after_their_own_time(
        self, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.MEDIA_ROOT, settings.DOCUMENT_YEARS = tmp_path, 2
        moments = [timezone.now() - datetime.timedelta(days=days) for days in (3 * 365, 365)]
        old, young = (factories.application(state="not_selected", state_since=moment) for moment in moments)
        running = factories.application(state="qualified", state_since=moments[0])
        for application in (old, young, running):
            file = ContentFile(b"x", "cv.pdf")
            application.documents.create(file=file, name="cv.pdf", media_type="application/pdf", size=1)
        with django_capture_on_commit_callbacks(execute=True):
            call_command("daily")
        assert [each.documents.count() for each in (old, young, running)] == [0, 1, 1]
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
        assert old.officer.user.email.endswith("@example.org")
        assert HistoryEntry.objects.get(verb="purge-document").object_id == old.pk
