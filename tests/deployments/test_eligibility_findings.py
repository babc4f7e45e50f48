"""Findings whole: what is met and on what that rests, what is answered, which assessment or grant counts."""

import pytest

from deployments.eligibility import values
from deployments.eligibility.rule import (
    Candidate,
    Finding,
    Held,
    Rated,
    Requirements,
    assess,
    level_for,
    months_before,
    years_between,
)
from deployments.limits.rule import Span
from tests.factories import day

TOUR = Span(day("2027-03-01"), day("2028-02-29"))
CLEAN = {"has_conviction": False, "has_open_investigation": False}
UNVERIFIED = "Not verified by the desk."
OWN = "Own rating, not assessed."
FRENCH, ENGLISH = Rated("fr", 2, 2, 2), Rated("en", 1, 1, 1)


def findings(candidate: dict, wanted: dict) -> list[Finding]:
    """What is found beside the declarations and the days, all of which are met."""
    found = assess(Candidate(**CLEAN | candidate), Requirements(**wanted), TOUR).findings
    ours = [each for each in found if each.code not in ("conviction", "investigation", "availability", "other-tour")]
    assert all(each.is_met and each.is_answered and not each.note for each in found if each not in ours)
    return ours


def assessed(held_on: str, valid_until: str | None, level: int, language: str = "fr") -> values.Tested:
    return values.Tested(Rated(language, level, level, level), day(held_on), day(valid_until) if valid_until else None)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ((), (FRENCH, False)),
        ((assessed("2026-01-01", None, 1),), (Rated("fr", 1, 1, 1), True)),
        ((assessed("2026-01-01", "2028-02-29", 1),), (Rated("fr", 1, 1, 1), True)),
        ((assessed("2026-01-01", "2028-02-28", 1),), (FRENCH, False)),
        ((assessed("2026-01-01", None, 3, "es"),), (FRENCH, False)),
        ((assessed("2025-01-01", None, 3), assessed("2026-01-01", None, 1)), (Rated("fr", 1, 1, 1), True)),
        ((assessed("2026-01-01", None, 1), assessed("2025-01-01", None, 3)), (Rated("fr", 1, 1, 1), True)),
        ((assessed("2026-01-01", "2027-01-01", 1), assessed("2025-01-01", None, 3)), (Rated("fr", 3, 3, 3), True)),
    ],
)
def test_the_latest_assessment_that_holds_to_the_last_day_counts_else_the_own_rating(tests, expected):
    known = Candidate(languages=(ENGLISH, FRENCH), tested=tests)
    assert level_for(known, "fr", TOUR.last_day) == expected
    assert level_for(known, "pt", TOUR.last_day) == (None, False)


def test_a_language_says_on_what_it_rests_and_what_is_too_low():
    wanted = {"languages": (Rated("pt", 1, 1, 1), FRENCH, ENGLISH)}
    assert findings({"languages": (FRENCH, ENGLISH), "tested": (assessed("2026-01-01", None, 1),)}, wanted) == [
        Finding(
            "language-pt", "Language: Portuguese", "The profile has no rating of this language.", is_answered=False
        ),
        Finding(
            "language-fr",
            "Language: French",
            "Level too low (reading: B required, A assessed; writing: B required, A assessed;"
            " speaking: B required, A assessed).",
        ),
        Finding("language-en", "Language: English", "", OWN),
    ]
    low = {"languages": (Rated("fr", 2, 0, 2), ENGLISH), "tested": (assessed("2026-01-01", None, 3, "en"),)}
    assert findings(low, {"languages": (FRENCH, ENGLISH)}) == [
        Finding("language-fr", "Language: French", "Level too low (writing: B required, none declared).", OWN),
        Finding("language-en", "Language: English"),
    ]


def held(first: str, last: str | None, grade: str = "MS1", *, is_verified: bool = False, code: str = "medical") -> Held:
    return Held(code, day(first), day(last) if last else None, grade, is_verified)


LASTING, VERIFIED = held("2026-01-01", None), held("2026-01-01", None, is_verified=True)
EXPIRED = held("2020-01-01", "2026-12-31", is_verified=True)
GONE = "Expired on December 31, 2026, before the day of departure (March 1, 2027)."
NONE = "The profile does not have it."


