"""A waiver counts for what was on record when it was given, and for less, never for more."""

import re

import pytest

from core.actors import SYSTEM
from core.refusals import Refusal
from deployments.domain import applications, tours, waivers
from deployments.eligibility import rule
from deployments.eligibility.candidate import eligibility_of, eligibility_with_assessments
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.many import Files
from deployments.eligibility.rule import Candidate, Held, Rated, Requirements, Result
from deployments.eligibility.waived import Given, Known, on_record, what_counts
from deployments.limits.rule import Span
from deployments.models import Application, OfficerWaiver
from deployments.queries.uncleared import tours_not_cleared_any_more
from deployments.queries.waivers import outgrown
from officers.models import Qualification
from tests import factories
from tests.clock import around
from tests.factories import day

TODAY = day("2026-11-24")
TOUR = Span(day("2027-03-01"), day("2028-02-29"))
DAYS = {"first_day": TOUR.first_day, "last_day": TOUR.last_day}
WANTED = Requirements(
    min_age=25,
    max_rank_level=5,
    qualifications=(("medical", "Medical grade", ("A", "B")), ("driving", "Driving licence", ())),
    rest_months=6,
)
REASON = {"reason": "One month short"}


def medical(until: str | None, *, since: str = "2026-01-01", grade: str = "A", is_verified: bool = True) -> dict:
    held = Held("medical", day(since), day(until) if until else None, grade, is_verified)
    return {"qualifications": (held,)}


def licence(grade: str) -> dict:
    return {"qualifications": (Held("driving", day("2026-01-01"), day("2027-06-01"), grade),)}


def french(level: int, until: str | None = None, *, is_tested: bool = False) -> dict:
    rated = Rated("fr", level, level, level)
    if not is_tested:
        return {"languages": (rated,)}
    return {"tested": (rule.Tested(rated, day("2026-05-01"), day(until) if until else None),)}


def away(*spans: tuple[str, str]) -> dict:
    return {"unavailable": tuple(Span(day(first), day(last)) for first, last in spans)}


def home(last_day: str) -> dict:
    return {"tours": (Span(day("2026-02-01"), day(last_day)),)}


def result(outcome: str = "", until: str | None = None) -> dict:
    return {"results": (Result("medical", outcome, day(until) if until else None),)} if outcome else {}


@pytest.mark.parametrize(
    ("code", "then", "now", "counts"),
    [
        ("qualification-medical", medical("2028-01-15"), medical("2028-01-15"), True),
        ("qualification-medical", medical("2028-01-15"), {}, False),
        ("qualification-medical", medical("2028-01-15"), medical("2028-02-01"), True),
        ("qualification-medical", medical("2028-01-15"), medical("2028-01-14"), False),
        ("qualification-medical", medical("2028-01-15"), medical("2028-02-01", since="2027-02-01"), True),
        ("qualification-medical", medical("2028-01-15"), medical("2028-02-01", since="2027-03-02"), False),
        ("qualification-medical", medical("2028-01-15"), medical("2028-01-15", grade="C"), False),
        ("qualification-medical", medical("2028-01-15", grade="C"), medical("2028-01-15", grade="C"), True),
        ("qualification-medical", medical("2028-01-15", grade="C"), medical("2028-01-15", grade="B"), True),
        ("qualification-medical", medical("2028-01-15"), medical("2028-01-15", is_verified=False), False),
        ("qualification-medical", medical("2028-01-15", is_verified=False), medical("2028-01-15"), True),
        ("qualification-medical", {}, {}, True),
        ("qualification-medical", {}, medical("2027-06-01"), True),
        ("qualification-medical", medical(None, grade="C"), medical("2028-02-29", grade="C"), True),
        ("qualification-medical", medical(None, grade="C"), medical("2028-02-28", grade="C"), False),
        ("qualification-driving", licence("car"), licence("lorry"), True),
        ("language-fr", french(1), french(1), True),
        ("language-fr", french(1), french(0), False),
        ("language-fr", french(1), {}, False),
        ("language-fr", {}, french(1), True),
        ("language-fr", french(2, "2027-06-01", is_tested=True), {}, True),  # it would not hold through the tour
        ("language-fr", french(2, is_tested=True), french(1, is_tested=True), False),
        ("conviction", {"has_conviction": True}, {"has_conviction": True}, True),
        ("conviction", {"has_conviction": None}, {"has_conviction": True}, False),
        ("investigation", {"has_open_investigation": None}, {"has_open_investigation": True}, False),
        ("availability", away(("2027-06-01", "2027-06-10")), away(("2027-06-02", "2027-06-10")), True),
        ("availability", away(("2027-06-01", "2027-06-10")), away(("2027-06-01", "2027-06-11")), False),
        (
            "availability",
            away(("2027-06-01", "2027-06-10"), ("2027-06-11", "2027-07-10")),
            away(("2027-06-05", "2027-07-01")),
            True,
        ),
        ("availability", {}, away(("2028-03-01", "2028-04-01")), True),  # after the tour
        ("rest", home("2026-10-01"), home("2026-10-01"), True),
        ("rest", home("2026-10-01"), home("2026-10-02"), False),
        ("rest", {}, home("2026-10-02"), False),
        ("rest", home("2026-10-01"), {}, True),
        ("age", {"birth_date": day("2003-01-01")}, {"birth_date": day("2002-12-31")}, True),
        ("age", {"birth_date": day("2003-01-01")}, {"birth_date": day("2003-01-02")}, False),
        ("age", {}, {"birth_date": day("2003-01-02")}, False),
        ("rank", {"rank_level": 6}, {"rank_level": 6}, True),
        ("rank", {"rank_level": 6}, {"rank_level": 7}, False),
        ("rank", {}, {"rank_level": 7}, False),
        ("service", {"member_since": day("2024-01-01")}, {"member_since": day("2024-01-01")}, True),
        ("service", {"member_since": day("2024-01-01")}, {"member_since": day("2024-01-02")}, False),
        ("service", {"member_since": day("2024-01-01")}, {}, False),
        ("retirement", {"retired_on": day("2020-01-01")}, {"retired_on": day("2020-01-02")}, True),
        ("retirement", {"retired_on": day("2020-01-01")}, {"retired_on": day("2019-12-31")}, False),
        ("assessment-medical", result(), result(), True),
        ("assessment-medical", result(), result("failed"), False),
        ("assessment-medical", result("failed"), result("failed"), True),
        ("assessment-medical", result("failed"), result("deferred"), True),
        ("assessment-medical", result("deferred"), result("failed"), False),
        ("assessment-medical", result("passed", "2028-01-01"), result("passed", "2028-01-01"), True),
        ("assessment-medical", result("passed", "2028-01-01"), result("passed", "2027-12-31"), False),
        ("assessment-medical", result("passed", "2028-01-01"), result("failed"), False),
        ("assessment-medical", result("failed"), result("passed", "2027-05-01"), True),
    ],
)
def test_a_waiver_counts_for_what_was_known_and_for_less(code, then, now, counts):
    before, after = ({name: value for name, value in each.items() if name != "results"} for each in (then, now))
    kept = on_record(code, Candidate(**before), then.get("results", ()))
    found = what_counts([Given(code, kept)], Known(Candidate(**after), WANTED, TOUR, now.get("results", ())))
    assert (code in found.counting, code in found.outgrown) == (counts, not counts)
    # The control: a waiver that is older than what is kept counts whatever comes.
    assert what_counts([Given(code)], Known(Candidate(**after), WANTED, TOUR)).counting == {code}


