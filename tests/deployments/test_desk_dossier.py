"""The officer's dossier: everything on one page, each view logged, for those who may read all of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.history.acts import history_of
from deployments.domain import applications, tours
from officers.domain.evidence import attach_evidence
from officers.models import LanguageRating, Qualification, QualificationGrant
from tests import factories
from tests.factories import day
from tests.files import PDF

pytestmark = pytest.mark.django_db


def url(officer) -> str:
    return f"/admin/deployments/officer/{officer.pk}/dossier/"


@pytest.fixture
def officer(approver, selection_officer):
    """Somebody with a tour behind, one application running and one that was a draft."""
    person = factories.candidate(
        user=factories.user(given_name="Amina", family_name="Roy"), rank="Sergeant", birth_date=day("1985-04-01")
    )
    LanguageRating.objects.create(officer=person, language="fr", reading=3, writing=2, speaking=3)
    visa = Qualification.objects.create(code="visa-x", kind="passport", name_en="Visa of X", name_fr="Visa de X")
    held = QualificationGrant.objects.create(
        officer=person, qualification=visa, valid_from=day("2020-01-01"), valid_until=day("2021-01-01")
    )
    attach_evidence(held, by=person.user, upload=SimpleUploadedFile("visa-of-x.pdf", PDF))
    tour = factories.deployment(
        factories.posting(reference="kabul-adviser"), "2022-01-01", "2022-12-31", officer=person
    )
    tours.record_appraisal(tour, by=approver, outcome="exceeded", given_on=day("2022-12-20"))
    application = factories.application(
        factories.opening(reference="haiti-trainer"), state="in_assessment", officer=person
    )
    applications.record_assessment(
        application, by=selection_officer, kind="medical", held_on=day("2026-01-05"), outcome="passed"
    )
    applications.not_select(application, by=selection_officer, reason="Another was stronger")
    factories.application(factories.opening(reference="secret-draft"), officer=person)
    return person


def test_the_dossier_tells_the_whole_officer_on_one_page(client, auditor, officer):
    client.force_login(auditor)
    content = client.get(url(officer)).content.decode()
    for words in (
        *("Amina Roy", "Sergeant", "April 1, 1985", "French C/B/C", "Visa of X", "visa-of-x.pdf", "expired"),
        *("kabul-adviser", "Above what was asked", "haiti-trainer", "Passed", "Another was stronger"),
    ):
        assert words in content, words
    assert "secret-draft" not in content


def test_every_view_is_logged_with_its_reader_and_does_not_fill_the_page(client, auditor, officer):
    client.force_login(auditor)
    client.get(url(officer))
    response = client.get(url(officer))
    views = [act for act in history_of(officer) if act.verb == "view"]
    assert [act.actor for act in views] == [auditor, auditor]
    assert "view" not in [act.verb for act, _chapter in response.context["chapters"]]


def test_a_dossier_is_for_those_who_may_read_all_of_it(client, officer):
    client.force_login(factories.staff("Administrator"))
    assert client.get(url(officer)).status_code == 403
    assert history_of(officer).count() == 0
    client.force_login(officer.user)
    assert client.get(url(officer)).status_code == 302


def test_nobody_has_no_dossier(client, auditor, officer):
    client.force_login(auditor)
    assert client.get("/admin/deployments/officer/999999/dossier/").status_code == 404


def test_the_officers_record_leads_to_the_dossier(client, auditor, officer):
    client.force_login(auditor)
    assert url(officer) in client.get(f"/admin/officers/officer/{officer.pk}/change/").content.decode()


def test_a_long_career_asks_no_more_questions_than_a_short_one(client, auditor, officer, django_assert_num_queries):
    client.force_login(auditor)
    client.get(url(officer))
    for year in range(2023, 2026):
        with django_assert_num_queries(23):
            client.get(url(officer))
        factories.deployment(factories.posting(), f"{year}-01-01", f"{year}-12-31", officer=officer, state="closed")
        factories.application(state="expired", officer=officer)
