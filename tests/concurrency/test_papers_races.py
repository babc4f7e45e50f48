"""Papers that are added to one record at the same moment are counted in turn: never more than a record holds."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.actors import SYSTEM
from core.refusals import Refusal
from deployments.domain.papers import add_paper
from deployments.models import Paper
from officers.models import Officer
from tests import factories, files
from tests.concurrency.acts import TODAY
from tests.concurrency.contenders import PATIENCE, in_threads
from tests.factories import day

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, ROOM, ROUNDS = 6, 2, 20
FACTS = {"kind": "memorandum", "dated": day("2026-05-02")}


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MAX_DOCUMENTS = tmp_path, ROOM


def add(officer: int, n: int) -> None:
    file = SimpleUploadedFile(f"memo-{n}.pdf", files.PDF)
    add_paper(Officer.objects.get(pk=officer), by=SYSTEM, document=file, title=f"Memo {n}", today=TODAY, **FACTS)


def look_and_write(officer: int, n: int, together: threading.Barrier) -> None:
    """What a portal that does not count in turn does."""
    if Paper.objects.filter(officer=officer).count() >= ROOM:
        raise Refusal("full", code="too_many_documents")
    together.wait(PATIENCE)
    size = {"media_type": "application/pdf", "size": 1, "file": f"none-{n}"}
    Paper.objects.create(officer_id=officer, name=f"memo-{n}.pdf", title=f"Memo {n}", **size, **FACTS)


def test_no_more_papers_than_a_record_holds():
    officer = factories.officer().pk
    found = in_threads([(add, (officer, n)) for n in range(WRITERS)])
    assert sorted(found) == ["done"] * ROOM + ["refused: too_many_documents"] * (WRITERS - ROOM)
    assert Paper.objects.count() == ROOM


def test_the_same_paper_sent_twice_at_once_is_there_once():
    officer = factories.officer().pk
    assert in_threads([(add, (officer, 1))] * WRITERS) == ["done"] * WRITERS
    assert Paper.objects.count() == 1


def test_control_who_counts_and_writes_later_goes_over():
    officer, together = factories.officer().pk, threading.Barrier(WRITERS)
    assert in_threads([(look_and_write, (officer, n, together)) for n in range(WRITERS)]) == ["done"] * WRITERS
    assert Paper.objects.count() == WRITERS > ROOM


@pytest.mark.prove
@pytest.mark.part_races
def test_twenty_rounds():
    for _round in range(ROUNDS):
        officer = factories.officer().pk
        assert in_threads([(add, (officer, n)) for n in range(WRITERS)]).count("done") == ROOM
