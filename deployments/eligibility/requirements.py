"""What a posting can ask for, and a small checker for each: whether an officer meets it for a whole tour, and why not.

Everything is tested on the departure day and through the last day of the tour (docs/domain.md, "Eligibility"), never
on the day of applying. Nothing here reads the database.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.text.dates import in_words
from core.text.languages import language_names
from deployments.eligibility.values import (
    LEVELS,
    SKILLS,
    Candidate,
    Finding,
    Held,
    Rated,
    level_for,
    months_before,
    years_between,
)
from deployments.limits.rule import Span


@dataclass(frozen=True)
class Requirements:
    """What a posting asks for; None or empty where it asks nothing. Ages and service in whole years.

    A qualification is (code, name, accepted grades); no grades means any. ``verified`` are the codes of those that the
    desk must have verified, ``assessments`` the kinds to be passed (deployments.eligibility.clearance asks them).
    """

    min_age: int | None = None
    max_age: int | None = None
    min_service_years: int | None = None
    max_retired_years: int | None = None
    min_rank_level: int | None = None
    max_rank_level: int | None = None
    languages: tuple[Rated, ...] = ()
    qualifications: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    verified: frozenset[str] = frozenset()
    assessments: frozenset[str] = frozenset()
    rest_months: int = 0


# The words for what is found, by its code. Languages and qualifications are named by their own codes (findings.py).
LABELS: dict[str, Promise] = {
    "age": gettext_lazy("Age"),
    "service": gettext_lazy("Years of service"),
    "retirement": gettext_lazy("Retirement"),
    "rank": gettext_lazy("Rank"),
    "conviction": gettext_lazy("No criminal conviction"),
    "investigation": gettext_lazy("No open investigation"),
    "availability": gettext_lazy("Available for the whole tour"),
    "other-tour": gettext_lazy("No other tour of duty in these days"),
    "rest": gettext_lazy("Rest between tours"),
}


def _found(code: str, reason: str, *, is_answered: bool = True) -> Finding:
    return Finding(code, str(LABELS[code]), reason, is_answered=is_answered)


def _age(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if wanted.min_age is None and wanted.max_age is None:
        return
    if candidate.birth_date is None:
        yield _found("age", _("The profile has no date of birth."), is_answered=False)
        return
    reasons = []
    at_departure = years_between(candidate.birth_date, tour.first_day)
    at_return = years_between(candidate.birth_date, tour.last_day)
    if wanted.min_age is not None and at_departure < wanted.min_age:
        reasons.append(
            _("At least %(age)d years on the day of departure; %(actual)d by then.")
            % {"age": wanted.min_age, "actual": at_departure}
        )
    if wanted.max_age is not None and at_return > wanted.max_age:
        reasons.append(
            _("At most %(age)d years on the last day of the tour; %(actual)d by then.")
            % {"age": wanted.max_age, "actual": at_return}
        )
    yield _found("age", " ".join(reasons))


def _service(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if not wanted.min_service_years:
        return
    if candidate.member_since is None:
        yield _found("service", _("The profile has no date of joining the police service."), is_answered=False)
        return
    served_until = min(tour.first_day, candidate.retired_on or tour.first_day)
    years = max(0, years_between(candidate.member_since, served_until))
    reason = ""
    if years < wanted.min_service_years:
        reason = ngettext(
            "At least %(wanted)d years of service on the day of departure; %(years)d year by then.",
            "At least %(wanted)d years of service on the day of departure; %(years)d years by then.",
            years,
        ) % {"wanted": wanted.min_service_years, "years": years}
    yield _found("service", reason)


def _retirement(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if candidate.retired_on is None or wanted.max_retired_years is None:
        return
    limit = months_before(tour.last_day, 12 * wanted.max_retired_years)
    reason = ""
    if candidate.retired_on < limit:
        reason = _("Retired since %(day)s: that is more than %(years)d years at the end of the tour.") % {
            "day": in_words(candidate.retired_on),
            "years": wanted.max_retired_years,
        }
    yield _found("retirement", reason)


def _rank(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if wanted.min_rank_level is None and wanted.max_rank_level is None:
        return
    reason = ""
    if candidate.rank_level is None:
        reason = _("The profile has no rank that the portal knows.")
    elif wanted.min_rank_level is not None and candidate.rank_level < wanted.min_rank_level:
        reason = _("The rank is below the lowest rank asked for.")
    elif wanted.max_rank_level is not None and candidate.rank_level > wanted.max_rank_level:
        reason = _("The rank is above the highest rank asked for.")
    yield _found("rank", reason, is_answered=candidate.rank_level is not None)


def _languages(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    for asked in wanted.languages:
        name = language_names([asked.language])
        label = _("Language: %(language)s") % {"language": name}
        mine, is_assessed = level_for(candidate, asked.language, tour.last_day)
        if mine is None:
            reason = _("The profile has no rating of this language.")
            yield Finding(f"language-{asked.language}", label, reason, is_answered=False)
            continue
        words = (
            _("%(skill)s: %(asked)s required, %(actual)s assessed")
            if is_assessed
            else _("%(skill)s: %(asked)s required, %(actual)s declared")
        )
        low = [
            words
            % {"skill": skill_words, "asked": LEVELS[getattr(asked, skill)], "actual": _level(getattr(mine, skill))}
            for skill, skill_words in SKILLS.items()
            if getattr(mine, skill) < getattr(asked, skill)
        ]
        reason = _("Level too low (%(list)s).") % {"list": "; ".join(low)} if low else ""
        yield Finding(
            f"language-{asked.language}", label, reason, "" if is_assessed else _("Own rating, not assessed.")
        )


def _level(rating: int) -> str:
    """A level as people write it, and no level in words."""
    return LEVELS[rating] if rating else pgettext("language level", "none")


def _qualifications(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    for code, name, grades in wanted.qualifications:
        of_kind = [h for h in candidate.qualifications if h.code == code]
        held = [h for h in of_kind if not grades or h.grade in grades]
        verified = [h for h in held if h.is_verified]
        on_trust = "" if not _why_not_valid(verified, tour) else _("Not verified by the desk.")
        if code in wanted.verified and on_trust and not _why_not_valid(held, tour):
            yield Finding(f"qualification-{code}", name, on_trust)
        else:
            counted = verified if code in wanted.verified and verified else held
            reason = _why_not_valid(counted, tour)
            yield Finding(f"qualification-{code}", name, reason, on_trust, is_answered=bool(of_kind))


def _why_not_valid(held: list[Held], tour: Span) -> str:
    if not held:
        return _("The profile does not have it.")
    begun = [h for h in held if h.valid_from <= tour.first_day]
    if not begun:
        return _("Valid only from %(day)s, after the day of departure (%(departure)s).") % {
            "day": in_words(min(h.valid_from for h in held)),
            "departure": in_words(tour.first_day),
        }
    covered_to = _covered_to(held, tour.first_day)
    if covered_to is None or covered_to >= tour.last_day:
        return ""
    if covered_to < tour.first_day:
        return _("Expired on %(day)s, before the day of departure (%(departure)s).") % {
            "day": in_words(max(h.valid_until for h in begun if h.valid_until)),
            "departure": in_words(tour.first_day),
        }
    return _("Expires on %(day)s, before the end of the tour (%(end)s).") % {
        "day": in_words(covered_to),
        "end": in_words(tour.last_day),
    }


def _covered_to(held: list[Held], first_day: datetime.date) -> datetime.date | None:
    """The last day without a gap from ``first_day``, by one grant after another; None where it never ends."""
    reached = first_day - datetime.timedelta(days=1)
    for grant in sorted(held, key=lambda h: h.valid_from):
        if (grant.valid_from - reached).days <= 1:
            if grant.valid_until is None:
                return None
            reached = max(reached, grant.valid_until)
    return reached


def _declarations(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    declared = (
        ("conviction", candidate.has_conviction, _("A conviction is declared.")),
        ("investigation", candidate.has_open_investigation, _("An open investigation is declared.")),
    )
    for code, answer, reason in declared:
        if answer is None:
            yield _found(code, _("The profile has no declaration yet."), is_answered=False)
        else:
            yield _found(code, reason if answer else "")


def _availability(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    away = _overlapping(candidate.unavailable, tour)
    reason = _("Unavailable: %(days)s.") % {"days": _days(away)} if away else ""
    yield _found("availability", reason)
    busy = _overlapping(candidate.tours, tour)
    reason = _("Another tour of duty: %(days)s.") % {"days": _days(busy)} if busy else ""
    yield _found("other-tour", reason)


def _rest(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if not wanted.rest_months:
        return
    since = months_before(tour.first_day, wanted.rest_months)
    recent = [t for t in candidate.tours if since <= t.last_day < tour.first_day]
    reason = ""
    if recent:
        reason = ngettext(
            "The last tour ends on %(day)s; %(months)d month of rest is asked for before the next.",
            "The last tour ends on %(day)s; %(months)d months of rest are asked for before the next.",
            wanted.rest_months,
        ) % {"day": in_words(max(t.last_day for t in recent)), "months": wanted.rest_months}
    yield _found("rest", reason)


def _overlapping(spans: Iterable[Span], tour: Span) -> list[Span]:
    return [span for span in spans if span.first_day <= tour.last_day and span.last_day >= tour.first_day]


def _days(spans: Iterable[Span]) -> str:
    return ", ".join(
        _("%(first)s to %(last)s") % {"first": in_words(span.first_day), "last": in_words(span.last_day)}
        for span in spans
    )


Checker = Callable[[Candidate, Requirements, Span], Iterable[Finding]]
CHECKERS: tuple[Checker, ...] = (
    _age, _service, _retirement, _rank, _languages, _qualifications, _declarations, _availability, _rest,
)  # fmt: skip
