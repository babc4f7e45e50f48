"""Marks in the texts about a job, so that one text serves many openings and says of each only what is true of it.

``{if armed}`` at the beginning of a paragraph or of an item of a list: only where the opening is armed; several names
after ``if``: where one of them holds. ``{unless un eu}``: where none of them does. ``{languages}`` and ``{assessments}``
become the names of those that the opening asks for. Braces that are no mark stay as they were written.
"""

import re

from django.utils.text import capfirst

from deployments.models import Posting

BEGINNING = r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+"  # of an item
ITEM = re.compile(BEGINNING)
MARK = re.compile(rf"(?P<before>(?:{BEGINNING})?)\{{(?P<kind>if|unless) (?P<names>[\w -]+)\}}[ \t]*")


def filled(text: str, posting: Posting) -> str:
    """``text`` as it holds for ``posting``, whose requirements, mission and lead organization are read."""
    if "{" not in text:
        return text
    for name, words in _words(posting).items():
        text = text.replace(f"{{{name}}}", words)
    return _only_what_holds(text, true_of(posting)).strip()


def true_of(posting: Posting) -> set[str]:
    """The names that hold for ``posting``: its regime, whether it is armed, who leads, and what it asks for."""
    lead = posting.mission.lead_organization
    known = {
        "armed": posting.is_armed is True,
        "unarmed": posting.is_armed is False,
        "languages": bool(posting.language_requirements.all()),
        "assessments": bool(posting.assessment_requirements.all()),
        posting.regime: True,
        lead.code if lead else "no-lead": True,
    }
    qualifications = {each.qualification.code for each in posting.qualification_requirements.all()}
    return {name for name, holds in known.items() if holds} | qualifications


def _words(posting: Posting) -> dict[str, str]:
    return {
        "languages": ", ".join(str(each) for each in posting.language_requirements.all()),
        "assessments": ", ".join(str(each).lower() for each in posting.assessment_requirements.all()),
    }


def _only_what_holds(text: str, holding: set[str]) -> str:
    """Without the items and paragraphs whose mark does not hold, each with the lines that go on with it."""
    kept: list[str] = []
    is_left_out, is_after_blank = False, True
    for line in text.splitlines():
        begins = is_after_blank or ITEM.match(line) is not None
        is_after_blank = not line.strip()
        mark = MARK.match(line) if begins else None
        if begins:
            is_left_out = mark is not None and not _holds(mark, holding)
        if not is_left_out:
            kept.append(mark["before"] + capfirst(line[mark.end() :]) if mark else line)
    return "\n".join(kept)


def _holds(mark: re.Match[str], holding: set[str]) -> bool:
    return bool(holding.intersection(mark["names"].split())) == (mark["kind"] == "if")
