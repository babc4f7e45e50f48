"""Days as people write them, brought to YYYY-MM-DD. What 5/1/2027 means is the same in the whole file."""

import datetime
import re
from collections.abc import Iterable

from core.text.folded import fold

DAY_FIRST, MONTH_FIRST = "day first", "month first"
_MONTHS = (
    "january janvier jan janv, february fevrier feb fev fevr, march mars mar, april avril apr avr, may mai,"
    " june juin jun, july juillet jul juil, august aout aug, september septembre sep sept, october octobre oct,"
    " november novembre nov, december decembre dec"
)
MONTHS = {name: number for number, names in enumerate(_MONTHS.split(","), start=1) for name in names.split()}
YEAR_FIRST = re.compile(r"([0-9]{4})([/. -])([0-9]{1,2})\2([0-9]{1,2})")
TOGETHER = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
YEAR_MONTH = re.compile(r"([0-9]{4})[ /.-]([^\W\d]{3,10})\.?[ /.-]([0-9]{1,2})")
FIGURES = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}|[0-9]{1,2}[ -][^\W\d]{3,10}\.?[ -]'?[0-9]{2}")
DAY_MONTH = re.compile(r"([0-9]{1,2})(?:er|re|e|eme|st|nd|rd|th)?[ /.-](?:of )?([^\W\d]{3,10})\.?,?[ /.-]([0-9]{4})")
# What stands before a day in words: an article, the day of the week.
BEFORE = re.compile(
    r"(?:le )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? |(?:lun|mar|mercre|jeu|vendre|same)di,? |dimanche,? "
    r"|(?:mon|tues?|wed|thurs?|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim)\.?,? )?(?:le |the )?"
)
MONTH = re.compile(r"(?:([^\W\d]{3,10})\.?[ /.-])?[12][0-9]{3}|[12][0-9]{3}[/.-][0-9]{1,2}|[0-9]{1,2}[/.-][12][0-9]{3}")
MONTH_DAY = re.compile(r"([^\W\d]{3,10})\.?[ -]([0-9]{1,2})(?:er|st|nd|rd|th)?(?:, ?|[ -])([0-9]{4})")
TIME = re.compile(
    r",?[T ]([0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?| ?[Hh](?: ?[0-9]{2})?)(?: ?[AaPp]\.?[Mm]\.?)?)"
    r"(?:Z| ?[+-][0-9]{2}:?[0-9]{2})?$"
)
# Dashes that typewriting programs put for the one of a day.
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def without_time(text: str) -> tuple[str, bool]:
    """The text without a time at its end, and whether that time was another than midnight."""
    text = text.translate(DASHES)
    found = TIME.search(text)
    if not found:
        return text, False
    return text[: found.start()], bool(re.search("[1-9]", found[1]))


def proposed(texts: Iterable[str]) -> tuple[str, bool]:
    """Which of day and month comes first in days like 5/1/2027, by those with a 13 in them; and whether any leaves it open.

    "" where none says so.
    """
    order, is_open = "", False
    for text in texts:
        found = FIGURES.fullmatch(text)
        if not found:
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            order = DAY_FIRST
        elif second > 12 >= first:
            order = order or MONTH_FIRST
        elif first != second:
            is_open = True
    return order, is_open


def read_day(text: str, order: str) -> datetime.date | None:
    """The day that ``text`` says, with ``order`` for days in figures; None where it is none."""
    if found := YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := FIGURES.fullmatch(text):
        first, second = (found[3], found[1]) if order == MONTH_FIRST else (found[1], found[3])
        return _day(found[4], second, first)
    if found := TOGETHER.fullmatch(text):
        return _day(found[1], found[2], found[3])
    folded = fold(text)
    return _in_words(folded) or _in_words(BEFORE.sub("", folded, count=1))


def clear_day(text: str) -> datetime.date | None:
    """The day that ``text`` says by itself; None also where it can be read in two ways."""
    order, is_open = proposed([text])
    return None if is_open else read_day(text, order)


def _in_words(folded: str) -> datetime.date | None:
    """The day that says its month by name."""
    if found := YEAR_MONTH.fullmatch(folded):
        return _day(found[1], MONTHS.get(found[2], 0), found[3])
    if found := DAY_MONTH.fullmatch(folded):
        return _day(found[3], MONTHS.get(found[2], 0), found[1])
    if found := MONTH_DAY.fullmatch(folded):
        return _day(found[3], MONTHS.get(found[1], 0), found[2])
    return None


def has_no_day(text: str) -> bool:
    """Whether a month or a year alone is said: "January 2027", "janv. 2027", "2027-01", "2027"."""
    found = MONTH.fullmatch(fold(text))
    return found is not None and (found[1] is None or found[1] in MONTHS)


def has_short_year(text: str) -> bool:
    return SHORT_YEAR.fullmatch(text) is not None


def _day(year: str, month: str | int, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
