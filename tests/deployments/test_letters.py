"""Letters out: filled from the record, issued once with a number, and kept as they were issued."""

import hashlib
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.files.pdf import can_make_pdf
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from core.text.dates import in_words
from deployments.domain import applications, letters
from deployments.limits import guards
from deployments.models import Deployment, ExtensionRequest, IssuedLetter, LetterKind
from deployments.privacy.erasure import erase
from deployments.privacy.holdings import as_zip, holdings
from tests import factories
from tests.deployments.test_desk_dossier_pdf import inflated
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")
with_pango = pytest.mark.skipif(not can_make_pdf(), reason="the library Pango is not on this machine")


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def posting():
    host = factories.organization(name_en="United Nations", name_fr="Nations Unies")
    mission = factories.mission(lead_organization=host, name_en="The mission", name_fr="La mission")
    return factories.opening(mission, closes="2027-01-31", duty_station_en="Gao", duty_station_fr="Gao (ville)")


@pytest.fixture
def officer():
    return factories.candidate(is_released=False, user=factories.user(language="fr", family_name="Ro & Söhne"))


@pytest.fixture
def nominated(posting, officer, selection_officer):
    application = factories.application(posting, officer=officer, state="qualified", qualified_until=day("2027-12-31"))
    return applications.nominate(application, by=selection_officer)


def tour(state: str, **fields) -> Deployment:
    return factories.deployment(factories.opening(), "2026-03-01", "2027-02-28", state=state, **fields)


def granted(state: str = "in_mission") -> Deployment:
    found = tour(state)
    ExtensionRequest.objects.create(
        deployment=found, last_day=found.last_day, reason="Handover", state="granted", asked_by=factories.user(),
        service_agreed_at=found.created_at, mission_agreed_at=found.created_at,
    )  # fmt: skip
    return found


def released_not() -> object:
    return factories.application(state="submitted", officer=factories.candidate(is_released=False))


def sent() -> object:
    application = factories.application(state="qualified", qualified_until=day("2199-12-31"))
    return applications.nominate(application, by=SYSTEM)


KINDS = {
    "nomination": (letters.issue_nomination, sent, "NO", "nomination"),
    "release_request": (letters.issue_release_request, released_not, "RR", "release-request"),
    "tour_order": (letters.issue_tour_order, lambda: tour("preparation"), "TO", "tour-order"),
    "extension": (letters.issue_extension_agreement, granted, "EA", "extension-agreement"),
    "certificate": (letters.issue_certificate, lambda: tour("ended", end_reason="medical"), "CS", "certificate"),
}


def test_every_kind_is_here():
    assert set(KINDS) == set(LetterKind.values)


