"""A list is planned before the gate; what others change in between counts all the same."""

import pytest
from django.db import connection

from core.actors import SYSTEM
from core.database.ahead import Ahead
from core.tabular import FileRefused
from deployments.imports import IMPORTS
from deployments.imports.session import Order, checked, write_plan
from officers.models import Officer, User
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")


def planned(kind: str, data: str) -> Ahead:
    return Ahead(checked(IMPORTS[kind], Order(data.encode(), "list.csv"), by=SYSTEM, today=TODAY).planned)


@pytest.fixture
def ada():
    service = factories.service(code="toronto", needs_release=False)
    user = factories.user(email="ada@example.org", given_name="Ada", family_name="Roy")
    return factories.candidate(user=user, police_service=service, service_number="00421", rank="Constable")


RENAMED = "email,given_name,family_name,police_service,service_number\nada@example.org,Ada,Roi,toronto,00422\n"


def change_rank_meanwhile(ada: Officer) -> None:
    plan = planned("officers", RENAMED)
    Officer.objects.filter(pk=ada.pk).update(rank="Sergeant")
    write_plan(plan, "")
    ada.refresh_from_db()
    assert (ada.service_number, ada.user.family_name) == ("00422", "Roi")


def test_what_others_wrote_meanwhile_stays(ada):
    change_rank_meanwhile(Officer.objects.get(pk=ada.pk))
    ada.refresh_from_db()
    assert ada.rank == "Sergeant"


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans behind the gate alone, where nothing changes"
)
def test_without_asking_again_it_would_be_written_over(ada, monkeypatch):
    monkeypatch.setattr(Ahead, "_answers", lambda self: [])
    change_rank_meanwhile(Officer.objects.get(pk=ada.pk))
    ada.refresh_from_db()
    assert ada.rank == "Constable"


def test_a_place_that_was_taken_meanwhile_is_refused(ada):
    posting = factories.posting(reference="adviser")
    tour = "officer,posting,first_day,last_day\nada@example.org,adviser,2027-01-01,2027-12-31\n"
    plan = planned("deployments", tour)
    factories.deployment(factories.posting(), "2027-06-01", "2027-06-30", officer=ada)
    with pytest.raises(FileRefused, match="another tour"):
        write_plan(plan, "")
    assert posting.deployments.count() == 0


def test_the_work_is_done_once_where_nothing_changed_and_again_where_something_did():
    done = []

    def count() -> int:
        done.append(User.objects.count())
        return done[-1]

    ahead = Ahead(count)
    assert (ahead.result(), done) == (0, [0])
    factories.user()
    assert (ahead.result(), done) == (1, [0, 1])
    later = Ahead(count)
    factories.user()
    assert later.result() == 2
    assert len(done) == (4 if connection.vendor == "postgresql" else 3)
