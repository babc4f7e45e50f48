"""The desk keeps officers' records in their place: every change is an act with a reason, and the officer is told."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted
from officers.domain import keeping
from officers.models import LanguageRating, Officer, Qualification, QualificationGrant
from tests import factories
from tests.factories import day
from tests.files import PDF

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def selection():
    return factories.staff("Selection officer")


@pytest.fixture
def officer():
    return factories.officer(user=factories.user(language="fr", family_name="Marlow"), birth_date=day("1980-02-03"))


@pytest.fixture
def medical():
    return Qualification.objects.get_or_create(
        code="medical", defaults={"kind": "medical", "name_en": "Medical", "name_fr": "Médical", "grades": "MS1;MS2"}
    )[0]


def url(officer, verb) -> str:
    return f"/admin/deployments/officer/{officer.pk}/{verb}/"


def record(officer, **typed) -> dict:
    values = {name: getattr(officer, name) or "" for name in keeping.RECORD_FIELDS}
    return values | {"police_service": officer.police_service_id, "reason": "Letter of May 3"} | typed


def mail_to(officer) -> OutboxMail:
    return OutboxMail.objects.filter(user=officer.user).latest("pk")


def test_a_changed_record_is_logged_by_its_fields_and_the_officer_reads_what_changed(client, selection, officer):
    client.force_login(selection)
    page = client.get(url(officer, "change-record")).content.decode()
    assert "1980-02-03" in page
    typed = record(officer, rank="Inspectrice", birth_date="1981-02-03", telephone="+1 613 555 0100")
    assert client.post(url(officer, "change-record"), typed).status_code == 302
    officer.refresh_from_db()
    assert (officer.rank, officer.birth_date, officer.telephone) == (
        "Inspectrice",
        day("1981-02-03"),
        "+1 613 555 0100",
    )
    entry = history_of(officer).get(verb="change-record")
    assert (entry.actor, entry.reason) == (selection, "Letter of May 3")
    assert entry.detail == {"fields": ["rank", "birth_date", "telephone"]}
    assert not {"Inspectrice", "1981", "0100"} & set(json.dumps(entry.detail).split('"'))
    mail = mail_to(officer)
    assert "Inspectrice (avant" in mail.text_body and "Constable" in mail.text_body
    assert "1981" not in mail.text_body and "0100" not in mail.text_body and "Letter of May 3" not in mail.text_body
    assert "/fr/my/profile/" in mail.text_body


@pytest.mark.parametrize("role", ["Approver", "Auditor", "Mission editor", "Administrator"])
def test_nobody_else_keeps_a_record(client, officer, role):
    client.force_login(factories.staff(role))
    assert client.post(url(officer, "change-record"), record(officer, rank="Chief")).status_code == 403
    assert Officer.objects.get().rank == "Constable" and not OutboxMail.objects.exists()


def test_nobody_keeps_the_own_record_in_this_way(selection):
    own = factories.officer(user=selection)
    for act, more in (
        (keeping.change_record, {"rank": "Chief"}),
        (keeping.rate_language, {"language": "fr", "reading": 3, "writing": 3, "speaking": 3}),
    ):
        with pytest.raises(NotPermitted):
            act(own, by=selection, reason="Mine", **more)
    assert not LanguageRating.objects.exists()


@pytest.mark.parametrize(
    ("typed", "status", "field"),
    [
        ({"reason": ""}, 400, "reason"),
        ({}, 409, ""),
        ({"retired_on": "2001-01-01"}, 409, "retired_on"),
        ({"birth_date": "2012-01-01"}, 409, "birth_date"),
        ({"rank": "a\u202eb"}, 400, "rank"),
        ({"member_since": "soon"}, 400, "member_since"),
    ],
)
def test_what_the_record_does_not_take_is_said_at_its_field(client, selection, officer, typed, status, field):
    client.force_login(selection)
    answer = client.post(url(officer, "change-record"), record(officer, **typed), headers=JSON)
    assert answer.status_code == status
    said = answer.json()
    assert said["field"] == field if status == 409 else field in said["fields"]
    assert not OutboxMail.objects.exists() and not history_of(officer).filter(verb="change-record").exists()


def test_a_number_that_another_officer_has_is_refused_and_so_is_a_page_that_is_old(client, selection, officer):
    other = factories.officer(police_service=officer.police_service)
    client.force_login(selection)
    answer = client.post(
        url(officer, "change-record"), record(officer, service_number=other.service_number), headers=JSON
    )
    assert (answer.status_code, answer.json()["field"]) == (409, "service_number")
    seen = client.get(url(officer, "change-record")).context["form"].initial["seen"]
    Officer.objects.get(pk=officer.pk).save()
    answer = client.post(url(officer, "change-record"), record(officer, rank="Chief", seen=seen), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_languages_are_rated_anew_and_removed(client, selection, officer):
    client.force_login(selection)
    typed = {"language": "fr", "reading": 3, "writing": 2, "speaking": 2, "reason": "Test of May 3"}
    assert client.post(url(officer, "rate-language"), typed).status_code == 302
    assert client.post(url(officer, "rate-language"), typed).status_code == 409
    assert client.post(url(officer, "rate-language"), typed | {"writing": 3}).status_code == 302
    assert "C C B (avant" in mail_to(officer).text_body
    rating = officer.language_ratings.get()
    stranger = factories.officer()
    assert client.post(url(stranger, "remove-language"), {"rating": rating.pk, "reason": "No"}).status_code == 400
    assert client.post(url(officer, "remove-language"), {"rating": rating.pk, "reason": "Wrong"}).status_code == 302
    assert not officer.language_ratings.exists()
    assert [entry.detail for entry in history_of(officer)] == [{"rated": "fr"}] * 3


def test_a_qualification_is_added_changed_and_removed_and_has_to_be_verified_again(client, selection, officer, medical):
    client.force_login(selection)
    typed = {"qualification": medical.pk, "grade": "MS9", "valid_from": "2026-01-01", "valid_until": "2027-01-01"}
    typed |= {"reason": "Letter of May 3"}
    answer = client.post(url(officer, "add-qualification"), typed, headers=JSON)
    assert (answer.status_code, answer.json()["field"]) == (409, "grade")
    upload = SimpleUploadedFile("result.pdf", PDF, "application/pdf")
    assert (
        client.post(url(officer, "add-qualification"), typed | {"grade": "MS2", "document": upload}).status_code == 302
    )
    grant = officer.grants.get()
    assert grant.evidence.name == "result.pdf" and grant.verified_at is None
    page = f"/admin/deployments/qualification/{grant.pk}"
    assert client.post(f"{page}/verify/", {}).status_code == 302
    changed = {"grade": "MS2", "valid_from": "2026-01-01", "valid_until": "2028-01-01", "reason": "Renewed"}
    assert client.post(f"{page}/change/", changed).status_code == 302
    grant.refresh_from_db()
    assert grant.verified_at is None and grant.valid_until == day("2028-01-01")
    assert client.post(f"{page}/remove/", {"reason": "Another person's"}).status_code == 302
    assert not QualificationGrant.objects.exists()
    told = OutboxMail.objects.filter(user=officer.user, template="officers/record_kept")
    assert told.count() == 3 and "MS2" in told.latest("pk").text_body


def test_a_selection_officer_sets_the_emergency_contact(client, selection, officer):
    tour = factories.deployment(factories.posting(), "2026-01-01", "2099-12-31", officer=officer)
    client.force_login(selection)
    who = {"name": "Ana Roy", "relationship": "Sister", "telephone": "613 555 0100"}
    assert client.post(f"/admin/deployments/deployment/{tour.pk}/set-emergency-contact/", who).status_code == 302
    assert tour.emergency_contact.name == "Ana Roy"
