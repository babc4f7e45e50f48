"""Nobody decides on an own matter: neither about oneself, nor on a posting for which one has applied, by any door.

Each control is the same test with the stakes forgotten: then the rival's record is read, and decided on.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.daily import reminders
from deployments.domain import applications, releases, stakes, tours
from deployments.models import Application, ApplicationState, ChecklistItem, ChecklistMark, Deployment, Leave
from officers.domain.coordination import decides_on
from tests import factories
from tests.clock import around, today

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


class Case:
    """A service with a coordinator and a deputy; the deputy and somebody else of the service apply for one posting."""

    def __init__(self) -> None:
        self.service = factories.service()
        self.coordinator, self.deputy = factories.coordinator(self.service), factories.coordinator(self.service)
        self.posting = factories.opening(title_en="Police trainer", title_fr="Formation policière")
        self.officer = factories.candidate(user=self.deputy, police_service=self.service, is_released=False)
        self.rival = factories.candidate(police_service=self.service, is_released=False)
        self.own = factories.application(self.posting, officer=self.officer, state="submitted")
        self.application = factories.application(self.posting, officer=self.rival, state="submitted")

    def rivals_records(self) -> dict[str, str]:
        """The addresses at which the deputy would read the rival's records, and what they are."""
        release = factories.release(self.rival, posting=self.posting, letter_number="7", letter_date=around(-1))
        serving = factories.candidate(police_service=self.service)
        tour = factories.deployment(self.posting, iso(-40), iso(40), officer=serving)
        paper = factories.paper(self.application, is_for_coordinator=True)
        at = "/en/coordination"
        return {
            "application": f"{at}/{self.application.pk}/",
            "release": f"{at}/releases/{release.pk}/withdraw/",
            "tour": f"{at}/tours/{tour.pk}/",
            "paper": f"{at}/papers/{paper.pk}/",
        }


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def forgotten(monkeypatch):
    """The protection taken out: nobody has a stake in anything."""
    monkeypatch.setattr(stakes, "_applications", Application.objects.none)
    monkeypatch.setattr(stakes, "_tours", Deployment.objects.none)


