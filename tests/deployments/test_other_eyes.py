"""Every pair of acts that two different people do: the same person is refused, another one is not.

With the setting FOUR_EYES the desk's pairs; without any setting, what nobody decides about oneself.
"""

import pytest
from django.test import Client

from deployments.models import Application, StrengthProposal
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


def post(person, address: str, **typed) -> tuple[int, str]:
    browser = Client()
    browser.force_login(person)
    answer = browser.post(address, typed, headers=JSON)
    assert answer.status_code in (200, 302, 403, 409), answer.content
    return (answer.status_code, answer.json().get("code", "")) if answer.status_code > 400 else (200, "")


@pytest.fixture(autouse=True)
def desk(settings):
    settings.STAFF_MFA_REQUIRED = False
    settings.FOUR_EYES = ["selection", "strength"]


@pytest.fixture
def both(db):
    """Somebody with both roles, so that only the eyes are in the way."""
    return factories.staff("Approver", "Selection officer")


# --- Bringing an applicant up, and selecting ---------------------------------------------------------------


def brought_up(verb: str, by) -> Application:
    """An application that ``by`` brought up to the selection by ``verb``."""
    before = {"qualify": "in_assessment", "nominate": "qualified", "propose": "qualified"}[verb]
    officer = factories.candidate(police_service=factories.service(needs_release=False))
    application = factories.application(state=before, officer=officer, qualified_until="2199-12-31")
    other = factories.opening()
    typed = {
        "qualify": {"qualified_until": iso(90), "is_told": "on"},
        "propose": {"posting": other.reference, "consent": "on"},
    }.get(verb, {})
    assert post(by, f"/admin/deployments/application/{application.pk}/{verb}/", **typed) == (200, "")
    return Application.objects.get(posting=other) if verb == "propose" else application


def select(application: Application, by) -> tuple[int, str]:
    address = f"/admin/deployments/application/{application.pk}/select/"
    return post(by, address, first_day=iso(10), last_day=iso(20), hold_until=iso(5))


@pytest.mark.parametrize("verb", ["qualify", "nominate", "propose"])
def test_whoever_brings_an_applicant_up_does_not_select(both, approver, verb):
    application = brought_up(verb, both)
    assert select(application, both) == (409, "four_eyes")
    assert select(application, approver) == (200, "")


@pytest.mark.parametrize("asked_for", [[], ["strength"]])
@pytest.mark.parametrize("verb", ["qualify", "nominate", "propose"])
def test_without_the_setting_one_person_does_both(both, settings, verb, asked_for):
    settings.FOUR_EYES = asked_for
    assert select(brought_up(verb, both), both) == (200, "")


def test_whoever_brought_another_applicant_up_selects_this_one(both, selection_officer):
    brought_up("nominate", both)
    assert select(brought_up("nominate", selection_officer), both) == (200, "")


# --- Proposing a number, and confirming it ------------------------------------------------------------------


def proposal(by, level) -> StrengthProposal:
    address = f"/admin/deployments/strength/{level._meta.model_name}-{level.pk}/propose/"
    typed = {"effective_from": iso(30), "maximum": "12", "instrument": "Order 8", "note": ""}
    assert post(by, address, **typed) == (200, "")
    return StrengthProposal.objects.get()


@pytest.mark.parametrize("level", ["programme", "operation", "mission"])
def test_whoever_proposes_a_higher_number_does_not_confirm_it(approver, level):
    operation = factories.operation(20 if level == "mission" else 10)
    record = {"programme": operation.programme, "operation": operation, "mission": factories.mission(operation)}[level]
    if level != "operation":
        factories.strength(record, 11)
    made = proposal(approver, record)
    address = f"/admin/deployments/strengthproposal/{made.pk}/confirm/"
    assert post(approver, address) == (409, "four_eyes")
    assert record.strengths.on(around(30)).first().maximum < 12
    assert post(factories.staff("Approver"), address) == (200, "")
    assert record.strengths.on(around(30)).first().maximum == 12


def test_a_number_is_raised_alone_where_only_the_selection_has_four_eyes(approver, settings):
    settings.FOUR_EYES = ["selection"]
    operation = factories.operation(10)
    typed = {"effective_from": iso(30), "maximum": "12", "instrument": "Order 8"}
    address = f"/admin/deployments/strength/operation-{operation.pk}/set/"
    assert post(approver, address, **typed) == (200, "")


# --- Nobody decides about oneself ----------------------------------------------------------------------------


@pytest.fixture
def coordinating_officer(db):
    """An officer who is a coordinator of the own service, and works at the desk."""
    person = factories.staff("Approver", "Selection officer")
    officer = factories.candidate(user=person, police_service=factories.service())
    person.coordinations.create(police_service=officer.police_service, first_day=factories.START)
    return officer


@pytest.mark.parametrize("verb", ["endorse", "decline-release"])
def test_a_coordinator_does_not_release_oneself(coordinating_officer, verb):
    application = factories.application(officer=coordinating_officer, state="submitted")
    address = f"/en/coordination/{application.pk}/{verb}/"
    assert post(coordinating_officer.user, address, reason="Mine")[0] == 403
    assert post(factories.coordinator(coordinating_officer.police_service), address, reason="Hers") == (200, "")


ABOUT_AN_EXTENSION = {
    "agree-extension": {"party": "mission", "reason": ""},
    "decline-extension": {"reason": "Mine"},
    "grant-extension": {},
}


@pytest.mark.parametrize("verb", ABOUT_AN_EXTENSION)
def test_nobody_at_the_desk_decides_on_an_own_extension(coordinating_officer, approver, verb):
    tour = factories.deployment(factories.posting(), iso(-30), iso(30), officer=coordinating_officer)
    agreed = (
        {}
        if verb == "agree-extension"
        else dict.fromkeys(("service_agreed_at", "mission_agreed_at"), "2026-01-01T12:00Z")
    )
    asked = tour.extensions.create(last_day=around(40), reason="x", asked_by=coordinating_officer.user, **agreed)
    address = f"/admin/deployments/deployment/{tour.pk}/{verb}/"
    typed = ABOUT_AN_EXTENSION[verb] | {"extension": asked.pk}
    assert post(coordinating_officer.user, address, **typed)[0] == 409
    assert post(approver, address, **typed) == (200, "")


@pytest.mark.parametrize("verb", ["agree-extension", "decline-extension"])
def test_a_coordinator_does_not_decide_on_an_own_extension(coordinating_officer, verb):
    tour = factories.deployment(factories.posting(), iso(-30), iso(30), officer=coordinating_officer)
    asked = tour.extensions.create(last_day=around(40), reason="x", asked_by=coordinating_officer.user)
    address = f"/en/coordination/tours/{tour.pk}/{verb}/"
    typed = {"reason": "Mine", "extension": asked.pk}
    assert post(coordinating_officer.user, address, **typed)[0] == 409
    assert post(factories.coordinator(coordinating_officer.police_service), address, **typed) == (200, "")
