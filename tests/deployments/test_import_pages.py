"""The desk's import pages: a file is shown line by line, and then imported as it was shown, or not at all."""

import io
import random
import re
import zipfile

import openpyxl
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from core.tabular import MAX_BYTES
from deployments.imports import IMPORTS
from missions.models import Operation
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
PAGE = "/admin/deployments/import/operations/"
HEADER = "code,name_en,name_fr,countries,languages,armed,status,authorized,effective_from,instrument"
MALI_30 = "mali,Mali,Mali,,fr,yes,active,30,2027-04-01,Order 7"


@pytest.fixture
def mali():
    return factories.operation(22, code="mali", name_en="Mali", name_fr="Mali", is_armed=True, languages=["fr"])


@pytest.fixture
def desk(client, approver):
    client.force_login(approver)
    return client


def upload(client, *lines: str, content: bytes | None = None, name: str = "editions.csv", **fields):
    data = "\n".join((HEADER, *lines)).encode() if content is None else content
    headers = fields.pop("headers", {})
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data), **fields}, headers=headers)


def token_of(response) -> str:
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def said(response) -> list[tuple[int, str]]:
    """Line and column of each fault on the page."""
    found = re.findall(
        r'<th scope="row">Line (\d+)</th>\s*<td[^>]*>([^<]+)</td>\s*<td[^>]*>[^<]*</td>', response.content.decode()
    )
    return [(int(line), column) for line, column in found]


def number(operation: Operation) -> int:
    return operation.strengths.on(day("2027-04-01")).first().maximum


def test_a_file_is_shown_then_confirmed(desk, mali, approver):
    assert desk.get(PAGE).status_code == 200
    shown = upload(desk, MALI_30)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert re.search(r"<td[^>]*>Authorized police deployments</td>\s*<td[^>]*>22</td>\s*<td[^>]*>30</td>", page)
    assert number(mali) == 22
    done = desk.post(PAGE, {"token": token_of(shown)})
    assert (done.status_code, done["Location"]) == (302, PAGE)
    assert "Imported editions.csv: 1 line changed something." in [str(m) for m in get_messages(done.wsgi_request)]
    assert (number(mali), mali.strengths.get(maximum=30).recorded_by) == (30, approver)


def test_confirming_twice_changes_nothing_more(desk, mali):
    token = token_of(upload(desk, MALI_30))
    desk.post(PAGE, {"token": token})
    again = desk.post(PAGE, {"token": token})
    assert again.status_code == 409
    assert "recorded already" in again.content.decode()
    assert mali.strengths.count() == 2


def test_what_changed_after_the_preview_is_shown_once_more(desk, mali):
    token = token_of(upload(desk, MALI_30))
    factories.strength(mali, 25, day("2027-01-01"))
    stale = desk.post(PAGE, {"token": token})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "changed after the preview" in page
    assert re.search(r"<td[^>]*>25</td>\s*<td[^>]*>30</td>", page)
    assert number(mali) == 25
    assert desk.post(PAGE, {"token": token_of(stale)}).status_code == 302
    assert number(mali) == 30


def test_what_can_no_longer_be_done_at_confirmation_is_refused_at_its_line(desk, mali):
    token = token_of(upload(desk, MALI_30))
    factories.strength(mali, 25, day("2027-04-01"))
    refused = desk.post(PAGE, {"token": token})
    assert refused.status_code == 409
    assert said(refused) == [(2, "In force from")]


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "0" * 5_000])
def test_a_token_that_the_portal_did_not_give_is_refused(desk, mali, token):
    refused = desk.post(PAGE, {"token": token})
    assert refused.status_code == 409
    assert "expired" in refused.content.decode()


def test_a_preview_holds_for_its_account_its_list_and_one_hour(desk, mali):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        token = token_of(upload(desk, MALI_30))
    with time_machine.travel("2026-11-24T13:00:02Z", tick=False):
        desk.force_login(factories.staff("Approver"))
        assert desk.post(PAGE, {"token": token}).status_code == 409
    with time_machine.travel("2026-11-24T12:10:00Z", tick=False):
        desk.force_login(factories.staff("Approver"))
        assert desk.post(PAGE, {"token": token}).status_code == 409
        assert desk.post("/admin/deployments/import/officers/", {"token": token}).status_code == 409
    assert number(mali) == 22


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "neither text nor a workbook"),
        (HEADER.encode() + b"\nmali,\xe9,,,,,,,,\n", "Name in French</td>"),
        (b"a,b\n1,2\n", "Columns are missing"),
        (b"PK\x03\x04", "This workbook cannot be read"),
        (b"x" * (MAX_BYTES + 1), "larger than 25 megabytes"),
        ((HEADER + "\n" + MALI_30.replace("30", "=1+1")).encode(), "Not a whole number"),
        ((HEADER + "\n" + MALI_30.replace("Mali", "<script>alert(1)</script>").replace("fr,", "xx,")).encode(), "xx"),
    ],
    ids=lambda value: None,
)
def test_a_hostile_file_is_refused_in_words(desk, mali, content, word):
    refused = upload(desk, content=content)
    page = refused.content.decode()
    assert (refused.status_code in (400, 409), word in page) == (True, True)
    assert "<script>alert" not in page
    assert Operation.objects.count() == 1


def test_the_form_without_a_file_says_so(desk):
    refused = desk.post(PAGE, {})
    assert refused.status_code == 400
    assert "This field is required." in refused.content.decode()


