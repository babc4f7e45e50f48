"""Every act on a tour or an application tells the officer what happened and what comes next, or its table says why not."""

import datetime

import pytest
from django.utils import timezone

from core.models import OutboxMail
from core.text.dates import today_here
from deployments.domain import applications, tours
from deployments.domain.verbs import application_mails, tour_mails
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.steps import track
from deployments.domain.verbs.tours import TourVerb
from deployments.models import ApplicationState, ExtensionState
from tests import factories

pytestmark = pytest.mark.django_db
S = ApplicationState
WHY = {"reason": "A remark of the desk"}


def test_each_verb_of_an_application_has_a_mail_or_says_why_there_is_none():
    assert set(application_mails.MAILS) | set(application_mails.UNTOLD) == set(ApplicationVerb)


@pytest.mark.parametrize("table", [tour_mails, application_mails])
def test_a_verb_that_is_not_told_has_no_mail_and_says_why(table):
    assert not set(table.MAILS) & set(table.UNTOLD)
    assert all(table.UNTOLD.values())


def test_an_act_on_a_tour_without_a_mail_of_its_own_is_told_by_its_name(officer, approver, monkeypatch):
    monkeypatch.delitem(tour_mails.MAILS, TourVerb.PREPARE)
    tours.prepare(tour_of(officer, "reserved", 5), by=approver)
    named = "Preparation begun" if officer.user.language == "en" else "Préparation commencée"
    assert named in the_mail(officer).text_body


def later(days: int) -> datetime.date:
    return today_here() + datetime.timedelta(days=days)


@pytest.fixture
def approver():
    return factories.staff("Approver")


@pytest.fixture
def desk():
    return factories.staff("Selection officer")


@pytest.fixture(params=["en", "fr"])
def officer(request):
    return factories.candidate(user=factories.user(language=request.param, given_name="Robin"))


def tour_of(officer, state="in_mission", first=-30, last=60, **more):
    posting = more.pop("posting", None) or factories.opening()
    return factories.deployment(posting, str(later(first)), str(later(last)), officer=officer, state=state, **more)


def days(first=-30, last=90):
    return {"first_day": later(first), "last_day": later(last)}


def reserve(officer, by):
    tours.reserve(by=by, officer=officer, posting=factories.opening(), hold_until=later(9), **days(30, 90))


def leave(officer, by, cancelled=False):
    taken = tours.record_leave(tour_of(officer), by=by, first_day=later(2), last_day=later(4))
    if cancelled:
        OutboxMail.objects.all().delete()
        tours.cancel_leave(taken, by=by, **WHY)


WHO = {"name": "Ana Roy", "relationship": "Sister", "telephone": "613 555 0100"}
ASKED = {"last_day": later(120), **WHY}
V = TourVerb
TOURS = {
    V.RESERVE: reserve,
    V.EXPIRE: lambda o, by: tours.expire_hold(tour_of(o, "reserved", 5, 60, hold_until=later(-1)), by=by),
    V.PREPARE: lambda o, by: tours.prepare(tour_of(o, "reserved", 5), by=by),
    V.SET_EMERGENCY_CONTACT: lambda o, by: tours.set_emergency_contact(tour_of(o), by=by, **WHO),
    V.CHECK_IN: lambda o, by: tours.check_in(tour_of(o, "preparation"), by=by, **WHY),
    V.RECORD_LEAVE: leave,
    V.CANCEL_LEAVE: lambda o, by: leave(o, by, cancelled=True),
    V.ASK_EXTENSION: lambda o, by: tours.ask_extension(tour_of(o), by=by, **ASKED),
    V.EXTEND: lambda o, by: tours.extend(tour_of(o), by=by, **ASKED),
    V.CHANGE_DATES: lambda o, by: tours.change_dates(tour_of(o), by=by, **days(-20, 80), **WHY),
    V.TRANSFER: lambda o, by: tours.transfer(tour_of(o), by=by, posting=factories.opening(), **days(10, 90), **WHY),
    V.COMPLETE: lambda o, by: tours.complete(tour_of(o), by=by, last_day=later(-1)),
    V.CURTAIL: lambda o, by: tours.curtail(tour_of(o), by=by, last_day=later(-1), **WHY),
    V.REPATRIATE: lambda o, by: tours.repatriate(tour_of(o), by=by, last_day=later(-1), end_reason="medical", **WHY),
    V.RECORD_APPRAISAL: lambda o, by: tours.record_appraisal(tour_of(o), by=by, outcome="met", given_on=later(-1)),
    V.REINTEGRATE: lambda o, by: tours.reintegrate(tour_of(o, "ended", -30, -1), by=by),
    V.CLOSE: lambda o, by: tours.close_tour(tour_of(o, "reintegration", -30, -1), by=by),
    V.CANCEL: lambda o, by: tours.cancel(tour_of(o, "preparation", 5), by=by, **WHY),
    V.CORRECT_LAST_DAY: lambda o, by: tours.correct_last_day(
        tour_of(o, "ended", -30, -1), by=by, last_day=later(-3), **WHY
    ),
    V.REINSTATE: lambda o, by: tours.reinstate(tour_of(o, "cancelled", 5), by=by, **WHY),
}


