"""Documents and the disk: file and row are there together or neither, once, and what was left behind is collected."""

import os
import resource
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from core.files import orphans
from deployments.daily.run import run_daily
from deployments.domain.applications import documents
from deployments.models import ApplicationDocument
from tests import factories
from tests.files import PDF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return factories.application(factories.opening(), officer=factories.candidate(), motivation="Words.")


def document(name: str = "letter.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more)


def on_disk(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_an_upload_that_is_sent_again_is_stored_once(client, draft, settings):
    client.force_login(draft.officer.user)
    for _ in range(2):
        answer = client.post(f"/en/my/applications/{draft.pk}/", {"motivation": "Words.", "document": document()})
        assert answer.status_code == 302
    assert (ApplicationDocument.objects.count(), len(on_disk(settings))) == (1, 1)
    client.post(f"/en/my/applications/{draft.pk}/", {"motivation": "Words.", "document": document(more=b"%other")})
    assert ApplicationDocument.objects.count() == 2


def test_what_fails_after_the_file_takes_the_file_along(draft, settings, monkeypatch):
    def fails(*args, **kwargs):
        raise IntegrityError("the history cannot be written")

    monkeypatch.setattr(documents, "record_act", fails)
    with pytest.raises(IntegrityError):
        documents.attach_document(draft, by=draft.officer.user, upload=document())
    assert on_disk(settings) == []


@contextmanager
def no_room():
    """No file of this process may grow past a few bytes, as on a disk that is full; nor may the log of the tests, if in a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_no_half_file(draft, settings):
    upload = document(more=b"x" * 10_000)
    with no_room(), pytest.raises(OSError):
        ApplicationDocument.file.field.storage.save("documents/aa/half", upload)
    assert on_disk(settings) == []


def test_the_daily_run_collects_what_no_record_names(draft, settings):
    kept = documents.attach_document(draft, by=draft.officer.user, upload=document())
    folder = Path(settings.MEDIA_ROOT) / "documents" / "aa"
    folder.mkdir(exist_ok=True)
    old, young = folder / "old", folder / "young"
    for path in (old, young):
        path.write_bytes(PDF)
    long_ago = time.time() - orphans.AGE - 60
    for path in (old, Path(kept.file.path)):
        os.utime(path, (long_ago, long_ago))
    os.utime(
        young, (time.time(), time.time())
    )  # the disk dates by the machine's clock, which may not be that of the tests
    assert run_daily().files == 1
    assert sorted(on_disk(settings)) == sorted([Path(kept.file.path), young])
