"""The demonstration people: complete, repeatable, and never where real people are."""

import datetime

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from core.history import history_of
from deployments.demo import load_demo
from deployments.first_data import load_first_data
from deployments.models import Deployment, DeploymentState, Posting
from missions.models import Operation
from officers.models import Coordinator, Officer, PoliceService, User
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)
PASSWORD = "demo-Portal-2026"
STAFF = {
    "editor@example.org": "Mission editor",
    "selection@example.org": "Selection officer",
    "approver@example.org": "Approver",
    "auditor@example.org": "Auditor",
    "admin@example.org": "Administrator",
}


@pytest.fixture
def demo():
    load_first_data()
    return load_demo(today=TODAY)


def in_place(code: str, day: datetime.date = TODAY) -> int:
    return Deployment.objects.on(day).filter(posting__mission__operation__code=code).count()


def faults(record) -> list[str]:
    try:
        record.full_clean()
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(("email", "role"), STAFF.items())
def test_each_role_of_the_desk_has_an_account(demo, email, role):
    user = authenticate(username=email, password=PASSWORD)
    assert user.is_staff and not user.is_superuser
    assert [group.name for group in user.groups.all()] == [role]


def test_the_coordinator_acts_for_the_first_officers_service(demo):
    user = authenticate(username="coordinator@example.org", password=PASSWORD)
    officer = Officer.objects.get(user__email="officer@example.org")
    assert not user.is_staff
    assert [c.police_service for c in Coordinator.objects.on(TODAY).filter(user=user)] == [officer.police_service]
    assert officer.police_service.needs_release


def test_eighty_officers_from_a_national_and_partner_services(demo):
    addresses = ["officer", "officer2", *(f"officer{number:03d}" for number in range(3, 81))]
    officers = Officer.objects.order_by("pk")
    assert [officer.user.email for officer in officers] == [f"{address}@example.org" for address in addresses]
    assert all(officer.user.groups.get().name == "Officer" for officer in officers)
    assert {officer.user.language for officer in officers} == {"en", "fr"}
    assert list(PoliceService.objects.filter(needs_release=False).values_list("code", flat=True)) == ["national"]
    assert officers[1].police_service.code == "national"


def test_every_record_is_valid_as_a_form_would_have_it(demo):
    records = [*Officer.objects.all(), *Posting.objects.all(), *PoliceService.objects.all()]
    assert {str(record): faults(record) for record in records if faults(record)} == {}


def test_officers_can_log_in_without_confirming_their_address(demo):
    user = authenticate(username="officer@example.org", password=PASSWORD)
    assert user.emailaddress_set.get().verified


def test_one_operation_is_full_others_are_partly_filled_and_one_takes_nobody(demo):
    assert "tour refused by the numbers" not in demo
    assert in_place("haiti") == 10
    assert 0 < in_place("mali") < 22
    assert 0 < in_place("ukraine") < 45
    assert 0 < in_place("west-bank") < 7
    assert in_place("iraq") == 0


def test_every_stage_of_a_tour_is_there_and_some_end_soon(demo):
    states = set(Deployment.objects.values_list("state", flat=True))
    assert states == {*DeploymentState.live_states(), DeploymentState.ENDED, DeploymentState.CLOSED}
    for days in (30, 60, 90):
        until = TODAY + datetime.timedelta(days=days)
        since = until - datetime.timedelta(days=29)
        assert Deployment.objects.filter(state="in_mission", last_day__range=(since, until)).exists()


def test_the_two_named_officers_are_free_to_apply(demo):
    named = Deployment.objects.filter(officer__user__email__in=["officer@example.org", "officer2@example.org"])
    assert not named.exists()


def test_tours_came_through_the_doors(demo):
    tour = Deployment.objects.filter(state="in_mission").first()
    assert [entry.actor.email for entry in history_of(tour)] == ["approver@example.org"]


def test_a_second_run_changes_nothing_even_on_a_later_day(demo):
    User.objects.filter(email="editor@example.org").update(given_name="Renamed")
    assert not load_demo(today=TODAY + datetime.timedelta(days=40))
    assert User.objects.get(email="editor@example.org").given_name == "Renamed"


def test_a_tour_that_the_numbers_refuse_is_left_out():
    load_first_data()
    haiti = Operation.objects.get(code="haiti")
    factories.strength(haiti, 4, datetime.date(2024, 1, 1))
    assert load_demo(today=TODAY)["tour refused by the numbers"] > 0
    assert in_place("haiti") <= 4


def test_it_is_refused_where_the_site_is_public(settings):
    settings.SITE_URL = "https://portal.example.ca"
    with pytest.raises(CommandError, match="one's own machine"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["somebody@police.example.ca", "officer@sub.example.org", "x@notexample.org"])
def test_it_is_refused_where_a_real_officer_is(settings, email):
    settings.SITE_URL = "http://127.0.0.1:8000"
    factories.officer(user=factories.user(email=email))
    with pytest.raises(CommandError, match="do not mix"):
        call_command("load_demo")


def test_the_command_says_what_it_made(settings, capsys):
    settings.SITE_URL = "http://localhost:8000"
    load_first_data()
    call_command("load_demo")
    assert "account 86" in capsys.readouterr().out
    call_command("load_demo")
    assert "nothing new" in capsys.readouterr().out