def the_mail(officer) -> OutboxMail:
    """The one mail that the officer got; whole, in the own language, with the site, and without a remark of the desk."""
    found = OutboxMail.objects.get(user=officer.user)
    text = found.subject + found.text_body
    assert found.language == officer.user.language
    assert not {"%(", "None", "{{", "}}"} & {part for part in ("%(", "None", "{{", "}}") if part in text}
    assert WHY["reason"] not in text
    assert "http://127.0.0.1:8000/" in found.text_body.partition("\n-- \n")[2]
    assert f"/{found.language}/" in found.text_body
    return found


@pytest.mark.parametrize("verb", sorted(tour_mails.MAILS))
def test_an_act_on_a_tour_is_told_with_what_comes_next(verb, officer, approver):
    assert set(TOURS) == set(tour_mails.MAILS)
    TOURS[TourVerb(verb)](officer, approver)
    mail = the_mail(officer)
    assert mail.template == "deployments/tour_told"
    paragraphs = mail.text_body.split("\n\n")
    assert len(paragraphs) >= 5, "greeting, what happened, what comes next, where to look, the site"


def test_one_who_asks_for_oneself_gets_the_answer_on_the_page(officer):
    tours.ask_extension(tour_of(officer), by=officer.user, **ASKED)
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("granted", [True, False])
def test_a_request_is_answered_once(officer, approver, granted):
    tour = tour_of(officer)
    tours.ask_extension(tour, by=officer.user, **ASKED)
    for party in ("service", "mission"):
        tours.agree_extension(tour, by=approver, party=party)
    if granted:
        tours.grant_extension(tour, by=approver)
    else:
        tours.decline_extension(tour, by=approver, reason="No room")
    assert OutboxMail.objects.get().template == f"deployments/extension_{'granted' if granted else 'declined'}"


def test_an_overtaken_request_is_answered_too(officer, approver):
    tour = tour_of(officer)
    tours.ask_extension(tour, by=officer.user, **ASKED)
    tours.extend(tour, by=approver, last_day=later(120), reason="Directly")
    assert tour.extensions.get().state == ExtensionState.DECLINED
    told = OutboxMail.objects.filter(user=officer.user).values_list("template", flat=True)
    assert sorted(told) == ["deployments/extension_overtaken", "deployments/tour_told"]


# --- Applications ------------------------------------------------------------------------------------------


def applied(officer, state, **more):
    more |= {"shown_state": state, "motivation": "Why", "last_open_state": more.get("last_open_state", "")}
    if state != "draft":
        more.setdefault("submitted_at", timezone.now())
    return factories.application(officer=officer, state=state, **more)


def coordinator_of(officer):
    return factories.coordinator(officer.police_service)


