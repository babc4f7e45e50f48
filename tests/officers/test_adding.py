"""The desk enters an officer who did not sign up: logged, without a password, and the person is invited by mail."""

import re

import pytest

from core.history.acts import history_of
from core.mail.outbox import readable
from core.models import OutboxMail
from core.refusals import NotPermitted
from officers.domain.adding import add_officer
from officers.models import Officer, User
from tests import factories

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
TYPED = {
    "email": "Ada.Roy@example.org",
    "given_name": "Ada",
    "family_name": "Roy",
    "language": "fr",
    "service_number": "0042",
    "rank": "Sergente",
    "member_since": "2012-05-01",
    "reason": "Sent by letter",
}


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def service():
    return factories.service(name_en="City police", name_fr="Police de la Ville")


@pytest.fixture
def selection():
    return factories.staff("Selection officer")


@pytest.fixture
def desk(client, selection):
    client.force_login(selection)
    return client


def address(service) -> str:
    return f"/admin/deployments/policeservice/{service.pk}/add-officer/"


def mail() -> OutboxMail:
    return OutboxMail.objects.get(template="officers/added")


def test_an_officer_is_entered_logged_and_sets_the_first_password_by_the_link(desk, client, service, selection):
    assert (
        f'href="{address(service)}"' in desk.get(f"/admin/officers/policeservice/{service.pk}/change/").content.decode()
    )
    done = desk.post(address(service), TYPED)
    officer = Officer.objects.get(user__email="ada.roy@example.org")
    assert done.status_code == 302 and done["Location"] == f"/admin/officers/officer/{officer.pk}/change/"
    assert (officer.police_service, officer.service_number, officer.rank) == (service, "0042", "Sergente")
    assert not officer.user.has_usable_password() and not officer.user.is_staff
    assert [group.name for group in officer.user.groups.all()] == ["Officer"]
    assert (officer.has_convictions, officer.declared_at) == (None, None)
    act = history_of(officer).get(verb="add-officer")
    assert (act.actor, act.reason, act.detail) == (selection, "Sent by letter", {"service": service.code})
    sent = mail()
    assert sent.confidential and sent.language == "fr" and sent.address == "ada.roy@example.org"
    text = readable(sent.text_body)
    assert "Police de la Ville" in text and "0042" in text
    link = re.search(r"https?://[^/]+(/fr/accounts/\S+/key/\S+)", text).group(1)
    client.logout()
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": factories.PASSWORD, "password2": factories.PASSWORD})
    officer.user.refresh_from_db()
    assert officer.user.check_password(factories.PASSWORD)


def test_an_account_without_a_profile_gets_one_and_keeps_its_name(desk, service):
    person = factories.user(email="ada.roy@example.org", given_name="A.", family_name="R.", language="en")
    assert desk.post(address(service), TYPED).status_code == 302
    person.refresh_from_db()
    assert (person.given_name, person.language, person.officer.service_number) == ("A.", "en", "0042")
    assert person.check_password(factories.PASSWORD) and "/key/" not in readable(mail().text_body)


def test_a_person_with_one_name_is_entered(desk, service):
    assert desk.post(address(service), TYPED | {"given_name": "", "family_name": "Suharto"}).status_code == 302
    assert str(Officer.objects.get()) == "Suharto"


def there_already(service):
    factories.officer(user=factories.user(email="ada.roy@example.org"))


def of_the_desk(service):
    factories.staff("Auditor", email="ada.roy@example.org")


def number_taken(service):
    factories.officer(police_service=service, service_number="00 42")


def foreign_address(service):
    service.mail_domains = "city.example.com"
    service.save()


REFUSED = {there_already: "email", of_the_desk: "email", number_taken: "service_number", foreign_address: "email"}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_the_record_does_not_take_is_refused_at_the_field(desk, service, wrong):
    wrong(service)
    before = (User.objects.count(), Officer.objects.count())
    answer = desk.post(address(service), TYPED, headers=JSON)
    assert (answer.status_code, answer.json()["field"]) == (409, REFUSED[wrong])
    page = desk.post(address(service), TYPED)
    assert REFUSED[wrong] in page.context["form"].errors and "Sergente" in page.content.decode()
    assert (User.objects.count(), Officer.objects.count()) == before and not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"family_name": "www.example.com"}, "family_name"),
        ({"member_since": "2999-01-01"}, "member_since"),
        ({"service_number": ""}, "service_number"),
        ({"reason": " "}, "reason"),
        ({"language": "xx"}, "language"),
    ],
)
def test_bad_input_is_said_at_its_field(desk, service, typed, field):
    answer = desk.post(address(service), TYPED | typed)
    assert answer.status_code in (400, 409) and field in answer.context["form"].errors
    assert not Officer.objects.exists()


def test_nobody_enters_oneself_and_others_enter_nobody(client, service, selection):
    with pytest.raises(NotPermitted):
        add_officer(service, by=selection, email=selection.email, service_number="1", reason="x")
    client.force_login(factories.staff("Approver"))
    assert client.post(address(service), TYPED).status_code == 403


def test_the_list_of_officers_says_where_one_is_entered(desk, client):
    assert "Add an officer" in desk.get("/admin/officers/officer/").content.decode()
    client.force_login(factories.staff("Auditor"))
    assert "Add an officer" not in client.get("/admin/officers/officer/").content.decode()