def content_of(letter: IssuedLetter) -> bytes:
    with letter.file.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_issued_with_its_number_and_kept_as_issued(kind, language, approver):
    issue, make, prefix, _verb = KINDS[kind]
    record = make()
    by = factories.staff("Approver", "Selection officer")
    letter = issue(record, by=by, language=language, paragraph="One.\n\nTwo <b>& three</b>.")
    assert letter.reference == f"{prefix}-2026-0001"
    assert (letter.kind, letter.language, letter.issued_on, letter.issued_by) == (kind, language, TODAY, by)
    assert letter.record == record
    content = content_of(IssuedLetter.objects.get())
    assert (letter.size, letter.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    for words in (
        letter.reference,
        str(record.officer),
        record.posting.reference,
        "One.\n\nTwo <b>& three</b>.",
        str(by),
    ):
        assert words in letter.text
    assert "  " not in letter.text and "\n\n\n" not in letter.text
    entry = history_of(record).filter(verb=f"issue-{_verb}").get()
    assert entry.detail == {"letter": letter.reference, "letter_language": language, "sha256": letter.sha256}


def test_days_numbers_and_names_are_those_of_the_language(approver):
    served = factories.deployment(
        factories.opening(title_en="Adviser", title_fr="Conseil"), "2022-03-01", "2025-02-28", state="ended"
    )
    english = letters.issue_certificate(served, by=approver, language="en").text
    french = letters.issue_certificate(served, by=approver, language="fr").text
    assert "First day: March 1, 2022" in english and "Days of service: 1,096" in english and "Role: Adviser" in english
    assert "1er mars 2022" in french and "1\xa0096" in french.replace("\u202f", "\xa0") and "Conseil" in french
    assert "March" not in french


def test_a_certificate_says_nothing_of_why_the_tour_ended(approver):
    text = letters.issue_certificate(tour("ended", end_reason="medical"), by=approver, language="en").text
    assert "medical" not in text.lower() and "repatriat" not in text.lower()


@with_pango
@pytest.mark.parametrize(("language", "title"), [("en", "Tour order"), ("fr", "Ordre d'affectation")])
def test_the_file_is_a_tagged_pdf_with_language_and_title(approver, language, title):
    letter = letters.issue_tour_order(tour("preparation"), by=approver, language=language)
    assert (letter.name, letter.media_type) == ("TO-2026-0001.pdf", "application/pdf")
    content = content_of(letter)
    assert content.startswith(b"%PDF-1.7")
    said = inflated(content)
    assert f"/Lang ({language})".encode() in said
    assert b"/StructTreeRoot" in said and b"/Marked true" in said and b"pdfuaid" in said
    assert f"{title} TO-2026-0001".encode() in said or f"{title} TO-2026-0001".encode("utf-16-be") in said


def test_without_pango_the_letter_is_issued_as_text_and_the_page_says_so(approver, client, without_pango):
    record = tour("preparation")
    client.force_login(approver)
    page = client.get(f"/admin/deployments/deployment/{record.pk}/issue-tour-order/").content.decode()
    assert "This server makes no PDF" in page
    letter = letters.issue_tour_order(record, by=approver, language="en")
    assert (letter.name, letter.media_type) == ("TO-2026-0001.txt", "text/plain")
    assert content_of(letter).decode() == letter.text


# --- Where it makes no sense ----------------------------------------------------------------------------------


NONSENSE = {
    "a certificate of a tour that never began": ("certificate", lambda: tour("cancelled")),
    "a certificate before the end": ("certificate", lambda: tour("in_mission")),
    "an order for a place that is only held": ("tour_order", lambda: tour("reserved")),
    "an order for a tour that is over": ("tour_order", lambda: tour("closed")),
    "an agreement to an extension that nobody granted": ("extension", lambda: tour("in_mission")),
    "a nomination of somebody on the roster": ("nomination", lambda: factories.application(state="qualified")),
    "a request for a release that is given": ("release_request", lambda: factories.application(state="submitted")),
    "a request for an application that ended": ("release_request", lambda: factories.application(state="withdrawn")),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_a_letter_that_makes_no_sense_is_refused_in_words(case, client):
    kind, make = NONSENSE[case]
    record = make()
    client.force_login(factories.staff("Approver", "Selection officer"))
    model = record._meta.model_name
    address = f"/admin/deployments/{model}/{record.pk}/issue-{KINDS[kind][3]}/"
    assert client.get(address).status_code == 200
    typed = {"language": "en", "paragraph": "", "confirmed": "on"}
    assert client.post(address, typed).status_code == 409
    answer = client.post(address, typed, headers={"accept": "application/json"})
    assert answer.status_code == 409 and answer.json()["message"]
    assert (IssuedLetter.objects.count(), history_of(record).exclude(verb="view").count()) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_who_only_reads_issues_nothing(kind, auditor):
    issue, make, _prefix, _verb = KINDS[kind]
    with pytest.raises(NotPermitted):
        issue(make(), by=auditor, language="en")


# --- Once -----------------------------------------------------------------------------------------------------


def test_the_same_letter_is_issued_once_and_the_refusal_names_it(approver):
    record = tour("preparation")
    first = letters.issue_tour_order(record, by=approver, language="en")
    with pytest.raises(Refusal, match=first.reference):
        letters.issue_tour_order(record, by=approver, language="en", paragraph=" \n")
    assert letters.issue_tour_order(record, by=approver, language="en", paragraph="Bring boots.").number == 2
    assert letters.issue_tour_order(record, by=approver, language="fr").number == 3


def test_numbers_begin_anew_with_the_year_and_with_each_kind(approver):
    record = tour("ended")
    letters.issue_certificate(record, by=approver, language="en")
    assert (
        letters.issue_certificate(record, by=approver, language="en", today=day("2027-01-02")).reference
        == "CS-2027-0001"
    )
    assert letters.issue_tour_order(tour("preparation"), by=approver, language="en").reference == "TO-2026-0001"


def test_a_number_that_was_taken_meanwhile_gives_way_to_the_next(approver, monkeypatch):
    """The PDF is made outside the transaction: in the meantime somebody else may take the number."""
    made = letters.issuing._keep
    other = []

    def late(verb, record, by, letter, row):
        if not other:
            other.append(1)
            letters.issue_tour_order(tour("preparation"), by=by, language="en")
        return made(verb, record, by, letter, row)

    monkeypatch.setattr(letters.issuing, "_keep", late)
    assert letters.issue_tour_order(tour("preparation"), by=approver, language="en").number == 2
    assert sorted(IssuedLetter.objects.values_list("number", flat=True)) == [1, 2]


def test_control_the_database_alone_refuses_a_number_twice(approver):
    first = letters.issue_tour_order(tour("preparation"), by=approver, language="en")
    again = letters.issue_tour_order(tour("preparation"), by=approver, language="en")
    guards.drop(connection)  # which let no letter change at all
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedLetter.objects.filter(pk=again.pk).update(number=first.number)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_clicked_twice_at_once_one_letter_is_issued(approver, without_pango):
    record = tour("preparation")
    barrier, codes = threading.Barrier(4), []

    def click() -> None:
        try:
            barrier.wait(10)
            letters.issue_tour_order(Deployment.objects.get(pk=record.pk), by=approver, language="en")
            codes.append("issued")
        except Refusal as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["issued", *["nothing_changes"] * 3]
    assert IssuedLetter.objects.count() == 1


# --- At the desk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_reads_the_letter_before_it_confirms(kind, client):
    _issue, make, prefix, verb = KINDS[kind]
    record = make()
    by = factories.staff("Approver", "Selection officer")
    client.force_login(by)
    page_of_record = f"/admin/deployments/{record._meta.model_name}/{record.pk}/"
    address = f"{page_of_record}issue-{verb}/"
    assert address in client.get(f"{page_of_record}change/").content.decode()
    shown = client.get(address).content.decode()
    assert "The letter as it would be issued" in shown and record.posting.reference in shown and str(by) in shown
    asked = client.post(address, {"language": "fr", "paragraph": "Bon courage."})
    page = asked.content.decode()
    assert asked.status_code == 409 and "Bon courage." in page and '<div lang="fr">' in page
    fingerprint = page.split('name="shown" value="')[1].split('"')[0]
    typed = {"language": "fr", "paragraph": "Bon courage.", "confirmed": "on", "shown": fingerprint}
    stale = client.post(address, typed | {"paragraph": "Autre chose."})
    assert stale.status_code == 409 and IssuedLetter.objects.count() == 0
    assert client.post(address, typed).status_code == 302
    again = client.post(address, typed)
    assert again.status_code == 409 and f"{prefix}-2026-0001" in again.content.decode()
    assert f"{prefix}-2026-0001" in client.get(f"{page_of_record}change/").content.decode()
    assert IssuedLetter.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"language": "de"}, "language"), ({}, "language"), ({"language": "en", "paragraph": "a\x00b"}, "paragraph"),
     ({"language": "en", "paragraph": "x" * 2001}, "paragraph")],
)  # fmt: skip
def test_nonsense_is_said_at_the_field(client, approver, typed, field):
    record = tour("preparation")
    client.force_login(approver)
    answer = client.post(f"/admin/deployments/deployment/{record.pk}/issue-tour-order/", typed)
    assert answer.status_code == 400 and answer.context["form"].errors[field]


