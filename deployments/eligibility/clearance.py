"""Which act asks what of an officer: one table, and one rule that reads it. Nothing here reads the database.

What is found carries a code, by which a waiver for officer and posting names it. Numbers, other tours and releases
are walls of their own (deployments.limits, deployments.domain.tours); this is the rest.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from core.text.dates import in_words
from deployments.eligibility.rule import DECLARED, Candidate, Finding, Requirements, assess
from deployments.limits.rule import Span


class ClearanceColumn(StrEnum):
    """What can be found about an officer for the days of a tour."""

    REQUIREMENT = "requirement"
    ASSESSMENT = "assessment"
    ROSTER = "roster"
    REST = "rest"
    AVAILABILITY = "availability"


class ClearanceAct(StrEnum):
    """The acts that ask. Days are added by extending, moving, transferring, reinstating and correcting a tour."""

    QUALIFY = "qualify"
    NOMINATE = "nominate"
    SELECT = "select"
    RESERVE = "reserve"
    ACCEPT = "accept"
    PREPARE = "prepare"
    CHECK_IN = "check-in"
    RECORD = "record"
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
    ClearanceAct.ADD_DAYS: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.AVAILABILITY}
    ),
    ClearanceAct.ADD_DAYS_RESERVED: frozenset(
        {ClearanceColumn.REQUIREMENT, ClearanceColumn.ASSESSMENT, ClearanceColumn.REST, ClearanceColumn.AVAILABILITY}
    ),
}
OWN_COLUMN = {"rest": ClearanceColumn.REST, "availability": ClearanceColumn.AVAILABILITY}
OTHER_WALLS = {"other-tour"}
WITHOUT_WAIVER = {ClearanceColumn.ROSTER}


@dataclass(frozen=True)
class Result:
    """The latest assessment of a kind: its code and words, whether it was passed, and until when it holds."""

    kind: str
    label: str
    is_passed: bool
    valid_until: datetime.date | None


@dataclass(frozen=True)
class File:
    """What is known of an officer for one posting: profile, requirements, latest results, roster entry, waivers."""

    candidate: Candidate
    requirements: Requirements
    results: tuple[Result, ...] = ()
    roster_until: datetime.date | None = None
    is_application: bool = False
    waived: frozenset[str] = frozenset()


def open_findings(act: ClearanceAct, file: File, days: Span) -> list[Finding]:
    """Everything that ``act`` asks, that is not met for ``days``, and that no waiver covers."""
    asked = ASKED[act]
    unmet = [*_of_profile(file, days), *_of_results(file.results, days), *_of_roster(file, days)]
    return [
        finding
        for column, finding in unmet
        if column in asked and (finding.code not in file.waived or column in WITHOUT_WAIVER)
    ]


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


def _of_results(results: Iterable[Result], days: Span) -> Iterable[tuple[ClearanceColumn, Finding]]:
    for result in results:
        code, label = f"assessment-{result.kind}", _("Assessment: %(kind)s") % {"kind": result.label}
        if not result.is_passed:
            yield ClearanceColumn.ASSESSMENT, Finding(code, label, _("Not passed."))
        elif result.valid_until is not None and result.valid_until < days.last_day:
            reason = _("Valid to %(day)s, before the end of the tour (%(end)s).")
            words = {"day": in_words(result.valid_until), "end": in_words(days.last_day)}
            yield ClearanceColumn.ASSESSMENT, Finding(code, label, reason % words)


def _of_roster(file: File, days: Span) -> Iterable[tuple[ClearanceColumn, Finding]]:
    if file.is_application and file.roster_until is not None and file.roster_until < days.first_day:
        reason = _("Valid to %(day)s, before the departure (%(departure)s).")
        words = {"day": in_words(file.roster_until), "departure": in_words(days.first_day)}
        yield ClearanceColumn.ROSTER, Finding("roster", _("Stand-by roster"), reason % words)
