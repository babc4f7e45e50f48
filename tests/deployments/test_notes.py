"""Notes of the desk: who writes and reads them, that they stay as they are, and what goes with the person."""

import pytest
from django.urls import reverse

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain.notes import write_note
from deployments.models import Note
from deployments.privacy.erasure import erase
from deployments.privacy.holdings import holdings
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def writer():
    return factories.staff("Selection officer")


def records() -> dict:
    officer = factories.candidate()
    posting = factories.opening()
    return {
        "officer": officer,
        "application": factories.application(posting, officer=officer, state="submitted"),
        "deployment": factories.deployment(posting, "2026-01-01", "2026-12-31", officer=officer),
    }


def page_of(name: str, record) -> str:
    return reverse(f"admin:{record._meta.app_label}_{name}_change", args=[record.pk])


@pytest.mark.parametrize("name", ["officer", "application", "deployment"])
def test_a_note_is_written_and_read_where_its_record_is_by_the_desk_alone(name, writer, client):
    found = records()
    record = found[name]
    client.force_login(writer)
    address = f"/admin/deployments/{name}/{record.pk}/write-note/"
    assert f'action="{address}"' in client.get(page_of(name, record)).content.decode()
    assert client.post(address, {"text": "Asked to be called\nin May"}).status_code == 302
    note = Note.objects.get()
    assert (getattr(note, name), note.written_by, note.text) == (record, writer, "Asked to be called\nin May")
    assert history_of(record).get(verb="write-note").detail == {"note": note.pk}
    for reader in (writer, factories.staff("Auditor")):
        client.force_login(reader)
        for page in (page_of(name, record), reverse("officer-dossier", args=[found["officer"].pk])):
            assert "Asked to be called<br>in May" in client.get(page).content.decode()
    client.force_login(found["officer"].user)
    for own in ("my", "my-papers", "own-data"):
        assert "Asked to be called" not in client.get(reverse(own)).content.decode()


def test_what_is_sent_again_is_kept_once(writer):
    officer = factories.officer()
    first = write_note(officer, by=writer, text="Called")
    assert write_note(officer, by=writer, text=" Called ") == first
    assert write_note(officer, by=writer, text="Called again") != first
    assert write_note(officer, by=factories.staff("Approver"), text="Called") != first


def test_what_is_no_note_is_refused(writer, client):
    for record, text, code in ((factories.officer(), " ", "bad_value"), (factories.application(), "Called", "draft")):
        with pytest.raises(Refusal) as refused:
            write_note(record, by=writer, text=text)
        assert refused.value.code == code
    client.force_login(writer)
    officer = factories.officer()
    answer = client.post(f"/admin/deployments/officer/{officer.pk}/write-note/", {"text": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["text"])
    assert not Note.objects.exists()


@pytest.mark.parametrize("role", ["Mission editor", "Auditor", "Administrator"])
def test_others_write_none(role):
    with pytest.raises(NotPermitted):
        write_note(factories.officer(), by=factories.staff(role), text="Called")


def test_nobody_writes_or_reads_notes_about_oneself(writer, client):
    own = factories.candidate(user=writer)
    with pytest.raises(NotPermitted):
        write_note(own, by=writer, text="Splendid")
    write_note(own, by=factories.staff("Approver"), text="Hesitant")
    client.force_login(writer)
    assert "Hesitant" not in client.get(page_of("officer", own)).content.decode()
    assert "Hesitant" not in client.get(reverse("officer-dossier", args=[own.pk])).content.decode()


def test_the_own_export_has_notes_where_the_law_asks_and_the_purge_takes_them(writer, settings):
    found = records()
    for record in found.values():
        write_note(record, by=writer, text="Called")
    user = found["officer"].user
    assert holdings(user)["notes"] == []
    settings.EXPORT_DESK_RECORDS = True
    assert [each["text"] for each in holdings(user)["notes"]] == ["Called"] * 3
    erase(user, by=factories.staff("Administrator"))
    assert not Note.objects.exists()
