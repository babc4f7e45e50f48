"""Which act asks what of an officer: one table, and one rule that reads it. Nothing here reads the database.

What is found carries a code, by which a waiver for officer and posting names it. Numbers, other tours and releases
are walls of their own (deployments.limits, deployments.domain.tours); this is the rest.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from core.text.dates import in_words
from deployments.eligibility.findings import OTHER_WALLS, assessment_code, assessment_words
from deployments.eligibility.rule import DECLARED, Candidate, Finding, Requirements, Result, assess
from deployments.eligibility.waived import Given, Known, what_counts
from deployments.limits.rule import Span
from deployments.models import SENSITIVE_KINDS, AssessmentKind, AssessmentOutcome


class ClearanceColumn(StrEnum):
    """What can be found about an officer for the days of a tour."""

    REQUIREMENT = "requirement"
    ASSESSMENT = "assessment"
    ROSTER = "roster"
    REST = "rest"
    AVAILABILITY = "availability"


class ClearanceAct(StrEnum):
    """The acts that ask. Days are added by extending, moving, reinstating and correcting a tour."""

    QUALIFY = "qualify"
    NOMINATE = "nominate"
    SELECT = "select"
    RESERVE = "reserve"
    ACCEPT = "accept"
    PREPARE = "prepare"
    CHECK_IN = "check-in"
    RECORD = "record"
    TRANSFER = "transfer"
    ADD_DAYS = "add-days"
    ADD_DAYS_RESERVED = "add-days-reserved"


ASKED: dict[ClearanceAct, frozenset[ClearanceColumn]] = {
    ClearanceAct.QUALIFY: frozenset({ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT}),
    ClearanceAct.NOMINATE: frozenset({ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.ROSTER}),
    ClearanceAct.SELECT: frozenset(
        {
            ClearanceColumn.REQUIREMENT,
            ClearanceColumn.ASSESSMENT,
            ClearanceColumn.ROSTER,
            ClearanceColumn.REST,
            ClearanceColumn.AVAILABILITY,
        }
    ),
    ClearanceAct.RESERVE: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.REST, ClearanceColumn.AVAILABILITY}
    ),
    ClearanceAct.ACCEPT: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY}
    ),
    ClearanceAct.PREPARE: frozenset({ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT}),
    ClearanceAct.CHECK_IN: frozenset({ClearanceColumn.ASSESSMENT}),
    ClearanceAct.RECORD: frozenset({ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT}),
    ClearanceAct.TRANSFER: frozenset({ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT}),
    ClearanceAct.ADD_DAYS: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY}
    ),
    ClearanceAct.ADD_DAYS_RESERVED: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.REST, ClearanceColumn.AVAILABILITY}
    ),
}
OWN_COLUMN = {"rest": ClearanceColumn.REST, "availability": ClearanceColumn.AVAILABILITY}
WITHOUT_WAIVER = {ClearanceColumn.ROSTER}


@dataclass(frozen=True)
class File:
    """What is known of an officer for one posting: profile, requirements, latest results, roster entry, waivers."""

    candidate: Candidate
    requirements: Requirements
    results: tuple[Result, ...] = ()
    roster_until: datetime.date | None = None
    is_application: bool = False
    waivers: tuple[Given, ...] = ()


def open_findings(act: ClearanceAct, file: File, days: Span) -> list[Finding]:
    """Everything that ``act`` asks, that is not met for ``days``, and that no waiver covers."""
    asked = ASKED[act]
    unmet = [*_of_profile(file, days), *_of_assessments(file, days), *_of_roster(file, days)]
    waived = what_counts(file.waivers, Known(file.candidate, file.requirements, days, file.results))
    return [
        replace(waived.worded(finding), mend=_mend(column, finding))
        for column, finding in unmet
        if column in asked and (finding.code not in waived.counting or column in WITHOUT_WAIVER)
    ]


def _mend(column: ClearanceColumn, finding: Finding) -> str:
    """What would have ``finding`` met, and whether an approver may waive it."""
    ways = {
        ClearanceColumn.ASSESSMENT: _("A passed assessment that is valid to the end of the tour mends it"),
        ClearanceColumn.AVAILABILITY: _("Other days mend it, or the officer takes the absence out of the profile"),
        ClearanceColumn.REST: _("A later first day mends it"),
    }
    if column == ClearanceColumn.ROSTER:
        return _("An earlier departure mends it, or a new qualification that lasts longer.")
    way = ways.get(column) or _mend_of_requirement(finding.code)
    return _("%(way)s; or an approver waives it.") % {"way": way}


def _mend_of_requirement(code: str) -> str:
    if code.startswith("language-"):
        return _("A language assessment at that level mends it, or the rating in the profile")
    if code.startswith("qualification-"):
        return _("A valid, verified qualification in the profile mends it")
    if code in DECLARED:
        return _("The officer's declaration mends it")
    return _("Only other days, or a corrected profile, mend it")


def _of_profile(file: File, days: Span) -> Iterable[tuple[ClearanceColumn, Finding]]:
    """Requirements, rest and availability. What an officer never declared is asked of who applied alone."""
    undeclared = {
        code
        for code, answer in zip(
            ("conviction", "investigation"),
            (file.candidate.has_conviction, file.candidate.has_open_investigation),
            strict=True,
        )
        if answer is None and not file.is_application
    }
    assert undeclared <= DECLARED
    for finding in assess(file.candidate, file.requirements, days).findings:
        if not finding.is_met and finding.code not in OTHER_WALLS | undeclared:
            yield OWN_COLUMN.get(finding.code, ClearanceColumn.REQUIREMENT), finding


def _of_assessments(file: File, days: Span) -> Iterable[tuple[ClearanceColumn, Finding]]:
    for finding in assessment_findings(file.requirements, file.results, days):
        if not finding.is_met:
            yield ClearanceColumn.ASSESSMENT, finding


def assessment_findings(requirements: Requirements, results: Iterable[Result], days: Span) -> list[Finding]:
    """What the posting needs, each with why it is not passed, or does not hold through the tour, if so.

    Nobody goes whose latest medical, psychological or security assessment was not passed, nor who did not pass one
    that was held for this very posting: those are among the findings whatever the posting needs.
    """
    latest = {(each.kind, each.language): each for each in results}
    needed = _needed(requirements)
    against = [
        key
        for key, result in latest.items()
        if key not in needed
        and (result.is_of_posting or result.kind in SENSITIVE_KINDS)
        and result.outcome != AssessmentOutcome.PASSED
    ]
    return [
        Finding(assessment_code(*key), assessment_words(*key), _why_not_cleared(latest.get(key), days))
        for key in [*needed, *against]
    ]


def _needed(requirements: Requirements) -> list[tuple[str, str]]:
    """Kind and language of each assessment that is needed, in the order in which people read the kinds."""
    found: list[tuple[str, str]] = []
    for kind in AssessmentKind.values:
        if kind in requirements.assessments:
            languages = [asked.language for asked in requirements.languages]
            found += [(kind, each) for each in languages] if kind == AssessmentKind.LANGUAGE else [(kind, "")]
    return found


def _why_not_cleared(result: Result | None, days: Span) -> str:
    if result is None:
        return _("None is on record.")
    if result.outcome == AssessmentOutcome.DEFERRED:
        return _("Deferred.")
    if result.outcome != AssessmentOutcome.PASSED:
        return _("Not passed.")
    if result.valid_until is not None and result.valid_until < days.last_day:
        words = {"day": in_words(result.valid_until), "end": in_words(days.last_day)}
        return _("Valid to %(day)s, before the end of the tour (%(end)s).") % words
    return ""


def _of_roster(file: File, days: Span) -> Iterable[tuple[ClearanceColumn, Finding]]:
    if file.is_application and file.roster_until is not None and file.roster_until < days.first_day:
        reason = _("Valid to %(day)s, before the departure (%(departure)s).")
        words = {"day": in_words(file.roster_until), "departure": in_words(days.first_day)}
        yield ClearanceColumn.ROSTER, Finding("roster", _("Stand-by roster"), reason % words)
