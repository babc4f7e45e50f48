"""The desk's acts over HTTP: the page asks, shows what will happen, does it, or says why not."""

import datetime

import pytest
from django.contrib import admin
from django.urls import reverse

from core.history.acts import history_of
from core.text.dates import today_here
from deployments.domain.verbs.publication import MAY_PUBLISH
from deployments.models import DeploymentState, PostingStatus
from missions.models import Mission, Operation, TermsStatus
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
JSON = {"accept": "application/json"}


def at(client, person):
    client.force_login(person)
    return client


def set_url(level) -> str:
    return f"/admin/deployments/strength/{level._meta.model_name}-{level.pk}/set/"


def url(record, verb: str) -> str:
    return f"/admin/deployments/{record._meta.model_name}/{record.pk}/{verb}/"


def number(**typed) -> dict:
    return {"effective_from": "2027-01-01", "maximum": "30", "instrument": "Order 7"} | typed


@pytest.fixture(autouse=True)
def desk_without_second_factor(settings):
    settings.STAFF_MFA_REQUIRED = False


# --- Numbers -------------------------------------------------------------------------------------------


def test_an_approver_sets_a_number_that_holds_from_its_day(client, approver):
    operation = factories.operation(22)
    response = at(client, approver).post(set_url(operation), number())
    assert response.status_code == 302
    assert response.url == reverse("admin:missions_operation_change", args=[operation.pk])
    version = operation.strengths.on(day("2027-01-01")).first()
    assert (version.maximum, version.instrument, version.recorded_by) == (30, "Order 7", approver)
    assert operation.strengths.on(day("2026-12-31")).first().maximum == 22


