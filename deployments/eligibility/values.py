"""Values that the rule of eligibility speaks in: what is known of an officer, and what is found.

They come from ``deployments.eligibility.candidate`` and ``reading``; nothing here reads the database.
"""

import datetime
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
class Result:
    """The latest assessment of a kind (and language): its outcome, and until when it holds.

    ``is_of_posting`` where it was held for an application to the very posting.
    """

    kind: str
    outcome: str
    valid_until: datetime.date | None = None
    language: str = ""
    is_of_posting: bool = False


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


def years_between(start: datetime.date, end: datetime.date) -> int:
    """Whole years from ``start`` to ``end``; a birthday on February 29 falls on March 1 in other years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day ``months`` earlier, or the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    next_month = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(day.day, (next_month - datetime.timedelta(days=1)).day))
