"""What a new requirement of a posting needs: a column, a checker with its words, and a line on the opening."""

import datetime
import re
from pathlib import Path

import pytest

from core.actors import SYSTEM
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import tours, waivers
from deployments.eligibility import findings, rule
from deployments.eligibility.requirements import CHECKERS
from deployments.eligibility.rule import Finding
from deployments.limits.rule import Span
from deployments.models.posting import REQUIREMENT_COLUMNS
from deployments.queries.pipeline import applicants, comparison, with_requirements
from tests import factories
from tests.reading import Page

ROOT = Path(__file__).resolve().parent.parent.parent
# The three files of the recipe in CONTRIBUTING.md, and what is not needed: a question, a list that brings postings,
# a filter, invented postings, the rank as a number, the facts in a few words above an opening, when a waiver covers less.
NEEDED = {
    "deployments/models/posting.py",
    "deployments/eligibility/requirements.py",
    "templates/deployments/includes/requirements.html",
}
BESIDE = {
    "deployments/eligibility/candidate.py",
    "deployments/eligibility/waived.py",
    "deployments/forms/self_check.py",
    "deployments/imports/cells.py",
    "deployments/imports/plain.py",
    "deployments/openings/filters.py",
    "deployments/openings/judged.py",
    "deployments/setup/demo/tours.py",
    "templates/deployments/includes/opening_facts.html",
}
# The same word for something else: the rank by which officers are found, the age of a token.
OF_OTHERS = {
    "deployments/admin/imports.py",
    "deployments/forms/find_officers.py",
    "deployments/queries/find_officers.py",
}


def test_a_column_that_asks_stands_in_the_three_files_of_the_recipe_and_nowhere_else_that_is_needed():
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for room in ("deployments", "templates/deployments", "templates/admin/deployments")
        for path in (ROOT / room).rglob("*.*")
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts
    }
    for column in (name for pair in REQUIREMENT_COLUMNS for name in pair):
        named = re.compile(rf"\b(get_)?{column}(_level|_display)?\b")
        found = {name for name, text in texts.items() if named.search(text)} - OF_OTHERS
        assert (NEEDED - found, found - NEEDED - BESIDE) == (set(), set()), column


@pytest.mark.django_db
def test_a_requirement_is_asked_named_and_waived_as_soon_as_it_has_a_checker(client, monkeypatch):
    def _height(candidate, wanted, tour):
        if wanted.min_age:
            yield Finding("height", "Height", "Too small.", is_answered=False)

    monkeypatch.setattr(rule, "CHECKERS", (*CHECKERS, _height))
    monkeypatch.setitem(findings.OWN_WORDS, "height", "Height")
    today = today_here()
    days = {"first_day": today + datetime.timedelta(days=200), "last_day": today + datetime.timedelta(days=400)}
    posting = factories.opening(min_age=1, tour_first_day=days["first_day"], tour_last_day=days["last_day"])
    officer = factories.candidate(birth_date=factories.day("1980-01-01"))
    application = factories.application(posting, officer=officer, state="submitted")

    asked = with_requirements().get(pk=posting.pk)
    rows = dict(comparison(applicants(asked.applications.all(), asked, Span(*days.values()))))
    assert rows["Height"] == ["Not met: Too small."]
    address = f"/en/eligibility/{posting.reference}/"
    assert "Height" in Page(client.post(address, {"age": "30", "conviction": "no", "investigation": "no"})).text
    assert ("height", "Height") in dict(findings.findings_by_group())["Requirements"]

    reserved = {"by": SYSTEM, "officer": officer, "posting": posting, "today": today, **days}
    with pytest.raises(waivers.NotCleared) as told:
        tours.reserve(**reserved)
    assert [each.code for each in told.value.findings] == ["height"]
    waived = {"posting": posting, "last_day": days["last_day"], "reason": "Tall enough", "today": today}
    waivers.waive(officer, by=SYSTEM, finding="height", **waived)
    tours.reserve(**reserved)
    assert application.officer == officer


@pytest.mark.django_db
def test_what_another_wall_keeps_out_cannot_be_waived():
    """Two tours at once are refused by the database: no waiver may say that it reaches that."""
    assert findings.words_of("other-tour") == ""
    assert "other-tour" not in [code for _group, codes in findings.findings_by_group() for code, _words in codes]
    with pytest.raises(Refusal, match="has this code"):
        waivers.waive(
            factories.candidate(), by=SYSTEM, posting=factories.posting(), finding="other-tour",
            last_day=factories.day("2030-01-01"), reason="Both at once", today=factories.day("2026-11-24"),
        )  # fmt: skip
