"""What an officer is told of each requirement, word for word: a finding says what is asked, what is there, and by when."""

import pytest

from deployments.eligibility.rule import Candidate, Held, Rated, Requirements, assess
from deployments.limits.rule import Span
from tests.factories import day

TOUR = Span(day("2027-03-01"), day("2028-02-29"))
PASSPORT = (("passport", "Passport", ()),)


def held(first: str, last: str | None) -> Held:
    return Held("passport", day(first), day(last) if last else None)


def span(first: str, last: str) -> Span:
    return Span(day(first), day(last))


CASES = [
    ({}, {"min_age": 25}, "age", "Age: The profile has no date of birth"),
    (
        {"birth_date": day("2002-03-02")},
        {"min_age": 25, "max_age": 60},
        "age",
        "Age: At least 25 years on the day of departure; 24 by then",
    ),
    (
        {"birth_date": day("1965-02-28")},
        {"min_age": 25, "max_age": 62},
        "age",
        "Age: At most 62 years on the last day of the tour; 63 by then",
    ),
    (
        {"birth_date": day("1990-01-01")},
        {"min_age": 50, "max_age": 30},
        "age",
        "Age: At least 50 years on the day of departure; 37 by then."
        " At most 30 years on the last day of the tour; 38 by then",
    ),
    (
        {},
        {"min_service_years": 5},
        "service",
        "Years of service: The profile has no date of joining the police service",
    ),
    (
        {"member_since": day("2026-01-01")},
        {"min_service_years": 5},
        "service",
        "Years of service: At least 5 years of service on the day of departure; 1 year by then",
    ),
    (
        {"member_since": day("2025-01-01")},
        {"min_service_years": 5},
        "service",
        "Years of service: At least 5 years of service on the day of departure; 2 years by then",
    ),
    (
        {"member_since": day("2029-01-01")},
        {"min_service_years": 5},
        "service",
        "Years of service: At least 5 years of service on the day of departure; 0 years by then",
    ),
    (
        {"retired_on": day("2023-02-27")},
        {"max_retired_years": 5},
        "retirement",
        "Retirement: Retired since February 27, 2023: that is more than 5 years at the end of the tour",
    ),
    ({}, {"min_rank_level": 3}, "rank", "Rank: The profile has no rank that the portal knows"),
    ({}, {"max_rank_level": 3}, "rank", "Rank: The profile has no rank that the portal knows"),
    ({"rank_level": 2}, {"min_rank_level": 3}, "rank", "Rank: The rank is below the lowest rank asked for"),
    ({"rank_level": 6}, {"max_rank_level": 5}, "rank", "Rank: The rank is above the highest rank asked for"),
    (
        {"languages": (Rated("en", 3, 3, 3),)},
        {"languages": (Rated("fr", 1, 1, 1), Rated("en", 3, 3, 3))},
        "language-fr",
        "Language: French: The profile has no rating of this language",
    ),
    (
        {"languages": (Rated("fr", 0, 1, 2),)},
        {"languages": (Rated("fr", 1, 2, 3),)},
        "language-fr",
        "Language: French: Level too low (reading: A required, none declared; writing: B required, A declared;"
        " speaking: C required, B declared)",
    ),
    ({}, {"qualifications": PASSPORT}, "qualification-passport", "Passport: The profile does not have it"),
    (
        {"qualifications": (held("2027-04-02", None), held("2027-03-02", None))},
        {"qualifications": PASSPORT},
        "qualification-passport",
        "Passport: Valid only from March 2, 2027, after the day of departure (March 1, 2027)",
    ),
    (
        {"qualifications": (held("2021-01-01", "2026-12-31"), held("2020-01-01", "2025-12-31"))},
        {"qualifications": PASSPORT},
        "qualification-passport",
        "Passport: Expired on December 31, 2026, before the day of departure (March 1, 2027)",
    ),
    (
        {"qualifications": (held("2020-01-01", "2027-12-31"),)},
        {"qualifications": PASSPORT},
        "qualification-passport",
        "Passport: Expires on December 31, 2027, before the end of the tour (February 29, 2028)",
    ),
    ({"has_conviction": None}, {}, "conviction", "No criminal conviction: The profile has no declaration yet"),
    ({"has_conviction": True}, {}, "conviction", "No criminal conviction: A conviction is declared"),
    (
        {"has_open_investigation": None},
        {},
        "investigation",
        "No open investigation: The profile has no declaration yet",
    ),
    ({"has_open_investigation": True}, {}, "investigation", "No open investigation: An open investigation is declared"),
    (
        {"unavailable": (span("2027-03-01", "2027-03-02"), span("2028-02-29", "2028-04-02"))},
        {},
        "availability",
        "Available for the whole tour: Unavailable: March 1, 2027 to March 2, 2027, February 29, 2028 to April 2, 2028",
    ),
    (
        {"tours": (span("2028-02-29", "2028-03-02"),)},
        {},
        "other-tour",
        "No other tour of duty in these days: Another tour of duty: February 29, 2028 to March 2, 2028",
    ),
    (
        {"tours": (span("2026-01-01", "2027-02-10"),)},
        {"rest_months": 1},
        "rest",
        "Rest between tours: The last tour ends on February 10, 2027; 1 month of rest is asked for before the next",
    ),
    (
        {"tours": (span("2026-11-01", "2026-11-10"), span("2026-01-01", "2026-10-10"))},
        {"rest_months": 6},
        "rest",
        "Rest between tours: The last tour ends on November 10, 2026; 6 months of rest are asked for before the next",
    ),
]


