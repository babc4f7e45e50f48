"""The public table for machines."""

import csv
import io

import pytest

from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
COLUMNS = 12


def lines(client, path: str) -> list[list[str]]:
    response = client.get(path)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf"), "a mark that spreadsheets know"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_gives_words_for_people_and_codes_for_machines(client):
    operation = factories.operation(22, code="mali", name_en="Mali", name_fr="Mali", languages=["fr"], is_armed=True)
    operation.countries.add(factories.country("ML"), factories.country("NE"))
    heading, row = lines(client, "/en/operations.csv?on=2026-01-05")
    assert heading[:5] == [
        "Country/region",
        "Language of operation",
        "Armed or unarmed",
        "Authorized police deployments",
        "Status",
    ]
    assert row == [
        *("Mali", "French", "Armed", "22", "Active"),
        *("mali", "ML NE", "fr", "2020-01-01", "2020-01-01", "Order", "2026-01-05"),
    ]


def test_speaks_french(client):
    factories.operation(22, name_fr="Haïti", name_en="Haiti", languages=["fr"])
    heading, row = lines(client, "/fr/operations.csv")
    assert heading[:4] == ["Pays/région", "Langue de travail", "Armée ou non armée", "Nombre d'affectations autorisées"]
    assert row[:4] == ["Haïti", "Français", "Armée", "22"]


def test_keeps_its_columns_without_rows_and_without_terms(client):
    assert [len(line) for line in lines(client, "/en/operations.csv")] == [COLUMNS]
    factories.operation(22, since=day("2020-01-01"), languages=[], is_armed=None)
    assert [len(line) for line in lines(client, "/en/operations.csv")] == [COLUMNS, COLUMNS]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\xa0="])
def test_no_cell_runs_as_a_formula(client, start):
    factories.operation(22, name_en=f"{start}HYPERLINK()", name_fr="Lien")
    assert lines(client, "/en/operations.csv")[1][0] == f"'{start}HYPERLINK()"


def test_nonsense_is_answered_with_a_message(client):
    response = client.get("/en/operations.csv?on=nonsense")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "year-month-day" in response.content.decode()
