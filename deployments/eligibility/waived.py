"""What a waiver was given for, and whether it still counts: pure functions over what is on record of an officer.

A waiver keeps what was on record about its finding on the day on which it was given. It counts as long as nothing of
that is lost and nothing is added against the officer: for the finding as it was, or for less, never for more.
"""

import dataclasses
import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from deployments.eligibility.findings import ASSESSMENT, LANGUAGE, QUALIFICATION, assessment_of
from deployments.eligibility.requirements import Requirements
from deployments.eligibility.values import (
    SKILLS,
    Candidate,
    Finding,
    Held,
    Rated,
    Result,
    Tested,
    level_for,
    months_before,
)
from deployments.limits.rule import Span
from deployments.models import AssessmentOutcome

OnRecord = dict[str, Any]
# Which values of the profile each finding speaks of. Languages, qualifications and assessments have their own parts.
SPOKEN_OF: dict[str, tuple[str, ...]] = {
    "age": ("birth_date",),
    "service": ("member_since", "retired_on"),
    "retirement": ("retired_on",),
    "rank": ("rank_level",),
    "conviction": ("has_conviction",),
    "investigation": ("has_open_investigation",),
    "availability": ("unavailable",),
    "rest": ("tours",),
}
# From the least that stands against an officer to the most.
OUTCOMES = (AssessmentOutcome.PASSED, "", AssessmentOutcome.DEFERRED, AssessmentOutcome.FAILED)


@dataclass(frozen=True)
class Given:
    """A waiver in force: the finding that it is for, and what was on record of it; None where that was not kept."""

    code: str
    on_record: OnRecord | None = None


@dataclass(frozen=True)
class Known:
    """What is on record of an officer, and what the posting asks, for the days of a tour."""

    candidate: Candidate
    requirements: Requirements
    days: Span
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Waived:
    """Codes of the findings that waivers cover, and of those of which more is found than was waived."""

    counting: frozenset[str] = frozenset()
    outgrown: frozenset[str] = frozenset()

    def worded(self, finding: Finding) -> Finding:
        """``finding``, which says so where a waiver was given for less."""
        if finding.is_met or finding.code not in self.outgrown:
            return finding
        return replace(finding, reason=f"{finding.reason} {_('The waiver was given for less than is found now.')}")


def what_counts(waivers: Iterable[Given], known: Known) -> Waived:
    """Which of the waivers cover their finding as it is now."""
    given = list(waivers)
    counting = frozenset(each.code for each in given if each.on_record is None or _is_no_worse(each, known))
    return Waived(counting, frozenset(each.code for each in given) - counting)


