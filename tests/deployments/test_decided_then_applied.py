"""Whoever has decided on somebody for a posting does not apply for it afterwards.

The control is the same test with what was decided forgotten: then the decider takes the place of the rival.
"""

import pytest
from django.test import Client

from core.refusals import Refusal
from deployments.domain import applications, releases, stakes
from deployments.domain.applications import own
from deployments.models import Application
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
DAYS = {"first_day": around(1), "last_day": around(300)}


class Case:
    """A coordinator who is an officer of the service as well, and somebody else of it who has applied."""

    def __init__(self) -> None:
        service = factories.service()
        self.coordinator = factories.coordinator(service)
        self.posting = factories.opening()
        self.officer = factories.candidate(user=self.coordinator, police_service=service)
        self.rival = factories.candidate(police_service=service, is_released=False)
        self.application = factories.application(self.posting, officer=self.rival, state="submitted")

    def decide(self, how: str) -> None:
        if how == "endorse":
            applications.endorse(self.application, by=self.coordinator, **DAYS)
        elif how == "decline":
            applications.decline_release(self.application, by=self.coordinator, reason="Needed here")
        else:
            releases.give(self.rival, by=self.coordinator, posting=self.posting, **DAYS)

    def apply(self):
        started = applications.start(self.posting, by=self.coordinator, officer=self.officer)
        applications.revise(started, by=self.coordinator, motivation="x", available_from=None)
        return applications.submit(started, by=self.coordinator)


@pytest.fixture
def case():
    return Case()


@pytest.mark.parametrize("how", ["endorse", "decline", "release"])
@pytest.mark.parametrize("protected", [True, False])
def test_a_coordinator_who_has_decided_on_a_rival_does_not_apply(case, how, protected, monkeypatch):
    case.decide(how)
    if not protected:
        monkeypatch.setattr(own, "require_undecided", lambda officer, posting: None)
        assert case.apply().state == "submitted"
        return
    with pytest.raises(stakes.DecidedThere):
        case.apply()
    assert not case.officer.applications.exists()


def test_a_draft_from_before_is_not_handed_in(case, monkeypatch):
    """A draft alone keeps its owner from deciding; where both happen in one moment, handing in looks once more."""
    started = applications.start(case.posting, by=case.coordinator, officer=case.officer)
    applications.revise(started, by=case.coordinator, motivation="x", available_from=None)
    with monkeypatch.context() as at_once:
        at_once.setattr(stakes, "_applications", Application.objects.none)
        case.decide("endorse")
    with pytest.raises(stakes.DecidedThere):
        applications.submit(started, by=case.coordinator)


def test_elsewhere_and_before_any_decision_one_applies_as_ever(case):
    assert case.apply().state == "submitted"


def test_what_was_decided_for_another_posting_hinders_nobody(case):
    case.decide("endorse")
    releases.give(case.rival, by=case.coordinator, posting=factories.opening(), first_day=around(2), last_day=around(9))
    case.posting = factories.opening()
    assert case.apply().state == "submitted"


def test_somebody_else_of_the_service_applies_as_ever(case):
    case.decide("decline")
    other = factories.candidate(police_service=case.officer.police_service)
    assert applications.start(case.posting, by=other.user, officer=other).state == "draft"


def test_somebody_of_the_desk_who_screened_does_not_apply(case):
    desk = factories.staff("Selection officer")
    factories.release(case.rival, posting=case.posting)
    applications.endorse(case.application, by=case.coordinator, **DAYS)
    applications.screen_in(case.application, by=desk)
    officer = factories.candidate(user=desk)
    with pytest.raises(stakes.DecidedThere):
        applications.start(case.posting, by=desk, officer=officer)
    carried = factories.application(officer=officer, state="qualified")
    with pytest.raises(Refusal) as refused:
        applications.propose(carried, by=factories.staff("Selection officer"), posting=case.posting, consent=True)
    assert (refused.value.code, refused.value.field) == ("decided_there", "posting")


@pytest.mark.parametrize(("language", "words"), [("en", "does not apply for it"), ("fr", "ne pose pas sa candidature")])
def test_the_page_says_so(case, language, words):
    case.decide("endorse")
    browser = Client()
    browser.force_login(case.coordinator)
    address = f"/{language}/openings/{case.posting.reference}/apply/"
    answer = browser.post(address, {"motivation": "x", "submit": ""})
    assert (answer.status_code, words in answer.content.decode()) == (409, True)
