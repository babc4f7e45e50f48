"""Whoever gives or takes rights leaves an event in the security log: which, whose, by whom, from where."""

import pytest
from django.contrib.auth.models import Group
from structlog.testing import capture_logs

from officers.models import Coordinator, User
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db


def events_of(act) -> list[dict]:
    with capture_logs() as lines:
        act()
    return [{name: value for name, value in line.items() if name != "log_level"} for line in lines]


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def test_roles_given_and_taken():
    person = factories.user()
    given = {"event": "roles_given", "target": [person.pk], "roles": ["Approver"], "actor": None}
    assert events_of(lambda: person.groups.add(group("Approver"))) == [given]
    assert events_of(lambda: person.groups.add(group("Approver"))) == []
    assert events_of(lambda: person.groups.remove(group("Approver"))) == [given | {"event": "roles_taken"}]
    assert events_of(lambda: group("Approver").user_set.add(person)) == [given]
    assert events_of(lambda: person.groups.clear()) == [given | {"event": "roles_taken"}]


def test_a_role_for_many_is_written_in_lines_of_a_hundred():
    """A list of officers gives one to thousands at once."""
    people = [factories.user().pk for _each in range(101)]
    lines = events_of(lambda: group("Approver").user_set.add(*people))
    assert [line["target"] for line in lines] == [people[:100], people[100:]]
    assert [line["event"] for line in events_of(group("Approver").user_set.clear)] == ["roles_taken"]


@pytest.mark.parametrize("right", ["is_active", "is_staff", "is_superuser"])
def test_rights_of_an_account(right):
    person = factories.user()
    setattr(person, right, not getattr(person, right))
    changed = {"event": "rights_changed", "target": person.pk, right: getattr(person, right), "actor": None}
    assert events_of(person.save) == [changed]
    person.family_name = "Other"
    assert events_of(person.save) == []
    assert events_of(lambda: person.save(update_fields=["family_name"])) == []


def test_coordinators_named_and_changed():
    person, service = factories.user(), factories.service()
    made = []

    def name() -> None:
        made.append(Coordinator.objects.create(user=person, police_service=service, first_day=day("2026-01-01")))

    named = {"event": "coordinator_named", "target": person.pk, "service": service.pk, "last_day": "", "actor": None}
    assert events_of(name) == [named]
    made[0].last_day = day("2026-12-31")
    assert events_of(made[0].save) == [named | {"event": "coordinator_changed", "last_day": "2026-12-31"}]


def test_at_the_desk_actor_and_address_are_known(client):
    person, admin = factories.user(), factories.staff("Administrator")
    client.force_login(admin)
    page = client.get(f"/admin/officers/user/{person.pk}/change/")
    values = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    values |= {"groups": [group("Mission editor").pk], "is_staff": "on"}
    found = events_of(lambda: client.post(page.request["PATH_INFO"], values))
    by_name = {line["event"]: line for line in found if line["event"] in {"roles_given", "rights_changed"}}
    assert by_name["roles_given"]["roles"] == ["Mission editor"]
    assert {line["actor"] for line in by_name.values()} == {admin.pk}
    assert all(len(line["from"]) == 16 for line in by_name.values())
    assert User.objects.get(pk=person.pk).is_staff
