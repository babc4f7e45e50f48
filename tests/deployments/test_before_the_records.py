"""Tours that were over before the records of their operation begin stand in dossiers and lists, and are marked there."""

import re

import pytest

from missions.models import Operation
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
MARK = {"en": "from before the records", "fr": "d'avant le registre"}


@pytest.fixture
def officer():
    operation = factories.operation(None, code="haiti")
    Operation.objects.filter(pk=operation.pk).update(records_from=day("2020-01-01"), records_set_on=day("2026-11-01"))
    factories.strength(operation, 5, day("2020-01-01"))
    posting = factories.posting(factories.mission(operation))
    made = factories.officer()
    for first, last in (("2015-01-01", "2015-12-31"), ("2019-07-01", "2020-06-30"), ("2021-01-01", "2021-12-31")):
        factories.deployment(posting, first, last, state="closed", end_reason="completed", officer=made)
    return made


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_dossier_marks_the_tour_that_was_over_by_then_and_no_other(client, officer, language):
    client.force_login(factories.staff("Auditor", language=language))
    page = client.get(f"/admin/deployments/officer/{officer.pk}/dossier/").content.decode()
    rows = [row for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL) if '<span class="tag">' in row]
    assert len([row for row in rows if MARK[language] in row]) == 1, rows


@pytest.mark.parametrize(("language", "yes"), [("en", "yes"), ("fr", "oui")])
def test_the_list_of_tours_as_a_file_has_all_three_and_says_which_is_from_before(client, officer, language, yes):
    client.force_login(factories.staff("Auditor", language=language))
    head, *rows = client.get("/admin/deployments/deployment/?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert sorted(row.split(",")[-1] for row in rows) == ["", "", yes], (head, rows)
