"""Every address of the portal, opened by everybody: the answers are the matrix in docs/interfaces.md, none is a failure,
and looking changes nothing.
"""

import datetime
import fnmatch
import re

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from core.files.uploads import checked
from core.mail.outbox import queue_mail
from core.models import HistoryEntry
from core.text.dates import today_here
from deployments.domain import applications
from deployments.models import ChecklistItem, IssuedLetter, OpeningAlert, ReleaseLetter, RoleProfile, StrengthProposal
from missions.models import Enquiry, HelpPage, Operation
from officers.domain import evidence
from officers.domain.coordination import name_deputy
from officers.models import Qualification
from tests import factories
from tests.files import PDF
from tests.test_interfaces import addresses, section

pytestmark = pytest.mark.django_db
ROLES = ["Mission editor", "Selection officer", "Approver", "Auditor", "Administrator"]
PEOPLE = ["Nobody signed in", "The officer", "Another officer", "Coordinator", *ROLES]
YES, NO, SIGN_IN, PROFILE = "yes", "no", "sign in", "profile"
SESSIONS = {"Session", "UserSession"}
# Where the record of an address is not named by its model.
NAMES = {
    "assessments": "assessment",
    "officers": "officer",
    "applications": "application",
    "coordination": "application",
    "documents": "applicationdocument",
    "deputies": "coordinator",
    "services": "policeservice",
    "languages": "languagerating",
    "qualifications": "qualificationgrant",
    "qualification": "qualificationgrant",
    "strength": "authorizedstrength",
    "jobs": "importjob",
    "letter": "issuedletter",
    "letters": "issuedletter",
    "keys": "authenticator",
    "papers": "paper",
    "releases": "release",
    "rotation": "operation",
    "tours": "deployment",
    "wishes": "officerwish",
}
# Of these nobody in the walk has one: a list that is being imported is its owner's alone, and keys are made by a device.
WITHOUT_RECORD = {"importjob", "authenticator"}
FIXED = {
    "<language>": "en", "<reference>": "trainer", "<verb>": "withdraw", "<kind>": "operation", "<app_label>": "missions",
    "<provider_id>": "none", "<uidb36>-<key>": "1-x", "<name>": "numbers", "<key>": "x", "<token>": "x", "<url>": "nowhere",
    "missions/<code>": "missions/minusma", "operations/<code>": "operations/mali", "help/<code>": "help/about", "add/<code>": "add/passport", "/bulk/": "/bulk/?act=screen-in",
    "/roll-call/acts/": "/roll-call/acts/?act=curtail",
}  # fmt: skip


def matrix() -> dict[str, dict[str, str]]:
    """The table of the document: for each pattern of addresses, what each person gets."""
    head, _line, *rows = [line for line in section("Who may see what").splitlines() if line.startswith("|")]
    people = [cell.strip() for cell in head.strip("|").split("|")][1:]
    assert people == PEOPLE
    found = {}
    for row in rows:
        names, *cells = [cell.strip() for cell in row.strip("|").split("|")]
        for pattern in re.findall(r"`([^`]+)`", names):
            assert pattern not in found, f"{pattern} stands in two rows"
            found[pattern] = dict(zip(people, cells, strict=True))
    return found


def expected(address: str, rows: dict[str, dict[str, str]]) -> dict[str, str]:
    """What the last row that fits ``address`` says; "*" stands for any end."""
    fitting = [pattern for pattern in rows if fnmatch.fnmatchcase(address, pattern)]
    assert fitting, f"docs/interfaces.md does not say who may see {address}"
    return rows[fitting[-1]]


def served() -> set[str]:
    """Every address of the resolver."""
    return set(addresses(get_resolver().url_patterns))