def selected(officer, by, act):
    found = applications.select(applied(officer, "qualified"), by=by, **days(30, 90)).application
    OutboxMail.objects.all().delete()
    return act(found)


def silent(officer, by):
    found = applications.screen_out(applied(officer, "submitted"), by=by, is_told=False, **WHY)
    assert not OutboxMail.objects.exists()
    applications.notify(found, by=by)


A = ApplicationVerb
APPLICATIONS = {
    A.SUBMIT: lambda o, by: applications.submit(applied(o, "draft"), by=o.user),
    A.WITHDRAW: lambda o, by: applications.withdraw(applied(o, "submitted"), by=o.user),
    A.TAKE_BACK: lambda o, by: applications.take_back(applied(o, "withdrawn", last_open_state="endorsed"), by=o.user),
    A.ACCEPT: lambda o, by: selected(o, by, lambda a: applications.accept(a, by=o.user)),
    A.ENDORSE: lambda o, by: applications.endorse(applied(o, "submitted"), by=coordinator_of(o)),
    A.DECLINE_RELEASE: lambda o, by: applications.decline_release(applied(o, "submitted"), by=coordinator_of(o), **WHY),
    A.SCREEN_IN: lambda o, by: applications.screen_in(applied(o, "endorsed"), by=by),
    A.SCREEN_OUT: lambda o, by: applications.screen_out(applied(o, "endorsed"), by=by, **WHY),
    A.ASSESS: lambda o, by: applications.assess(applied(o, "screened_in"), by=by),
    A.QUALIFY: lambda o, by: applications.qualify(applied(o, "in_assessment"), by=by, qualified_until=later(300)),
    A.NOMINATE: lambda o, by: applications.nominate(applied(o, "qualified"), by=by),
    A.NOT_SELECT: lambda o, by: applications.not_select(applied(o, "nominated"), by=by, **WHY),
    A.REFUSE: lambda o, by: selected(o, by, lambda a: applications.refuse(a, by=by, **WHY)),
    A.SELECT: lambda o, by: applications.select(applied(o, "qualified"), by=by, **days(30, 90)),
    A.EXPIRE: lambda o, by: applications.expire(applied(o, "submitted"), by=by, **WHY),
    A.STAND_DOWN: lambda o, by: applications.end_for_stand_down(applied(o, "submitted").posting, by=by, **WHY),
    A.REINSTATE: lambda o, by: applications.reinstate(
        applied(o, "screened_out", last_open_state="endorsed"), by=by, **WHY
    ),
    A.PROPOSE: lambda o, by: applications.propose(
        applied(o, "qualified"), by=by, posting=factories.opening(), consent=True
    ),
    A.NOTIFY: silent,
}


@pytest.mark.parametrize("verb", sorted(application_mails.MAILS))
def test_an_act_on_an_application_is_told_with_what_comes_next(verb, officer):
    assert set(APPLICATIONS) == set(application_mails.MAILS)
    both = factories.staff("Approver", "Selection officer")
    APPLICATIONS[ApplicationVerb(verb)](officer, both)
    mail = the_mail(officer)
    assert mail.template == f"deployments/{application_mails.MAILS[ApplicationVerb(verb)]}"
    application = officer.applications.latest("pk")
    if application.shown_state in S.ended_states() and application.shown_state != S.WITHDRAWN:
        assert f"/{officer.user.language}/openings/" in mail.text_body
    elif application.shown_state != S.WITHDRAWN and verb != "select":
        assert ("Next: " if officer.user.language == "en" else "Ensuite") in mail.text_body


def test_the_track_names_the_step_under_way_and_who_decides(officer):
    application = applied(officer, "submitted")
    places = track(application)
    assert [place.step.code for place in places if place.is_now] == ["release"]
    assert [place.step.code for place in places if place.is_over] == ["writing"]
    officer.police_service.needs_release = False
    assert [place.step.code for place in track(application) if place.is_now] == ["screening"]
    assert track(applied(officer, "withdrawn")) == []
