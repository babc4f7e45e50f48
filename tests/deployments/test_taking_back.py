"""Withdrawing asks once and says what it ends; who withdrew takes it back until the deadline, without the place."""

import datetime

import pytest
from django.utils import timezone

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications
from deployments.models import Deployment
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
BEFORE = ["submitted", "endorsed", "screened_in", "in_assessment", "qualified", "nominated"]


def address(application, verb: str) -> str:
    return f"/en/my/applications/{application.pk}/{verb}/"


@pytest.fixture
def posting():
    return factories.opening(factories.mission(factories.operation(1)))


def selected(posting):
    officer = factories.candidate()
    days = (around(40).isoformat(), around(60).isoformat())
    held = factories.deployment(posting, *days, state="reserved", officer=officer, hold_until=around(9))
    return factories.application(posting, state="selected", officer=officer, deployment=held)


def withdrawn(posting, state: str):
    application = factories.application(posting, state=state)
    applications.withdraw(application, by=application.officer.user)
    return application


def test_withdrawing_asks_first_and_says_what_it_ends(client, posting):
    application = selected(posting)
    client.force_login(application.officer.user)
    assert (
        f'href="{address(application, "withdraw")}"'
        in client.get(f"/en/my/applications/{application.pk}/").content.decode()
    )
    page = " ".join(client.get(address(application, "withdraw")).content.decode().split())
    assert "Nothing has ended yet" in page and "the place held for you from" in page and "but not the place" in page
    application.refresh_from_db()
    assert application.state == "selected", "asking ends nothing"
    assert client.post(address(application, "withdraw")).status_code == 302
    application.refresh_from_db()
    assert (application.state, Deployment.objects.get().state) == ("withdrawn", "cancelled")


def test_what_cannot_be_withdrawn_asks_nothing(client, posting):
    application = factories.application(posting, state="not_selected")
    client.force_login(application.officer.user)
    assert client.get(address(application, "withdraw")).status_code == 302


@pytest.mark.parametrize("state", ["draft", *BEFORE])
def test_a_withdrawal_is_taken_back_to_the_state_before(client, posting, state):
    if state == "draft":
        application = factories.application(posting, state=state, submitted_at=None)
        applications.withdraw(application, by=application.officer.user)
    else:
        application = withdrawn(posting, state)
    client.force_login(application.officer.user)
    assert "Take the withdrawal back" in client.get(f"/en/my/applications/{application.pk}/").content.decode()
    assert client.post(address(application, "take-back")).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.shown_state, application.reason_code) == (state, state, "")
    assert history_of(application).first().verb == "take-back"


def test_from_selected_it_returns_to_qualified_and_the_place_is_gone(posting):
    application = selected(posting)
    me = application.officer.user
    applications.withdraw(application, by=me)
    applications.take_back(application, by=me)
    application.refresh_from_db()
    assert (application.state, application.deployment) == ("qualified", None)
    assert Deployment.objects.get().state == "cancelled"


@pytest.mark.parametrize(("later", "is_possible"), [(0, True), (1, False)])
def test_until_the_deadline_and_not_a_second_longer(posting, later, is_possible):
    application = withdrawn(posting, "submitted")
    now = application.posting.closes_at + datetime.timedelta(seconds=later)
    if is_possible:
        assert applications.take_back(application, by=application.officer.user, now=now).state == "submitted"
    else:
        with pytest.raises(applications.NotTaking, match="closed on"):
            applications.take_back(application, by=application.officer.user, now=now)


def test_a_posting_that_is_stood_down_takes_nobody_back(client, posting):
    application = withdrawn(posting, "submitted")
    type(posting).objects.filter(pk=posting.pk).update(status="stood_down")
    client.force_login(application.officer.user)
    answer = client.post(address(application, "take-back"), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "opening_not_taking")
    assert "Take the withdrawal back" not in client.get(f"/en/my/applications/{application.pk}/").content.decode()


def test_one_application_at_a_time_and_no_more_than_the_limit(posting, settings):
    application = withdrawn(posting, "submitted")
    me = application.officer.user
    again = factories.application(posting, state="submitted", officer=application.officer)
    with pytest.raises(Refusal, match="another running application"):
        applications.take_back(application, by=me)
    applications.withdraw(again, by=me)
    settings.MAX_OPEN_APPLICATIONS = 1
    factories.application(factories.opening(), state="submitted", officer=application.officer)
    with pytest.raises(applications.TooManyApplications):
        applications.take_back(application, by=me)


def test_it_is_the_officers_own_act(client, posting, selection_officer):
    application = withdrawn(posting, "submitted")
    with pytest.raises(NotPermitted):
        applications.take_back(application, by=selection_officer)
    client.force_login(factories.candidate().user)
    assert client.post(address(application, "take-back")).status_code == 404
    assert application.posting.closes_at > timezone.now()
