"""Both tables of states, cell by cell: every act from every state, through its address, and what it does to the place.

The tables stand here once more on purpose, as the field reads them. "-" is a refusal that changes nothing, "alien" one to
somebody who has no business there, "=" an act that finds itself done already, a word the state to which the act leads ("." stays).
"""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.models import HistoryEntry, OutboxMail
from deployments.domain.verbs.applications import ApplicationVerb
from deployments.domain.verbs.tours import TourVerb
from deployments.models import Application, ApplicationState, Deployment, DeploymentState
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def table(text: str) -> dict[str, dict[str, str]]:
    """Rows of words, the first of which names the columns: for each act, what happens from each state."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {verb: dict(zip(head, cells, strict=True)) for verb, *cells in rows}


def iso(days: int) -> str:
    return around(days).isoformat()


def taken(posting, *days: int) -> list[int]:
    """The days, counted from today, on which the database takes no other tour; the tries leave nothing behind."""
    somebody, found = factories.officer(), []
    posting = factories.posting(posting.mission)  # open, whatever became of the other
    for each in days:
        try:
            with transaction.atomic():
                factories.deployment(posting, iso(each), iso(each), state="preparation", officer=somebody)
                transaction.set_rollback(True)
        except IntegrityError:
            found.append(each)
    return found


def rows(*models) -> list:
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def posting(settings):
    """In an operation with a single place."""
    settings.STAFF_MFA_REQUIRED = False
    return factories.opening(factories.mission(factories.operation(1)))


# --- Tours --------------------------------------------------------------------------------------------------------------

TOURS = table("""
             reserved     preparation  in_mission   ended         reintegration  closed  cancelled
prepare      preparation  -            -            -             -              -       -
check-in     -            in_mission   -            -             -              -       -
extend       .            .            .            -             -              -       -
change-dates .            .            .            .             .              -       -
transfer     .            .            .            -             -              -       -
curtail      -            -            ended        -             -              -       -
complete     -            -            ended        -             -              -       -
repatriate   -            -            ended        -             -              -       -
reintegrate  -            -            -            reintegration -              -       -
close        -            -            -            -             closed         -       -
cancel       cancelled    cancelled    -            -             -              -       -
reinstate    -            -            -            in_mission    in_mission     in_mission  preparation
correct-last-day -        -            -            .             .              .       -
""")
OVER = {"ended", "reintegration", "closed"}
# The days of a tour, counted from today: a tour that is over ended yesterday.
DAYS = {state: (-30, -1) if state in OVER else (-30, 30) for state in DeploymentState.values}
WHY = {"reason": "As agreed"}
TYPED: dict[str, Callable[..., dict]] = {
    "extend": lambda **_: WHY | {"last_day": iso(40)},
    "change-dates": lambda over, **_: WHY | {"first_day": iso(-20), "last_day": iso(-2 if over else 20)},
    "transfer": lambda other, **_: WHY | {"posting": other.reference, "first_day": iso(10), "last_day": iso(20)},
    "curtail": lambda **_: WHY | {"last_day": iso(-2)},
    "reinstate": lambda **_: WHY | {"last_day": iso(30)},
    "correct-last-day": lambda **_: WHY | {"last_day": iso(-20)},
    "complete": lambda **_: WHY | {"last_day": iso(0)},
    "repatriate": lambda **_: WHY | {"last_day": iso(0), "end_reason": "medical"},
}
# Around every edge that an act may move.
WATCHED = (-31, -30, -21, -20, -2, -1, 0, 1, 9, 10, 20, 21, 30, 31, 40, 41)
# The days on which the place is taken afterwards, where the act moves them.
TAKEN = {
    "extend": (-30, 40),
    "change-dates": (-20, 20),
    "transfer": (-30, 20),
    "curtail": (-30, -2),
    "complete": (-30, 0),
    "repatriate": (-30, 0),
    "cancel": None,
    "reinstate": (-30, 30),
    "correct-last-day": (-30, -20),
}


def between(days: tuple[int, int] | None) -> list[int]:
    return [each for each in WATCHED if days and days[0] <= each <= days[1]]


def tour_in(state: str, posting) -> Deployment:
    first, last = DAYS[state]
    reason = {"end_reason": "completed"} if state in OVER else {}
    hold = {"hold_until": around(5)} if state == "reserved" else {}
    return factories.deployment(posting, iso(first), iso(last), state=state, **reason, **hold)


@pytest.mark.parametrize("verb", TOURS)
@pytest.mark.parametrize("state", DeploymentState.values)
def test_every_act_on_a_tour_from_every_state(client, approver, posting, state, verb):
    tour, other = tour_in(state, posting), factories.posting(posting.mission)
    client.force_login(approver)
    before = rows(Deployment, HistoryEntry, OutboxMail)
    typed = TYPED.get(verb, lambda **_: WHY)(over=state in OVER, other=other)
    answer = client.post(f"/admin/deployments/deployment/{tour.pk}/{verb}/", typed, headers=JSON)
    target = TOURS[verb][state]
    if target == "-":
        assert (answer.status_code, answer.json()["code"]) == (409, "impossible_transition")
        assert rows(Deployment, HistoryEntry, OutboxMail) == before
        return
    assert answer.status_code < 400, answer.content
    tour.refresh_from_db()
    assert tour.state == (state if target == "." else target)
    expected = TAKEN.get(verb, DAYS[state])
    if verb == "change-dates" and state in OVER:
        expected = (-20, -2)
    assert taken(posting, *WATCHED) == between(expected)
    assert (tour.hold_until is not None) == (state == "reserved" and verb != "prepare"), "a prepared place is firm"
    assert HistoryEntry.objects.filter(object_id=tour.pk, verb=verb, actor=approver).count() == 1


def test_the_table_names_every_act_on_a_tour():
    leading_on = {verb for verb in TourVerb if verb.facts.target} | {
        "extend",
        "change-dates",
        "transfer",
        "correct-last-day",
    }
    others = {"reserve": "makes the tour", "expire": "the daily run: test_first_and_last_days.py"}
    assert leading_on - set(TOURS) == set(others)


# --- Applications ---------------------------------------------------------------------------------------------------------

APPLICATIONS = table("""
                 draft     submitted   endorsed    screened_in  in_assessment qualified  nominated       selected        accepted not_released  screened_out  not_selected  refused_by_host withdrawn     expired       stood_down
