"""load_scale fills an empty database with volume that keeps every rule, the same every time."""

import itertools
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import HistoryEntry, OutboxMail
from deployments.limits import guards
from deployments.models import Application, ApplicationDocument, Deployment
from deployments.setup.scale.load import Volume, load_scale
from missions.models import AuthorizedStrength, Operation
from officers.models import Officer
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


def test_the_volume_asked_for_is_made_with_some_tours_under_way():
    load_scale(Volume.of(operations=4, officers=20, deployments=300), today=TODAY)
    assert (Operation.objects.count(), Officer.objects.count(), Deployment.objects.count()) == (4, 20, 300)
    assert Deployment.objects.on(TODAY).count() == 10
    assert not Deployment.objects.filter(last_day__lt=TODAY, state="in_mission").exists()


def test_applications_come_with_their_papers_and_every_tour_with_an_act():
    load_scale(Volume.of(operations=2, officers=40, deployments=200), today=TODAY)
    applications = Application.objects.count()
    assert applications == ApplicationDocument.objects.count() == OutboxMail.objects.count() == 80
    assert HistoryEntry.objects.count() == 200 + 2 * applications
    assert Deployment.objects.filter(first_day__gt=TODAY).count() == 5
    assert Application.objects.values("state").distinct().count() > 10


def test_tours_alone_come_without_acts():
    load_scale(Volume(operations=1, officers=10, deployments=20, current=5), today=TODAY)
    assert (HistoryEntry.objects.count(), Application.objects.count()) == (0, 0)


def test_no_officer_is_twice_on_a_day_and_no_number_is_exceeded():
    load_scale(Volume(operations=1, officers=5, deployments=200, current=5), today=TODAY)
    for officer in Officer.objects.all():
        tours = list(officer.deployments.order_by("first_day").values_list("first_day", "last_day"))
        assert all(last < following for (_, last), (following, _) in itertools.pairwise(tours))
    maximum = AuthorizedStrength.objects.get(operation__code="s-0").maximum
    days = {day for pair in Deployment.objects.values_list("first_day", "last_day") for day in pair}
    assert max(Deployment.objects.on(day).count() for day in days) == maximum == 5


def test_the_guards_stand_again_and_check_strength_is_content():
    out = StringIO()
    call_command("load_scale", "--operations=3", "--officers=10", "--deployments=100", stdout=out)
    assert "3 operations, 10 officers, 100 deployments (5 of them current)" in out.getvalue()
    assert guards.missing(connection) == []


def test_a_database_with_records_is_left_alone():
    factories.operation()
    with pytest.raises(CommandError, match="an empty database only: there are operations"):
        call_command("load_scale", "--operations=3", "--officers=10", "--deployments=100")
    assert Operation.objects.count() == 1


def test_tours_that_do_not_fit_are_refused_before_anything_is_written():
    with pytest.raises(CommandError, match="ask for more officers"):
        call_command("load_scale", "--operations=1", "--officers=1", "--deployments=100000")
    with pytest.raises(CommandError, match="at least one operation"):
        call_command("load_scale", "--operations=0", "--officers=1", "--deployments=0")
    assert Operation.objects.count() == 0
    assert guards.missing(connection) == []