@pytest.mark.parametrize(("candidate", "wanted", "code", "words"), CASES)
def test_a_requirement_that_is_not_met_says_why(candidate, wanted, code, words):
    clean = {"has_conviction": False, "has_open_investigation": False}
    (finding,) = assess(Candidate(**clean | candidate), Requirements(**wanted), TOUR).unmet
    assert (finding.code, str(finding)) == (code, words)


def test_findings_come_in_the_order_in_which_people_read_them():
    asked = Requirements(
        min_age=1, min_service_years=1, max_retired_years=1, min_rank_level=1, languages=(Rated("fr", 1, 1, 1),),
        qualifications=PASSPORT, rest_months=2,
    )  # fmt: skip
    found = assess(Candidate(retired_on=day("2027-02-01")), asked, TOUR)
    assert [finding.code for finding in found.findings] == [
        *("age", "service", "retirement", "rank", "language-fr", "qualification-passport", "conviction"),
        *("investigation", "availability", "other-tour", "rest"),
    ]
    assert [each.code for each in found.without_declarations().findings if each.code.startswith("con")] == []


def test_where_a_posting_asks_for_nothing_only_the_declarations_and_the_days_are_findings():
    found = assess(Candidate(), Requirements(), TOUR, waived=["conviction"])
    assert [f.code for f in found.findings] == ["conviction", "investigation", "availability", "other-tour"]
    assert [f.code for f in found.unmet] == ["investigation"]
    kept = found.without_declarations()
    assert ([f.code for f in kept.findings], kept.waived) == (["availability", "other-tour"], {"conviction"})


@pytest.mark.parametrize(
    ("last_day", "months", "rests"),
    [
        ("2026-08-31", 6, False),  # on the day six months before the departure it may end
        ("2026-09-01", 6, True),
        ("2027-02-28", 1, True),
        ("2027-01-31", 1, False),
        ("2027-02-01", 1, True),
        ("2026-02-28", 12, False),
        ("2026-03-01", 12, True),
    ],
)
def test_rest_is_counted_by_the_calendar(last_day, months, rests):
    clean = {"has_conviction": False, "has_open_investigation": False}
    candidate = Candidate(**clean, tours=(span("2025-06-01", last_day),))
    assert (assess(candidate, Requirements(rest_months=months), TOUR).unmet != []) is rests