submit           submitted =           =           =            =             =          =               =               -        -             -             -             -               -             -             -
withdraw         withdrawn withdrawn   withdrawn   withdrawn    withdrawn     withdrawn  withdrawn       withdrawn       -        -             -             -             -               -             -             -
accept           -         -           -           -            -             -          -               accepted        -        -             -             -             -               -             -             -
endorse          alien     endorsed    -           -            -             -          -               -               -        -             -             -             -               -             -             -
decline-release  alien     not_released -          -            -             -          -               -               -        -             -             -             -               -             -             -
screen-in        -         screened_in screened_in -            -             -          -               -               -        -             -             -             -               -             -             -
screen-out       -         screened_out screened_out -          -             -          -               -               -        -             -             -             -               -             -             -
assess           -         -           -           in_assessment -            -          -               -               -        -             -             -             -               -             -             -
qualify          -         -           -           -            qualified     -          -               -               -        -             -             -             -               -             -             -
nominate         -         -           -           -            -             nominated  -               -               -        -             -             -             -               -             -             -
not-select       -         -           -           not_selected not_selected  not_selected not_selected  -               -        -             -             -             -               -             -             -
refuse           -         -           -           -            -             -          refused_by_host refused_by_host -        -             -             -             -               -             -             -
select           -         -           -           -            -             selected   selected        -               -        -             -             -             -               -             -             -
expire           expired   expired     expired     expired      expired       expired    expired         expired         -        -             -             -             -               -             -             -
reinstate        -         -           -           -            -             -          -               -               -        in_assessment in_assessment in_assessment in_assessment   in_assessment in_assessment in_assessment
take-back        - - - - - - - - - - - - - in_assessment - -
""")
FIRST, LAST = 40, 60  # the days of the tour that an application is selected for
OF_THE_OFFICER, OF_THE_COORDINATOR = ("submit", "withdraw", "take-back", "accept"), ("endorse", "decline-release")
ENDS = WHY | {"reason_code": "no_place", "is_told": "on"}
APPLICATION_TYPED = {
    "screen-out": lambda: ENDS,
    "not-select": lambda: ENDS,
    "refuse": lambda: ENDS,
    "qualify": lambda: {"qualified_until": iso(300), "is_told": "on"},
    "select": lambda: {"first_day": iso(FIRST), "last_day": iso(LAST), "hold_until": iso(9)},
}


def application_in(state: str, posting, officer) -> Application:
    """In ``state``, with the place that is held for it; an ended one was in assessment."""
    held = {}
    if state in ("selected", "accepted"):
        hold = around(9) if state == "selected" else None
        held["deployment"] = factories.deployment(
            posting, iso(FIRST), iso(LAST), state="reserved", officer=officer, hold_until=hold
        )
    if state in ApplicationState.ended_states():
        held["last_open_state"] = "in_assessment"
    return factories.application(posting, officer=officer, state=state, **held)


def do(verb: str, application: Application):
    """The act at its address, by whom it belongs to."""
    browser, address = Client(), f"/admin/deployments/application/{application.pk}/{verb}/"
    if verb in OF_THE_OFFICER:
        person, address = application.officer.user, f"/en/my/applications/{application.pk}/{verb}/"
    elif verb in OF_THE_COORDINATOR:
        person = factories.coordinator(application.officer.police_service)
        address = f"/en/coordination/{application.pk}/{verb}/"
    else:
        person = factories.staff("Approver" if verb == "select" else "Selection officer")
    browser.force_login(person)
    return person, browser.post(address, APPLICATION_TYPED.get(verb, lambda: WHY)(), headers=JSON)


@pytest.mark.parametrize("verb", APPLICATIONS)
@pytest.mark.parametrize("state", ApplicationState.values)
def test_every_act_on_an_application_from_every_state(posting, state, verb):
    officer = factories.candidate(police_service=factories.service(needs_release=False))
    application = application_in(state, posting, officer)
    before, cell = rows(Application, Deployment, HistoryEntry, OutboxMail), APPLICATIONS[verb][state]
    person, answer = do(verb, application)
    application.refresh_from_db()
    if cell in ("-", "alien", "="):
        assert answer.status_code == {"-": 409, "alien": 403, "=": 200}[cell], answer.content
        assert rows(Application, Deployment, HistoryEntry, OutboxMail) == before
        cell = state
    else:
        assert answer.status_code < 400, answer.content
        assert state not in ApplicationState.open_states() or application.last_open_state == state
        act = HistoryEntry.objects.get(object_id=application.pk, verb=verb)
        assert (act.actor, act.detail.get("from_state", state)) == (person, state)
        assert OutboxMail.objects.filter(user=officer.user).count() == 1
    assert (application.state, application.shown_state) == (cell, cell)
    is_held = cell in ("selected", "accepted")
    assert taken(posting, FIRST - 1, FIRST, LAST, LAST + 1) == ([FIRST, LAST] if is_held else [])


def test_the_table_names_every_act_on_an_application():
    leading_on = {verb for verb in ApplicationVerb if verb.facts.target} | {"reinstate", "take-back"}
    assert leading_on - set(APPLICATIONS) == {"start", "stand-down"}, "makes the application; the posting's act: below"


@pytest.mark.parametrize("state", ApplicationState.values)
def test_standing_a_posting_down_ends_what_runs_and_frees_what_is_held(client, selection_officer, posting, state):
    application = application_in(state, posting, factories.candidate())
    client.force_login(selection_officer)
    assert client.post(f"/admin/deployments/posting/{posting.pk}/stand-down/", WHY).status_code == 302
    application.refresh_from_db()
    runs_on = state == "accepted" or state in ApplicationState.ended_states()
    assert application.state == (state if runs_on else "stood_down")
    assert taken(posting, FIRST, LAST) == ([FIRST, LAST] if state == "accepted" else [])


@pytest.mark.parametrize("was", ApplicationState.open_states())
def test_reinstating_leads_back_to_the_last_open_state_without_the_place(posting, was):
    application = factories.application(posting, state="withdrawn", last_open_state=was)
    assert do("reinstate", application)[1].status_code == 200
    application.refresh_from_db()
    assert application.state == ("qualified" if was == "selected" else was)
    assert application.deployment is None
    assert taken(posting, FIRST) == []


KEEPS = table("""
                   draft  submitted endorsed screened_in in_assessment qualified nominated selected accepted not_released screened_out not_selected refused_by_host withdrawn expired stood_down
propose            -      -         -        -           -             .         -         -        -        -            -            -            -               -         -       -
record-assessment  -      -         -        .           .             .         .         -        -        -            -            -            -               -         -       -
""")


@pytest.mark.parametrize("verb", KEEPS)
@pytest.mark.parametrize("state", ApplicationState.values)
def test_acts_that_leave_an_application_in_its_state(client, selection_officer, posting, state, verb):
    application = application_in(state, posting, factories.candidate())
    typed = {
        "propose": {"posting": factories.opening(posting.mission).reference, "consent": "on"},
        "record-assessment": {"kind": "interview", "held_on": iso(0), "outcome": "passed"},
    }[verb]
    before = rows(Application, HistoryEntry, OutboxMail)
    client.force_login(selection_officer)
    answer = client.post(f"/admin/deployments/application/{application.pk}/{verb}/", typed, headers=JSON)
    application.refresh_from_db()
    assert application.state == state
    if KEEPS[verb][state] == ".":
        assert answer.status_code < 400, answer.content
        assert HistoryEntry.objects.filter(verb=verb).count() == 1
    else:
        assert answer.status_code == 409
        assert rows(Application, HistoryEntry, OutboxMail) == before
