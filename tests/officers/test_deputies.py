"""A right to decide passes on once: a deputy names no deputy, and nobody's deputy serves beyond the own last day."""

import pytest

from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from officers.domain import coordination
from officers.domain.coordination import end_deputy, name_deputy
from officers.models import Coordinator
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return factories.service()


def named(service, by, last="2099-12-31", **who):
    person = who.get("person") or factories.user()
    name_deputy(service, by=by, email=person.email, first_day=today_here(), last_day=day(last))
    return person


def test_a_deputy_names_and_ends_nobody(service):
    coordinator = factories.coordinator(service)
    deputy, other = named(service, coordinator), named(service, coordinator)
    with pytest.raises(NotPermitted):
        named(service, deputy)
    with pytest.raises(NotPermitted):
        end_deputy(other.coordinations.get(), by=deputy)
    assert Coordinator.objects.count() == 3


def test_control_whoever_acts_for_the_service_could_pass_it_on(service, monkeypatch):
    deputy = named(service, factories.coordinator(service))
    every = lambda user, service, on: Coordinator.objects.on(on).filter(user=user).first()
    monkeypatch.setattr(coordination, "own_coordination", every)
    assert named(service, deputy, str(deputy.coordinations.get().last_day)).coordinations.exists()


def test_a_deputy_serves_no_day_beyond_the_coordinators_own(service):
    coordinator = factories.coordinator(service)
    Coordinator.objects.filter(user=coordinator).update(last_day=day("2099-06-30"))
    with pytest.raises(Refusal) as refused:
        named(service, coordinator, "2099-07-01")
    assert (refused.value.code, refused.value.field) == ("beyond_own_days", "last_day")
    assert named(service, coordinator, "2099-06-30").coordinations.exists()


def test_a_coordinator_names_nobody_for_another_service(service):
    coordinator = factories.coordinator(service)
    with pytest.raises(NotPermitted):
        named(factories.service(), coordinator)


def test_an_officer_of_another_service_is_no_deputy(service):
    coordinator = factories.coordinator(service)
    with pytest.raises(Refusal) as refused:
        named(service, coordinator, person=factories.officer().user)
    assert (refused.value.code, refused.value.field) == ("other_service", "email")
    assert named(service, coordinator, person=factories.officer(police_service=service).user).coordinations.exists()
