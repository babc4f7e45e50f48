"""Whether an officer meets a posting's requirements for a whole tour, and why not: a finding each.

The values are in ``values.py``, the requirements with their checkers in ``requirements.py``; other rooms take both from
here.
"""

from collections.abc import Iterable

from deployments.eligibility.requirements import CHECKERS, Requirements
from deployments.eligibility.values import (
    DECLARED,
    SKILLS,
    Candidate,
    Eligibility,
    Finding,
    Held,
    Rated,
    Result,
    Tested,
    level_for,
    months_before,
    years_between,
)
from deployments.limits.rule import Span

__all__ = [
    "DECLARED",
    "SKILLS",
    "Candidate",
    "Eligibility",
    "Finding",
    "Held",
    "Rated",
    "Requirements",
    "Result",
    "Tested",
    "assess",
    "level_for",
    "months_before",
    "years_between",
]


def assess(candidate: Candidate, requirements: Requirements, tour: Span, *, waived: Iterable[str] = ()) -> Eligibility:
    """Every finding on ``candidate`` for ``tour``, in the order in which people read requirements."""
    findings = [finding for checker in CHECKERS for finding in checker(candidate, requirements, tour)]
    return Eligibility(tuple(findings), frozenset(waived))