@pytest.fixture
def short(db):
    """An officer whose medical grade ends before the tour does, in a posting that asks for it."""
    posting = factories.opening(tour_first_day=TOUR.first_day, tour_last_day=TOUR.last_day)
    asked = Qualification.objects.get(code="medical")
    posting.qualification_requirements.create(qualification=asked)
    officer = factories.candidate()
    officer.grants.create(qualification=asked, valid_from=day("2026-01-01"), valid_until=day("2028-01-15"))
    return posting, officer


WAIVED = {"finding": "qualification-medical", "last_day": day("2036-01-01"), "today": TODAY}


def test_what_is_lost_after_the_waiver_is_open_again_on_every_path(short, approver):
    posting, officer = short
    waivers.waive(officer, by=approver, posting=posting, **WAIVED, **REASON)
    tour = tours.reserve(by=SYSTEM, officer=officer, posting=posting, today=TODAY, **DAYS)
    with pytest.raises(Refusal, match="waived already"):
        waivers.waive(officer, by=approver, posting=posting, **WAIVED, **REASON)
    assert tours_not_cleared_any_more(TODAY) == []
    officer.grants.all().delete()
    with pytest.raises(waivers.NotCleared, match="The waiver was given for less than is found now"):
        tours.prepare(tour, by=SYSTEM, today=TODAY)
    found = Files.of_tours([tour], TODAY).findings(officer, posting, TOUR, ClearanceAct.PREPARE)
    assert [(each.code, "given for less" in each.reason) for each in found] == [("qualification-medical", True)]
    assert tours_not_cleared_any_more(TODAY) == [tour.pk]
    # It can be waived as it is now; the earlier one ends by that.
    waivers.waive(officer, by=approver, posting=posting, **WAIVED, reason="Without any")
    tours.prepare(tour, by=SYSTEM, today=TODAY)
    assert [each.withdrawn_at is None for each in officer.waivers.order_by("pk")] == [False, True]


def test_an_earlier_waiver_counts_whatever_comes(short, approver):
    """The control: without what was known then, as waivers were before it was kept."""
    posting, officer = short
    waivers.waive(officer, by=approver, posting=posting, **WAIVED, **REASON)
    OfficerWaiver.objects.update(on_record=None)
    officer.grants.all().delete()
    tour = tours.reserve(by=SYSTEM, officer=officer, posting=posting, today=TODAY, **DAYS)
    assert Files.of_tours([tour], TODAY).findings(officer, posting, TOUR) == []


