"""Qualifications and the outbox at the desk: verified by an act, read by whom they concern, never changed by hand."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.history.acts import history_of
from core.mail.outbox import queue_mail
from core.models import HistoryEntry, MailState, OutboxMail
from deployments.models import Application
from officers.domain import verification
from officers.domain.evidence import attach_evidence
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.factories import day
from tests.files import PDF

pytestmark = pytest.mark.django_db
LIST = "/admin/officers/qualificationgrant/"


def grant(**fields) -> QualificationGrant:
    values = {"valid_from": day("2025-01-01"), "valid_until": day("2035-01-01")} | fields
    values.setdefault("officer", factories.officer())
    return QualificationGrant.objects.create(qualification=Qualification.objects.get(code="passport"), **values)


def act(held: QualificationGrant, verb: str) -> str:
    return f"/admin/deployments/qualification/{held.pk}/{verb}/"


def test_the_desk_verifies_what_it_looked_at(client, selection_officer):
    held = grant(evidence_note="Passport office, 4711")
    client.force_login(selection_officer)
    assert act(held, "verify") in client.get(f"{LIST}{held.pk}/change/").content.decode()
    page = client.get(act(held, "verify"))
    assert "Passport office, 4711" in page.content.decode()
    seen = page.context["form"].initial["seen"]
    held.evidence_note = "something else"
    held.save()
    assert client.post(act(held, "verify"), {"seen": seen}).status_code == 409
    assert client.post(act(held, "verify"), {"seen": verification.version_of(held)}).status_code == 302
    held.refresh_from_db()
    assert held.verified_by == selection_officer
    assert client.post(act(held, "verify"), {}).status_code == 409
    assert client.post(act(held, "withdraw-verification"), {}).status_code == 400
    assert client.post(act(held, "withdraw-verification"), {"reason": "Another person's"}).status_code == 302
    assert list(HistoryEntry.objects.exclude(verb="view").order_by("pk").values_list("verb", "reason")) == [
        ("verify", ""),
        ("withdraw-verification", "Another person's"),
    ]
    assert "Another person" in client.get(f"{LIST}{held.pk}/history/").content.decode()


@pytest.mark.parametrize("role", ["Approver", "Mission editor", "Auditor", "Administrator"])
def test_other_roles_do_not_verify(client, role):
    held = grant()
    client.force_login(factories.staff(role))
    assert client.get(act(held, "verify")).status_code == 403
    assert client.post(act(held, "verify"), {}).status_code == 403
    assert client.post(f"{LIST}{held.pk}/change/", {"grade": "x"}).status_code == 403
    assert not QualificationGrant.objects.exclude(verified_at=None).exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_database_the_same_number_of_times(
    client, selection_officer, rows, django_assert_num_queries
):
    for _ in range(rows):
        held = grant()
        verification.verify(held, by=selection_officer)
    client.force_login(selection_officer)
    with django_assert_num_queries(9):
        page = client.get(LIST, {"verified_at__isempty": "0"})
    assert page.context["cl"].result_count == rows
    assert client.get(LIST, {"verified_at__isempty": "1"}).context["cl"].result_count == 0


def test_the_mail_queue_shows_state_and_no_secrets(client):
    person = factories.user()
    context = {"password_reset_url": "https://portal.example.org/the-secret/"}
    secret = queue_mail(to=person, template="account/password_reset_key", context=context, confidential=True)
    plain = queue_mail(to=person, template="account/password_reset_key", context=context)
    OutboxMail.objects.filter(pk=plain.pk).update(state=MailState.GIVEN_UP)
    again = {"action": "send_again", "_selected_action": [plain.pk, secret.pk]}
    client.force_login(factories.staff("Auditor"))
    assert person.email in client.get("/admin/core/outboxmail/").content.decode()
    page = client.get(f"/admin/core/outboxmail/{secret.pk}/change/").content.decode()
    assert "the-secret" not in page
    assert "Confidential" in page
    assert "the-secret" in client.get(f"/admin/core/outboxmail/{plain.pk}/change/").content.decode()
    client.post("/admin/core/outboxmail/", again)
    assert OutboxMail.objects.given_up().count() == 1
    client.force_login(factories.staff("Administrator"))
    answer = client.post("/admin/core/outboxmail/", again, follow=True).content.decode()
    assert "1 mail is tried again." in answer
    assert "Only a mail that was given up can be tried again." in answer
    assert not OutboxMail.objects.given_up().exists()
    client.force_login(factories.staff("Selection officer"))
    assert client.get("/admin/core/outboxmail/").status_code == 403


def test_an_address_changed_at_the_desk_has_to_be_confirmed_by_its_owner(client):
    person = factories.user()
    client.force_login(factories.staff("Administrator"))
    page = client.get(f"/admin/officers/user/{person.pk}/change/")
    form = page.context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields if form.initial.get(name) not in (None, False, [])}
    answer = client.post(page.request["PATH_INFO"], values | {"email": "new@example.org", "is_active": "on"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert not person.emailaddress_set.exists()


# --- Evidence -----------------------------------------------------------------------------------------


@pytest.fixture
def shown():
    """A passport with the document that shows it."""
    held = grant()
    attach_evidence(held, by=held.officer.user, upload=SimpleUploadedFile("passport.pdf", PDF))
    return held


def document_of(held: QualificationGrant) -> str:
    return f"{LIST}{held.pk}/evidence/"


def page_of(application: Application) -> str:
    return f"/admin/deployments/application/{application.pk}/change/"


@pytest.mark.parametrize("role", ["Selection officer", "Approver", "Auditor"])
def test_who_sees_qualifications_reads_the_evidence_and_every_view_is_logged(client, shown, role):
    reader = factories.staff(role)
    client.force_login(reader)
    for page in (LIST, f"{LIST}{shown.pk}/change/"):
        assert document_of(shown) in client.get(page).content.decode()
    for _ in range(2):
        answer = client.get(document_of(shown))
        assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="passport.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert [act.actor for act in history_of(shown) if act.verb == "view"] == [reader] * 3, (
        "the record, and twice the file"
    )
    assert "Dossier viewed" in client.get(f"{LIST}{shown.pk}/history/").content.decode()


@pytest.mark.parametrize("role", ["Mission editor", "Administrator"])
def test_who_does_not_see_qualifications_sees_no_evidence(client, shown, role):
    client.force_login(factories.staff(role))
    assert client.get(document_of(shown)).status_code == 403
    assert not history_of(shown).filter(verb="view").exists()


def test_a_qualification_without_a_document_has_none_to_give(client, selection_officer):
    held = grant()
    client.force_login(selection_officer)
    assert client.get(document_of(held)).status_code == 404
    assert client.get(f"{LIST}{10**24}/evidence/").status_code == 404
    assert document_of(held) not in client.get(LIST).content.decode()


def test_the_page_that_verifies_leads_to_the_document_and_takes_no_other(client, selection_officer, shown):
    client.force_login(selection_officer)
    page = client.get(act(shown, "verify"))
    assert document_of(shown) in page.content.decode()
    seen = page.context["form"].initial["seen"]
    attach_evidence(shown, by=shown.officer.user, upload=SimpleUploadedFile("another.pdf", PDF))
    assert client.post(act(shown, "verify"), {"seen": seen}).status_code == 409
    shown.refresh_from_db()
    assert shown.verified_at is None


def test_the_screening_shows_each_requirement_with_what_stands_behind_it(client, selection_officer, shown):
    officer = shown.officer
    officer.member_since = day("2010-05-01")
    officer.save()
    officer.language_ratings.create(language="fr", reading=3, writing=2, speaking=3)
    posting = factories.opening(min_service_years=5)
    posting.qualification_requirements.create(qualification=shown.qualification)
    posting.language_requirements.create(language="fr", reading=1, writing=1, speaking=1)
    application = factories.application(posting, officer=officer, state="submitted")
    client.force_login(selection_officer)
    page = " ".join(client.get(page_of(application)).content.decode().split())
    for words in ("Evidence", "Remark", "May 1, 2010", "Own rating C/B/C", document_of(shown), "not verified"):
        assert words in page
    verification.verify(shown, by=selection_officer)
    assert "not verified" not in client.get(page_of(application)).content.decode()
