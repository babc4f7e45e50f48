"""Editorial texts on a page about a past day. They are written for today: what they date after that day is left out."""

import datetime
import re

from core.text.folded import fold

MONTHS = (
    ("january", "janvier"), ("february", "fevrier"), ("march", "mars"), ("april", "avril"), ("may", "mai"),
    ("june", "juin"), ("july", "juillet"), ("august", "aout"), ("september", "septembre"), ("october", "octobre"),
    ("november", "novembre"), ("december", "decembre"),
)  # fmt: skip
NUMBERS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}
# In folded text: "June 2016", "June 1, 2016", « 1er juin 2016 », "2016".
DATE = re.compile(
    rf"(?:(?P<before>\d{{1,2}})(?:er)? )?(?:\b(?P<month>{'|'.join(NUMBERS)}) )?(?:(?P<after>\d{{1,2}}), )?"
    r"\b(?P<year>(?:19|20|21)\d\d)\b"
)
BLOCK = re.compile(r"\n(?=[ \t]*(?:\n|[-*+][ \t]|\d+[.)][ \t]))")  # a paragraph or an item of a list begins
MARKER = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def told_on(text: str, day: datetime.date) -> str:
    """``text`` (Markdown) without the sentences that name a date after ``day``, nor what stands below such an item."""
    kept, left_out = [], None
    for block in BLOCK.split(text):
        beginning = MARKER.match(block)
        marker = beginning[0] if beginning else ""
        depth = len(block.lstrip("\n")) - len(block.lstrip())
        sentences = SENTENCE.split(block[len(marker) :])
        told = [sentence for sentence in sentences if not _is_later(sentence, day)]
        if left_out is not None and depth > left_out:
            told = []
        elif not told:
            left_out = depth
        else:
            left_out = None
        kept.append(block if told == sentences else marker + " ".join(told) if told else "")
    return "\n".join(kept).strip()


def _is_later(sentence: str, day: datetime.date) -> bool:
    return any(_first_day(found) > day for found in DATE.finditer(fold(sentence)))


def _first_day(found: re.Match[str]) -> datetime.date:
    """The first day that the words can mean; of a day that is none, the first of its month."""
    year, month = int(found["year"]), NUMBERS.get(found["month"], 1)
    day = int(found["before"] or found["after"] or 1) if found["month"] else 1
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return datetime.date(year, month, 1)
