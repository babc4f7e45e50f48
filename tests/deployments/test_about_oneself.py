"""Nobody decides about oneself: who holds roles of the desk and is the officer leaves every act to somebody else."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from core.desk.site import desk_site
from core.refusals import NotPermitted
from deployments.domain import applications, assessments, invitations, notes, papers, releases, tours, waivers
from deployments.domain.letters import issuing
from deployments.domain.stakes import OwnMatter
from deployments.domain.verbs.applications import ApplicationVerb as A
from deployments.domain.verbs.letters import LetterVerb
from deployments.domain.verbs.tours import TourVerb as T
from deployments.models import Application, Deployment, Posting
from officers.domain import verification
from officers.models import Officer, Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
LATER = day("2027-06-30")
DAYS = {"first_day": day("2027-01-01"), "last_day": LATER}
REASON = {"reason": "As agreed"}
JSON = {"accept": "application/json"}


class Own:
    """An officer with every role of the desk, and one record of each kind that is about the officer."""

    def __init__(self) -> None:
        self.person = factories.staff("Approver", "Selection officer", "Mission editor", "Service coordinator")
        self.officer = factories.candidate(user=self.person)
        self.posting: Posting = factories.opening()
        self.tour: Deployment = factories.deployment(
            factories.posting(), "2026-01-01", "2026-12-31", officer=self.officer, state="in_mission"
        )
        self.application: Application = factories.application(self.posting, officer=self.officer, state="submitted")
        passport = Qualification.objects.get(code="passport")
        self.grant: QualificationGrant = self.officer.grants.create(
            qualification=passport, valid_from=day("2026-01-01"), valid_until=day("2036-01-01")
        )

    def waiver(self):
        given = {"posting": self.posting, "finding": "age", "reason": "x", "last_day": LATER}
        return self.officer.waivers.create(**given)


Act = Callable[[Own, dict], object]
OF_TOURS: dict[T, Act] = {
    T.RESERVE: lambda own, by: tours.reserve(officer=own.officer, posting=own.posting, **DAYS, **by),
    T.RECORD: lambda own, by: tours.record_tour(
        officer=own.officer, posting=own.posting, state="preparation", **DAYS, **by
    ),
    T.EXPIRE: lambda own, by: tours.expire_hold(own.tour, **by),
    T.PREPARE: lambda own, by: tours.prepare(own.tour, **by),
    T.CHECK_OFF: lambda own, by: tours.check_off(own.tour, items=[], **by),
    T.REOPEN_ITEM: lambda own, by: tours.reopen_item(own.tour, item=None, **REASON, **by),
    T.SET_DUE_DAY: lambda own, by: tours.set_due_day(own.tour, item=None, due_on=LATER, **by),
    T.SET_EMERGENCY_CONTACT: lambda own, by: tours.set_emergency_contact(
        own.tour, name="A", relationship="B", telephone="1", **by
    ),
    T.CHECK_IN: lambda own, by: tours.check_in(own.tour, **by),
    T.MARK: lambda own, by: tours.mark(own.tour, status="safe", **by),
    T.RECORD_LEAVE: lambda own, by: tours.record_leave(own.tour, **DAYS, **by),
    T.CANCEL_LEAVE: lambda own, by: tours.cancel_leave(
        own.tour.leaves.create(first_day=day("2026-02-01"), last_day=day("2026-02-02")), **REASON, **by
    ),
    T.AGREE_EXTENSION: lambda own, by: tours.agree_extension(own.tour, party="mission", **by),
    T.GRANT_EXTENSION: lambda own, by: tours.grant_extension(own.tour, **by),
    T.DECLINE_EXTENSION: lambda own, by: tours.decline_extension(own.tour, **REASON, **by),
    T.EXTEND: lambda own, by: tours.extend(own.tour, last_day=LATER, **REASON, **by),
    T.CHANGE_DATES: lambda own, by: tours.change_dates(own.tour, **DAYS, **REASON, **by),
    T.TRANSFER: lambda own, by: tours.transfer(own.tour, posting=own.posting, **DAYS, **REASON, **by),
    T.COMPLETE: lambda own, by: tours.complete(own.tour, last_day=day("2026-06-30"), **by),
    T.CURTAIL: lambda own, by: tours.curtail(own.tour, last_day=day("2026-06-30"), **REASON, **by),
    T.REPATRIATE: lambda own, by: tours.repatriate(
        own.tour, last_day=day("2026-06-30"), end_reason="medical", **REASON, **by
    ),
    T.RECORD_APPRAISAL: lambda own, by: tours.record_appraisal(
        own.tour, outcome="met", given_on=day("2026-06-30"), **by
    ),
    T.REINTEGRATE: lambda own, by: tours.reintegrate(own.tour, **by),
    T.CLOSE: lambda own, by: tours.close_tour(own.tour, **by),
    T.NAME_SUCCESSOR: lambda own, by: tours.name_successor(own.tour, successor=own.tour, **by),
    T.UN_NAME_SUCCESSOR: lambda own, by: tours.un_name_successor(own.tour, **by),
    T.CANCEL: lambda own, by: tours.cancel(own.tour, **REASON, **by),
    T.REINSTATE: lambda own, by: tours.reinstate(own.tour, **REASON, **by),
    T.CORRECT_LAST_DAY: lambda own, by: tours.correct_last_day(own.tour, last_day=LATER, **REASON, **by),
}
# The officer's own verbs, and what follows from another act.
NOT_OF_THE_DESK = {T.CONFIRM, T.ASK_EXTENSION, T.CUT_LEAVE}
OF_APPLICATIONS: dict[A, Act] = {
    A.ENDORSE: lambda own, by: applications.endorse(own.application, **by),
    A.DECLINE_RELEASE: lambda own, by: applications.decline_release(own.application, **REASON, **by),
    A.SCREEN_IN: lambda own, by: applications.screen_in(own.application, **by),
    A.SCREEN_OUT: lambda own, by: applications.screen_out(own.application, **REASON, **by),
    A.ASSESS: lambda own, by: applications.assess(own.application, **by),
    A.QUALIFY: lambda own, by: applications.qualify(own.application, qualified_until=LATER, **by),
    A.NOMINATE: lambda own, by: applications.nominate(own.application, **by),
    A.NOT_SELECT: lambda own, by: applications.not_select(own.application, **REASON, **by),
    A.REFUSE: lambda own, by: applications.refuse(own.application, **REASON, **by),
    A.SELECT: lambda own, by: applications.select(own.application, **DAYS, **by),
    A.EXPIRE: lambda own, by: applications.expire(own.application, **REASON, **by),
    A.REINSTATE: lambda own, by: applications.reinstate(own.application, **REASON, **by),
    A.WAIVE: lambda own, by: applications.waive(own.application, requirement="age", **REASON, **by),
    A.RECORD_ASSESSMENT: lambda own, by: applications.record_assessment(
        own.application, kind="medical", held_on=day("2026-06-01"), outcome="passed", **by
    ),
    A.PROPOSE: lambda own, by: applications.propose(own.application, posting=factories.opening(), consent=True, **by),
    A.NOTIFY: lambda own, by: applications.notify(own.application, **by),
}
# The applicant's own verbs; a posting that is stood down ends all its applications.
OWN_OF_APPLICANTS = {A.START, A.REVISE, A.ATTACH, A.REMOVE_DOCUMENT, A.SUBMIT, A.WITHDRAW, A.TAKE_BACK, A.ACCEPT}
TEXT = {"language": "en"}
OF_LETTERS: dict[LetterVerb, Act] = {
    LetterVerb.NOMINATION: lambda own, by: issuing.issue_nomination(own.application, **TEXT, **by),
    LetterVerb.RELEASE_REQUEST: lambda own, by: issuing.issue_release_request(own.application, **TEXT, **by),
    LetterVerb.TOUR_ORDER: lambda own, by: issuing.issue_tour_order(own.tour, **TEXT, **by),
    LetterVerb.EXTENSION_AGREEMENT: lambda own, by: issuing.issue_extension_agreement(own.tour, **TEXT, **by),
    LetterVerb.CERTIFICATE: lambda own, by: issuing.issue_certificate(own.tour, **TEXT, **by),
}
FURTHER: dict[str, Act] = {
    "invite": lambda own, by: invitations.invite(own.officer, posting=own.posting, **by),
    "release": lambda own, by: releases.give(
        own.officer, letter_number="1", letter_date=day("2026-01-01"), **DAYS, **by
    ),
    "withdraw a release": lambda own, by: releases.withdraw(
        factories.release(own.officer, "2026-01-01", "2026-12-31"), **REASON, **by
    ),
    "schedule an assessment": lambda own, by: assessments.schedule(
        own.officer, kind="medical", scheduled_at=datetime.datetime(2027, 1, 1, 9, tzinfo=datetime.UTC), place="x", **by
    ),
    "record an assessment": lambda own, by: assessments.record(
        own.officer, kind="medical", held_on=day("2026-06-01"), outcome="passed", **by
    ),
    "waive": lambda own, by: waivers.waive(
        own.officer, posting=own.posting, finding="age", last_day=LATER, **REASON, **by
    ),
    "withdraw a waiver": lambda own, by: waivers.withdraw_waiver(own.waiver(), **REASON, **by),
    "verify": lambda own, by: verification.verify(own.grant, **by),
    "withdraw a verification": lambda own, by: verification.withdraw_verification(own.grant, **REASON, **by),
    "note": lambda own, by: notes.write_note(own.tour, text="x", **by),
    "paper": lambda own, by: papers.remove_paper(factories.paper(own.officer), **REASON, **by),
}
ALL = {**OF_TOURS, **OF_APPLICATIONS, **OF_LETTERS, **FURTHER}


def test_the_table_has_every_verb():
    assert set(OF_TOURS) == set(T) - NOT_OF_THE_DESK
    assert set(OF_APPLICATIONS) == set(A) - OWN_OF_APPLICANTS - {A.STAND_DOWN}
    assert set(OF_LETTERS) == set(LetterVerb)


def test_no_act_is_done_by_the_person_concerned():
    own = Own()
    for name, act in ALL.items():
        with pytest.raises(NotPermitted):
            act(own, {"by": own.person})
            pytest.fail(f"done: {name!r}")


def test_the_same_acts_are_open_to_somebody_else_at_the_desk():
    """The control: whatever else is in the way of the act, it is not that somebody else does it."""
    own, other = Own(), factories.staff("Approver", "Selection officer", "Mission editor")
    for name, act in {**OF_TOURS, **OF_LETTERS, **FURTHER}.items():
        try:
            act(own, {"by": other})
        except OwnMatter:  # pragma: no cover - what this test keeps from happening
            pytest.fail(f"refused: {name!r}")
        except Exception:
            continue


def test_the_officers_own_verbs_stay():
    own = Own()
    tours.ask_extension(own.tour, by=own.person, last_day=LATER, **REASON)
    held = factories.deployment(factories.posting(), "2027-08-01", "2027-12-31", officer=own.officer, state="reserved")
    tours.confirm(held, by=own.person)
    applications.withdraw(own.application, by=own.person)


def test_the_desk_offers_nothing_on_an_own_record(settings):
    settings.STAFF_MFA_REQUIRED = False
    own, other = Own(), factories.staff("Approver", "Selection officer", "Mission editor")
    records = {Deployment: own.tour, Application: own.application, Officer: own.officer, QualificationGrant: own.grant}
    mine, theirs = Client(), Client()
    mine.force_login(own.person)
    theirs.force_login(other)
    seen = 0
    for act in desk_site.acts:
        if act.model in records and act.verb in {T.EXTEND, A.SCREEN_IN, "waive", "verify", "give-release", "cancel"}:
            record, seen = records[act.model], seen + 1
            assert theirs.get(act.url(record)).status_code == 200
            for answer in (mine.get(act.url(record)), mine.post(act.url(record))):
                assert (answer.status_code, str(OwnMatter()) in answer.content.decode()) == (409, True)
            answer = mine.post(act.url(record), headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (409, "own_matter")
            assert act.url(record) not in mine.get(act.page_of(record)).content.decode()
    assert seen >= 6
    links = [theirs, mine]
    page = f"/admin/deployments/deployment/{own.tour.pk}/change/"
    shown = [browser.get(page).content.decode().count(f"/deployment/{own.tour.pk}/extend/") for browser in links]
    assert shown == [1, 0]
