"""Who may open and change what at the desk: every role against every page."""

import pytest
from django.contrib import admin
from django.urls import reverse

from core.actors import SYSTEM
from core.admin.history import KindOfRecord
from core.desk.site import PortalAdminSite
from core.history.acts import record_act
from deployments.models import Posting
from missions.models import Country, Mission, Operation, Organization, Programme
from officers.models import Officer, PoliceService, User
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
READERS = ("Selection officer", "Approver", "Auditor")
ABOUT_OFFICERS = ("Deployment", "Officer")
EDITED = {
    Country: {"Mission editor"},
    Organization: {"Mission editor"},
    Operation: {"Mission editor"},
    Mission: {"Mission editor"},
    Programme: {"Mission editor"},
    PoliceService: {"Mission editor"},
    Posting: {"Selection officer"},
    User: {"Administrator"},
}


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


def at(client, person):
    client.force_login(person)
    return client


def some_records() -> list:
    """One record of each kind that has a page, all in one story."""
    operation = factories.operation(22)
    mission = factories.mission(operation)
    posting = factories.posting(mission)
    tour = factories.deployment(posting, "2026-01-01", "2026-12-31")
    return [
        operation.programme,
        operation,
        mission,
        posting,
        tour,
        tour.officer,
        tour.officer.police_service,
        factories.country("ML"),
        factories.organization(),
    ]


def address(record, kind: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{kind}", args=[record.pk])


def list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("role", READERS)
def test_whoever_works_with_officers_reads_every_record_and_its_history(client, role):
    records = some_records()
    at(client, factories.staff(role))
    for record in records:
        assert client.get(list_of(type(record))).status_code == 200, record
        assert client.get(address(record)).status_code == 200, record
        assert client.get(address(record, "history")).status_code == 200, record
    assert client.get("/admin/deployments/board/").status_code == 200
    assert client.get(f"/admin/deployments/explain/operation-{records[1].pk}/").status_code == 200
    assert client.get(f"/admin/deployments/operation/{records[1].pk}/roll-call/").status_code == 200


def test_a_mission_editor_reads_of_operations_and_missions_and_nothing_of_single_officers(client):
    records = some_records()
    operation, names = records[1], [str(officer) for officer in Officer.objects.all()]
    at(client, factories.staff("Mission editor"))
    for record in records:
        status = 403 if type(record).__name__ in ABOUT_OFFICERS else 200
        pages = [list_of(type(record)), address(record), address(record, "history")]
        assert {client.get(page).status_code for page in pages} == {status}, record
        shown = "".join(client.get(page).content.decode() for page in pages)
        assert not any(name in shown for name in names), record
    officer = records[5].pk
    for path in (
        *(f"officer/{officer}/dossier/", f"officer/{officer}/dossier.pdf", f"operation/{operation.pk}/roll-call/"),
        *(f"explain/operation-{operation.pk}/", "board/", "pipeline/", "roster/", "rotation/"),
        *(f"posting/{records[3].pk}/pipeline/", f"rotation/{operation.pk}/"),
    ):
        assert client.get(f"/admin/deployments/{path}").status_code == 403, path


@pytest.mark.parametrize(
    ("role", "read"),
    [
        ("Auditor", {"account", "officer", "operation", "deployment"}),
        ("Approver", {"officer", "operation", "deployment"}),
        ("Mission editor", {"operation"}),
        ("Administrator", {"account"}),
    ],
)
def test_the_history_shows_the_acts_on_what_the_account_may_see(client, role, read):
    tour = some_records()[4]
    operation = tour.posting.mission.operation
    entries = [record_act(each, "close", by=SYSTEM) for each in (operation, tour, tour.officer, factories.user())]
    at(client, factories.staff(role))
    listed = client.get("/admin/core/historyentry/")
    assert {entry.content_type.name for entry in listed.context["cl"].result_list} == read
    exported = client.get("/admin/core/historyentry/?format=csv").content.decode()
    assert (tour.history_label in exported) == ("deployment" in read)
    kinds = next(spec for spec in listed.context["cl"].filter_specs if isinstance(spec, KindOfRecord))
    offered = {name for _key, name in kinds.lookup_choices}
    assert read <= offered and not offered & {"account", "officer", "operation", "deployment"} - read
    for entry in entries:
        assert client.get(address(entry)).status_code == (200 if entry.content_type.name in read else 302), entry


@pytest.mark.parametrize("role", [*READERS, "Mission editor", "Administrator"])
def test_each_role_changes_only_what_is_its_own(client, role):
    records = [*some_records(), factories.user()]
    at(client, factories.staff(role))
    for record in records:
        allowed = role in EDITED.get(type(record), set())
        response = client.post(address(record), {})
        # 409: who may save is asked from which version of the page
        assert response.status_code in ({200, 409} if allowed else {403}), record
        add = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_add")
        assert client.get(add).status_code == (200 if allowed else 403), record
        assert client.post(address(record, "delete"), {"post": "yes"}).status_code == 403, record


def test_an_administrator_of_accounts_has_no_business_in_operations(client):
    operation, mission, *_rest = some_records()[1:]
    at(client, factories.staff("Administrator"))
    assert client.get(address(operation)).status_code == 403
    assert client.get(address(mission, "history")).status_code == 403
    assert client.get("/admin/deployments/board/").status_code == 403


@pytest.mark.parametrize("role", ["Officer", "Service coordinator"])
def test_without_a_place_at_the_desk_the_door_stays_shut(client, role):
    person = factories.staff(role)
    person.is_staff = False
    person.save()
    at(client, person)
    for url in ("/admin/", list_of(Operation), "/admin/deployments/board/"):
        response = client.get(url)
        assert response.status_code == 302 and "/admin/login/" in response.url, url


def test_dated_records_and_deployments_have_no_form_of_their_own():
    registered = {model.__name__ for model in admin.site._registry}
    assert registered & {"AuthorizedStrength", "OperationTerms", "MissionTerms", "Gate"} == set()
    assert isinstance(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site, PortalAdminSite)


def test_an_auditor_sees_the_acts_of_others_and_is_offered_none(client):
    operation = some_records()[1]
    factories.strength(operation, 25, day("2027-01-01"))
    content = at(client, factories.staff("Auditor")).get(address(operation)).content.decode()
    assert "/set/" not in content and "/withdraw/" not in content and "/suspend/" not in content
    assert 'name="_save"' not in content


def test_an_approver_is_offered_the_acts_on_an_operation(client):
    operation = some_records()[1]
    content = at(client, factories.staff("Approver")).get(address(operation)).content.decode()
    for verb in ("set-terms", "suspend", "evacuate", "close"):
        assert f"/admin/deployments/operation/{operation.pk}/{verb}/" in content
    assert f"/admin/deployments/strength/operation-{operation.pk}/set/" in content
    assert f"/admin/deployments/operation/{operation.pk}/reopen/" not in content
