"""The languages of officers in words: as assessed while the assessment holds, else as they rate themselves."""

import datetime
from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from core.text.languages import language_names
from deployments.eligibility.candidate import tested
from deployments.eligibility.rule import SKILLS, Candidate, Rated, level_for
from officers.models import Officer
from officers.models.language import LETTERS


def languages_of(officer: Officer, on: datetime.date) -> list[str]:
    """Each language with the level of reading, writing and speaking on the day, and whether it was assessed."""
    rated = tuple(Rated(r.language, r.reading, r.writing, r.speaking) for r in officer.language_ratings.all())
    known = Candidate(languages=rated, tested=tested(officer.assessments.all()))
    codes = sorted({rating.language for rating in rated} | {test.rating.language for test in known.tested})
    found = []
    for code in codes:
        level, is_assessed = level_for(known, code, on)
        if level is not None:
            letters = "/".join(LETTERS[getattr(level, skill)] for skill in SKILLS)
            words = f"{language_names([code])} {letters}"
            found.append(gettext("%(language)s (assessed)") % {"language": words} if is_assessed else words)
    return found


def languages_of_all(officers: Iterable[Officer], on: datetime.date) -> dict[int, list[str]]:
    """The same for many officers, by primary key. Two queries."""
    listed = list({officer.pk: officer for officer in officers}.values())
    prefetch_related_objects(listed, "language_ratings", "assessments")
    return {officer.pk: languages_of(officer, on) for officer in listed}
