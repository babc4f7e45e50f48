"""A right to decide passes on once: a deputy names no deputy, and nobody's deputy serves beyond the own last day."""

import datetime

import pytest

from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from officers.domain import coordination
from officers.domain.coordination import end_deputy, name_deputy
from officers.models import Coordinator
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return factories.service()


def named(service, by, last=30, **who):
    """A deputy from today (or ``first`` days on) for ``last`` days more."""
    person = who.get("person") or factories.user()
    first_day = today_here() + datetime.timedelta(days=who.get("first", 0))
    name_deputy(service, by=by, email=person.email, first_day=first_day, last_day=ahead(last))
    return person


def ahead(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


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
    assert named(service, deputy).coordinations.exists()


def test_a_deputy_serves_no_day_beyond_the_coordinators_own(service):
    coordinator = factories.coordinator(service)
    Coordinator.objects.filter(user=coordinator).update(last_day=ahead(60))
    with pytest.raises(Refusal) as refused:
        named(service, coordinator, 61)
    assert (refused.value.code, refused.value.field) == ("beyond_own_days", "last_day")
    assert named(service, coordinator, 60).coordinations.exists()


@pytest.mark.parametrize("first", [0, 300])
def test_a_deputy_is_named_for_the_year_ahead_at_most(service, first):
    coordinator = factories.coordinator(service)
    with pytest.raises(Refusal) as refused:
        named(service, coordinator, 366, first=first)
    assert (refused.value.code, refused.value.field) == ("too_long", "last_day")
    assert named(service, coordinator, 365, first=first).coordinations.exists()


def test_control_without_the_bound_a_deputy_serves_for_a_lifetime(service, monkeypatch):
    monkeypatch.setattr(coordination, "MAX_DEPUTY_DAYS", 36500)
    assert named(service, factories.coordinator(service), 20000).coordinations.exists()


@pytest.mark.parametrize(("language", "words"), [("en", "for one year at most"), ("fr", "pour un an au plus")])
def test_the_last_day_says_so_at_its_field(client, service, language, words):
    client.force_login(factories.coordinator(service))
    typed = {"email": factories.user().email, "first_day": today_here(), "last_day": ahead(366)}
    answer = client.post(f"/{language}/coordination/services/{service.pk}/deputies/", typed)
    assert answer.status_code == 409
    assert words in str(answer.context["form"].errors["last_day"])


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
