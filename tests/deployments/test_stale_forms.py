"""An act's page that was opened earlier undoes nothing without a word: what it showed is compared with what is there."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from core.history import acts as history
from core.models import HistoryEntry
from deployments.domain import tours
from deployments.domain.tours import course
from deployments.models import Deployment
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def desk(settings):
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def tour():
    return factories.deployment(factories.posting(), around(-30).isoformat(), around(300).isoformat())


@pytest.fixture
def browser(approver):
    opened = Client()
    opened.force_login(approver)
    return opened


def address(tour: Deployment, verb: str = "change-dates") -> str:
    return f"/admin/deployments/deployment/{tour.pk}/{verb}/"


def seen_in(answer) -> str:
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]


def days(last: int, **more: str) -> dict[str, str]:
    return {"first_day": around(-30).isoformat(), "last_day": around(last).isoformat(), "reason": "Agreed", **more}


def last_day(tour: Deployment):
    return Deployment.objects.get(pk=tour.pk).last_day


def test_a_form_opened_earlier_undoes_no_later_act(browser, tour):
    other = factories.staff("Approver", given_name="Noor", family_name="Haddad")
    seen = seen_in(browser.get(address(tour)))
    tours.change_dates(tour, by=other, first_day=around(-30), last_day=around(200), reason="Shorter")
    stale = browser.post(address(tour), days(299, seen=seen))
    text = stale.content.decode()
    assert (stale.status_code, last_day(tour)) == (409, around(200))
    assert "Noor Haddad acted on this record" in text and "Dates changed" in text
    # What was typed is kept, the page shows the record as it is now, and pressing again goes on.
    assert f'value="{around(299)}"' in text and seen_in(stale) != seen
    assert browser.post(address(tour), days(299, seen=seen_in(stale))).status_code == 302
    assert last_day(tour) == around(299)


def test_machines_that_send_nothing_are_not_asked_and_those_that_do_are_told(browser, tour, approver):
    seen = seen_in(browser.get(address(tour)))
    tours.change_dates(tour, by=approver, first_day=around(-30), last_day=around(200), reason="Shorter")
    answer = browser.post(address(tour), days(298, seen=seen), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert browser.post(address(tour), days(298), headers=JSON).status_code == 200


def test_what_is_read_and_what_is_corrected_in_the_form_keeps_what_the_page_showed(browser, tour, approver):
    seen = seen_in(browser.get(address(tour)))
    history.record_views([tour], by=approver)  # that somebody looked at it changes nothing
    wrong = browser.post(address(tour), days(299, seen=seen, reason=""))
    assert (wrong.status_code, seen_in(wrong)) == (400, seen)
    tours.change_dates(tour, by=approver, first_day=around(-30), last_day=around(200), reason="Shorter")
    assert seen_in(browser.post(address(tour), days(299, seen=seen, reason=""))) == seen
    assert browser.post(address(tour), days(299, seen=seen)).status_code == 409
    assert browser.post(address(tour), days(299, seen="nonsense")).status_code == 409


@pytest.mark.parametrize("is_compared", [True, False], ids=["compared", "control"])
def test_it_is_compared_again_under_the_locks_of_the_act(browser, tour, approver, monkeypatch, is_compared):
    """Somebody comes between the first look and the lock. The control does without the second look, and is too late."""
    seen, locked = seen_in(browser.get(address(tour))), course.locked_tour

    def after_somebody_else(*args, **kwargs):
        kind = ContentType.objects.get_for_model(tour)
        HistoryEntry.objects.create(verb="extend", content_type=kind, object_id=tour.pk, label="x", actor=approver)
        return locked(*args, **kwargs)

    monkeypatch.setattr(course, "locked_tour", after_somebody_else)
    if not is_compared:
        monkeypatch.setattr(history, "check_as_shown", lambda entry: None)
    answer = browser.post(address(tour), days(299, seen=seen))
    assert answer.status_code == (409 if is_compared else 302)
    assert last_day(tour) == (around(300) if is_compared else around(299))
