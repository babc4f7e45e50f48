"""The demonstration people: who and what is there for somebody who starts the portal."""

import datetime

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history.acts import history_of
from core.text.dates import today_here
from deployments.models import (
    Application,
    ApplicationDocument,
    Deployment,
    DeploymentState,
    ExtensionRequest,
    OfficerWish,
    Posting,
)
from deployments.openings.opening import OpeningState, openings, published
from deployments.setup.demo.people import load_demo
from deployments.setup.first_data import load_first_data
from officers.models import Coordinator, Officer, PoliceService, QualificationEvidence

TODAY = today_here()
PASSWORD = "demo-Portal-2026"
STAFF = {
    "editor@example.org": "Mission editor",
    "selection@example.org": "Selection officer",
    "approver@example.org": "Approver",
    "auditor@example.org": "Auditor",
    "admin@example.org": "Administrator",
}


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    """Loaded once for all tests of this file: they only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_first_data()
        yield load_demo(today=TODAY)
        transaction.set_rollback(True)


def in_place(code: str, day: datetime.date = TODAY) -> int:
    return Deployment.objects.on(day).filter(posting__mission__operation__code=code).count()


def faults(record) -> list[str]:
    try:
        record.full_clean()
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(("email", "role"), STAFF.items())
def test_each_role_of_the_desk_has_an_account(email, role):
    user = authenticate(username=email, password=PASSWORD)
    assert user.is_staff and not user.is_superuser
    assert [group.name for group in user.groups.all()] == [role]


def test_the_coordinator_acts_for_the_first_officers_service():
    user = authenticate(username="coordinator@example.org", password=PASSWORD)
    officer = Officer.objects.get(user__email="officer@example.org")
    assert not user.is_staff
    assert [c.police_service for c in Coordinator.objects.on(TODAY).filter(user=user)] == [officer.police_service]
    assert officer.police_service.needs_release


def test_eighty_officers_from_a_national_and_partner_services():
    addresses = ["officer", "officer2", *(f"officer{number:03d}" for number in range(3, 81))]
    officers = Officer.objects.order_by("pk")
    assert [officer.user.email for officer in officers] == [f"{address}@example.org" for address in addresses]
    assert all(officer.user.groups.get().name == "Officer" for officer in officers)
    assert {officer.user.language for officer in officers} == {"en", "fr"}
    assert list(PoliceService.objects.filter(needs_release=False).values_list("code", flat=True)) == ["national"]
    assert officers[1].police_service.code == "national"


def test_every_record_is_valid_as_a_form_would_have_it():
    records = [*Officer.objects.all(), *Posting.objects.all(), *PoliceService.objects.all()]
    assert {str(record): faults(record) for record in records if faults(record)} == {}


def test_officers_can_log_in_without_confirming_their_address():
    user = authenticate(username="officer@example.org", password=PASSWORD)
    assert user.emailaddress_set.get().verified


def test_one_operation_is_full_others_are_partly_filled_and_one_takes_nobody(demo):
    assert "tour refused by the numbers" not in demo
    assert in_place("haiti") == 10
    assert 0 < in_place("mali") < 22
    assert 0 < in_place("ukraine") < 45
    assert 0 < in_place("west-bank") < 7
    assert in_place("iraq") == 0


def test_every_stage_of_a_tour_is_there_and_some_end_soon():
    states = set(Deployment.objects.values_list("state", flat=True))
    assert states == {*DeploymentState.live_states(), DeploymentState.ENDED, DeploymentState.CLOSED}
    for days in (30, 60, 90):
        until = TODAY + datetime.timedelta(days=days)
        since = until - datetime.timedelta(days=29)
        assert Deployment.objects.filter(state="in_mission", last_day__range=(since, until)).exists()


def test_openings_are_there_in_every_state_that_an_officer_meets():
    states = {opening.state for opening in openings(published(), now=timezone.now())}
    assert states == {
        OpeningState.UPCOMING,
        OpeningState.OPEN,
        OpeningState.CLOSING_SOON,
        OpeningState.CLOSED,
        OpeningState.FILLED,
        OpeningState.SUSPENDED,
    }


def test_applications_wait_for_the_officer_the_coordinator_and_the_desk(demo):
    assert "application refused by a rule" not in demo
    assert set(Application.objects.values_list("state", flat=True)) == {
        "draft",
        "submitted",
        "endorsed",
        "screened_in",
        "in_assessment",
        "qualified",
        "nominated",
        "screened_out",
    }
    service = Coordinator.objects.get(user__email="coordinator@example.org").police_service
    assert Application.objects.submitted_from([service]).filter(state="submitted").exists()
    assert [each.deployment.officer.police_service for each in ExtensionRequest.objects.all()] == [service]


def test_the_two_named_officers_are_free_to_apply():
    named = Deployment.objects.filter(officer__user__email__in=["officer@example.org", "officer2@example.org"])
    assert not named.exists()
    assert not Application.objects.filter(
        officer__user__email__in=["officer@example.org", "officer2@example.org"]
    ).exists()


def test_tours_came_through_the_doors():
    tour = Deployment.objects.filter(state="in_mission").first()
    assert [entry.actor.email for entry in history_of(tour)] == ["approver@example.org"]


def test_every_applicant_shows_a_passport():
    applicants = Officer.objects.filter(applications__isnull=False)
    passports = QualificationEvidence.objects.filter(grant__qualification__code="passport")
    assert {evidence.grant.officer for evidence in passports} == set(applicants)
    with passports[0].file.open() as content:
        assert content.read().startswith(b"%PDF")


def test_officers_wish_for_something_and_some_who_came_home_may_be_asked_again(demo):
    assert demo["wish"] == OfficerWish.objects.count() == 4
    home = Deployment.objects.filter(state__in=["ended", "reintegration", "closed"])
    assert home.filter(officer__may_be_asked=True).exists() and home.filter(officer__may_be_asked=False).exists()


def test_documents_of_several_kinds_and_words_for_the_applicant_are_there():
    kinds = set(ApplicationDocument.objects.values_list("kind", flat=True))
    assert kinds == {"cv", "personal_history", "supervisor_letter", "certificate"}
    assert all(Application.objects.filter(state="screened_out").values_list("applicant_words", flat=True))
