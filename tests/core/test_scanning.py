"""Documents wait for the scanner that the operator names, and nobody is given one before it found nothing."""

import hashlib
import shlex
import shutil
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from structlog.testing import capture_logs

from config.environment import problems
from core.files import scanning
from core.models import OutboxMail, ScanState
from core.refusals import Refusal
from deployments.daily.run import run_daily
from deployments.domain import applications
from deployments.domain.applications import documents
from deployments.models import ApplicationDocument, ReleaseLetter
from deployments.privacy.holdings import as_zip
from officers.domain import evidence
from officers.domain.verification import verify
from officers.models import Qualification, QualificationEvidence
from tests import factories, files
from tests.factories import day

pytestmark = pytest.mark.django_db
MY_DAY = "/admin/deployments/my-day/"
# The harmless text that every scanner knows, in two halves so that none minds this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"
HARMFUL = files.pdf(b"% " + EICAR)
# Behaves as ClamAV's clamscan and clamdscan do with "-".
STAND_IN = """
import sys
if b"EICAR" in sys.stdin.buffer.read():
    print("stdin: Test.EICAR FOUND")
    sys.exit(1)
print("stdin: OK")
"""


def clamscan(folder) -> str:
    """ClamAV with one signature of our own: the hash of the harmful document."""
    signature = f"{hashlib.md5(HARMFUL, usedforsecurity=False).hexdigest()}:{len(HARMFUL)}:Test.EICAR\n"
    (folder / "own.hdb").write_text(signature)
    return shlex.join(["clamscan", "--no-summary", f"--database={folder / 'own.hdb'}", "-"])


def stand_in(folder) -> str:
    (folder / "scan.py").write_text(STAND_IN)
    return shlex.join([sys.executable, str(folder / "scan.py")])


@pytest.fixture
def scanner(settings, tmp_path):
    settings.UPLOAD_SCANNER = stand_in(tmp_path)


@pytest.fixture
def draft():
    return factories.application(factories.opening(), officer=factories.candidate(), motivation="Words.")


def attach(draft, content: bytes = files.PDF, name: str = "letter.pdf") -> ApplicationDocument:
    upload = SimpleUploadedFile(name, content)
    return documents.attach_document(draft, by=draft.officer.user, upload=upload)


def status(client, address: str) -> int:
    answer = client.get(address)
    answer.getvalue()  # closes the file
    return answer.status_code


def state(document) -> str:
    document.refresh_from_db()
    return document.scan_state


@pytest.mark.parametrize("program", [stand_in, clamscan] if shutil.which("clamscan") else [stand_in])
def test_clean_ones_are_given_out_and_harmful_ones_kept_away(client, draft, settings, tmp_path, program):
    settings.UPLOAD_SCANNER = program(tmp_path)
    clean, harmful = attach(draft), attach(draft, HARMFUL, "portrait.pdf")
    client.force_login(draft.officer.user)
    page = f"/en/my/applications/{draft.pk}/"
    assert client.get(page).content.decode().count("Being checked") == 2
    assert status(client, f"{page}documents/{clean.pk}/") == 409
    with capture_logs() as logs:
        report = scanning.scan_waiting()
    assert (report.clean, report.infected, report.has_failed) == (1, 1, False)
    assert status(client, f"{page}documents/{clean.pk}/") == 200
    answer = client.get(f"{page}documents/{harmful.pk}/")
    assert (answer.status_code, "harmful content was found" in answer.content.decode()) == (409, True)
    found = next(line for line in logs if line["event"] == "document_infected")
    assert (found["document"], found["finding"].startswith("Test.EICAR")) == (harmful.pk, True)
    mail = OutboxMail.objects.get(template="document_kept_away")
    assert (mail.user, "portrait.pdf" in mail.text_body) == (draft.officer.user, True)
    scanning.scan_waiting()
    assert OutboxMail.objects.filter(template="document_kept_away").count() == 1


def test_without_a_scanner_all_is_given_out_at_once(client, draft):
    document = attach(draft)
    client.force_login(draft.officer.user)
    assert status(client, f"/en/my/applications/{draft.pk}/documents/{document.pk}/") == 200
    assert (scanning.scan_waiting().clean, state(document)) == (0, ScanState.UNSCANNED)


@pytest.mark.parametrize("program", ["false-path/no-such-scanner", "sh -c 'exit 2'", "sh -c 'kill -9 $$'", "sleep 60"])
def test_while_the_scanner_fails_a_document_waits_and_is_tried_again(
    client, draft, settings, tmp_path, program, monkeypatch
):
    settings.UPLOAD_SCANNER = program
    document = attach(draft)
    with capture_logs() as logs, monkeypatch.context() as impatient:
        impatient.setattr(scanning, "SECONDS", 0.5)
        assert scanning.scan_waiting().has_failed
    assert [line["event"] for line in logs] == ["scanner_failed"]
    assert state(document) == ScanState.UNSCANNED
    client.force_login(draft.officer.user)
    assert status(client, f"/en/my/applications/{draft.pk}/documents/{document.pk}/") == 409
    settings.UPLOAD_SCANNER = stand_in(tmp_path)
    run_daily()
    assert state(document) == ScanState.CLEAN


