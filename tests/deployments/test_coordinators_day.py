"""What a coordinator sees and is told: the nearest deadline first, who is abroad, a mail for each application."""

import datetime

import pytest

from core.models import OutboxMail
from core.text.dates import today_here
from deployments.domain import applications
from tests import factories

pytestmark = pytest.mark.django_db


def later(days: int) -> str:
    return str(today_here() + datetime.timedelta(days=days))


@pytest.fixture
def service():
    return factories.service()


@pytest.fixture
def coordinator(service):
    return factories.coordinator(service, language="fr")


def officer_of(service, **more):
    return factories.candidate(police_service=service, **more)


def test_whoever_decides_is_told_when_an_officer_applies(service, coordinator):
    factories.coordinator(factories.service())
    officer = officer_of(service)
    applications.submit(factories.application(officer=officer), by=officer.user)
    mail = OutboxMail.objects.get(template="deployments/application_to_release")
    assert mail.user == coordinator and str(officer) in mail.subject
    assert f"/fr/coordination/{officer.applications.get().pk}/" in mail.text_body and "30 juin 2099" in mail.text_body


def test_a_coordinator_who_applies_is_not_asked_about_oneself(service, coordinator):
    own = officer_of(service, user=coordinator)
    applications.submit(factories.application(officer=own), by=coordinator)
    assert not OutboxMail.objects.filter(template="deployments/application_to_release").exists()


def test_a_service_that_releases_nobody_is_not_asked(service, coordinator):
    type(service).objects.update(needs_release=False)
    officer = officer_of(factories.service(needs_release=False))
    factories.coordinator(officer.police_service)
    applications.submit(factories.application(officer=officer), by=officer.user)
    assert not OutboxMail.objects.filter(template="deployments/application_to_release").exists()


def test_the_nearest_deadline_comes_first(client, service, coordinator):
    for closes, name in ((40, "Late"), (10, "Soon"), (20, "Middle")):
        officer = officer_of(service, user=factories.user(given_name="", family_name=f"{name}applicant"))
        factories.application(factories.opening(closes=later(closes)), officer=officer, state="submitted")
    client.force_login(coordinator)
    page = client.get("/en/coordination/").content.decode()
    places = [page.index(f"{name}applicant") for name in ("Soon", "Middle", "Late")]
    assert places == sorted(places)


def test_officers_abroad_and_due_home_are_those_of_the_own_service(client, service, coordinator):
    posting = factories.posting()
    names = {"Home": (-90, -30, "closed"), "Abroad": (-30, 40, "in_mission"), "Overdue": (-90, -2, "in_mission")}
    for name, (first, last, state) in names.items():
        person = factories.user(given_name="", family_name=f"{name}person")
        officer = officer_of(service, user=person, is_released=name != "Home")
        factories.deployment(posting, later(first), later(last), officer=officer, state=state)
    stranger = officer_of(factories.service(), user=factories.user(given_name="", family_name="Strangeperson"))
    factories.deployment(posting, later(-30), later(30), officer=stranger)
    client.force_login(coordinator)
    page = client.get("/en/coordination/").content.decode()
    assert "Abroadperson" in page and "Homeperson" not in page and "Strangeperson" not in page
    assert page.index("Overdueperson") < page.index("Abroadperson") and "<strong>overdue</strong>" in page


def test_a_release_is_given_without_an_application(client, service, coordinator):
    officer = officer_of(service, user=factories.user(given_name="Zoé", family_name="Ellis"), is_released=False)
    other = officer_of(factories.service(), user=factories.user(given_name="Zoé", family_name="Ellis"))
    client.force_login(coordinator)
    page = client.get("/en/coordination/officers/", {"q": "zoe ellis"}).content.decode()
    give = f"/en/coordination/officers/{officer.pk}/give-release/"
    assert give in page and f"/officers/{other.pk}/" not in page
    assert "Nobody was found." in client.get("/en/coordination/officers/", {"q": "nobody"}).content.decode()
    assert client.get("/en/coordination/officers/", {"q": "x" * 101}).status_code == 400
    assert client.post(give, {"first_day": later(1), "last_day": later(400)}).status_code == 302
    assert officer.releases.get().posting is None
    client.force_login(officer.user)
    assert client.get("/en/coordination/officers/").status_code == 403


@pytest.mark.parametrize("number", [1, 30])
def test_the_questions_do_not_grow(client, service, coordinator, django_assert_max_num_queries, number):
    posting = factories.posting(factories.mission(factories.operation(100)))
    for _n in range(number):
        factories.deployment(posting, later(-30), later(30), officer=officer_of(service))
    client.force_login(coordinator)
    with django_assert_max_num_queries(20):
        client.get("/en/coordination/")
    with django_assert_max_num_queries(8):
        client.get("/en/coordination/officers/", {"q": "officer"})