def signed_in(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def read(case, person) -> dict[str, int]:
    browser = signed_in(person)
    found = {}
    for name, address in case.rivals_records().items():
        answer = browser.get(address)
        if answer.streaming:
            answer.getvalue()
        found[name] = answer.status_code
    page = browser.get("/en/coordination/").content.decode()
    found["list"] = page.count(str(case.rival)) + browser.get("/en/coordination/papers/").content.decode().count(
        "Memorandum</a>"
    )
    return found


def test_who_has_applied_reads_no_records_of_a_rival(case):
    missing = dict.fromkeys(["application", "release", "tour", "paper"], 404)
    assert read(case, case.deputy) == missing | {"list": 0}
    page = signed_in(case.deputy).get("/en/coordination/").content.decode()
    assert "You have applied yourself" in page and "Police trainer" in page
    french = signed_in(case.deputy).get("/fr/coordination/").content.decode()
    assert "Formation policière" in french and "You have applied" not in french
    own = signed_in(case.deputy).get(f"/en/coordination/{case.own.pk}/").content.decode()
    assert "Nobody decides about oneself" in own


def test_a_coordinator_speaks_for_the_officers_of_the_service_but_not_for_oneself(case):
    assert decides_on(case.deputy, case.rival, on=today())
    assert not decides_on(case.deputy, case.officer, on=today())


def test_control_the_services_other_coordinator_reads_them(case):
    found = read(case, case.coordinator)
    assert found.pop("list") > 2 and set(found.values()) == {200}
    assert "You have applied yourself" not in signed_in(case.coordinator).get("/en/coordination/").content.decode()


def test_control_without_the_stakes_a_rival_reads_them(case, forgotten):
    found = read(case, case.deputy)
    assert found.pop("list") > 2 and set(found.values()) == {200}


def attempts(case, person) -> dict[str, int]:
    """What the person is answered who decides on the rival by every door, as JSON."""
    browser = signed_in(person)
    given = factories.release(case.rival, iso(0), iso(90), posting=case.posting)
    for_any = factories.release(case.rival, iso(0), iso(91))
    serving = factories.candidate(police_service=case.service)
    tour = factories.deployment(case.posting, iso(-40), iso(40), officer=serving)
    tours.ask_extension(tour, by=serving.user, last_day=around(60), reason="x")
    third = factories.application(
        case.posting, officer=factories.candidate(police_service=case.service), state="submitted"
    )
    typed = {
        f"{case.application.pk}/endorse/": {"first_day": iso(1), "last_day": iso(300)},
        f"{third.pk}/decline-release/": {"reason": "x"},
        f"officers/{case.rival.pk}/give-release/": {
            "first_day": iso(2), "last_day": iso(9), "posting": case.posting.reference
        },
        f"officers/{serving.pk}/give-release/": {"first_day": iso(2), "last_day": iso(9)},
        f"releases/{given.pk}/withdraw/": {"reason": "x"},
        f"releases/{for_any.pk}/withdraw/": {"reason": "x"},
        f"tours/{tour.pk}/agree-extension/": {"reason": "x"},
        f"tours/{tour.pk}/decline-extension/": {"reason": "x"},
    }  # fmt: skip
    return {
        address: browser.post(f"/en/coordination/{address}", fields, headers=JSON).status_code
        for address, fields in typed.items()
    }


def test_who_has_applied_decides_on_no_rival_by_any_door(case):
    answers = attempts(case, case.deputy)
    given = {address for address in answers if address.endswith("give-release/")}
    assert {answers[address] for address in given} == {409}
    others = {answers[address] for address in answers.keys() - given}
    assert others == {403}  # as of another service's applications, tours and releases
    case.application.refresh_from_db()
    assert case.application.state == ApplicationState.SUBMITTED and not case.rival.releases.exclude(withdrawn_at=None)


def test_for_another_posting_whoever_has_applied_decides_as_ever(case):
    other = factories.opening()
    typed = {"first_day": iso(2), "last_day": iso(9), "posting": other.reference}
    address = f"/en/coordination/officers/{case.rival.pk}/give-release/"
    assert signed_in(case.deputy).post(address, typed, headers=JSON).status_code == 200


def test_control_the_other_coordinator_decides(case):
    assert set(attempts(case, case.coordinator).values()) == {200}


def test_control_without_the_stakes_a_rival_decides(case, forgotten):
    assert set(attempts(case, case.deputy).values()) == {200}


@pytest.mark.parametrize("state", ["draft", "submitted", "qualified", "withdrawn", "not_released"])
def test_a_stake_is_what_is_open_or_may_come_back(case, state):
    Application.objects.filter(pk=case.own.pk).update(state=state)
    assert stakes.has_stake(case.deputy, case.posting)
    type(case.posting).objects.filter(pk=case.posting.pk).update(closes_at="2020-01-01T00:00Z", opens_at=None)
    assert stakes.has_stake(case.deputy, case.posting) is (state in ("draft", "submitted", "qualified"))


def test_a_tour_is_a_stake_until_it_is_over(case):
    Application.objects.filter(pk=case.own.pk).delete()
    tour = factories.deployment(
        case.posting, iso(10), iso(40), officer=case.officer, state="reserved", hold_until=iso(9)
    )
    assert stakes.has_stake(case.deputy, case.posting)
    Deployment.objects.filter(pk=tour.pk).update(state="cancelled")
    assert not stakes.has_stake(case.deputy, case.posting)


def test_a_refusal_does_not_tell_whether_a_rival_applied(case):
    """The same words for a rival's application, another service's and none."""
    browser = signed_in(case.deputy)
    stranger = factories.application(state="submitted")
    answers = {
        browser.post(f"/en/coordination/{pk}/endorse/", {}, headers=JSON).content
        for pk in (case.application.pk, stranger.pk, 999_999)
    }
    assert len(answers) == 1


def test_no_mail_leads_to_a_rivals_record(case, settings):
    later = factories.application(case.posting, officer=factories.candidate(police_service=case.service))
    applications.submit(later, by=later.officer.user)
    told = OutboxMail.objects.filter(template="deployments/application_to_release")
    assert [mail.user for mail in told] == [case.coordinator]
    tour = factories.deployment(
        case.posting, iso(-40), iso(40), officer=factories.candidate(police_service=case.service)
    )
    tours.ask_extension(tour, by=tour.officer.user, last_day=around(60), reason="x")
    OutboxMail.objects.all().delete()
    reminders.send_digests(today=today())
    told = {mail.user: mail.text_body for mail in OutboxMail.objects.filter(template="deployments/digest")}
    assert str(case.rival) in told[case.coordinator] and str(tour.officer) in told[case.coordinator]
    assert str(case.rival) not in told.get(case.deputy, "") and str(tour.officer) not in told.get(case.deputy, "")


# --- At the desk: the same rule for everybody who decides ----------------------------------------------------


@pytest.fixture
def both(db):
    return factories.staff("Approver", "Selection officer")


def desk_attempts(person, own, rival) -> dict[str, object]:
    """What somebody of the desk is answered who decides on an own matter."""
    posting = rival.posting
    held = factories.deployment(posting, iso(300), iso(340), state="reserved", hold_until=iso(9))
    days = {"first_day": around(10), "last_day": around(20)}
    letter = {"letter_number": "7", "letter_date": today()}
    serving = factories.deployment(factories.posting(), iso(-90), iso(90), officer=own.officer)
    item = ChecklistItem.objects.create(code="passport", text_en="Passport", text_fr="Passeport", moment="before")
    tries = {
        "check off for oneself": lambda: tours.check_off(serving, by=person, items=[item], done_on=today()),
        "extend oneself": lambda: tours.extend(serving, by=person, last_day=around(95), reason="x"),
        "change one's days": lambda: tours.change_dates(
            serving, by=person, first_day=around(-80), last_day=around(90), reason="x"
        ),
        "one's leave": lambda: tours.record_leave(serving, by=person, first_day=around(3), last_day=around(4)),
        "screen in oneself": lambda: applications.screen_in(own, by=person),
        "screen out a rival": lambda: applications.screen_out(rival, by=person, reason="x"),
        "waive for oneself": lambda: applications.waive(own, by=person, requirement="rank", reason="x"),
        "waive for a rival": lambda: applications.waive(rival, by=person, requirement="rank", reason="x"),
        "expire a rival": lambda: applications.expire(rival, by=person, reason="x"),
        "reserve for oneself": lambda: tours.reserve(by=person, officer=own.officer, posting=posting, **days),
        "reserve for a rival": lambda: tours.reserve(by=person, officer=rival.officer, posting=posting, **days),
        "cancel a rival's tour": lambda: tours.cancel(held, by=person, reason="x"),
        "release by letter": lambda: releases.give(rival.officer, by=person, posting=posting, **days, **letter),
        **attempts_on_others_of_the_posting(person, posting),
    }
    found = {}
    for name, act in tries.items():
        try:
            act()
        except NotPermitted as refusal:
            found[name] = refusal.code
        except Refusal as refusal:
            found[name] = type(refusal).__name__
        else:
            found[name] = "done"
    return found


def attempts_on_others_of_the_posting(person, posting) -> dict[str, Callable[[], object]]:
    """What goes on for the others of a posting: tours under way and to come, a release, a qualified application."""
    there = factories.deployment(posting, iso(-30), iso(90))
    to_come = {"state": "preparation", "relieves": there}
    coming = factories.deployment(posting, iso(91), iso(200), **to_come)
    leave = Leave.objects.create(deployment=there, first_day=around(20), last_day=around(25))
    items = [
        ChecklistItem.objects.create(code=code, text_en="A", text_fr="B", moment="before") for code in ("one", "two")
    ]
    ChecklistMark.objects.create(deployment=coming, item=items[0], done_on=today(), done_by=factories.user())
    release = factories.release(factories.candidate(), posting=posting)
    qualified = factories.application(posting, state="qualified")
    return {
        "record a leave": lambda: tours.record_leave(there, by=person, first_day=around(3), last_day=around(4)),
        "cancel a leave": lambda: tours.cancel_leave(leave, by=person, reason="x"),
        "appraise": lambda: tours.record_appraisal(there, by=person, outcome="met", given_on=today()),
        "check off": lambda: tours.check_off(coming, by=person, items=items[1:], done_on=today()),
        "reopen an item": lambda: tours.reopen_item(coming, by=person, item=items[0], reason="x"),
        "set a due day": lambda: tours.set_due_day(coming, by=person, item=items[0], due_on=around(30)),
        "un-name a successor": lambda: tours.un_name_successor(there, by=person),
        "name a successor": lambda: tours.name_successor(there, by=person, successor=coming),
        "withdraw a release": lambda: releases.withdraw(release, by=person, reason="x"),
        "carry elsewhere": lambda: applications.propose(
            qualified, by=person, posting=factories.opening(), consent=True
        ),
    }


def of_the_desk(person) -> tuple[Application, Application]:
    posting = factories.opening()
    free = factories.service(needs_release=True)
    own = factories.application(
        posting, officer=factories.candidate(user=person, police_service=free), state="endorsed"
    )
    return own, factories.application(posting, officer=factories.candidate(police_service=free), state="endorsed")


def test_nobody_of_the_desk_decides_on_an_own_matter(both):
    assert set(desk_attempts(both, *of_the_desk(both)).values()) == {"own_matter"}


def test_control_somebody_else_of_the_desk_does(both):
    found = desk_attempts(factories.staff("Approver", "Selection officer"), *of_the_desk(both))
    assert "own_matter" not in found.values() and list(found.values()).count("done") >= 15, found


def test_control_without_the_stakes_the_desk_decides_on_rivals(both, forgotten):
    found = desk_attempts(both, *of_the_desk(both))
    assert all(("oneself" in name or "one's" in name) is (said == "own_matter") for name, said in found.items())


def test_a_hold_that_ran_out_ends_whoever_notices(both):
    """What happens by itself is no decision: an act of somebody with a stake elsewhere is not refused for it."""
    own, _rival = of_the_desk(both)
    lapsed = factories.deployment(own.posting, iso(30), iso(40), state="reserved", hold_until=iso(-1))
    assert tours.expire_hold(lapsed, by=both).state == "cancelled"