def on_record(code: str, candidate: Candidate, results: Iterable[Result] = ()) -> OnRecord:
    """What is on record about the finding ``code``, as values that JSON keeps."""
    found: dict[str, Any] = {name: getattr(candidate, name) for name in SPOKEN_OF.get(code, ())}
    if code.startswith(LANGUAGE):
        language = code.removeprefix(LANGUAGE)
        found["languages"] = [each for each in candidate.languages if each.language == language]
        found["tested"] = [each for each in candidate.tested if each.rating.language == language]
    elif code.startswith(QUALIFICATION):
        found["qualifications"] = [h for h in candidate.qualifications if h.code == code.removeprefix(QUALIFICATION)]
    elif code.startswith(ASSESSMENT):
        found["results"] = [each for each in results if (each.kind, each.language) == assessment_of(code)]
    return {name: _as_json(value) for name, value in found.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _as_json(each) for name, each in vars(value).items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def _day(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _sure_day(iso: str) -> datetime.date:
    return datetime.date.fromisoformat(iso)


def _span(kept: OnRecord) -> Span:
    return Span(_sure_day(kept["first_day"]), _sure_day(kept["last_day"]))


READ: dict[str, Callable[[Any], Any]] = {
    "birth_date": _day,
    "member_since": _day,
    "retired_on": _day,
    "languages": lambda kept: tuple(Rated(**each) for each in kept),
    "tested": lambda kept: tuple(
        Tested(Rated(**each["rating"]), _sure_day(each["held_on"]), _day(each["valid_until"])) for each in kept
    ),
    "qualifications": lambda kept: tuple(
        Held(**each | {"valid_from": _sure_day(each["valid_from"]), "valid_until": _day(each["valid_until"])})
        for each in kept
    ),
    "unavailable": lambda kept: tuple(map(_span, kept)),
    "tours": lambda kept: tuple(map(_span, kept)),
}


def _is_no_worse(waiver: Given, known: Known) -> bool:
    """Whether what is on record now stands no more against the officer than what was, when the waiver was given."""
    kept = waiver.on_record or {}
    if waiver.code.startswith(ASSESSMENT):
        return _result_no_worse(waiver.code, kept, known)
    values = {name: READ.get(name, lambda value: value)(value) for name, value in kept.items()}
    then = Candidate(**values)
    if waiver.code.startswith(LANGUAGE):
        return _language_no_worse(waiver.code.removeprefix(LANGUAGE), then, known)
    if waiver.code.startswith(QUALIFICATION):
        return _qualification_no_worse(waiver.code.removeprefix(QUALIFICATION), then, known)
    checker = NO_WORSE.get(waiver.code)
    return checker is None or checker(then, known)


def _age_no_worse(then: Candidate, known: Known) -> bool:
    """The same date of birth, or one by which too young, or too old, is less so."""
    was, now = then.birth_date, known.candidate.birth_date
    if was is None or now is None:
        return was == now
    is_old_enough = known.requirements.min_age is None or now <= was
    return is_old_enough and (known.requirements.max_age is None or now >= was)


def _rank_no_worse(then: Candidate, known: Known) -> bool:
    was, now = then.rank_level, known.candidate.rank_level
    if was is None or now is None:
        return was == now
    is_high_enough = known.requirements.min_rank_level is None or now >= was
    return is_high_enough and (known.requirements.max_rank_level is None or now <= was)


def _service_no_worse(then: Candidate, known: Known) -> bool:
    was, now = then.member_since, known.candidate.member_since
    if was is None or now is None:
        return was == now
    return now <= was and _retirement_no_worse(then, known)


def _retirement_no_worse(then: Candidate, known: Known) -> bool:
    was, now = then.retired_on, known.candidate.retired_on
    return now is None or (was is not None and now >= was)


def _availability_no_worse(then: Candidate, known: Known) -> bool:
    """No day of the tour is declared unavailable that was not so before."""
    days = known.days
    for away in known.candidate.unavailable:
        day, last = max(away.first_day, days.first_day), min(away.last_day, days.last_day)
        while day <= last:
            covering = [span.last_day for span in then.unavailable if span.first_day <= day <= span.last_day]
            if not covering:
                return False
            day = max(covering) + datetime.timedelta(days=1)
    return True


def _rest_no_worse(then: Candidate, known: Known) -> bool:
    """The last tour before the days is over no later than the last one that was known."""
    since = months_before(known.days.first_day, known.requirements.rest_months)

    def recent(tours: Iterable[Span]) -> list[datetime.date]:
        return [tour.last_day for tour in tours if since <= tour.last_day < known.days.first_day]

    was, now = recent(then.tours), recent(known.candidate.tours)
    return not now or (bool(was) and max(now) <= max(was))


def _language_no_worse(language: str, then: Candidate, known: Known) -> bool:
    was, _assessed = level_for(then, language, known.days.last_day)
    now, _assessed = level_for(known.candidate, language, known.days.last_day)
    if was is None or now is None:
        return was is None
    return all(getattr(now, skill) >= getattr(was, skill) for skill in SKILLS)


def _qualification_no_worse(code: str, then: Candidate, known: Known) -> bool:
    """Each one that was held is held still, or one that is at least as good on the days of the tour."""
    accepted = next((grades for own, _name, grades in known.requirements.qualifications if own == code), ())
    now = [each for each in known.candidate.qualifications if each.code == code]
    return all(any(_is_as_good(each, held, accepted, known.days) for each in now) for held in then.qualifications)


def _is_as_good(now: Held, was: Held, accepted: tuple[str, ...], days: Span) -> bool:
    return (
        (not accepted or now.grade == was.grade or now.grade in accepted)
        and now.is_verified >= was.is_verified
        and now.valid_from <= max(was.valid_from, days.first_day)
        and (
            now.valid_until is None
            or now.valid_until >= (min(was.valid_until, days.last_day) if was.valid_until else days.last_day)
        )
    )


def _result_no_worse(code: str, kept: OnRecord, known: Known) -> bool:
    """No worse outcome than the one on record then; one that was passed holds as long as it did, or through the tour."""
    now = next((each for each in known.results if (each.kind, each.language) == assessment_of(code)), None)
    was = next(iter(kept.get("results", ())), None)
    before, after = OUTCOMES.index(was["outcome"] if was else ""), OUTCOMES.index(now.outcome if now else "")
    if was is None or now is None or (before, after) != (0, 0):
        return after <= before
    until, last_day = _day(was["valid_until"]), known.days.last_day
    return now.valid_until is None or now.valid_until >= (min(until, last_day) if until else last_day)


def _same(name: str) -> Callable[[Candidate, Known], bool]:
    return lambda then, known: getattr(then, name) == getattr(known.candidate, name)


NO_WORSE: dict[str, Callable[[Candidate, Known], bool]] = {
    "age": _age_no_worse,
    "service": _service_no_worse,
    "retirement": _retirement_no_worse,
    "rank": _rank_no_worse,
    "conviction": _same("has_conviction"),
    "investigation": _same("has_open_investigation"),
    "availability": _availability_no_worse,
    "rest": _rest_no_worse,
}