class World:
    """One record of each kind, all in the story of one officer."""

    def __init__(self) -> None:
        self.service = factories.service()
        self.officer = factories.candidate(police_service=self.service)
        operation = factories.operation(22, code="mali")
        mission = factories.mission(operation, code="minusma")
        factories.terms(mission, "active", factories.START)
        self.posting = factories.opening(mission, reference="trainer")
        self.application = factories.application(self.posting, officer=self.officer, state="submitted")
        upload = SimpleUploadedFile("letter.pdf", PDF)
        applications.attach_document(self.application, by=self.officer.user, upload=upload)
        letter = checked(SimpleUploadedFile("letter.pdf", PDF))
        ReleaseLetter.objects.create(release=self.officer.releases.get(), **letter)
        self.tour = factories.deployment(self.posting, "2020-01-01", "2020-12-31", officer=self.officer)
        IssuedLetter.objects.create(
            deployment=self.tour, kind="certificate", year=2021, number=1, language="en", issued_on=factories.START,
            text="Text", **checked(SimpleUploadedFile("certificate.pdf", PDF)),
        )  # fmt: skip
        kind = Qualification.objects.get(code="passport")
        days = {"first_day": today_here(), "last_day": today_here() + datetime.timedelta(days=9)}
        held = self.officer.grants.create(qualification=kind, valid_from=factories.START, valid_until=days["last_day"])
        evidence.attach_evidence(held, by=self.officer.user, upload=SimpleUploadedFile("passport.pdf", PDF))
        self.officer.language_ratings.create(language="fr", reading=3, writing=3, speaking=3)
        self.officer.unavailabilities.create(**days)
        self.officer.wishes.create(operation=operation)
        ahead = timezone.now() + datetime.timedelta(days=9)
        self.officer.assessments.create(kind="interview", scheduled_at=ahead, place="Room 3")
        self.coordinator = factories.coordinator(self.service)
        name_deputy(self.service, by=self.coordinator, email=factories.user().email, **days)
        factories.paper(self.officer, is_for_officer=True, is_for_coordinator=True)
        self.tour.leaves.create(first_day="2020-05-01", last_day="2020-05-09")
        mission.host_countries.add(factories.country("ML"))
        factories.organization()
        RoleProfile.objects.create(code="trainer", name_en="Trainer", name_fr="Formatrice")
        HelpPage.objects.create(code="about", title_en="About", title_fr="À propos", body_en="A.", body_fr="B.")
        Enquiry.objects.create(topic="other", message="Hello.", language="en")
        OpeningAlert.objects.create(address="reader@example.org", language="en", token="x")
        ChecklistItem.objects.create(code="visa", text_en="Visa", text_fr="Visa")
        StrengthProposal.objects.create(
            operation=operation,
            effective_from=today_here(),
            maximum=23,
            instrument="Order",
            proposed_by=factories.user(),
        )
        queue_mail(
            to=self.officer.user, template="deployments/application_received", context={"application": self.application}
        )

    def client(self, person: str) -> Client:
        browser = Client(raise_request_exception=False)
        people = {"The officer": self.officer.user, "Coordinator": self.coordinator}
        if person == "Another officer":
            people[person] = factories.candidate().user
        if person in ROLES:
            people[person] = factories.staff(person)
        if person in people:
            browser.force_login(people[person])
        return browser


def filled(address: str) -> str:
    """The address with the keys of the prepared records in it."""
    for name, value in FIXED.items():
        address = address.replace(name, value)
    address = address.replace("<content_type_id>", str(ContentType.objects.get_for_model(Operation).pk))
    return re.sub(r"(\w+)([/-])<(\w+)>", lambda found: f"{found[1]}{found[2]}{key_after(*found.groups())}", address)


def key_after(word: str, _mark: str, name: str) -> int:
    """The key of the latest record of which ``word`` speaks; of those without a record one that nothing has."""
    model_name = "operation" if word.isdigit() else word if name == "object_id" else NAMES.get(word, word)
    models = [model for model in apps.get_models() if model._meta.model_name == model_name]
    assert models, f"prepare a record for the key after “{word}”"
    rows = models[0]._base_manager.order_by("-pk")
    rows = rows.exclude(verb="view") if models[0] is HistoryEntry else rows  # a walk adds views as it goes
    found = rows.values_list("pk", flat=True).first()
    assert found or model_name in WITHOUT_RECORD, f"prepare a {model_name}: a missing one is answered 404 to everybody"
    return found or 1


def everything() -> dict[str, list]:
    """Every row of every table, but for sessions and for who looked at a dossier."""
    kept = {}
    for model in apps.get_models():
        if model.__name__ not in SESSIONS:
            rows = model._base_manager.order_by("pk")
            rows = rows.exclude(verb="view") if model is HistoryEntry else rows
            kept[model._meta.label] = list(rows.values_list())
    return kept


def got(browser: Client, address: str, wanted: str) -> str:
    """What a GET is answered, in the words of the matrix. Where there is a POST alone, who may not is refused that."""
    url = filled(address)
    response = browser.get(f"{url}change/" if address.endswith("/<object_id>/") and "/r/" not in address else url)
    takes_post_alone = response.status_code == 302 and url.startswith(response.headers["Location"])
    if (response.status_code == 405 or takes_post_alone) and wanted == NO:
        response = browser.post(url)
    if response.streaming:
        b"".join(response.streaming_content)
    assert response.status_code < 500, f"{url}: {response.status_code}"
    if response.status_code in (403, 404):
        return NO
    led_to = response.headers.get("Location", "")
    if "/login/" in led_to and "/login/" not in address:
        return SIGN_IN
    if led_to in ("/en/my/profile/", "/en/my/profile/begin/"):
        return PROFILE
    return NO if led_to == "/admin/" and "<object_id>" in address else YES


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World()


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_is_answered_as_the_matrix_says_and_looking_changes_nothing(world, person):
    rows, browser = matrix(), world.client(person)
    before = everything()
    wanted = {address: expected(address, rows)[person] for address in sorted(served())}
    found = {address: got(browser, address, wanted[address]) for address in wanted}
    assert {a: found[a] for a in found if found[a] != wanted[a]} == {}
    assert everything() == before


def test_every_row_of_the_matrix_is_about_an_address():
    rows = matrix()
    deciding = {[p for p in rows if fnmatch.fnmatchcase(address, p)][-1] for address in served()}
    assert set(rows) - deciding == set()
    assert {cell for row in rows.values() for cell in row.values()} == {YES, NO, SIGN_IN, PROFILE}
