"""Papers stay with their record: who adds, reads and removes them, what is refused, and what is left of a removed one."""

import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.files.scanning import count_waiting, scan_waiting
from core.history.acts import history_of
from core.history.verbs import CoreVerb
from core.models import HistoryEntry
from core.refusals import NotPermitted, Refusal
from deployments.domain.papers import add_paper, remove_paper
from deployments.models import Paper
from deployments.privacy.erasure import erase
from deployments.privacy.holdings import as_zip, holdings
from tests import factories, files
from tests.factories import day
from tests.test_interfaces import section

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
FACTS = {"kind": "memorandum", "title": "Memorandum of May", "dated": day("2026-05-02")}


def upload(content: bytes = files.PDF, name: str = "memo.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(paper: Paper) -> bool:
    return default_storage.exists(paper.file.name)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def keeper():
    return factories.staff("Selection officer")


def records() -> dict:
    operation = factories.operation()
    mission = factories.mission(operation)
    officer = factories.candidate(police_service=factories.service())
    posting = factories.opening(mission)
    return {
        "strength": operation.strengths.get(),
        "operation_terms": operation.terms.get(),
        "mission_terms": factories.terms(mission, "active", factories.START),
        "release": officer.releases.get(),
        "deployment": factories.deployment(posting, "2026-01-01", "2026-12-31", officer=officer),
        "application": factories.application(posting, officer=officer, state="submitted"),
        "officer": officer,
    }


ADDRESSES = {"strength": "strength", "operation_terms": "operationterms", "mission_terms": "missionterms"}


def add_address(name: str, record) -> str:
    return f"/admin/deployments/{ADDRESSES.get(name, name)}/{record.pk}/add-paper/"


# --- Adding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["strength", "operation_terms", "mission_terms", "release", "deployment", "application", "officer"]
)
def test_a_paper_is_added_read_and_removed_where_its_record_is(
    name, keeper, client, django_capture_on_commit_callbacks
):
    record = records()[name]
    client.force_login(keeper)
    typed = {"document": upload(), "kind": "instrument", "title": "Order 7", "dated": "2026-05-02"}
    done = client.post(add_address(name, record), typed)
    paper = Paper.objects.get()
    assert (paper.record, paper.record_name, paper.added_by, paper.sha256 != "") == (record, name, keeper, True)
    page = client.get(done.url).content.decode()
    assert reverse("desk-paper", args=[paper.pk]) in page
    assert "Order 7" in page
    file = client.get(reverse("desk-paper", args=[paper.pk]))
    assert b"".join(file.streaming_content) == files.PDF
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file["Content-Security-Policy"]
    address = f"/admin/deployments/paper/{paper.pk}/remove/"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"reason": "Of another record"}).status_code == 302
    assert not default_storage.exists(paper.file.name)
    paper.refresh_from_db()
    assert (paper.file.name, paper.removed_by, paper.removal_reason) == ("", keeper, "Of another record")
    page = client.get(done.url).content.decode()
    assert "Of another record" in page
    assert reverse("desk-paper", args=[paper.pk]) not in page
    assert client.get(reverse("desk-paper", args=[paper.pk])).status_code == 404
    assert client.post(address, {"reason": "Again"}).status_code == 409
    verbs = list(history_of(paper.subject).exclude(verb=CoreVerb.VIEW).values_list("verb", flat=True))
    assert verbs == ["remove-paper", "add-paper"]


@pytest.mark.parametrize("name", ["officer", "application", "deployment"])
def test_the_page_of_a_record_about_a_person_has_the_form(name, keeper, client):
    record = records()[name]
    client.force_login(keeper)
    page = client.get(reverse(f"admin:{record._meta.app_label}_{name}_change", args=[record.pk])).content.decode()
    assert f'action="{add_address(name, record)}"' in page
    client.force_login(factories.staff("Auditor"))
    page = client.get(reverse(f"admin:{record._meta.app_label}_{name}_change", args=[record.pk])).content.decode()
    assert add_address(name, record) not in page
    assert 'id="papers"' in page


def test_what_is_sent_again_is_kept_once(keeper):
    officer = factories.officer()
    first = add_paper(officer, by=keeper, document=upload(), **FACTS)
    assert add_paper(officer, by=keeper, document=upload(), **FACTS) == first
    assert add_paper(officer, by=keeper, document=upload(name="other.pdf"), **FACTS) != first
    assert Paper.objects.count() == 2
    assert history_of(officer).filter(verb="add-paper").count() == 2


