"""The one rule for characters that nobody sees, at every door: forms, lists, acts, and the tables themselves.

What leaves no mark on paper (soft hyphens, spaces without width) is taken out; what makes a text read otherwise than it
is written (control characters, direction overrides) is refused. Signs that scripts and emoji need stay: joiners, the
direction marks of Arabic and Hebrew, accents. Text is kept composed (NFC), and what is a line stays one.
"""

import re
import unicodedata
from typing import Any

INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
SEPARATORS = re.compile("[\u2028\u2029]")
LINE_BREAKS = re.compile("\\s*[\t\n\r\u2028\u2029]\\s*")
# Controls but tab and line break, direction overrides, halves of characters, and what is no character at all.
REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
UNSEEN = {"Cf", "Mn"}


def cleaned(text: str) -> str:
    """``text`` composed, without what leaves no mark."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", SEPARATORS.sub("\n", INVISIBLE.sub("", text)))


def one_line(text: str) -> str:
    """``text`` cleaned, for a place of one line: line breaks and tabs, which its field does not show, are a space."""
    if text.isascii() and text.isprintable():
        return text
    return LINE_BREAKS.sub(" ", cleaned(text))


def is_refused(text: str) -> bool:
    """Whether ``text`` holds what no text of a person may hold."""
    return REFUSED.search(text) is not None


def without_refused(text: str) -> str:
    """``text`` cleaned, and without what is refused: for what is only shown or written out, such as a file's name."""
    return REFUSED.sub("", cleaned(text))


def for_xml(text: Any) -> str:
    """``text`` without the characters that no XML may hold, whatever a table holds."""
    return NO_XML.sub("", str(text))


def plain_number(number: str) -> str:
    """A number of service without what nobody sees, its spaces of every kind as one."""
    seen = "".join(each for each in cleaned(number) if unicodedata.category(each) not in UNSEEN)
    return " ".join(seen.split())


def number_key(number: str) -> str:
    """A number of service as it is compared, without case and spaces: "d00 058" is "D00058"."""
    return plain_number(number).replace(" ", "").lower()
