"""An Administrator names the coordinators of a service, the first one too; never oneself, never without a trace."""

import datetime

import pytest
import structlog
from django.contrib.auth.models import Group

from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from officers.domain.coordination import coordinates
from officers.domain.naming import end_coordinator, name_coordinator
from officers.models import Coordinator
from tests import factories

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def service():
    return factories.service()


@pytest.fixture
def administrator():
    return factories.staff("Administrator")


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


def later(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


def named(service, by, person=None, **more):
    person = person or factories.user()
    asked = {"email": person.email, "first_day": today_here(), "reason": "Letter of May 3"} | more
    return name_coordinator(service, by=by, **asked)


def refused(act, *args, **more) -> tuple[str, str]:
    with pytest.raises(Refusal) as found:
        act(*args, **more)
    return found.value.code, found.value.field


def test_the_first_coordinator_of_a_service_is_named_at_the_desk(client, service, administrator):
    person = factories.user(language="fr")
    address = f"/admin/deployments/policeservice/{service.pk}/name-coordinator/"
    page = f"/admin/officers/policeservice/{service.pk}/change/"
    client.force_login(administrator)
    assert "Nobody coordinates this police service." in client.get(page).content.decode()
    typed = {"email": person.email.upper(), "first_day": today_here().isoformat(), "reason": "Letter of May 3"}
    assert client.post(address, typed).status_code == 302
    assert coordinates(person, service, on=today_here())
    assert person.groups.get().name == "Service coordinator"
    assert person.email in client.get(page).content.decode()
    mail = OutboxMail.objects.get(user=person)
    assert "/fr/coordination/" in mail.text_body and service.name_fr in mail.subject
    for record in (service, person):
        entry = history_of(record).get(verb="name-coordinator")
        assert (entry.actor, entry.reason) == (administrator, "Letter of May 3")
        assert person.email not in str(entry.detail)
    client.force_login(person)
    assert client.get("/en/coordination/").status_code == 200


@pytest.mark.parametrize("role", ["Mission editor", "Selection officer", "Approver", "Auditor"])
def test_nobody_else_names_one(service, role):
    person = factories.user()
    with pytest.raises(NotPermitted):
        named(service, factories.staff(role), person)
    with pytest.raises(NotPermitted):
        end_coordinator(
            service, by=factories.staff(role), coordinator=None, last_day=later(1), reason="Because of an order"
        )
    assert not Coordinator.objects.exists() and not person.groups.exists()


def test_nobody_names_oneself_not_even_who_keeps_the_server(service, administrator):
    assert refused(named, service, administrator, administrator) == ("oneself", "email")
    keeper = factories.user(is_superuser=True, is_staff=True)
    assert refused(named, service, keeper, keeper) == ("oneself", "email")
    assert refused(named, service, administrator, factories.staff("Administrator")) == ("roles", "email")


def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_half_done(client, service, administrator):
    person = factories.user()
    asleep = factories.user(is_active=False)
    assert refused(named, service, administrator, reason="  ") == ("reason_required", "reason")
    assert refused(named, service, administrator, asleep) == ("unknown_account", "email")
    assert refused(named, service, administrator, first_day=later(9), last_day=later(8)) == (
        "days_out_of_order",
        "last_day",
    )
    assert refused(named, service, administrator, first_day=later(-9), last_day=later(-1)) == (
        "days_out_of_order",
        "last_day",
    )
    named(service, administrator, person, last_day=later(10))
    assert refused(named, service, administrator, person, first_day=later(10)) == ("nothing_changes", "email")
    client.force_login(administrator)
    address = f"/admin/deployments/policeservice/{service.pk}/name-coordinator/"
    typed = {"email": person.email, "first_day": later(3).isoformat(), "reason": "Again"}
    answer = client.post(address, typed, headers=JSON)
    assert (answer.status_code, answer.json()["field"]) == (409, "email")
    assert "Déjà" not in answer.json()["message"]
    assert Coordinator.objects.count() == 1
    assert named(service, administrator, person, first_day=later(11)).first_day == later(11)


def test_a_coordinator_is_an_officer_of_the_service_or_none(client, service, administrator):
    other, own = factories.officer(), factories.officer(police_service=service)
    assert refused(named, service, administrator, other.user) == ("other_service", "email")
    client.force_login(factories.staff("Administrator", language="fr"))
    typed = {"email": other.user.email, "first_day": today_here().isoformat(), "reason": "Lettre"}
    page = client.post(f"/admin/deployments/policeservice/{service.pk}/name-coordinator/", typed)
    assert page.status_code == 409 and "un autre service" in str(page.context["form"].errors["email"])
    assert not Coordinator.objects.exists() and not other.user.groups.filter(name="Service coordinator").exists()
    assert named(service, administrator, own.user).user == own.user


def test_a_deputy_acts_for_a_time_within_the_coordinators_own(service, administrator):
    chief = named(service, administrator, last_day=later(30))
    assert refused(named, service, administrator, deputy_of=chief) == ("last_day_required", "last_day")
    assert refused(named, service, administrator, deputy_of=chief, last_day=later(31)) == (
        "beyond_own_days",
        "last_day",
    )
    beginning = named(service, administrator, first_day=later(5))
    assert refused(named, service, administrator, deputy_of=beginning, last_day=later(9)) == (
        "beyond_own_days",
        "first_day",
    )
    endless = named(service, administrator)
    assert refused(named, service, administrator, deputy_of=endless, last_day=later(366)) == ("too_long", "last_day")
    assert named(service, administrator, deputy_of=endless, last_day=later(365)).named_by == endless.user
    assert named(service, administrator, deputy_of=chief, last_day=later(30)).named_by == chief.user


def test_ending_a_coordinator_ends_the_deputies_and_takes_the_role(service, administrator):
    chief = named(service, administrator)
    deputy = named(service, administrator, deputy_of=chief, last_day=later(30))
    planned = named(service, administrator, deputy_of=chief, first_day=later(5), last_day=later(30))
    end = {"by": administrator, "coordinator": chief, "reason": "Moved on"}
    assert refused(end_coordinator, service, last_day=later(-2), **end)[1] == "last_day"
    end_coordinator(service, last_day=later(2), **end)
    assert Group.objects.get(name="Service coordinator") in chief.user.groups.all()
    assert refused(end_coordinator, service, last_day=later(2), **end) == ("nothing_changes", "last_day")
    deputy.refresh_from_db()
    assert deputy.last_day == later(2)
    assert not Coordinator.objects.filter(pk=planned.pk).exists()
    assert coordinates(chief.user, service, on=later(2)) and not coordinates(chief.user, service, on=later(3))
    mail = OutboxMail.objects.filter(user=chief.user).latest("pk")
    assert mail.template == "officers/coordinator_ended"


def test_who_stops_at_once_coordinates_nothing_today(service, administrator):
    chief = named(service, administrator, first_day=later(-9))
    end_coordinator(service, by=administrator, coordinator=chief, last_day=later(-1), reason="Moved on")
    assert not coordinates(chief.user, service, on=today_here())
    assert not chief.user.groups.exists()


def test_the_security_log_names_the_account_by_number_alone(service, administrator):
    with structlog.testing.capture_logs() as lines:
        made = named(service, administrator)
    line = next(line for line in lines if line["event"] == "coordinator_named")
    assert (line["target"], line["service"]) == (made.user_id, service.pk)
    assert made.user.email not in str(line)
