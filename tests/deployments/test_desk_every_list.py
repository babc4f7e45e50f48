"""Every list of the desk, of records and of its own pages, as CSV and XLSX: what the page shows, and never a formula."""

import datetime

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from core.desk.exports import FILE_COLUMNS
from core.desk.model_admin import DeskAdmin
from core.history.acts import history_of
from core.mail.outbox import queue_mail
from core.models import HistoryEntry
from core.tabular.sheets import SHEETS
from core.text.dates import today_here
from deployments.domain import tours
from deployments.models import ChecklistItem, RoleProfile, StrengthProposal
from missions.models import Enquiry, HelpPage, Operation
from officers.models import Qualification
from tests import factories
from tests.deployments.test_desk_exports import rows_of
from tests.factories import day

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://x")'
LISTS = [model for model, desk in admin.site._registry.items() if isinstance(desk, DeskAdmin)]


@pytest.fixture
def everything(client):
    """A record in every list, with a formula in every name, read by somebody with every role."""
    person = factories.staff("Approver", "Mission editor", "Selection officer", "Auditor", "Administrator")
    names = {"name_en": FORMULA, "name_fr": FORMULA}
    operation = factories.operation(5, code="mali", **names)
    mission = factories.mission(operation, **names)
    posting = factories.opening(mission, title_en=FORMULA, title_fr=FORMULA)
    service = factories.service(**names)
    user = factories.user(given_name=FORMULA, family_name=FORMULA)
    officer = factories.candidate(user=user, police_service=service, rank=FORMULA)
    factories.application(posting, officer=officer, state="qualified", qualified_until=day("2090-01-01"))
    tour = factories.deployment(posting, "2026-01-01", "2090-12-31", officer=officer)
    factories.country("ML", **names)
    factories.organization(**names)
    HelpPage.objects.create(code="about", title_en=FORMULA, title_fr=FORMULA, body_en="A.", body_fr="B.")
    Enquiry.objects.create(topic="other", message=FORMULA, language="en")
    RoleProfile.objects.create(code="trainer", **names)
    ChecklistItem.objects.create(code="visa", text_en=FORMULA, text_fr=FORMULA)
    officer.grants.create(qualification=Qualification.objects.first(), valid_from=factories.START)
    StrengthProposal.objects.create(
        operation=operation, effective_from=day("2030-01-01"), maximum=6, instrument=FORMULA, proposed_by=person
    )
    application = officer.applications.get()
    queue_mail(to=user, template="deployments/application_received", context={"application": application})
    tours.set_emergency_contact(tour, by=person, name=FORMULA, relationship="=1", telephone="+1")
    client.force_login(person)
    return tour


def assert_harmless(rows: list[list]) -> None:
    cells = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("wanted", SHEETS)
@pytest.mark.parametrize("model", LISTS, ids=[model.__name__ for model in LISTS])
def test_every_list_of_records_is_downloaded_as_the_page_shows_it(client, everything, model: type[Model], wanted):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    page = client.get(address)
    assert f"?format={wanted}" in page.content.decode()
    head, *lines = rows_of(client.get(address, {"format": wanted}), wanted)
    own = FILE_COLUMNS[model].head() if model in FILE_COLUMNS else page.context["cl"].list_display
    assert len(head) == len([name for name in own if name != "action_checkbox"])
    views = 1 if model is HistoryEntry else 0  # the page itself was read before the file was
    records = len({line[0] for line in lines}) if model is Operation else len(lines)  # of operations a row for each day
    assert records - views == page.context["cl"].result_count > 0
    assert_harmless([head, *lines])


@pytest.mark.parametrize("wanted", SHEETS)
@pytest.mark.parametrize(
    ("page", "heading"),
    [
        ("board/", "Operation"),
        ("pipeline/", "Posting"),
        ("roster/", "Officer"),
        ("rotation/", "Operation"),
        ("rotation/<pk>/", "Posting"),
        ("operation/<pk>/roll-call/", "Officer"),
        ("explain/operation-<pk>/", "Officer"),
    ],
)
def test_every_page_of_the_desk_that_is_a_list_is_downloaded(client, everything, page, heading, wanted):
    address = "/admin/deployments/" + page.replace("<pk>", str(everything.posting.mission.operation_id))
    assert f"?format={wanted}" in client.get(address).content.decode()
    head, *lines = rows_of(client.get(address, {"format": wanted}), wanted)
    assert head[0] == heading
    assert len(lines) == 1 and len(lines[0]) == len(head)
    assert "HYPERLINK" in str(lines[0])
    assert_harmless([head, *lines])


@pytest.mark.parametrize(
    "page",
    [
        *("board/", "pipeline/", "roster/", "rotation/", "rotation/<pk>/", "operation/<pk>/roll-call/"),
        "explain/operation-<pk>/",
    ],
)
def test_a_download_is_for_whoever_may_open_the_page(client, everything, page):
    client.force_login(factories.staff("Mission editor"))
    address = "/admin/deployments/" + page.replace("<pk>", str(everything.posting.mission.operation_id))
    assert client.get(address, {"format": "csv"}).status_code == 403


def test_the_roll_call_is_downloaded_as_of_its_day_with_contacts_for_whoever_may_call(client, everything, auditor):
    address = f"/admin/deployments/operation/{everything.posting.mission.operation_id}/roll-call/"
    head, line = rows_of(client.get(address, {"format": "csv", "on": "2027-01-01"}), "csv")
    assert head[-1] == "Emergency contact" and "HYPERLINK" in line[-1]
    assert history_of(everything).filter(verb="view").count() == 1
    assert "?on=2027-01-01&amp;format=csv" in client.get(address, {"on": "2027-01-01"}).content.decode()
    client.force_login(auditor)
    head, line = rows_of(client.get(address, {"format": "csv", "on": "2027-01-01"}), "csv")
    assert "Emergency contact" not in head and len(line) == len(head)
    assert len(rows_of(client.get(address, {"format": "csv", "on": "2091-01-01"}), "csv")) == 1


def test_the_rotation_names_successors_gaps_and_days_left(client, auditor):
    today = today_here()
    posting = factories.posting()
    ends = today + datetime.timedelta(days=20)
    factories.deployment(posting, "2026-01-01", ends.isoformat())
    follows = ends + datetime.timedelta(days=6)
    factories.deployment(posting, follows.isoformat(), "2090-01-01", state="reserved")
    client.force_login(auditor)
    address = f"/admin/deployments/rotation/{posting.mission.operation_id}/"
    head, *lines = rows_of(client.get(address, {"format": "xlsx"}), "xlsx")
    first = dict(zip(head, lines[0], strict=True))
    assert (first["Days left"], first["Gap in days"], first["Overlap in days"]) == (20, 5, None)
    assert first["First day of the successor"].date() == follows