def test_the_letter_begins_in_the_language_of_who_receives_it(nominated, officer):
    assert letters.usual_language("tour_order", nominated, today=TODAY) == "fr"
    assert letters.usual_language("nomination", nominated, today=TODAY) == "fr"  # the operation's
    factories.coordinator(officer.police_service, language="en")
    assert letters.usual_language("release_request", nominated, today=TODAY) == "en"


def test_a_nomination_goes_to_the_organization_of_the_ledger(nominated, selection_officer):
    text = letters.issue_nomination(nominated, by=selection_officer, language="fr").text
    assert "Nations Unies" in text and "Gao (ville)" in text


def test_a_release_request_asks_for_the_days_that_are_missing(selection_officer):
    application = released_not()
    own = factories.deployment(
        application.posting, "2027-01-01", "2027-12-31", state="reserved", officer=application.officer
    )
    application.deployment = own
    application.save()
    factories.release(application.officer, "2026-06-01", "2027-06-30")
    text = letters.issue_release_request(application, by=selection_officer, language="en").text
    assert f"First day: {in_words(day('2027-07-01'))}" in text
    assert f"Last day: {in_words(day('2027-12-31'))}" in text


@pytest.mark.parametrize("address", ["file", "text"])
def test_whoever_reads_a_letter_is_logged_and_gets_what_was_issued(approver, auditor, client, address):
    letter = letters.issue_tour_order(tour("preparation"), by=approver, language="en")
    url = f"/admin/deployments/letter/{letter.pk}/{address}/"
    client.force_login(auditor)
    answer = client.get(url)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert body == (content_of(letter) if address == "file" else letter.text.encode())
    assert "attachment" in answer["Content-Disposition"] and letter.reference in answer["Content-Disposition"]
    view = history_of(letter.deployment).filter(verb="view").get()
    assert (view.actor, view.detail["letter"]) == (auditor, letter.reference)
    client.force_login(factories.staff("Mission editor"))
    assert client.get(url).status_code == 403


# --- The person's own -----------------------------------------------------------------------------------------


def test_letters_are_given_out_to_the_person_and_go_with_the_purge(approver):
    letter = letters.issue_certificate(tour("ended"), by=approver, language="en")
    user, path = letter.officer.user, letter.file.path
    [held] = holdings(user)["tours"]
    assert held["issuedletter"][0]["sha256"] == letter.sha256
    assert letter.name.encode() in as_zip(user)
    erase(user, by=SYSTEM)
    assert IssuedLetter.objects.count() == 0
    assert path
