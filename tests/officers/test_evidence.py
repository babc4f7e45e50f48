"""The document that shows a qualification: checked like any other, the officer's own, and verified as it lies there."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal, StalePage
from officers.domain import evidence, profile, verification
from officers.models import Officer, Qualification, QualificationEvidence, QualificationGrant
from tests import factories
from tests.factories import day
from tests.files import BAD, GOOD, PDF, PNG

pytestmark = pytest.mark.django_db
MY = "/en/my/profile/qualifications"
DAYS = {"valid_from": "2025-01-01", "valid_until": "2035-01-01"}


@pytest.fixture
def officer(client) -> Officer:
    made = factories.officer()
    client.force_login(made.user)
    return made


def passport_of(officer: Officer) -> QualificationGrant:
    days = {name: day(value) for name, value in DAYS.items()}
    return officer.grants.create(qualification=Qualification.objects.get(code="passport"), **days)


def upload(name: str = "passport.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attach(grant: QualificationGrant, **file) -> QualificationEvidence:
    return evidence.attach_evidence(grant, by=grant.officer.user, upload=upload(**file))


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_a_document_comes_with_the_qualification_and_is_given_back_as_an_attachment(client, officer, name, content):
    client.post(f"{MY}/add/passport/", DAYS | {"document": upload(name, content)})
    kept = QualificationEvidence.objects.get()
    assert (kept.name, kept.size, kept.grant.officer) == (name, len(content), officer)
    assert name.split(".")[0] not in kept.file.name
    assert name in client.get("/en/my/profile/").content.decode()
    assert name in client.get(f"{MY}/{kept.grant_id}/").content.decode()
    answer = client.get(f"{MY}/{kept.grant_id}/evidence/")
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(("name", "content"), BAD)
def test_a_bad_file_is_refused_at_its_field_and_neither_it_nor_the_qualification_is_kept(
    client, officer, name, content
):
    form = DAYS | {"evidence_note": "Passport office, 4711", "document": upload(name, content)}
    answer = client.post(f"{MY}/add/passport/", form)
    assert answer.status_code in (200, 409)
    text = answer.content.decode()
    assert 'href="#id_document"' in text
    assert "Passport office, 4711" in text
    assert "2035-01-01" in text
    assert not QualificationGrant.objects.exists()
    assert not QualificationEvidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("\u202efdp.exe.pdf", "fdp.exe.pdf"), ("..\\..\\secret\\x.pdf", "x.pdf"), ("a\x07\x1bb.pdf", "ab.pdf")],
)
def test_a_name_that_pretends_is_kept_as_it_reads(officer, name, shown):
    assert attach(passport_of(officer), name=name).name == shown


def test_a_file_over_the_limit_is_refused_and_the_limit_is_said_beforehand(client, officer, settings):
    settings.MAX_DOCUMENT_BYTES = 2048
    assert "at most 2 KB" in client.get(f"{MY}/add/passport/").content.decode()
    large = DAYS | {"document": upload(content=PDF + b" " * 2048)}
    assert "larger than 2 KB" in client.post(f"{MY}/add/passport/", large).content.decode()
    assert not QualificationEvidence.objects.exists()


def test_a_new_document_takes_the_place_of_the_old_one(client, officer, django_capture_on_commit_callbacks):
    held = passport_of(officer)
    old = attach(held).file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{MY}/{held.pk}/", DAYS | {"document": upload("renewed.png", PNG)})
    kept = QualificationEvidence.objects.get()
    assert (kept.name, kept.grant) == ("renewed.png", held)
    assert not default_storage.exists(old)
    assert default_storage.exists(kept.file.name)


def test_a_refused_replacement_leaves_the_old_document_and_the_verification(client, officer, selection_officer):
    held = passport_of(officer)
    old = attach(held)
    verification.verify(held, by=selection_officer)
    changed = {"valid_from": "2025-01-01", "valid_until": "2036-01-01", "document": upload("page.pdf", b"<html>")}
    assert client.post(f"{MY}/{held.pk}/", changed).status_code == 409
    held.refresh_from_db()
    assert (held.valid_until, held.verified_by) == (day("2035-01-01"), selection_officer)
    assert held.evidence == old
    assert default_storage.exists(old.file.name)


@pytest.mark.parametrize("change", ["add", "replace", "remove"])
def test_another_document_has_to_be_verified_again(client, officer, selection_officer, change):
    held = passport_of(officer)
    if change != "add":
        attach(held)
    verification.verify(held, by=selection_officer)
    if change == "remove":
        client.post(f"{MY}/{held.pk}/evidence/remove/")
    else:
        client.post(f"{MY}/{held.pk}/", DAYS | {"document": upload("other.pdf")})
    held.refresh_from_db()
    assert (held.verified_by, held.verified_at) == (None, None)


def test_what_does_not_touch_the_document_leaves_the_verification(client, officer, selection_officer):
    held = passport_of(officer)
    attach(held)
    verification.verify(held, by=selection_officer)
    client.post(f"{MY}/{held.pk}/", DAYS)
    held.refresh_from_db()
    assert held.verified_by == selection_officer
    assert held.evidence.name == "passport.pdf"


@pytest.mark.parametrize("verified", [True, False])
def test_a_document_that_came_after_the_page_was_shown_is_not_verified_unseen(officer, selection_officer, verified):
    held = passport_of(officer)
    attach(held)
    if verified:
        verification.verify(held, by=selection_officer)
    seen = verification.version_of(held)
    attach(held, name="forged.pdf")
    with pytest.raises(StalePage):
        verification.verify(held, by=selection_officer, seen=seen)


def test_taking_it_back_asks_first_and_deletes_the_file(client, officer, django_capture_on_commit_callbacks):
    held = passport_of(officer)
    stored = attach(held).file.name
    assert "passport.pdf" in client.get(f"{MY}/{held.pk}/evidence/remove/").content.decode()
    assert QualificationEvidence.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{MY}/{held.pk}/evidence/remove/").url == f"{MY}/{held.pk}/"
    assert not QualificationEvidence.objects.exists()
    assert not default_storage.exists(stored)
    assert client.post(f"{MY}/{held.pk}/evidence/remove/").status_code == 404
    assert [act.verb for act in history_of(held)] == ["remove-evidence", "attach-evidence"]


def test_it_goes_with_the_qualification(client, officer, django_capture_on_commit_callbacks):
    held = passport_of(officer)
    stored = attach(held).file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{MY}/{held.pk}/remove/")
    assert not QualificationEvidence.objects.exists()
    assert not default_storage.exists(stored)


@pytest.mark.parametrize("page", ["", "evidence/", "evidence/remove/", "remove/"])
def test_other_peoples_evidence_is_as_good_as_missing(client, officer, page):
    foreign = passport_of(factories.officer())
    kept = attach(foreign)
    for pk in (foreign.pk, 999_999, 10**24):
        assert client.get(f"{MY}/{pk}/{page}").status_code == 404
        form = DAYS | {"document": upload("mine.pdf")} if page == "" else {}
        assert client.post(f"{MY}/{pk}/{page}", form).status_code in (404, 405)
    assert QualificationEvidence.objects.get() == kept
    assert client.get(f"/media/{kept.file.name}").status_code == 404
    assert client.get(f"/{kept.file.name}").status_code == 404


def test_the_coordinator_of_the_service_does_not_read_it(client, officer):
    held = passport_of(officer)
    attach(held)
    client.force_login(factories.coordinator(officer.police_service))
    assert client.get(f"{MY}/{held.pk}/evidence/").status_code == 404


def test_only_the_officer_hands_in_and_takes_back(officer, selection_officer):
    held = passport_of(officer)
    for somebody in (factories.user(), selection_officer):
        with pytest.raises(NotPermitted):
            evidence.attach_evidence(held, by=somebody, upload=upload())
        with pytest.raises(NotPermitted):
            evidence.remove_evidence(held, by=somebody)
    with pytest.raises(Refusal, match="empty"):
        attach(held, content=b"")
    profile.remove_part(held, by=officer.user)
    assert not QualificationGrant.objects.exists()
