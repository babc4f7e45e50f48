"""What no text of a person may hold."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def refuse_disguises(value: str) -> None:
    """Raises ValidationError for characters that make a text read otherwise than it is written.

    These are direction overrides and control characters other than line breaks and tabs. The plain direction marks of
    Arabic and Hebrew, accents and emoji are welcome.
    """
    controls = any(unicodedata.category(character) == "Cc" for character in re.sub(r"[\r\n\t]", "", value))
    if controls or DIRECTION_OVERRIDES.search(value):
        raise ValidationError(_("Take out the invisible control characters."), code="control_characters")


def without_disguises(name: str) -> str:
    """A file's name without what ``refuse_disguises`` refuses in a text."""
    return "".join(each for each in name if unicodedata.category(each) != "Cc" and not DIRECTION_OVERRIDES.match(each))


def refuse_addresses(value: str) -> None:
    """Raises ValidationError for a web address inside a name: mails with the name would carry it on as a link."""
    if re.search(r"://|www\.|[/\\<>]", value, re.IGNORECASE):
        raise ValidationError(_("Enter a name, without a web address or the characters / \\ < >."), code="address")