def test_a_form_asks_before_anything_happens(client, approver):
    operation = factories.operation(22)
    response = at(client, approver).get(set_url(operation))
    assert response.status_code == 200
    assert operation.strengths.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("maximum", "-1"),
        ("maximum", "many"),
        ("maximum", "9" * 30),
        ("effective_from", "2027-02-30"),
        ("effective_from", "01/02/2027"),
        ("effective_from", "9999-01-01"),
        ("effective_from", ""),
        ("instrument", ""),
        ("instrument", "x" * 201),
        ("instrument", "a\x00b"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_saved(client, approver, field, value):
    operation = factories.operation(22)
    response = at(client, approver).post(set_url(operation), number(**{field: value}))
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == {field}
    assert f'href="#id_{field}"' in response.content.decode()
    assert operation.strengths.count() == 1


def test_a_number_above_the_programmes_is_refused_at_its_field_with_what_was_typed_kept(client, approver):
    operation = factories.operation(22)
    factories.strength(operation.programme, 150)
    response = at(client, approver).post(set_url(operation), number(maximum="151"))
    assert response.status_code == 409
    assert "150" in response.context["form"].errors["maximum"][0]
    assert 'value="151"' in response.content.decode()
    assert operation.strengths.count() == 1


def test_a_second_number_on_one_day_is_refused(client, approver):
    operation = factories.operation(22, since=day("2027-01-01"))
    response = at(client, approver).post(set_url(operation), number(), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (409, "one_version_a_day")


@pytest.fixture
def crowded():
    """An operation of 3 with two officers there on the first day of 2027."""
    operation = factories.operation(3)
    posting = factories.posting(factories.mission(operation))
    for given_name in ("Amina", "Luc"):
        person = factories.officer(user=factories.user(given_name=given_name, family_name="Roy"))
        factories.deployment(posting, "2026-06-01", "2027-06-30", officer=person)
    return operation


def test_a_lowering_under_commitment_first_shows_who_and_which_days_and_saves_only_after_the_confirmation(
    client, approver, crowded
):
    desk = at(client, approver)
    response = desk.post(set_url(crowded), number(maximum="1"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Amina Roy" in page and "Luc Roy" in page and "June 30, 2027" in page
    assert 'name="acknowledge_lowering"' in page
    assert crowded.strengths.count() == 1
    shown = response.context["form"]["shown"].value()
    typed = number(maximum="1", acknowledge_lowering="on", shown=shown)
    assert desk.post(set_url(crowded), typed).status_code == 302
    assert crowded.strengths.on(day("2027-01-01")).first().acknowledged_peak == 2


def test_nobody_accepts_what_was_not_shown(client, approver, crowded):
    desk = at(client, approver)
    shown = desk.post(set_url(crowded), number(maximum="1")).context["form"]["shown"].value()
    factories.deployment(factories.posting(crowded.missions.get()), "2026-06-01", "2027-02-28")
    response = desk.post(set_url(crowded), number(maximum="1", acknowledge_lowering="on", shown=shown))
    assert response.status_code == 409
    assert "changed since" in response.content.decode()
    assert crowded.strengths.count() == 1


def test_a_machine_is_told_who_goes_over(client, approver, crowded):
    response = at(client, approver).post(set_url(crowded), number(maximum="1"), headers=JSON)
    told = response.json()
    assert (response.status_code, told["code"]) == (409, "lowering_not_acknowledged")
    assert told["over"][0]["over_by"] == 1
    assert {tour["officer"] for tour in told["tours"]} == {"Amina Roy", "Luc Roy"}


def test_numbers_that_come_down_are_shown_before_they_do(client, approver):
    operation = factories.operation(20)
    mission = factories.mission(operation, name_en="Training centre")
    factories.strength(mission, 12)
    desk = at(client, approver)
    response = desk.post(set_url(operation), number(maximum="8"))
    assert response.status_code == 409
    assert "Training centre" in response.content.decode()
    assert operation.strengths.count() == 1
    shown = response.context["form"]["shown"].value()
    typed = number(maximum="8", acknowledge_lowering="on", shown=shown)
    assert desk.post(set_url(operation), typed).status_code == 302
    assert mission.strengths.on(day("2027-01-01")).first().maximum == 8


def test_a_wrong_version_is_withdrawn_with_its_reason_and_stays_visible(client, approver):
    operation = factories.operation(22)
    wrong = factories.strength(operation, 220, day("2027-01-01"))
    response = at(client, approver).post(
        f"/admin/deployments/strength/{wrong.pk}/withdraw/", {"reason": "One 0 too many"}
    )
    assert response.status_code == 302
    assert operation.strengths.on(day("2027-01-01")).first().maximum == 22
    page = client.get(response.url).content.decode()
    assert "One 0 too many" in page and "220" in page


def test_a_wrong_version_gives_its_day_to_the_right_number(client, approver):
    operation = factories.operation(22)
    wrong = factories.strength(operation, 220, day("2027-01-01"))
    address = f"/admin/deployments/strength/{wrong.pk}/withdraw/"
    desk = at(client, approver)
    assert desk.post(address, {"reason": "Typing", "maximum": "20"}).status_code == 400
    assert desk.post(address, {"reason": "Typing", "maximum": "20", "instrument": "Order 7"}).status_code == 302
    assert operation.strengths.on(day("2027-01-01")).first().maximum == 20
    assert desk.post(address, {"reason": "Again"}).status_code == 409


def test_a_programme_and_a_mission_have_numbers_too_and_may_end_their_limit(client, approver):
    operation = factories.operation(22)
    mission = factories.mission(operation)
    desk = at(client, approver)
    assert desk.post(set_url(operation.programme), number(maximum="150")).status_code == 302
    assert desk.post(set_url(mission), number(maximum="4")).status_code == 302
    ended = number(maximum="", effective_from="2027-06-01")
    assert desk.post(set_url(mission), ended).status_code == 302
    assert mission.strengths.on(day("2027-06-01")).first().maximum is None


# --- Terms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [factories.operation, factories.mission], ids=["operation", "mission"])
def test_suspend_reopen_and_close(client, approver, make):
    record = make()
    desk = at(client, approver)
    for verb, first_day, status in (
        ("suspend", "2027-01-01", TermsStatus.SUSPENDED),
        ("reopen", "2027-02-01", TermsStatus.ACTIVE),
        ("close", "2027-03-01", TermsStatus.CLOSED),
    ):
        typed = {"effective_from": first_day, "reason": "Decision of the day"}
        assert desk.post(url(record, verb), typed).status_code == 302
        assert record.terms.on(day(first_day)).first().status == status


def test_terms_are_changed_together(client, approver):
    operation = factories.operation(22)
    typed = {
        "effective_from": "2027-01-01",
        "status": "reassessment",
        "is_armed": "no",
        "languages": ["en", "ar"],
        "reason": "Review",
    }
    assert at(client, approver).post(url(operation, "set-terms"), typed).status_code == 302
    terms = operation.terms.on(day("2027-01-01")).first()
    assert (terms.status, terms.is_armed, terms.languages) == ("reassessment", False, ["en", "ar"])


def test_the_form_for_new_terms_begins_with_those_in_force(client, approver):
    operation = factories.operation(22, is_armed=True, languages=["fr"])
    form = at(client, approver).get(url(operation, "set-terms")).context["form"]
    assert (form["is_armed"].value(), form["languages"].value()) == ("yes", ["fr"])


def test_wrong_terms_are_withdrawn(client, approver):
    operation = factories.operation(22)
    wrong = factories.terms(operation, "closed", day("2026-02-01"))
    address = f"/admin/deployments/operationterms/{wrong.pk}/withdraw/"
    assert at(client, approver).post(address, {"reason": "Other operation"}).status_code == 302
    assert operation.terms.on(day("2026-02-01")).first().status == "active"


def test_an_evacuation_suspends_and_calls_the_roll(client, approver, crowded):
    today = today_here().isoformat()
    typed = {"effective_from": today, "reason": "Fighting in the capital"}
    response = at(client, approver).post(url(crowded, "evacuate"), typed, follow=True)
    page = response.content.decode()
    assert crowded.terms.on(today_here()).first().status == TermsStatus.SUSPENDED
    assert "Amina Roy" in page and "Luc Roy" in page


@pytest.mark.parametrize("verb", ["suspend", "evacuate", "close"])
def test_who_is_there_is_read_before_it_is_closed(client, approver, crowded, verb):
    client.force_login(approver)
    content = client.get(f"/admin/deployments/operation/{crowded.pk}/{verb}/").content.decode()
    assert f'<a href="/admin/deployments/operation/{crowded.pk}/roll-call/">2 people</a>' in content


def test_nothing_to_change_is_a_refusal_in_words(client, approver):
    operation = factories.operation(22)
    typed = {"effective_from": "2027-01-01", "reason": "Mistake"}
    response = at(client, approver).post(url(operation, "reopen"), typed, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (409, "nothing_changes")


# --- Tours ---------------------------------------------------------------------------------------------


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def test_a_tour_goes_its_whole_way_by_acts_alone(client, approver):
    posting = factories.posting()
    person = factories.officer()
    desk = at(client, approver)
    typed = {"officer": person.user.email, "first_day": around(-30), "last_day": around(300)}
    assert desk.post(url(posting, "reserve"), typed).status_code == 302
    tour = person.deployments.get()
    assert (tour.state, tour.created_by) == (DeploymentState.RESERVED, approver)
    steps = [
        ("prepare", {}, "preparation"),
        ("check-in", {}, "in_mission"),
        ("extend", {"last_day": around(330), "reason": "Asked for by the mission"}, "in_mission"),
        ("complete", {"last_day": around(-1)}, "ended"),
        ("reintegrate", {}, "reintegration"),
        ("close", {}, "closed"),
    ]
    for verb, fields, state in steps:
        assert desk.post(url(tour, verb), fields).status_code == 302, verb
        tour.refresh_from_db()
        assert tour.state == state
    assert tour.last_day.isoformat() == around(-1)
    assert {act.verb for act in history_of(tour)} == {"reserve", *(verb for verb, *_rest in steps)}


def test_an_officer_is_named_by_service_and_number_as_well(client, approver):
    posting, person = factories.posting(), factories.officer()
    named = f"{person.police_service.code}:{person.service_number}"
    typed = {"officer": named, "first_day": around(1), "last_day": around(100)}
    assert at(client, approver).post(url(posting, "reserve"), typed).status_code == 302
    assert person.deployments.count() == 1


def test_a_place_is_selected_by_its_days_alone_and_held_as_long_as_usual(client, approver, settings):
    settings.HOLD_DAYS = 9
    client.force_login(approver)
    application = factories.application(factories.opening(), state="qualified")
    days = {"first_day": around(40), "last_day": around(300)}
    assert client.post(f"/admin/deployments/application/{application.pk}/select/", days).status_code == 302
    application.refresh_from_db()
    assert application.deployment.hold_until.isoformat() == around(9)


def test_an_unknown_officer_is_an_error_at_the_field(client, approver):
    typed = {"officer": "nobody@example.org", "first_day": around(1), "last_day": around(100)}
    response = at(client, approver).post(url(factories.posting(), "reserve"), typed)
    assert (response.status_code, response.context["form"].errors.keys()) == (400, {"officer"})


def test_officers_are_found_by_name_whatever_the_accents(client, approver):
    factories.officer(user=factories.user(given_name="Élodie", family_name="Gagné"))
    response = at(client, approver).get(url(factories.posting(), "reserve"), {"q": "elodie GAGNE"})
    assert "Élodie Gagné" in response.content.decode()


def test_one_tour_too_many_is_refused_in_words_and_as_data(client, approver):
    operation = factories.operation(1)
    posting = factories.posting(factories.mission(operation))
    factories.deployment(posting, around(0), around(100))
    typed = {"officer": factories.officer().user.email, "first_day": around(50), "last_day": around(200)}
    desk = at(client, approver)
    page = desk.post(url(posting, "reserve"), typed)
    assert page.status_code == 409
    assert typed["officer"] in page.content.decode()
    told = desk.post(url(posting, "reserve"), typed, headers=JSON)
    assert (told.status_code, told.json()["code"]) == (409, "capacity_exceeded")
    assert told.json()["next_first_day"] == around(101)
    assert posting.deployments.count() == 1


def test_days_out_of_order_are_refused(client, approver):
    tour = factories.deployment(factories.posting(), around(0), around(100), state="preparation")
    typed = {"first_day": around(50), "last_day": around(40), "reason": "Slip"}
    response = at(client, approver).post(url(tour, "change-dates"), typed)
    assert response.status_code == 409
    assert response.context["form"].errors.keys() == {"last_day"}


def test_a_late_return_without_room_asks_before_it_is_recorded(client, approver):
    operation = factories.operation(1)
    posting = factories.posting(factories.mission(operation))
    tour = factories.deployment(posting, around(-100), around(-10))
    factories.deployment(posting, around(-9), around(100))
    desk = at(client, approver)
    typed = {"last_day": around(-5), "reason": "Flight cancelled"}
    assert 'name="acknowledge_late"' not in desk.get(url(tour, "complete")).content.decode()
    response = desk.post(url(tour, "complete"), typed)
    assert response.status_code == 409
    assert 'name="acknowledge_late"' in response.content.decode()
    assert desk.post(url(tour, "complete"), {**typed, "acknowledge_late": "on"}).status_code == 302
    tour.refresh_from_db()
    assert (tour.state, tour.late_from.isoformat()) == ("ended", around(-9))


def test_a_repatriation_says_why(client, approver):
    tour = factories.deployment(factories.posting(), around(-100), around(100))
    desk = at(client, approver)
    typed = {"last_day": around(-1), "reason": "Evacuated to hospital", "end_reason": "completed"}
    assert desk.post(url(tour, "repatriate"), typed).status_code == 400
    assert desk.post(url(tour, "repatriate"), {**typed, "end_reason": "medical"}).status_code == 302
    tour.refresh_from_db()
    assert (tour.state, tour.end_reason) == ("ended", "medical")


def test_a_transfer_leads_to_the_new_tour(client, approver):
    tour = factories.deployment(factories.posting(), around(-100), around(100))
    target = factories.posting()
    typed = {"posting": target.reference, "first_day": around(0), "last_day": around(90), "reason": "Needed there"}
    response = at(client, approver).post(url(tour, "transfer"), typed)
    begun = target.deployments.get()
    assert response.url == reverse("admin:deployments_deployment_change", args=[begun.pk])
    assert begun.transferred_from == tour


def test_cancel_and_reinstate(client, approver):
    tour = factories.deployment(factories.posting(), around(10), around(100), state="preparation")
    desk = at(client, approver)
    assert desk.post(url(tour, "cancel"), {"reason": "Withdrew"}).status_code == 302
    assert desk.post(url(tour, "cancel"), {"reason": "Withdrew"}).status_code == 409
    assert desk.post(url(tour, "reinstate"), {"reason": "Came back"}).status_code == 302
    tour.refresh_from_db()
    assert tour.state == DeploymentState.PREPARATION


def test_an_act_is_offered_only_where_the_state_allows_it(client, approver):
    tour = factories.deployment(factories.posting(), around(10), around(100), state="reserved")
    page = at(client, approver).get(reverse("admin:deployments_deployment_change", args=[tour.pk])).content.decode()
    assert url(tour, "prepare") in page and url(tour, "cancel") in page
    assert url(tour, "complete") not in page


def test_the_page_of_an_act_that_would_be_refused_says_so_before_anything_is_typed(client, approver):
    tour = factories.deployment(factories.posting(), around(10), around(100), state="reserved")
    desk = at(client, approver)
    assert "it would be refused" in desk.get(url(tour, "complete")).content.decode()
    assert "it would be refused" not in desk.get(url(tour, "prepare")).content.decode()


@pytest.mark.parametrize("verb", ["repatriate", "record-appraisal"])
def test_nobody_decides_by_not_looking(client, approver, verb):
    """The form is sent with its lists as the page opened them, which is as a browser sends what nobody touched."""
    tour = factories.deployment(factories.posting(), around(-100), around(100), state="in_mission")
    desk = at(client, approver)
    fields = desk.get(url(tour, verb)).context["form"].fields
    untouched = {name: next(iter(field.choices))[0] for name, field in fields.items() if hasattr(field, "choices")}
    sent = {"last_day": around(-1), "given_on": around(-1), "reason": "Sent without a choice", **untouched}
    response = desk.post(url(tour, verb), sent)
    tour.refresh_from_db()
    assert (response.status_code, tour.state, hasattr(tour, "appraisal")) == (400, "in_mission", False)


def test_a_number_is_set_beside_the_one_in_force_and_those_it_counts(client, approver, crowded):
    facts = dict(at(client, approver).get(set_url(crowded)).context["facts"])
    assert {str(label): value for label, value in facts.items()} == {"Authorized today": 3, "Committed today": 2}


def test_a_posting_is_stood_down_in_sight_of_the_applications_that_end_with_it(client, selection_officer):
    posting = factories.opening()
    for state in ("submitted", "in_assessment", "withdrawn"):
        factories.application(posting, state=state)
    facts = at(client, selection_officer).get(url(posting, "stand-down")).context["facts"]
    assert [(str(label), value) for label, value in facts] == [("Open applications", 2)]


# --- Postings ------------------------------------------------------------------------------------------


def test_a_posting_is_stood_down_and_reopened_by_the_selection_officer(client, selection_officer):
    posting = factories.posting()
    desk = at(client, selection_officer)
    assert desk.post(url(posting, "stand-down"), {"reason": "Mandate ends"}).status_code == 302
    posting.refresh_from_db()
    assert posting.status == PostingStatus.STOOD_DOWN
    assert desk.post(url(posting, "reopen"), {"reason": "Mandate renewed"}).status_code == 302
    posting.refresh_from_db()
    assert posting.status == PostingStatus.OPEN


def test_places_never_go_below_commitment(client, selection_officer):
    posting = factories.posting(places=5)
    for _each in range(2):
        factories.deployment(posting, around(0), around(100))
    desk = at(client, selection_officer)
    assert desk.post(url(posting, "set-places"), {"places": "1"}).status_code == 409
    assert desk.post(url(posting, "set-places"), {"places": "2"}).status_code == 302
    posting.refresh_from_db()
    assert posting.places == 2


# --- Who may, and how a refusal is told ----------------------------------------------------------------


RECORDS = {
    "Programme": factories.programme,
    "Operation": factories.operation,
    "Mission": factories.mission,
    "AuthorizedStrength": lambda: factories.operation().strengths.get(),
    "OperationTerms": lambda: factories.operation().terms.get(),
    "MissionTerms": lambda: factories.terms(factories.mission(), "active", day("2026-01-01")),
    "Posting": factories.posting,
    "Deployment": lambda: factories.deployment(factories.posting(), "2026-01-01", "2026-12-31"),
}
MINE = [act for act in admin.site.acts if act.model.__name__ in RECORDS]


def some_record(act):
    """A record on which the act can be tried."""
    return RECORDS[act.model.__name__]()


@pytest.mark.parametrize("act", MINE, ids=lambda act: act.name)
def test_every_act_is_closed_to_roles_without_it_and_to_strangers(client, act):
    address = act.url(some_record(act))
    login = client.post(address)
    assert (login.status_code, "/admin/login/" in login.url) == (302, True)
    assert client.post(address, headers=JSON).status_code == 401
    roles = {"Auditor", "Mission editor", "Administrator"} - (
        {"Mission editor"} if act.permission == MAY_PUBLISH else set()
    )
    for role in sorted(roles):
        at(client, factories.staff(role))
        assert client.get(address).status_code == client.post(address).status_code == 403, role
        told = client.post(address, headers=JSON)
        assert (told.status_code, told.json()["code"]) == (403, "not_permitted")
    at(client, factories.user())
    assert client.post(address).status_code == 403


@pytest.mark.parametrize("act", MINE, ids=lambda act: act.name)
def test_every_act_has_a_page_that_asks_in_both_languages(client, act):
    record = some_record(act)
    for language in ("en", "fr"):
        person = factories.staff("Approver", "Selection officer", "Mission editor", language=language)
        response = at(client, person).get(act.url(record))
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("act", MINE, ids=lambda act: act.name)
def test_an_act_on_what_is_not_there_is_not_found(client, act):
    person = factories.staff("Approver", "Selection officer", "Mission editor")
    address = act.url(act.model(pk=987654321))
    assert at(client, person).post(address).status_code == 404


def test_an_act_needs_the_token_against_forged_requests(approver):
    from django.test import Client

    operation = factories.operation(22)
    client = at(Client(enforce_csrf_checks=True), approver)
    assert client.post(set_url(operation), number()).status_code == 403
    assert operation.strengths.count() == 1


def test_a_done_act_is_told_to_a_machine(client, approver):
    operation = factories.operation(22)
    typed = {"effective_from": "2027-01-01", "reason": "Unrest"}
    told = at(client, approver).post(url(operation, "suspend"), typed, headers=JSON)
    assert (told.status_code, told.json()["code"]) == (200, "done")


def test_unreadable_fields_are_told_to_a_machine(client, approver):
    told = at(client, approver).post(set_url(factories.operation(22)), number(maximum="x"), headers=JSON)
    assert (told.status_code, told.json()["fields"].keys()) == (400, {"maximum"})


def test_other_methods_are_not_acts(client, approver):
    assert at(client, approver).put(set_url(factories.operation(22))).status_code == 405


def test_levels_are_named_by_their_kind():
    operation, mission = factories.operation(), factories.mission()
    assert reverse("strength-operation-set", args=[operation.pk]) == set_url(operation)
    assert reverse("strength-mission-set", args=[mission.pk]) == set_url(mission)
    assert isinstance(operation, Operation) and isinstance(mission, Mission)