@pytest.mark.parametrize(
    ("grants", "must_be_verified", "reason", "note", "is_answered"),
    [
        ((), False, NONE, UNVERIFIED, False),
        ((held("2026-01-01", None, code="passport"),), False, NONE, UNVERIFIED, False),
        ((held("2026-01-01", None, "MS9"),), False, NONE, UNVERIFIED, True),
        ((LASTING,), False, "", UNVERIFIED, True),
        ((VERIFIED,), False, "", "", True),
        ((VERIFIED, LASTING), True, "", "", True),
        ((LASTING,), True, UNVERIFIED, "", True),
        ((EXPIRED, LASTING), True, UNVERIFIED, "", True),
        ((EXPIRED, LASTING), False, "", UNVERIFIED, True),
        ((EXPIRED,), True, GONE, UNVERIFIED, True),
        ((EXPIRED, held("2027-04-01", None)), True, GONE, UNVERIFIED, True),
        ((), True, NONE, UNVERIFIED, False),
    ],
)
def test_a_qualification_counts_as_verified_or_on_trust(grants, must_be_verified, reason, note, is_answered):
    wanted = {"qualifications": (("medical", "Medical", ("MS1", "MS2")),)}
    if must_be_verified:
        wanted["verified"] = frozenset({"medical"})
    expected = Finding("qualification-medical", "Medical", reason, note, is_answered=is_answered)
    assert findings({"qualifications": grants}, wanted) == [expected]


WHOLE = {
    "age": ({"min_age": 25, "max_age": 60}, "Age", {"birth_date": day("1990-01-01")}),
    "service": ({"min_service_years": 1}, "Years of service", {"member_since": day("2026-03-01")}),
    "rank": ({"min_rank_level": 2, "max_rank_level": 2}, "Rank", {"rank_level": 2}),
}


@pytest.mark.parametrize("code", WHOLE)
def test_what_the_profile_does_not_say_is_not_answered(code):
    wanted, label, known = WHOLE[code]
    assert findings(known, wanted) == [Finding(code, label)]
    (unknown,) = findings({}, wanted)
    assert (unknown.code, unknown.label, unknown.is_met, unknown.is_answered) == (code, label, False, False)


def test_what_is_known_and_not_enough_is_answered():
    (short,) = findings({"member_since": day("2026-03-02")}, {"min_service_years": 1})
    assert short == Finding(
        "service",
        "Years of service",
        "At least 1 years of service on the day of departure; 0 years by then.",
    )
    (retired,) = findings({"retired_on": day("2020-01-01")}, {"max_retired_years": 5})
    assert (retired.label, retired.is_answered, retired.is_met) == ("Retirement", True, False)
    (rest,) = findings({"tours": (Span(day("2026-01-01"), day("2027-02-28")),)}, {"rest_months": 1})
    assert (rest.code, rest.label, rest.is_met, rest.is_answered) == ("rest", "Rest between tours", False, True)
    undeclared = assess(Candidate(), Requirements(), TOUR).findings
    assert [(each.code, each.is_answered) for each in undeclared] == [
        ("conviction", False), ("investigation", False), ("availability", True), ("other-tour", True),
    ]  # fmt: skip
    assert [str(each.label) for each in undeclared] == [
        "No criminal conviction", "No open investigation", "Available for the whole tour",
        "No other tour of duty in these days",
    ]  # fmt: skip


def test_a_finding_as_a_sentence_says_what_mends_it():
    finding = Finding("rank", "Rank", "Too low.", mend="A promotion mends it.")
    assert finding.sentence() == "Rank: Too low. A promotion mends it."
    assert Finding("rank", "Rank", "Too low.").sentence() == "Rank: Too low."


def test_whole_years_and_months_by_the_calendar():
    assert years_between(day("2000-03-01"), day("2027-02-28")) == 26
    assert years_between(day("2000-03-01"), day("2027-03-01")) == 27
    for on, months, expected in (
        ("2027-03-31", 1, "2027-02-28"), ("2028-03-31", 1, "2028-02-29"), ("2027-01-15", 1, "2026-12-15"),
        ("2027-12-31", 1, "2027-11-30"), ("2027-12-31", 12, "2026-12-31"), ("2027-01-31", 1, "2026-12-31"),
    ):  # fmt: skip
        assert months_before(day(on), months) == day(expected)
