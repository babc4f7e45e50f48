"""Loading the demonstration: repeatable, within the numbers, and never where real people are."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from config.prepare import prepare
from core.text.dates import today_here
from deployments.models import Deployment
from deployments.setup.demo.people import load_demo
from deployments.setup.first_data import load_first_data
from missions.models import Operation
from officers.models import Officer, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = today_here()


def test_the_command_says_what_it_made_and_a_second_run_changes_nothing(settings, capsys):
    """One loading serves all that is asked of a second one: it takes longest of all commands."""
    settings.SITE_URL = "http://localhost:8000"
    load_first_data()
    call_command("load_demo")
    assert "account 86" in capsys.readouterr().out
    call_command("load_demo")
    assert "nothing new" in capsys.readouterr().out
    User.objects.filter(email="editor@example.org").update(given_name="Renamed")
    assert not load_demo(today=TODAY + datetime.timedelta(days=40))
    assert User.objects.get(email="editor@example.org").given_name == "Renamed"
    for addresses in (User.objects, EmailAddress.objects):  # an officer changes the address
        addresses.filter(email="officer010@example.org").update(email="new-address@example.org")
    load_demo(today=TODAY)
    assert Officer.objects.count() == 80, "nobody is made twice"
    assert not load_demo(today=TODAY)


def test_a_portal_that_holds_real_officers_by_now_still_starts(settings, tmp_path, capsys):
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").touch()
    load_first_data()
    factories.officer(user=factories.user(email="somebody@police.example.ca"))
    prepare(with_demonstration=True)
    assert "do not mix" in capsys.readouterr().out


def test_a_tour_that_the_numbers_refuse_is_left_out():
    load_first_data()
    haiti = Operation.objects.get(code="haiti")
    factories.strength(haiti, 4, datetime.date(2024, 1, 1))
    assert load_demo(today=TODAY)["tour refused by the numbers"] > 0
    there = Deployment.objects.on(TODAY).filter(posting__mission__operation=haiti)
    assert there.count() <= 4


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