def test_the_work_command_scans(draft, scanner):
    document = attach(draft)
    call_command("work", "--once", stdout=sys.stderr)
    assert state(document) == ScanState.CLEAN


def test_the_work_process_rests_after_a_failure(draft, settings):
    from deployments.management.commands import work

    attach(draft)
    settings.UPLOAD_SCANNER = "false"
    assert work.scan_documents(lambda: False) == 0  # "false" ends with 1: that is a finding, not a failure
    attach(draft, files.PNG, "a.png")
    settings.UPLOAD_SCANNER = "sh -c 'exit 2'"
    assert work.scan_documents(lambda: False) == work.REST_AFTER_FAILURE


def test_a_lost_file_holds_up_no_other(draft, scanner):
    lost, other = attach(draft), attach(draft, files.PNG, "a.png")
    lost.file.storage.delete(lost.file.name)
    assert scanning.scan_waiting().clean == 1
    assert (state(lost), state(other)) == (ScanState.UNSCANNED, ScanState.CLEAN)


def test_every_kind_of_document_waits(client, draft, scanner, selection_officer):
    officer = draft.officer
    held = officer.grants.create(qualification=Qualification.objects.get(code="passport"), valid_from=day("2025-01-01"))
    proof = evidence.attach_evidence(held, by=officer.user, upload=SimpleUploadedFile("a.pdf", files.PDF))
    release = officer.releases.get()
    ReleaseLetter.objects.create(
        release=release, file=SimpleUploadedFile("l.pdf", files.PDF), name="l.pdf", media_type="application/pdf", size=9
    )
    handed_in = attach(draft)
    applications.submit(draft, by=officer.user)
    client.force_login(selection_officer)
    desk = [
        f"/admin/deployments/application/{draft.pk}/documents/{handed_in.pk}/",
        f"/admin/officers/qualificationgrant/{held.pk}/evidence/",
        f"/admin/deployments/release/{release.pk}/letter/",
    ]
    assert [status(client, address) for address in desk] == [409, 409, 409]
    assert proof.name not in as_zip(officer.user).decode("latin-1")
    assert scanning.count_waiting() == 3
    assert b"portal_documents_waiting 3.0" in client.get("/metrics").content
    assert scanning.scan_waiting().clean == 3
    assert [status(client, address) for address in desk] == [200, 200, 200]
    assert proof.name in as_zip(officer.user).decode("latin-1")


@pytest.mark.parametrize("content", [files.PDF, HARMFUL])
def test_a_qualification_is_not_verified_while_nobody_is_given_its_evidence(
    draft, settings, scanner, selection_officer, content
):
    officer = draft.officer
    held = officer.grants.create(qualification=Qualification.objects.get(code="passport"), valid_from=day("2025-01-01"))
    evidence.attach_evidence(held, by=officer.user, upload=SimpleUploadedFile("a.pdf", content))
    with pytest.raises(Refusal, match="Being checked"):
        verify(held, by=selection_officer)
    scanning.scan_waiting()
    if content is HARMFUL:
        with pytest.raises(Refusal, match="harmful content was found"):
            verify(held, by=selection_officer)
        settings.UPLOAD_SCANNER = ""  # the control: where nobody looks, or no document is there, nothing is waited for
        QualificationEvidence.objects.update(scan_state=ScanState.UNSCANNED)
    verify(held, by=selection_officer)
    held.refresh_from_db()
    assert held.verified_by == selection_officer


@pytest.mark.parametrize(
    ("role", "is_told"), [("Selection officer", True), ("Approver", True), ("Mission editor", False)]
)
def test_my_day_shows_that_documents_wait(client, draft, scanner, settings, role, is_told):
    client.force_login(factories.staff(role))
    settings.STAFF_MFA_REQUIRED = False
    words = "Documents wait for the check for harmful content."
    assert words not in client.get(MY_DAY).content.decode()
    attach(draft)
    assert (words in client.get(MY_DAY).content.decode()) is is_told
    assert ("1 document waits, since" in client.get(MY_DAY).content.decode()) is is_told
    scanning.scan_waiting()
    assert words not in client.get(MY_DAY).content.decode()


def test_what_is_given_out_is_in_a_sandbox_and_never_opened_by_the_browser(client, draft):
    document = attach(draft)
    client.force_login(draft.officer.user)
    answer = client.get(f"/en/my/applications/{draft.pk}/documents/{document.pk}/")
    assert answer.getvalue() == files.PDF
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("value", "is_wrong"),
    [("sh -c 'exit 0'", False), ("no-such-scanner -", True), ("sh -c 'exit", True), (" ", True), ("sh\x01", True)],
)
def test_the_scanner_is_a_program_that_is_there(value, is_wrong):
    assert bool(problems({"UPLOAD_SCANNER": value})) == is_wrong


def test_two_who_scan_the_same_tell_it_once(draft, scanner):
    attach(draft, HARMFUL)
    found = [scanning._finding(document) for document in scanning.waiting()]
    document = ApplicationDocument.objects.get()
    for _each in range(2):
        scanning._settle(document, found[0])
    assert OutboxMail.objects.filter(template="document_kept_away").count() == 1
