"""Whether an officer meets a posting's requirements for a whole tour, and why not: small checkers, a finding each.

Everything is tested on the departure day and through the last day of the tour (docs/domain.md, "Eligibility"), never
on the day of applying. The values come from ``deployments.eligibility.candidate``; nothing here reads the database.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.text.dates import in_words
from core.text.languages import language_names
from deployments.limits.rule import Span

DECLARED = {"conviction", "investigation"}
LEVELS = "0ABC"  # officers.models.LanguageLevel, as people write it
SKILLS = {
    "reading": gettext_lazy("reading"),
    "writing": gettext_lazy("writing"),
    "speaking": gettext_lazy("speaking"),
}


@dataclass(frozen=True)
class Rated:
    """A language rated per skill, on the scale of officers.models.LanguageRating."""

    language: str
    reading: int
    writing: int
    speaking: int


@dataclass(frozen=True)
class Tested:
    """A language assessment that was passed: it takes the place of the officer's own rating while it holds."""

    rating: Rated
    held_on: datetime.date
    valid_until: datetime.date | None = None


@dataclass(frozen=True)
class Held:
    """A qualification held: its code, and the days on which it is valid, both inclusive (None: without end)."""

    code: str
    valid_from: datetime.date
    valid_until: datetime.date | None
    grade: str = ""
    is_verified: bool = False


@dataclass(frozen=True)
class Candidate:
    """What the checkers need to know of an officer; None where the profile says nothing."""

    birth_date: datetime.date | None = None
    member_since: datetime.date | None = None
    retired_on: datetime.date | None = None
    rank_level: int | None = None
    has_conviction: bool | None = None
    has_open_investigation: bool | None = None
    languages: tuple[Rated, ...] = ()
    tested: tuple[Tested, ...] = ()
    qualifications: tuple[Held, ...] = ()
    unavailable: tuple[Span, ...] = ()
    tours: tuple[Span, ...] = ()


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


@dataclass(frozen=True)
class Finding:
    """One requirement: ``code`` names it for waivers, ``label`` for people; ``reason`` says why it is not met ("" if it is).

    ``note`` says what a requirement that is met rests on, where nobody but the officer vouches for it; ``mend`` what would
    have it met. ``is_answered`` is False where the profile says nothing: it counts as not met, and is worded as not answered.
    """

    code: str
    label: str | Promise
    reason: str = ""
    note: str | Promise = ""
    mend: str | Promise = ""
    is_answered: bool = True

    @property
    def is_met(self) -> bool:
        return not self.reason

    def __str__(self) -> str:
        """The requirement and why it is not met, as part of a sentence."""
        return _("%(label)s: %(reason)s") % {"label": self.label, "reason": self.reason.removesuffix(".")}

    def sentence(self) -> str:
        """The requirement, why it is not met, and what would mend it."""
        return f"{self}. {self.mend}".rstrip()


@dataclass(frozen=True)
class Eligibility:
    """All findings together, and the codes of requirements that staff waived."""

    findings: tuple[Finding, ...]
    waived: frozenset[str] = field(default_factory=frozenset)

    @property
    def unmet(self) -> list[Finding]:
        """Requirements that are neither met nor waived."""
        return [f for f in self.findings if not f.is_met and f.code not in self.waived]

    @property
    def is_eligible(self) -> bool:
        return not self.unmet

    def without_declarations(self) -> "Eligibility":
        """The findings that a police service may read: what an officer declared is for the desk alone."""
        return Eligibility(tuple(f for f in self.findings if f.code not in DECLARED), self.waived)


def assess(candidate: Candidate, requirements: Requirements, tour: Span, *, waived: Iterable[str] = ()) -> Eligibility:
    """Every finding on ``candidate`` for ``tour``, in the order in which people read requirements."""
    findings = [finding for checker in CHECKERS for finding in checker(candidate, requirements, tour)]
    return Eligibility(tuple(findings), frozenset(waived))


def years_between(start: datetime.date, end: datetime.date) -> int:
    """Whole years from ``start`` to ``end``; a birthday on February 29 falls on March 1 in other years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day ``months`` earlier, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    next_month = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(day.day, (next_month - datetime.timedelta(days=1)).day))


def _age(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if wanted.min_age is None and wanted.max_age is None:
        return
    label = _("Age")
    if candidate.birth_date is None:
        yield Finding("age", label, _("The profile has no date of birth."), is_answered=False)
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
    yield Finding("age", label, " ".join(reasons))


def _service(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    if not wanted.min_service_years:
        return
    label = _("Years of service")
    if candidate.member_since is None:
        yield Finding("service", label, _("The profile has no date of joining the police service."), is_answered=False)
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
    yield Finding("service", label, reason)


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
    yield Finding("retirement", _("Retirement"), reason)


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
    yield Finding("rank", _("Rank"), reason, is_answered=candidate.rank_level is not None)


def level_for(candidate: Candidate, language: str, last_day: datetime.date) -> tuple[Rated | None, bool]:
    """The officer's level in ``language``, and whether it was assessed.

    It is that of the latest assessment that was passed and holds on ``last_day``; else the officer's own rating.
    """
    holding = [
        test
        for test in candidate.tested
        if test.rating.language == language and (test.valid_until is None or test.valid_until >= last_day)
    ]
    if holding:
        return max(holding, key=lambda test: test.held_on).rating, True
    return next((rating for rating in candidate.languages if rating.language == language), None), False


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
        ("conviction", _("No criminal conviction"), candidate.has_conviction, _("A conviction is declared.")),
        (
            "investigation",
            _("No open investigation"),
            candidate.has_open_investigation,
            _("An open investigation is declared."),
        ),
    )
    for code, label, answer, reason in declared:
        if answer is None:
            yield Finding(code, label, _("The profile has no declaration yet."), is_answered=False)
        else:
            yield Finding(code, label, reason if answer else "")


def _availability(candidate: Candidate, wanted: Requirements, tour: Span) -> Iterable[Finding]:
    away = _overlapping(candidate.unavailable, tour)
    reason = _("Unavailable: %(days)s.") % {"days": _days(away)} if away else ""
    yield Finding("availability", _("Available for the whole tour"), reason)
    busy = _overlapping(candidate.tours, tour)
    reason = _("Another tour of duty: %(days)s.") % {"days": _days(busy)} if busy else ""
    yield Finding("other-tour", _("No other tour of duty in these days"), reason)


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
    yield Finding("rest", _("Rest between tours"), reason)


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
