"""Everything that stands against a tour is named in one refusal: the officer, the release, another tour, and the room."""

import pytest

from core.actors import SYSTEM
from core.history.acts import history_of
from deployments.domain import applications, tours
from deployments.domain.waivers import NotCleared
from deployments.limits import audit
from deployments.limits.refusals import CapacityExceeded
from deployments.models import Deployment
from tests import factories
from tests.clock import around

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def iso(days: int) -> str:
    return around(days).isoformat()


@pytest.fixture
def posting():
    """In an operation with a single place, which somebody has from day 100 on."""
    found = factories.opening(factories.mission(factories.operation(1, name_en="Mali", name_fr="Mali")))
    factories.deployment(found, iso(100), iso(200))
    return found


@pytest.fixture
def officer():
    """With a failed medical, and without a release."""
    found = factories.candidate(is_released=False)
    found.assessments.create(
        kind="medical", held_on=around(-30), outcome="failed", recorded_by=factories.user(), application=None
    )
    return found


def codes(refusal) -> list[str]:
    return [each["code"] for each in refusal.as_json()["findings"]]


DAYS = {"first_day": around(90), "last_day": around(150)}


def test_reserving_names_the_officer_and_the_room(posting, officer):
    with pytest.raises(NotCleared) as told:
        tours.reserve(by=SYSTEM, officer=officer, posting=posting, **DAYS)
    assert codes(told.value) == ["capacity", "assessment-medical"]
    said = told.value.as_json()
    assert said["code"] == "not_cleared" and said["shortfalls"][0]["label"] == "Mali"
    assert said["next_first_day"] == iso(201)
    assert "Several things stand against this" in str(told.value) and "1 authorized" in str(told.value)
    assert all(each["mend"] for each in said["findings"])


def test_terms_that_take_nobody_are_named_with_the_rest(posting, officer):
    factories.terms(posting.mission.operation, "suspended", around(50))
    with pytest.raises(NotCleared) as told:
        tours.reserve(by=SYSTEM, officer=officer, posting=posting, **DAYS)
    assert codes(told.value) == ["takes-nobody", "capacity", "assessment-medical"]
    assert "takes nobody new" in str(told.value)


def test_another_tour_hides_no_missing_room(posting, officer):
    factories.deployment(factories.posting(), iso(95), iso(99), officer=officer, state="reserved")
    with pytest.raises(NotCleared) as told:
        tours.reserve(by=SYSTEM, officer=officer, posting=posting, **DAYS)
    assert codes(told.value) == ["other-tour", "capacity", "assessment-medical"]


def test_selecting_names_the_room_too(posting, officer):
    application = factories.application(posting, officer=officer, state="nominated")
    with pytest.raises(NotCleared) as told:
        applications.select(application, by=SYSTEM, **DAYS)
    assert {"capacity", "assessment-medical"} <= set(codes(told.value))


def test_extending_names_the_last_day_that_has_room(posting, officer):
    tour = factories.deployment(posting, iso(10), iso(80), officer=officer, state="reserved")
    with pytest.raises(NotCleared) as told:
        tours.extend(tour, by=SYSTEM, last_day=around(120), reason="Longer")
    assert told.value.as_json()["extendable_to"] == iso(99)


@pytest.mark.parametrize("way", ["one by one", "many at once"])
def test_recording_names_release_officer_and_room(posting, officer, way):
    if way == "one by one":
        with pytest.raises(NotCleared) as told:
            tours.record_tour(by=SYSTEM, officer=officer, posting=posting, state="preparation", **DAYS)
    else:
        tour = Deployment(officer=officer, posting=posting, state="preparation", **DAYS)
        with pytest.raises(NotCleared) as told:
            tours.Sweep([tour], around(0)).take(tour)
    assert codes(told.value) == ["release", "capacity", "assessment-medical"]


def test_a_hold_that_has_run_out_stands_against_nobody_and_stays_where_the_act_is_refused(officer):
    posting = factories.posting(factories.mission(factories.operation(1)))
    held = factories.deployment(posting, iso(100), iso(200), state="reserved", hold_until=around(-1))
    with pytest.raises(NotCleared) as told:
        tours.reserve(by=SYSTEM, officer=officer, posting=posting, **DAYS)
    assert codes(told.value) == ["assessment-medical"]
    held.refresh_from_db()
    assert held.state == "reserved"


def test_room_alone_is_refused_as_before(posting):
    with pytest.raises(CapacityExceeded):
        tours.reserve(by=SYSTEM, officer=factories.candidate(), posting=posting, **DAYS)


