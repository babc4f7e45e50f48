"""What is taken out of the portal comes in again: unchanged into the same one, and whole into an empty one."""

import csv
import io

import pytest
from django.core.management import call_command

from core.actors import SYSTEM
from core.tabular.sheets import safe_cell
from deployments.domain.authority.records_day import set_records_day
from deployments.imports import IMPORTS, run_import
from missions.models import Operation
from officers.models import QualificationGrant
from tests import factories
from tests.deployments.test_moving_in import TODAY, move_in
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
NOW = "2026-11-24T12:00Z"
ADDRESSES = {
    "programmes": "missions/programme",
    "organizations": "missions/organization",
    "services": "officers/policeservice",
    "operations": "missions/operation",
    "missions": "missions/mission",
    "postings": "deployments/posting",
    "officers": "officers/officer",
    "assessments": "",
    "applications": "deployments/application",
    "releases": "",
    "deployments": "deployments/deployment",
}
BOTH_TEXTS = {
    f"{name}_{language}": f"First *paragraph*, {name} in {language}.\n\n=1+1 is no formula here."
    for name in ("summary", "objectives", "activities")
    for language in ("en", "fr")
}


def test_every_kind_is_here():
    assert list(ADDRESSES) == list(IMPORTS)


@pytest.fixture
def full(selection_officer):
    """The examples, and what acts add: a tour under way, an endorsed application, a qualification that was verified."""
    move_in()
    opening = factories.opening(reference="an-opening", min_age=25, min_rank="sergeant", title_en="A", title_fr="B")
    service = factories.service(needs_release=False)
    applicant, other = (factories.candidate(police_service=service) for _n in range(2))
    factories.application(opening, state="endorsed", officer=applicant)
    factories.deployment(
        factories.posting(), "2026-01-01", "2026-12-31", state="reserved", hold_until=day("2026-12-01"), officer=other
    )
    QualificationGrant.objects.update(verified_by=selection_officer, verified_at=opening.opens_at)
    operation = factories.operation(8, is_armed=None, status="suspended", since=day("2027-01-01"))
    factories.strength(operation, 6, day("2026-12-01"), instrument_fr="Décret", is_first_day_known=False)
    factories.strength(operation, 6, day("2027-03-01"), instrument="Order 12")  # the same number by another instrument
    wrong = [factories.strength(operation, 4, day("2027-06-01"))]
    ended = factories.mission(operation)
    factories.strength(ended, 3, day("2026-12-01"))
    factories.strength(ended, None, day("2027-05-01"))
    factories.terms(ended, "suspended", day("2026-12-01"))
    factories.terms(ended, "closed", day("2027-06-01"))
    wrong += [factories.terms(ended, "active", day("2027-08-01"))]
    for version in wrong:
        type(version).objects.filter(pk=version.pk).update(withdrawn_at=NOW, withdrawal_reason="Wrong")
    factories.mission(operation, is_published=False, ends_on=day("2026-06-30"))
    described = factories.mission(operation, languages=["fr", "ar"], position=3, **BOTH_TEXTS)
    described.host_countries.set([factories.country("ML"), factories.country("NE")])
    described.subject_countries.set([factories.country("TD")])
    Operation.objects.filter(pk=operation.pk).update(summary_en="- One\n- Two", summary_fr="- Un\n- Deux")


@pytest.mark.parametrize(("form", "language"), [("csv", "en"), ("xlsx", "fr"), ("csv", "fr")])
def test_34_own_lists_come_in_again_without_a_change(full, client, form, language):
    client.force_login(factories.staff("Auditor", "Approver", "Selection officer", "Mission editor", language=language))
    for kind, of_list in ADDRESSES.items():
        address = f"/admin/{of_list}/?format={form}"
        taken = client.get(address if of_list else f"/admin/deployments/import/{kind}/recorded.{form}")
        assert taken.status_code == 200, kind
        report = run_import(
            IMPORTS[kind], taken.content, by=SYSTEM, file_name=f"list.{form}", today=TODAY, dry_run=True
        )
        assert [line for line in report.lines if line.does_anything] == [], kind
        assert report.lines, kind


def test_everything_taken_out_fills_an_empty_portal_with_the_same(full, client):
    client.force_login(factories.staff("Auditor", "Approver", "Selection officer", "Mission editor"))
    taken = {kind: client.get(f"/admin/deployments/import/{kind}/recorded.csv").content for kind in IMPORTS}
    days = dict(Operation.objects.exclude(records_from=None).values_list("code", "records_from"))
    call_command("flush", interactive=False, verbosity=0)
    for kind, data in taken.items():
        for code, begin in days.items() if kind == "deployments" else ():
            operation = Operation.objects.get(code=code)
            set_records_day(operation, by=SYSTEM, records_from=begin, reason="Moving in", today=TODAY)
        run_import(IMPORTS[kind], data, by=SYSTEM, file_name=f"{kind}.csv", today=TODAY)
    again = {kind: list(each.export(each.model.objects.all())) for kind, each in IMPORTS.items()}
    for kind, data in taken.items():
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
        assert len(again[kind]) == len(lines), kind
        if kind in ("operations", "missions", "releases"):
            assert [[safe_cell(cell) for cell in row] for row in again[kind]] == lines, kind


def test_a_list_about_officers_says_what_a_report_needs(full, client, auditor):
    client.force_login(auditor)
    head = client.get("/admin/deployments/deployment/?format=csv").content.decode("utf-8-sig").splitlines()[0]
    for heading in ("Police service", "Service number", "Mission", "Operation", "End", "In mission since", "Ended on"):
        assert heading in head.split(",")


def test_who_may_not_see_officers_takes_none_out(client, editor, selection_officer):
    address = "/admin/deployments/import/{}/recorded.csv"
    client.force_login(editor)
    assert client.get(address.format("operations")).status_code == 200
    assert client.get(address.format("officers")).status_code == 403
    assert client.get(address.format("nothing")).status_code == 404
    client.force_login(selection_officer)
    assert client.get(address.format("operations")).status_code == 403
    assert client.get(address.format("applications")).status_code == 200
