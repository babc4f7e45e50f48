"""Backup and restore: what was there is there again, and a copy that changed is refused before anything is touched."""

import hashlib
import json
import tarfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from core.files.backup import MANIFEST, UPLOADS
from core.history.acts import record_act
from deployments.domain import letters
from deployments.domain.notes import write_note
from deployments.domain.papers import add_paper
from deployments.limits import guards
from deployments.models import IssuedLetter, Note
from officers.domain.evidence import attach_evidence
from officers.models import Qualification, QualificationEvidence, User
from tests import factories
from tests.files import PDF


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "backup"


def kept_with(tour) -> tuple[list, IssuedLetter]:
    """Papers of several records, a letter as it was issued, and a note."""
    by = factories.staff("Approver", "Selection officer")
    facts = {"by": by, "kind": "memorandum", "title": "Memo", "dated": factories.START}
    records = (tour, tour.officer, tour.posting.mission.operation.strengths.get())
    papers = [add_paper(each, document=SimpleUploadedFile("memo.pdf", PDF), **facts) for each in records]
    write_note(tour, by=by, text="Asked twice.")
    return papers, letters.issue_tour_order(tour, by=by, language="en")


@pytest.mark.django_db(transaction=True)
def test_everything_comes_back_and_the_guards_stand(folder):
    tour = factories.deployment(factories.posting(), "2027-01-01", "2027-12-31", state="preparation")
    record_act(tour, "kept", by=tour.officer.user)
    passport = Qualification.objects.get(code="passport")
    held = tour.officer.grants.create(qualification=passport, valid_from=factories.START)
    shown = attach_evidence(held, by=tour.officer.user, upload=SimpleUploadedFile("passport.pdf", PDF))
    stored = shown.file.name
    papers, letter = kept_with(tour)
    call_command("backup", str(folder), verbosity=0)

    User.objects.filter(pk=tour.officer.user_id).update(family_name="Changed")
    late = factories.user()
    for gone in (stored, *(paper.file.name for paper in papers), letter.file.name):
        default_storage.delete(gone)
    guards.drop(connection)
    IssuedLetter.objects.all().delete()
    Note.objects.all().delete()
    guards.install(connection)
    call_command("restore", str(folder), verbosity=0)

    assert User.objects.get(pk=tour.officer.user_id).family_name != "Changed"
    assert not User.objects.filter(pk=late.pk).exists()
    with QualificationEvidence.objects.get(grant=held).file.open() as evidence:
        assert evidence.read() == PDF
    for record in (*papers, letter):
        with type(record).objects.get(pk=record.pk).file.open() as file:
            content = file.read()
        assert hashlib.sha256(content).hexdigest() == record.sha256
    assert (IssuedLetter.objects.get().text, Note.objects.get().text) == (letter.text, "Asked twice.")
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("harm", ["changed", "missing", "no manifest"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(folder, harm):
    kept = factories.user()
    call_command("backup", str(folder), verbosity=0)
    dump = next(path for path in folder.iterdir() if path.name.startswith("portal."))
    if harm == "changed":
        dump.write_bytes(dump.read_bytes() + b"x")
    else:
        (dump if harm == "missing" else folder / "manifest.json").unlink()
    User.objects.filter(pk=kept.pk).update(given_name="After")
    with pytest.raises(CommandError):
        call_command("restore", str(folder), verbosity=0)
    assert User.objects.get(pk=kept.pk).given_name == "After"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "link"])
def test_an_archive_that_reaches_out_of_its_folder_is_refused_and_nothing_is_touched(folder, name):
    kept = factories.user()
    call_command("backup", str(folder), verbosity=0)
    member = tarfile.TarInfo(name)
    if name == "link":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc"
    with tarfile.open(folder / UPLOADS, "a") as archive:
        archive.addfile(member)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["sha256"][UPLOADS] = hashlib.sha256((folder / UPLOADS).read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))
    User.objects.filter(pk=kept.pk).update(given_name="After")
    with pytest.raises(CommandError, match="no backup of uploads holds"):
        call_command("restore", str(folder), verbosity=0)
    assert User.objects.get(pk=kept.pk).given_name == "After"


@pytest.mark.django_db
def test_a_folder_that_holds_something_is_not_written_into(folder):
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(folder), verbosity=0)