def test_terms_and_a_full_level_are_named_together(client, posting, approver):
    """The terms first, then what a refusal of the level alone says: level, days, number, count, and what would do."""
    factories.terms(posting.mission.operation, "suspended", around(95))
    factories.terms(posting.mission.operation, "active", around(110))
    factories.terms(posting.mission, "reassessment", around(105))
    factories.terms(posting.mission, "active", around(120))
    officer = factories.candidate()
    with pytest.raises(tours.TakesNobody) as told:
        tours.reserve(by=SYSTEM, officer=officer, posting=posting, **DAYS)
    terms, level = told.value.sentences()
    assert terms.count("takes nobody new") == 2 and "suspended" in terms and "under reassessment" in terms
    assert f"1 authorized from {iso(100)} to {iso(150)}, 1 committed" in level and iso(201) in level
    client.force_login(approver)
    typed = {"officer": officer.user.email, "first_day": iso(90), "last_day": iso(150)}
    address = f"/admin/deployments/posting/{posting.pk}/reserve/"
    said = client.post(address, typed, headers=JSON).json()
    assert (said["code"], said["field"], said["next_first_day"]) == ("takes_nobody", "first_day", iso(201))
    assert said["shortfalls"][0]["committed"] == 1 and terms in said["message"] and level in said["message"]
    page = client.post(address, typed)
    assert page.status_code == 409 and page.context["form"].errors["first_day"] == [terms, level]
    tour = Deployment(officer=officer, posting=posting, state="reserved", **DAYS)
    with pytest.raises(tours.TakesNobody) as in_a_list:
        tours.Sweep([tour], around(0)).take(tour)
    assert in_a_list.value.sentences() == [terms, level]


def test_the_desk_shows_each_in_a_line_of_its_own_and_reserves_nothing(client, posting, officer, approver):
    client.force_login(approver)
    typed = {"officer": officer.user.email, "first_day": iso(90), "last_day": iso(150)}
    page = client.post(f"/admin/deployments/posting/{posting.pk}/reserve/", typed)
    assert page.status_code == 409
    said = page.context["form"].errors["officer"]
    assert len(said) == 2 and said[0].startswith("Room on every day: Mali: 1 authorized")
    assert Deployment.objects.count() == 1


# --- A late return is a fact ------------------------------------------------------------------------------------


@pytest.fixture
def home(officer):
    """A tour that ended ten days ago, in an operation without room since; its officer is neither released nor cleared."""
    posting = factories.posting(factories.mission(factories.operation(1)))
    tour = factories.deployment(posting, iso(-100), iso(-10), officer=officer, state="ended", end_reason="completed")
    factories.deployment(factories.posting(posting.mission), iso(-8), iso(90))
    return tour


def test_a_correction_names_all_and_records_what_was_once_acknowledged(client, home, approver):
    client.force_login(approver)
    address = f"/admin/deployments/deployment/{home.pk}/correct-last-day/"
    typed = {"last_day": iso(-5), "reason": "No flight"}
    said = client.post(address, typed, headers=JSON)
    assert said.status_code == 409 and said.json()["field"] == "acknowledge_late"
    assert [each["code"] for each in said.json()["findings"]] == ["release", "capacity", "assessment-medical"]
    page = client.post(address, typed)
    assert "acknowledge_late" in {field.name for field in page.context["form"].shown_fields()}
    assert client.post(address, typed | {"acknowledge_late": "on"}).status_code == 302
    home.refresh_from_db()
    assert (home.last_day, home.late_from, home.state) == (around(-5), around(-9), "ended")
    assert history_of(home).first().detail["accepted"] == ["release", "assessment-medical"]
    assert audit.breaches() == [] and audit.unreleased() == []


def test_another_tour_is_never_acknowledged(home, approver):
    factories.deployment(factories.posting(), iso(-6), iso(20), officer=home.officer, state="reserved")
    with pytest.raises(NotCleared) as told:
        tours.correct_last_day(home, by=approver, last_day=around(-5), reason="No flight", acknowledge_late=True)
    assert "other-tour" in codes(told.value)


def test_the_same_day_recorded_when_the_tour_ends_asks_for_room_alone(officer, approver):
    """Completing later than planned is the same fact, recorded in time: no release and no clearance is asked."""
    posting = factories.posting(factories.mission(factories.operation(1)))
    tour = factories.deployment(posting, iso(-100), iso(-10), officer=officer, state="reserved")
    factories.release(officer, iso(-100), iso(-10))
    Deployment.objects.filter(pk=tour.pk).update(state="in_mission")
    done = tours.complete(tour, by=approver, last_day=around(-5), reason="No flight")
    assert (done.last_day, done.late_from) == (around(-5), None)
