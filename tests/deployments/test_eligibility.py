"""Eligibility: every requirement is tested on the departure day and through the last day of the tour."""

import datetime

import pytest

from deployments.eligibility.rule import Candidate, Held, Rated, Requirements, assess
from deployments.limits.rule import Span
from tests.factories import day

TOUR = Span(day("2027-03-01"), day("2028-02-29"))
CLEAN = {"has_conviction": False, "has_open_investigation": False}


def unmet(candidate: dict, wanted: dict, tour: Span = TOUR) -> list[str]:
    return [f.code for f in assess(Candidate(**CLEAN | candidate), Requirements(**wanted), tour).unmet]


def test_who_meets_everything_is_eligible():
    assert unmet({}, {}) == []


@pytest.mark.parametrize(
    ("born", "is_met"),
    [
        ("2002-03-01", True),  # 25 on the very day of departure
        ("2002-03-02", False),
        ("1965-03-01", True),  # 62 to the last day: 63 only on the day after
        ("1965-02-28", False),  # 63 the day before the return
    ],
)
def test_the_age_is_counted_on_departure_and_on_return(born, is_met):
    assert (unmet({"birth_date": day(born)}, {"min_age": 25, "max_age": 62}) == []) is is_met


def test_a_profile_without_a_birth_date_does_not_meet_an_age():
    assert unmet({}, {"min_age": 25}) == ["age"]


@pytest.mark.parametrize(("since", "is_met"), [("2022-03-01", True), ("2022-03-02", False)])
def test_years_of_service_are_whole_on_the_departure_day(since, is_met):
    assert (unmet({"member_since": day(since)}, {"min_service_years": 5}) == []) is is_met


def test_service_ends_with_retirement():
    candidate = {"member_since": day("2020-01-01"), "retired_on": day("2024-06-01")}
    assert unmet(candidate, {"min_service_years": 5}) == ["service"]


@pytest.mark.parametrize(("retired", "is_met"), [("2023-02-28", True), ("2023-02-27", False)])
def test_retired_officers_are_accepted_for_some_years_until_the_end_of_the_tour(retired, is_met):
    assert (unmet({"retired_on": day(retired)}, {"max_retired_years": 5}) == []) is is_met


def test_a_rank_outside_the_range_or_unknown_is_not_met():
    wanted = {"min_rank_level": 3, "max_rank_level": 5}
    assert unmet({"rank_level": 3}, wanted) == unmet({"rank_level": 5}, wanted) == []
    assert unmet({"rank_level": 2}, wanted) == unmet({"rank_level": 6}, wanted) == unmet({}, wanted) == ["rank"]


def test_every_skill_of_a_language_counts_and_the_reason_names_those_too_low():
    wanted = Requirements(languages=(Rated("fr", 2, 2, 3),))
    found = assess(Candidate(**CLEAN, languages=(Rated("fr", 3, 2, 2),)), wanted, TOUR)
    assert [f.code for f in found.unmet] == ["language-fr"]
    assert "speaking: C required, B declared" in found.unmet[0].reason
    assert "reading" not in found.unmet[0].reason


@pytest.mark.parametrize(
    ("held", "is_met"),
    [
        ([("2026-01-01", "2028-02-29")], True),
        ([("2026-01-01", None)], True),
        ([("2026-01-01", "2028-02-28")], False),  # ends a day before the return
        ([("2026-01-01", "9999-12-31"), ("2027-06-01", None)], True),  # the end of time, and another one after it
        ([("2027-03-02", None)], False),  # begins a day after the departure
        ([("2026-01-01", "2027-12-31"), ("2028-01-01", "2029-01-01")], True),  # one follows the other without a gap
        ([("2026-01-01", "2027-12-30"), ("2028-01-01", "2029-01-01")], False),  # one day between them
        ([], False),
    ],
)
def test_a_qualification_is_valid_on_every_day_of_the_tour(held, is_met):
    grants = tuple(Held("passport", day(a), day(b) if b else None) for a, b in held)
    wanted = {"qualifications": (("passport", "Passport", ()),)}
    assert (unmet({"qualifications": grants}, wanted) == []) is is_met


def test_an_expired_qualification_says_when_it_ended():
    grants = (Held("passport", day("2020-01-01"), day("2026-12-31")),)
    found = assess(
        Candidate(**CLEAN, qualifications=grants), Requirements(qualifications=(("passport", "Passport", ()),)), TOUR
    )
    assert "December 31, 2026" in found.unmet[0].reason


def test_only_the_accepted_grades_count():
    grants = (Held("medical", day("2026-01-01"), None, "MS3"),)
    assert unmet({"qualifications": grants}, {"qualifications": (("medical", "Medical", ("MS3",)),)}) == []
    assert unmet({"qualifications": grants}, {"qualifications": (("medical", "Medical", ("MS2",)),)}) == [
        "qualification-medical"
    ]


def test_declarations_must_be_given_and_clean():
    assert unmet({"has_conviction": None, "has_open_investigation": True}, {}) == ["conviction", "investigation"]


def test_an_unavailable_day_or_another_tour_inside_the_tour_is_named():
    away = (Span(day("2028-02-29"), day("2028-03-10")),)
    assert unmet({"unavailable": away}, {}) == ["availability"]
    assert unmet({"tours": away}, {}) == ["other-tour"]
    before = (Span(day("2026-01-01"), day("2027-02-28")),)
    assert unmet({"unavailable": before, "tours": before}, {}) == []


def test_rest_between_tours_is_counted_from_the_last_day_of_the_tour_before():
    tour = (Span(day("2026-01-01"), day("2026-09-01")),)
    assert unmet({"tours": tour}, {"rest_months": 6}) == ["rest"]
    assert unmet({"tours": tour}, {"rest_months": 5}) == []
    assert unmet({"tours": tour}, {"rest_months": 0}) == []


def test_a_waived_requirement_stays_visible_and_no_longer_stands_in_the_way():
    found = assess(Candidate(**CLEAN), Requirements(min_age=25), TOUR, waived=["age"])
    assert found.is_eligible
    assert [f.code for f in found.findings if not f.is_met] == ["age"]


def test_all_reasons_come_together():
    wanted = {"min_age": 25, "min_service_years": 5, "languages": (Rated("fr", 1, 1, 1),)}
    assert unmet({"has_conviction": True}, wanted) == ["age", "service", "language-fr", "conviction"]


def test_a_birthday_on_leap_day_falls_on_the_first_of_march():
    tour = Span(day("2027-02-28"), day("2027-03-10"))
    assert unmet({"birth_date": datetime.date(2004, 2, 29)}, {"min_age": 23}, tour) == ["age"]
    later = Span(day("2027-03-01"), day("2027-03-10"))
    assert unmet({"birth_date": datetime.date(2004, 2, 29)}, {"min_age": 23}, later) == []
