"""A list that takes long at the desk: a page says how far it is, without scripts too; all of it is imported or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import OutboxMail
from deployments.admin import imports
from deployments.imports.jobs import work_on_jobs
from deployments.models import ImportJob
from officers.models import Officer
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/admin/deployments/import/officers/"
HEAD = "email;given_name;family_name;police_service;service_number\n"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    factories.service(code="toronto", name_en="Toronto", name_fr="Toronto")
    monkeypatch.setattr(imports, "ON_THE_SPOT", 2)


@pytest.fixture
def desk(client):
    client.force_login(factories.staff("Mission editor", email="editor@example.org"))
    return client


def listed(*services: str) -> SimpleUploadedFile:
    rows = "".join(f"a{n}@example.org;Ada;Roy;{service};{n:05}\n" for n, service in enumerate(services))
    return SimpleUploadedFile("officers.csv", (HEAD + rows).encode())


def test_a_page_says_that_the_file_is_read_then_what_it_would_change_then_what_it_did(desk):
    page = desk.post(PAGE, {"file": listed(*["toronto"] * 3)}, follow=True)
    address = page.redirect_chain[-1][0]
    said = page.content.decode()
    assert "Being checked" in said
    assert (
        f'<a href="{address}">Look again</a>' in said
    )  # without scripts: a page that reloads itself breaks WCAG 2.2.1
    assert "nothing is changed yet" in said

    work_on_jobs()
    said = desk.get(address).content.decode()
    assert "3 lines would change something" in said
    assert "a2@example.org" in said
    assert "Look again" not in said
    assert Officer.objects.count() == 0

    assert "Being imported" in desk.post(address, {"go": ""}, follow=True).content.decode()
    work_on_jobs()
    said = desk.get(address).content.decode()
    assert "3 of 3 lines" in said
    assert "3 lines changed something" in said
    assert Officer.objects.count() == 3
    assert OutboxMail.objects.filter(address="editor@example.org").count() == 1


def test_a_wrong_line_refuses_all_and_the_right_ones_go_by_choice(desk):
    address = desk.post(PAGE, {"file": listed("toronto", "nowhere", "toronto")}, follow=True).redirect_chain[-1][0]
    work_on_jobs()
    said = desk.get(address).content.decode()
    assert "Line 3" in said
    assert b"nowhere" in desk.get(f"{address}?lines=wrong").content
    again = desk.post(address, {"partial": ""}, follow=True).redirect_chain[-1][0]
    work_on_jobs()
    desk.post(again, {"go": ""})
    work_on_jobs()
    assert "2 lines changed something" in desk.get(again).content.decode()
    assert sorted(Officer.objects.values_list("service_number", flat=True)) == ["00000", "00002"]


def test_how_it_ended_is_said_in_the_language_of_whoever_brought_it(client):
    client.force_login(factories.staff("Mission editor", language="fr"))
    address = client.post(PAGE, {"file": listed("toronto", "nowhere", "toronto")}, follow=True).redirect_chain[-1][0]
    work_on_jobs()
    assert ImportJob.objects.get().message.startswith("Ligne 3")
    assert client.get(address).content.decode().count("nowhere") == 1


def test_what_changed_since_it_was_shown_is_shown_again_first(desk):
    address = desk.post(PAGE, {"file": listed(*["toronto"] * 3)}, follow=True).redirect_chain[-1][0]
    work_on_jobs()
    desk.post(address, {"go": ""})
    factories.officer(user=factories.user(email="a0@example.org"))
    work_on_jobs()
    job = ImportJob.objects.get()
    assert (job.state, job.done, Officer.objects.count()) == ("ready", 0, 1)
    said = desk.get(address).content.decode()
    assert "The records changed after the preview" in said
    desk.post(address, {"go": ""})
    work_on_jobs()
    assert Officer.objects.count() == 3


def test_programs_and_short_lists_are_answered_on_the_spot(desk):
    page = desk.post(PAGE, {"file": listed("toronto", "toronto")})
    assert page.status_code == 200
    answer = desk.post(PAGE, {"file": listed(*["toronto"] * 3)}, headers={"accept": "application/json"})
    assert (answer.json()["code"], ImportJob.objects.count()) == ("preview", 0)
