"""The desk's lists as CSV and XLSX: as filtered, with the columns of the page, and never a formula."""

import csv
import io

import openpyxl
import pytest

from core.tabular.sheets import SHEETS
from core.text.dates import today_here
from deployments.domain.applications import assess
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
APPLICATIONS, DEPLOYMENTS = "/admin/deployments/application/", "/admin/deployments/deployment/"


def rows_of(response, wanted: str) -> list[list]:
    """The cells of a download, the headings first."""
    assert response.status_code == 200
    assert f".{wanted}" in response["Content-Disposition"]
    if wanted == "csv":
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def desk(client, auditor):
    client.force_login(auditor)
    return client


def named(family_name: str, **fields):
    return factories.candidate(user=factories.user(given_name="Amina", family_name=family_name), **fields)


@pytest.mark.parametrize("wanted", SHEETS)
def test_a_list_is_downloaded_as_it_is_filtered_and_sorted(desk, wanted):
    posting = factories.opening(reference="kabul")
    for name, state in (("Roy", "endorsed"), ("Abel", "endorsed"), ("Zola", "withdrawn"), ("Draft", "draft")):
        factories.application(posting, state=state, officer=named(name))
    head, *lines = rows_of(desk.get(APPLICATIONS, {"format": wanted, "state__exact": "endorsed", "o": "0"}), wanted)
    assert head[:5] == ["Officer", "E-mail address", "Police service", "Service number", "Posting"]
    assert [line[0] for line in lines] == ["Amina Abel", "Amina Roy"]
    assert {line[head.index("State")] for line in lines} == {"Endorsed by the police service"}


@pytest.mark.parametrize("wanted", SHEETS)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1"])
def test_no_cell_runs_as_a_formula(desk, wanted, name):
    factories.deployment(factories.posting(), "2026-01-01", "2026-12-31", officer=named("Roy"))
    person = factories.user(given_name=name, family_name="Quill")
    factories.deployment(factories.posting(), "2026-01-01", "2026-12-31", officer=factories.officer(user=person))
    response = desk.get(DEPLOYMENTS, {"format": wanted, "q": "quill"})
    lines = rows_of(response, wanted)[1:]
    assert [line[0] for line in lines] == [f"'{name.strip()} Quill"]


def test_days_are_days_and_numbers_are_numbers_in_a_workbook(desk):
    factories.deployment(factories.posting(), "2026-01-01", "2026-12-31")
    head, line = rows_of(desk.get(DEPLOYMENTS, {"format": "xlsx"}), "xlsx")
    assert line[head.index("First day")].date() == day("2026-01-01")
    operation = factories.operation(22, name_en="Mali")
    head, *lines = rows_of(desk.get("/admin/deployments/board/", {"format": "xlsx"}), "xlsx")
    assert next(line for line in lines if line[0] == "Mali")[head.index("Authorized")] == 22
    assert operation.name == "Mali"


@pytest.mark.parametrize("wanted", SHEETS)
def test_the_board_is_downloaded_with_over_strength_and_who_is_next_home(desk, wanted):
    operation = factories.operation(2, name_en="Mali")
    posting = factories.posting(factories.mission(operation))
    for name in ("Roy", "Abel"):
        factories.deployment(posting, "2026-01-01", "2030-12-31", officer=named(name))
    factories.strength(operation, 1, today_here(), acknowledged_peak=2)
    head, line = rows_of(desk.get("/admin/deployments/board/", {"format": wanted}), wanted)
    found = dict(zip(head, (str(cell) for cell in line), strict=True))
    assert (found["Committed"], found["Over by"], found["Next home"]) == ("2", "1", "Amina Roy")


def test_the_history_is_downloaded_without_its_links(desk, selection_officer):
    application = factories.application(factories.opening(), state="screened_in", officer=named("O'Neil & Co"))
    assess(application, by=selection_officer, reason="Next")
    head, *lines = rows_of(desk.get("/admin/core/historyentry/", {"format": "csv"}), "csv")
    line = dict(zip(head, next(line for line in lines if "Next" in line), strict=True))
    assert line["Record"] == f"application: Amina O'Neil & Co, {application.posting.reference}"


def test_a_hundred_rows_ask_no_more_questions_than_one(desk, django_assert_num_queries):
    posting = factories.opening()
    desk.get(APPLICATIONS, {"format": "csv"})  # what is read once for good
    for more in (1, 60):
        for _n in range(more):
            factories.application(posting, state="endorsed")
        with django_assert_num_queries(11):
            assert len(rows_of(desk.get(APPLICATIONS, {"format": "csv"}), "csv")) > more


def test_an_unknown_format_or_filter_is_refused_and_a_stranger_gets_nothing(desk, client):
    assert desk.get(APPLICATIONS, {"format": "exe"}).status_code == 400
    assert desk.get(APPLICATIONS, {"format": "csv", "nothing": "1"}).status_code == 400
    content = desk.get(APPLICATIONS, {"state__exact": "endorsed"}).content.decode()
    assert "?state__exact=endorsed&amp;format=csv" in content
    client.force_login(factories.staff("Administrator"))
    assert client.get(APPLICATIONS, {"format": "csv"}).status_code == 403


def test_a_workbook_holds_a_name_with_characters_that_none_can_hold(desk):
    response = SHEETS["xlsx"]("x.xlsx", ["a"], [["b\x0bc"], [True], [None]])
    assert rows_of(response, "xlsx") == [["a"], ["bc"], ["True"], [None]]