def test_a_waiver_of_an_application_counts_in_the_same_way(short, approver):
    posting, officer = short
    made = factories.application(posting, officer=officer, state="endorsed")
    waived = {"requirement": "qualification-medical", **REASON}
    applications.waive(made, by=approver, **waived)
    assert eligibility_of(made).is_eligible
    officer.grants.all().delete()
    made = Application.objects.get(pk=made.pk)
    found = eligibility_with_assessments(made, TOUR)
    assert [each.code for each in found.unmet] == ["qualification-medical"]
    assert "given for less" in found.unmet[0].reason


# --- What the desk reads of it ------------------------------------------------------------------------------------

OUTGROWN = {"en": "does not count: given for less", "fr": "ne compte pas : accordée pour moins"}


@pytest.fixture
def waived(short, approver):
    """The medical grade of ``short`` is waived, for its application and its tour."""
    posting, officer = short
    given = {"finding": "qualification-medical", "last_day": around(900), **REASON}
    waivers.waive(officer, by=approver, posting=posting, **given)
    made = factories.application(posting, officer=officer, state="endorsed")
    tour = factories.deployment(posting, *(str(each) for each in DAYS.values()), officer=officer, state="reserved")
    return officer, [
        f"/admin/officers/officer/{officer.pk}/change/",
        f"/admin/deployments/officer/{officer.pk}/dossier/",
        f"/admin/deployments/application/{made.pk}/change/",
        f"/admin/deployments/deployment/{tour.pk}/change/",
    ]


@pytest.mark.on("2026-11-24")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_say_of_a_waiver_that_it_does_not_count_any_more(waived, client, language):
    officer, pages = waived
    client.force_login(factories.staff("Approver", language=language))

    def states() -> list[str]:
        panels = (client.get(page).content.decode().split('aria-labelledby="waivers-title"')[-1] for page in pages)
        found = (re.search(r'data-label="(?:State|État)">([^<]*)<', panel) for panel in panels)
        return [match.group(1).strip().replace("\xa0", " ") for match in found if match]

    in_force = {"en": "in force", "fr": "en vigueur"}[language]
    assert states() == [in_force] * 4
    officer.grants.update(valid_until=day("2027-06-01"))
    assert len(found := states()) == 4 and all(each.startswith(OUTGROWN[language]) for each in found)
    officer.grants.update(valid_until=day("2028-02-01"))
    assert states() == [in_force] * 4
    OfficerWaiver.objects.update(last_day=day("2026-11-23"), on_record={"qualifications": []})
    assert set(states()) == {{"en": "ended", "fr": "terminée"}[language]}


def test_without_a_tour_the_planned_days_count(short, approver):
    posting, officer = short
    given = waivers.waive(officer, by=approver, posting=posting, **WAIVED, **REASON)
    assert outgrown(officer, [given], TODAY) == set()
    officer.grants.update(valid_until=day("2027-06-01"))
    assert outgrown(officer, [given], TODAY) == {given.pk}
    given.on_record = None
    assert outgrown(officer, [given], TODAY) == set(), "it was not kept what was on record"


def test_withdrawing_offers_the_waivers_by_what_they_waive(short, client, approver):
    posting, officer = short
    waivers.waive(officer, by=approver, posting=posting, **{**WAIVED, "last_day": around(900)}, **REASON)
    client.force_login(approver)
    page = client.get(f"/admin/deployments/officer/{officer.pk}/withdraw-waiver/").content.decode()
    name = Qualification.objects.get(code="medical").name
    assert f"{name}, for {posting.reference}, until " in page


# --- A waiver ends --------------------------------------------------------------------------------------------------


@pytest.mark.on("2026-11-24")
def test_a_waiver_that_has_ended_refuses_screening_until_it_is_waived_anew(short, client, approver):
    posting, officer = short
    made = factories.application(posting, officer=officer, state="endorsed")
    address = f"/admin/deployments/application/{made.pk}/screen-in/"
    selection = factories.staff("Selection officer")
    first = waivers.waive(
        officer, by=approver, posting=posting, finding="qualification-medical", last_day=day("2026-11-25"), **REASON
    )
    OfficerWaiver.objects.filter(pk=first.pk).update(last_day=day("2026-11-23"))
    client.force_login(selection)
    refused = client.post(address, {}, headers={"accept": "application/json"})
    assert (refused.status_code, Application.objects.get(pk=made.pk).state) == (409, "endorsed")
    again = {"finding": "qualification-medical", "last_day": day("2026-11-24"), "reason": "Seen again"}
    waivers.waive(officer, by=approver, posting=posting, **again)
    assert client.post(address, {}).status_code == 302
    assert Application.objects.get(pk=made.pk).state == "screened_in"
    first.refresh_from_db()
    assert first.withdrawn_at is not None, "one waiver for a finding is not withdrawn at a time"
