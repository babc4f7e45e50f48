"""Headings and words as people write them, brought to one form."""

import re
import unicodedata


def heading_key(text: str) -> str:
    """``text`` without case, accents, spaces and signs, so that "Given Name", "given_name" and "GIVEN-NAME" are one."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("_", " "))
    return re.sub(r"[^\w]", "", "".join(each for each in decomposed if not unicodedata.combining(each))).casefold()
