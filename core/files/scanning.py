"""Documents and the scanner that the operator names (UPLOAD_SCANNER): given out to nobody until it found nothing.

The scanner gets the document as its input and answers by its exit code, as ClamAV does: 0 for clean, 1 for found, anything
else for no answer. Without an answer a document stays where it is, and is tried again.
"""

import datetime
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from core.mail.outbox import queue_mail
from core.models import Document, ScanState
from core.refusals import Refusal

CLEAN, FOUND = 0, 1
SECONDS = 300
FINDING = re.compile(r": (.{1,100}) FOUND$", re.MULTILINE)
log = structlog.get_logger("security")


class ScannerFailed(Exception):
    """The scanner gave no answer: it could not be started, was too slow, or ended with another code."""


@dataclass
class ScanReport:
    """How many documents were found clean and infected, and whether the scanner gave no answer."""

    clean: int = 0
    infected: int = 0
    has_failed: bool = False


@dataclass(frozen=True)
class WaitingDocuments:
    """How many documents the scanner has not answered for, and when the oldest came in."""

    count: int
    since: datetime.datetime


def check_given_out(document: Document) -> None:
    """Raise Refusal for a document that waits for the scanner, or in which it found something."""
    if words := document.kept_back:
        code = "harmful" if document.scan_state == ScanState.INFECTED else "being_checked"
        raise Refusal(words, code=code)


def scan_waiting(told_to_stop: Callable[[], bool] = lambda: False) -> ScanReport:
    """Scan every document that waits, oldest first; end early where the scanner fails. Nothing without a scanner."""
    report = ScanReport()
    if not settings.UPLOAD_SCANNER:
        return report
    try:
        for document in waiting():
            if told_to_stop():
                break
            finding = _finding(document)
            if finding is None:
                continue
            report.infected += bool(finding)
            report.clean += not finding
            _settle(document, finding)
    except ScannerFailed as error:
        log.error("scanner_failed", reason=str(error))
        report.has_failed = True
    return report


def waiting() -> Iterator[Document]:
    """Documents of every kind that were not scanned."""
    for model in kinds():
        yield from _unscanned(model).order_by("uploaded_at", "pk").iterator()


def count_waiting() -> int:
    """How many documents wait for the scanner; 0 without one."""
    if not settings.UPLOAD_SCANNER:
        return 0
    return sum(_unscanned(model).count() for model in kinds())


def _unscanned(model: type[Document]) -> QuerySet[Document]:
    """Documents not scanned whose file is still there: of what was removed, the row may stay."""
    return model._base_manager.filter(scan_state=ScanState.UNSCANNED).exclude(file="")


def waiting_state() -> WaitingDocuments | None:
    """How many documents wait for the scanner, and since when the oldest; None where none does."""
    if not settings.UPLOAD_SCANNER:
        return None
    found = [_unscanned(each).aggregate(count=Count("pk"), since=Min("uploaded_at")) for each in kinds()]
    since = [each["since"] for each in found if each["count"]]
    return WaitingDocuments(sum(each["count"] for each in found), min(since)) if since else None


def kinds() -> list[type[Document]]:
    return [model for model in apps.get_models() if issubclass(model, Document)]


def _finding(document: Document) -> str | None:
    """What the scanner found, "" for nothing; None where the file is gone. Raises ScannerFailed."""
    try:
        with document.file.open("rb") as content:
            answer = subprocess.run(
                shlex.split(settings.UPLOAD_SCANNER), stdin=content, capture_output=True, timeout=SECONDS, check=False
            )
    except FileNotFoundError as error:
        if error.filename == document.file.path:
            log.error("document_without_file", kind=document._meta.label, document=document.pk)
            return None
        raise ScannerFailed("not found") from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ScannerFailed(type(error).__name__) from error
    if answer.returncode not in (CLEAN, FOUND):
        raise ScannerFailed(f"exit code {answer.returncode}")
    named = FINDING.search(answer.stdout.decode(errors="replace"))
    return "" if answer.returncode == CLEAN else named[1] if named else "unnamed"


@transaction.atomic
def _settle(document: Document, finding: str) -> None:
    """Keep the answer; of a finding the log and whoever handed the document in are told, once."""
    state = ScanState.INFECTED if finding else ScanState.CLEAN
    unscanned = type(document)._base_manager.filter(pk=document.pk, scan_state=ScanState.UNSCANNED)
    if not unscanned.update(scan_state=state, scanned_at=timezone.now()) or not finding:
        return
    log.warning("document_infected", kind=document._meta.label, document=document.pk, finding=finding)
    if document.owner:
        queue_mail(to=document.owner, template="document_kept_away", context={"document": document})