def test_a_hostile_name_of_a_file_harms_nothing(desk, mali):
    name = '../../"><img src=x onerror=alert(1)>\u202ecsv.exe'
    shown = upload(desk, MALI_30, name=name)
    assert "<img src=x" not in shown.content.decode()
    assert desk.post(PAGE, {"token": token_of(shown)}).status_code == 302
    assert "<" not in mali.strengths.get(maximum=30).note


def test_a_lowering_is_accepted_with_the_box(desk, mali):
    posting = factories.posting(factories.mission(mali))
    factories.deployment(posting, "2027-05-01", "2027-06-01", state="reserved")
    line = MALI_30.replace(",30,", ",0,")
    refused = upload(desk, line)
    assert refused.status_code == 409
    assert "committed" in refused.content.decode()
    shown = upload(desk, line, acknowledge_lowering="on")
    assert "Strength accepted with the lower number" in shown.content.decode()
    desk.post(PAGE, {"token": token_of(shown)})
    assert number(mali) == 0


def test_machines_get_the_same_as_json(desk, mali):
    headers = {"Accept": "application/json"}
    shown = upload(desk, MALI_30, headers=headers).json()
    assert shown["lines"][0]["changes"] == [
        {"column": "authorized", "before": "22", "after": "30"},
        {"column": "instrument", "before": "Order", "after": "Order 7"},
    ]
    refused = upload(desk, MALI_30.replace("active", "open"), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "file_refused")
    assert refused.json()["problems"][0]["line"] == 2
    done = desk.post(PAGE, {"token": shown["token"]}, headers=headers)
    assert (done.json()["code"], number(mali)) == ("done", 30)


@pytest.mark.parametrize("kind", IMPORTS)
def test_only_whoever_imports_sees_the_pages(client, kind, editor, selection_officer, auditor):
    address = f"/admin/deployments/import/{kind}/"
    assert client.get(address).status_code == 302
    client.force_login(auditor)
    assert (client.get(address).status_code, client.post(address, {}).status_code) == (403, 403)
    client.force_login(editor if IMPORTS[kind].is_open_to(editor) else selection_officer)
    page = client.get(address)
    assert page.status_code == 200
    assert ", ".join(column.code for column in IMPORTS[kind].asked) in page.content.decode()
    assert address in client.get("/admin/").content.decode()


def test_a_mission_editor_is_told_which_line_needs_an_approver(client, mali, editor):
    client.force_login(editor)
    refused = upload(client, MALI_30)
    assert refused.status_code == 409
    assert said(refused) == [(2, "Authorized police deployments")]
    assert ">Your role does not include this change.</td>" in refused.content.decode()


def test_the_largest_file_survives_the_way_to_the_browser_and_back(desk, mali):
    book = openpyxl.Workbook()
    for row in (HEADER.split(","), MALI_30.split(",")):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("docProps/thumbnail.jpeg", random.Random(1).randbytes(MAX_BYTES - 10_000))
    assert MAX_BYTES * 0.99 < len(out.getvalue()) <= MAX_BYTES
    shown = upload(desk, content=out.getvalue(), name="editions.xlsx")
    assert desk.post(PAGE, {"token": token_of(shown)}).status_code == 302
    assert number(mali) == 30


def test_the_history_says_in_words_that_a_list_did_it(desk, mali):
    token = token_of(upload(desk, MALI_30.replace("Mali,Mali", "Mali,Le Mali")))
    desk.post(PAGE, {"token": token})
    page = desk.get(f"/admin/missions/operation/{mali.pk}/history/").content.decode()
    assert "Imported from a list" in page
    assert "Import: editions.csv, 2" in page


def test_a_machine_is_told_of_an_empty_file_as_well(desk):
    answer = upload(desk, content=b"", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "invalid", ["file"])


def test_a_preview_shows_every_cell_in_words_and_says_that_it_is_public(desk, approver):
    factories.programme()
    new = "haiti,Haiti,Haïti,HT,fr;en,no,active,12,2027-04-01,Order 9"
    page = upload(desk, new).content.decode()
    rows = re.findall(r'data-label="Column">([^<]*)</td>\s*<td[^>]*>([^<]*)</td>\s*<td[^>]*>([^<]*)</td>', page)
    assert {heading: after for heading, _before, after in rows} == {
        "Name in English": "Haiti",
        "Name in French": "Haïti",
        "Countries": "HT",
        "Status": "Active",
        "Armed or unarmed": "no",
        "Languages of operation": "French, English",
        "Authorized police deployments": "12",
        "Instrument": "Order 9",
    }
    assert "public as soon as it is imported" in page
    approver.language = "fr"
    approver.save()
    page = upload(desk, new).content.decode()
    assert all(words in page for words in ("Nom en français", ">non<", "français, anglais", "1er avril 2027"))


def test_old_tours_lead_to_the_first_day_of_the_records(desk):
    operation = factories.operation(5, since=day("2020-01-01"), name_en="Haiti")
    posting = factories.posting(factories.mission(operation))
    tour = f"{factories.officer().user.email},{posting.reference},2015-01-01,2015-12-31,closed"
    file = ("officer,posting,first_day,last_day,state\n" + tour).encode()

    def told() -> str:
        typed = {"file": SimpleUploadedFile("tours.csv", file)}
        return desk.post("/admin/deployments/import/deployments/", typed).content.decode()

    page = told()
    assert f'<a href="/admin/deployments/operation/{operation.pk}/set-records-day/">' in page
    assert "The first number of Haiti holds from January 1, 2020" in page
    Operation.objects.update(records_from="2014-01-01", records_set_on="2026-11-24")
    assert "The records of Haiti begin on January 1, 2014" in told()
