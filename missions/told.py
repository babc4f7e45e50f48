"""What an editorial text says of a past day: nothing that it tells as begun only later ("Since June 2016: ...")."""

import datetime
import re

from core.text.folded import fold

MONTHS = (
    ("january", "janvier"), ("february", "fevrier"), ("march", "mars"), ("april", "avril"), ("may", "mai"),
    ("june", "juin"), ("july", "juillet"), ("august", "aout"), ("september", "septembre"), ("october", "octobre"),
    ("november", "novembre"), ("december", "decembre"),
)  # fmt: skip
NUMBERS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}
# Folded text: "since the summer of 2016", "depuis le 1er juin 2016", "a partir d'aout 2016", "from 2016-06-01".
BEGINNING = re.compile(
    r"\b(?:since|from|as of|start(?:s|ed|ing)|beg(?:ins|an|inning)|depuis|a (?:partir|compter) d[eu']|debute|commence)"
    r" ?(?:[a-z]+['. ]+){0,3}?"
    rf"(?:(?P<before>\d{{1,2}})(?:er)? )?(?:(?P<name>{'|'.join(NUMBERS)}) )?(?:(?P<after>\d{{1,2}}),? )?"
    r"(?P<year>(?:19|20|21)\d\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?\b"
)
BLOCK = re.compile(r"\n(?=[ \t]*(?:\n|[-*+][ \t]|\d+[.)][ \t]))")  # a paragraph or an item of a list begins
MARKER = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])[ \t]+)?")
SINCE = re.compile(r"\bdès\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def told_on(text: str, day: datetime.date) -> str:
    """``text`` (Markdown) without the sentences that tell what began after ``day``, nor what stands below such an item."""
    kept, left_out = [], None
    for block in BLOCK.split(text):
        beginning = MARKER.match(block)
        marker = beginning[0] if beginning else ""
        depth = len(block.lstrip("\n")) - len(block.lstrip())
        sentences = SENTENCE.split(block[len(marker) :])
        told = [sentence for sentence in sentences if not _begins_later(sentence, day)]
        if left_out is not None and depth > left_out:
            told = []
        elif not told:
            left_out = depth
        else:
            left_out = None
        kept.append(block if told == sentences else marker + " ".join(told) if told else "")
    return "\n".join(kept).strip()


def _begins_later(sentence: str, day: datetime.date) -> bool:
    told = SINCE.sub("depuis", sentence)  # folded, it would be the article « des »
    return any(_first_day(found) > day for found in BEGINNING.finditer(fold(told)))


def _first_day(found: re.Match[str]) -> datetime.date:
    """The first day that the words can mean; of a day that is none, the first of its month."""
    month = NUMBERS.get(found["name"]) or int(found["month"] or 1)
    day = int(found["before"] or found["after"] or found["day"] or 1)
    try:
        return datetime.date(int(found["year"]), month, day)
    except ValueError:
        return datetime.date(int(found["year"]), min(max(month, 1), 12), 1)
