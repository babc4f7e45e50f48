"""Names and numbers of persons at every door: one name is enough, what nobody sees is not kept, and people are found and
sorted as a reader would, in each list of the desk and of a coordinator, on both databases."""

import csv
import io

import pytest
from django.core.management import call_command

from officers.models import Officer, User
from tests import factories
from tests.clock import around
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
UNSEEN = "\u00ad\u200b\u2060"


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


def sign_up(client, **changes):
    person = {
        "given_name": "",
        "family_name": "",
        "email": "one@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post("/en/accounts/signup/", {**person, "signup_service": factories.service().pk, **changes})


# --- One name ------------------------------------------------------------------------------------------------------


def test_a_person_with_one_name_signs_up(client):
    assert sign_up(client, family_name="Suharto").status_code == 302
    assert str(User.objects.get(email="one@example.org")) == "Suharto"


@pytest.mark.parametrize("names", [{}, {"given_name": "Suharto"}])
def test_where_the_one_name_goes_is_said_at_its_field(client, names):
    answer = sign_up(client, **names)
    assert list(answer.context["form"].errors) == ["family_name"]
    assert "If you have one name only, write it here" in answer.content.decode()
    assert not User.objects.filter(email="one@example.org").exists()


def test_the_profile_takes_one_name(client):
    officer = factories.candidate()
    client.force_login(officer.user)
    typed = {"given_name": "", "family_name": "Suharto", "language": "en"}
    assert client.post("/en/my/profile/name/", typed).status_code == 302
    officer.user.refresh_from_db()
    assert str(officer.user) == "Suharto"
    for page in ("/en/my/", "/en/my/profile/"):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("row", ["Suharto,", ",Suharto"])
def test_a_list_takes_one_name(tmp_path, row):
    factories.service(code="city")
    path = tmp_path / "officers.csv"
    path.write_text(f"email,given_name,family_name,police_service,service_number\none@example.org,{row},city,1\n")
    call_command("import_officers", path)
    assert str(Officer.objects.get()) == "Suharto"


# --- What nobody sees ------------------------------------------------------------------------------------------------


def test_sign_up_and_profile_keep_names_without_what_nobody_sees(client):
    assert sign_up(client, given_name=f"A{UNSEEN}da", family_name=f"{UNSEEN}Roy{UNSEEN}").status_code == 302
    person = User.objects.get(email="one@example.org")
    assert (person.given_name, person.family_name) == ("Ada", "Roy")
    officer = factories.candidate()
    client.force_login(officer.user)
    client.post("/en/my/profile/name/", {"given_name": f"Zo{UNSEEN}é", "family_name": "Roy", "language": "en"})
    officer.user.refresh_from_db()
    assert officer.user.given_name == "Zoé"


@pytest.mark.parametrize("written", [f"D00058{UNSEEN}", "d00058", " D00 058"])
def test_a_number_of_service_is_taken_however_it_is_written(client, tmp_path, written):
    service = factories.service(code="city")
    factories.officer(police_service=service, service_number="D00058")
    person = factories.user(email="one@example.org")
    client.force_login(person)
    typed = {"police_service": service.pk, "service_number": written, "rank": "", "member_since": ""}
    answer = client.post("/en/my/profile/begin/", typed)
    assert answer.status_code in (200, 400, 409) and "service_number" in answer.context["form"].errors
    path = tmp_path / "officers.csv"
    path.write_text(f"email,given_name,police_service,service_number\none@example.org,Ada,city,{written}\n")
    with pytest.raises(Exception, match="taken"):
        call_command("import_officers", path)
    assert Officer.objects.count() == 1


# --- Found and sorted as a reader would --------------------------------------------------------------------------------

ASKED = {
    "O’Halloran": "O'Halloran",
    "o‘halloran": "O'Halloran",
    "O'Halloran, Maeve": "O'Halloran",
    "MacAskill, Stuart": "MacAskill",
    "macaskill stuart": "MacAskill",
    "Theoret": "Théoret",
    "ohalloran": "O'Halloran",
    "OHALLORAN maeve": "O'Halloran",
    "o-halloran": "O'Halloran",
    "o halloran": "O'Halloran",
    "Mac Askill": "MacAskill",
    "mac’askill": "MacAskill",
    "thé-oret": "Théoret",
    "vandenberg": "Van den Berg",
    "van-den-berg": "Van den Berg",
}
SORTED = ["Éthier", "MacAskill", "O'Halloran", "Théoret", "Thorburn", "Van den Berg", "Zhang"]


class People:
    """Seven officers of one service, abroad with the same posting, and qualified for another."""

    def __init__(self) -> None:
        self.service = factories.service()
        given = {"O'Halloran": "Maeve", "MacAskill": "Stuart"}
        posting, opening = factories.posting(), factories.opening()
        for number, family in enumerate(
            ["Zhang", "Thorburn", "O'Halloran", "Éthier", "Théoret", "MacAskill", "Van den Berg"]
        ):
            person = factories.user(given_name=given.get(family, "Ada"), family_name=family)
            officer = factories.candidate(police_service=self.service, user=person, service_number=f"N{number}")
            factories.deployment(posting, str(around(-30)), str(around(60)), officer=officer)
            factories.application(opening, officer=officer, state="qualified", qualified_until=around(100))
        self.coordinator = factories.coordinator(self.service)
        self.desk = factories.staff("Selection officer", "Approver")


@pytest.fixture
def people():
    return People()


DESK_SEARCHES = (
    "/admin/officers/officer/?q={}",
    "/admin/deployments/deployment/?q={}",
    "/admin/deployments/application/?q={}",
    "/admin/deployments/search/?q={}",
    "/admin/deployments/lists/nominal-roll/?q={}",
    "/admin/deployments/lists/stand-by-roster/?q={}",
    "/admin/deployments/lists/applicants/?q={}",
    "/admin/deployments/lists/releases/?q={}",
    "/admin/deployments/find-officers/?q={}",
)


@pytest.mark.parametrize("address", [*DESK_SEARCHES, "/en/coordination/officers/?q={}"])
def test_a_person_is_found_as_the_name_is_written_anywhere(client, people, address):
    client.force_login(people.coordinator if "coordination" in address else people.desk)
    for asked, wanted in ASKED.items():
        page = client.get(address.format(asked))
        text = page.content.decode().replace("&#x27;", "'").replace("&#39;", "'")
        text = text[text.index("<main") :]
        assert page.status_code == 200
        assert [name for name in SORTED if f" {name}" in text] == [wanted], asked


@pytest.mark.parametrize("name", ["nominal-roll"])
def test_the_lists_of_people_are_sorted_as_a_reader_sorts(client, people, name):
    client.force_login(people.desk)
    answer = client.get(f"/admin/deployments/lists/{name}/?format=csv").content.decode("utf-8-sig")
    listed = [row[0].partition(" ")[2] for row in csv.reader(io.StringIO(answer))][1:]
    assert [each.replace("’", "'") for each in listed] == SORTED


@pytest.mark.parametrize(
    "address", ["/admin/officers/officer/", "/admin/deployments/find-officers/", "/en/coordination/officers/"]
)
def test_pages_of_people_are_sorted_as_a_reader_sorts(client, people, address):
    client.force_login(people.coordinator if "coordination" in address else people.desk)
    text = client.get(address).content.decode().replace("&#x27;", "'").replace("&#39;", "'")
    text = text[text.index("<main") :]
    places = [text.index(f" {name}") for name in SORTED]
    assert places == sorted(places)