def test_what_was_removed_may_be_added_again(keeper):
    officer = factories.officer()
    first = add_paper(officer, by=keeper, document=upload(), **FACTS)
    remove_paper(first, by=keeper, reason="Too early")
    assert add_paper(officer, by=keeper, document=upload(), **FACTS) != first


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"kind": "novel"}, "bad_value", "kind"),
        ({"title": "  "}, "bad_value", "title"),
        ({"dated": day("2026-11-25")}, "bad_value", "dated"),
        ({"dated": day("1899-12-31")}, "too_early", "dated"),
        ({"document": upload(b"")}, "empty_file", "document"),
        ({"document": upload(b"MZ not a paper")}, "file_kind", "document"),
        ({"document": upload(name="memo.exe")}, "file_kind", "document"),
    ],
)
def test_a_paper_that_is_none_is_refused_and_leaves_nothing(changed, code, field, keeper, tmp_path):
    officer = factories.officer()
    with pytest.raises(Refusal) as refused:
        add_paper(officer, by=keeper, **{"document": upload(), **FACTS, **changed})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Paper.objects.exists()
    assert not list(tmp_path.rglob("documents/*/*"))


def test_the_form_says_the_fault_at_its_field(keeper, client):
    officer = factories.officer()
    client.force_login(keeper)
    answer = client.post(add_address("officer", officer), {"title": "Memo", "dated": "5/1/2027"})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"document", "kind", "dated"}
    typed = {"document": upload(b"MZ"), "kind": "other", "title": "Memo", "dated": "2026-05-01"}
    answer = client.post(add_address("officer", officer), typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (409, {"document"})


def test_a_record_holds_so_many(keeper, settings):
    settings.MAX_DOCUMENTS = 1
    officer = factories.officer()
    first = add_paper(officer, by=keeper, document=upload(), **FACTS)
    with pytest.raises(Refusal) as refused:
        add_paper(officer, by=keeper, document=upload(name="second.pdf"), **FACTS)
    assert refused.value.code == "too_many_documents"
    remove_paper(first, by=keeper, reason="Not needed")
    add_paper(officer, by=keeper, document=upload(name="second.pdf"), **FACTS)


def test_a_draft_has_no_papers(keeper):
    with pytest.raises(Refusal) as refused:
        add_paper(factories.application(), by=keeper, document=upload(), **FACTS)
    assert refused.value.code == "draft"


@pytest.mark.parametrize("role", ["Mission editor", "Auditor", "Administrator"])
def test_others_keep_no_papers(role):
    by = factories.staff(role)
    paper = factories.paper(factories.officer())
    with pytest.raises(NotPermitted):
        add_paper(paper.officer, by=by, document=upload(), **FACTS)
    with pytest.raises(NotPermitted):
        remove_paper(paper, by=by, reason="Mine")


def test_nobody_keeps_papers_about_oneself(keeper):
    own = factories.candidate(user=keeper)
    tour = factories.deployment(factories.posting(), "2026-01-01", "2026-12-31", officer=own)
    for record in (own, tour):
        with pytest.raises(NotPermitted):
            add_paper(record, by=keeper, document=upload(), **FACTS)


def test_a_paper_of_a_number_is_for_nobody_outside_the_desk(keeper):
    with pytest.raises(Refusal):
        add_paper(records()["strength"], by=keeper, document=upload(), is_for_officer=True, **FACTS)


# --- Reading ------------------------------------------------------------------------------------------------------


def status_for(client, user, address: str) -> int:
    client.force_login(user)
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def test_who_reads_the_record_reads_its_papers_and_of_a_person_each_view_is_kept(client):
    found = records()
    of_number, of_tour = factories.paper(found["strength"]), factories.paper(found["deployment"])
    editor, auditor = factories.staff("Mission editor"), factories.staff("Auditor")
    number, tour = (reverse("desk-paper", args=[each.pk]) for each in (of_number, of_tour))
    assert status_for(client, editor, number) == 200
    assert status_for(client, editor, tour) == 403
    assert not HistoryEntry.objects.filter(verb=CoreVerb.VIEW).exists()
    assert status_for(client, auditor, tour) == 200
    view = history_of(found["deployment"]).get(verb=CoreVerb.VIEW)
    assert (view.actor, view.detail["paper"]) == (auditor, of_tour.pk)


@pytest.mark.parametrize("name", ["release", "deployment", "application", "officer"])
def test_officer_and_coordinator_see_what_they_are_let_see(name, client):
    found = records()
    officer, record = found["officer"], found[name]
    coordinator = factories.coordinator(officer.police_service)
    other = factories.coordinator(factories.service())
    hidden = factories.paper(record, title="Hidden")
    for_officer = factories.paper(record, title="For the officer", is_for_officer=True)
    for_coordinator = factories.paper(record, title="For the coordinator", is_for_coordinator=True)
    shown = {}
    for user, listing, one in (
        (officer.user, "my-papers", "my-paper"),
        (coordinator, "coordinated-papers", "coordinated-paper"),
        (other, "coordinated-papers", "coordinated-paper"),
        (factories.candidate().user, "my-papers", "my-paper"),
    ):
        client.force_login(user)
        page = client.get(reverse(listing)).content.decode()
        for paper in (hidden, for_officer, for_coordinator):
            code = status_for(client, user, reverse(one, args=[paper.pk]))
            assert (code == 200) == (paper.title in page)
            shown.setdefault(user, set()).update({paper.title} if code == 200 else set())
    assert list(shown.values()) == [{"For the officer"}, {"For the coordinator"}, set(), set()]


def test_a_coordinator_reads_no_paper_about_oneself(client):
    officer = factories.candidate(police_service=factories.service())
    factories.coordinator(officer.police_service)
    officer.user.coordinations.create(police_service=officer.police_service, first_day=factories.START)
    paper = factories.paper(officer, is_for_coordinator=True)
    assert status_for(client, officer.user, reverse("coordinated-paper", args=[paper.pk])) == 404


def test_a_removed_paper_is_for_nobody(client, keeper):
    officer = factories.candidate()
    paper = factories.paper(officer, is_for_officer=True)
    remove_paper(paper, by=keeper, reason="Wrong")
    assert status_for(client, officer.user, reverse("my-paper", args=[paper.pk])) == 404


def test_the_list_of_numbers_leads_to_the_file_of_the_instrument(client):
    number = records()["strength"]
    paper = factories.paper(number, kind="instrument", title="Order 7")
    client.force_login(factories.staff("Mission editor"))
    page = client.get(reverse("list", args=["numbers"])).content.decode()
    assert f'<a href="{reverse("desk-paper", args=[paper.pk])}">Order 7</a>' in page
    sheet = client.get(reverse("list", args=["numbers"]), {"format": "csv"})
    assert b"Order 7" in b"".join(sheet.streaming_content if sheet.streaming else [sheet.content])


# --- As documents are kept ----------------------------------------------------------------------------------------


def test_a_paper_waits_for_the_scanner_and_a_removed_one_is_not_scanned(client, keeper, settings):
    settings.UPLOAD_SCANNER = "true"
    officer = factories.officer()
    paper = factories.paper(officer)
    address = reverse("desk-paper", args=[paper.pk])
    assert status_for(client, keeper, address) == 409
    remove_paper(factories.paper(officer), by=keeper, reason="Wrong")
    assert count_waiting() == 1
    assert scan_waiting().clean == 1
    assert status_for(client, keeper, address) == 200


def test_the_own_export_has_what_the_officer_may_see_and_by_a_setting_the_rest(settings):
    officer = factories.officer()
    factories.paper(officer, title="Hidden")
    factories.paper(officer, title="Shown", is_for_officer=True)
    assert [each["title"] for each in holdings(officer.user)["papers"]] == ["Shown"]
    assert as_zip(officer.user).count(b"papers/") == 2  # its head and its place in the directory
    settings.EXPORT_DESK_RECORDS = True
    assert {each["title"] for each in holdings(officer.user)["papers"]} == {"Hidden", "Shown"}
    assert json.dumps(holdings(officer.user), default=str)


def test_the_purge_takes_papers_about_the_person_with_their_files(django_capture_on_commit_callbacks):
    found = records()
    kept = [factories.paper(record) for record in found.values()]
    remove_paper(kept[-1], by=factories.staff("Approver"), reason="Wrong")
    with django_capture_on_commit_callbacks(execute=True):
        erase(found["officer"].user, by=factories.staff("Administrator"))
    left = list(Paper.objects.order_by("pk"))
    assert [each.record_name for each in left] == ["strength", "operation_terms", "mission_terms"]
    assert [stored(each) for each in kept[:-1]] == [True, True, True, False, False, False]


def test_the_setting_is_described():
    assert "EXPORT_DESK_RECORDS" in section("Environment")
