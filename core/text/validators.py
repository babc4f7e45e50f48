"""Validators for texts that people type."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text.clean import is_refused, without_refused


def refuse_disguises(value: str) -> None:
    """Raise ValidationError for characters that make a text read otherwise than it is written (core.text.clean)."""
    if is_refused(value):
        raise ValidationError(_("Take out the invisible control characters."), code="control_characters")


def without_disguises(name: str) -> str:
    """A file's name without what ``refuse_disguises`` refuses in a text."""
    return without_refused(name)


def refuse_addresses(value: str) -> None:
    """Raise ValidationError for a web address inside a name: mails with the name would carry it on as a link."""
    if re.search(r"://|www\.|[/\\<>]", value, re.IGNORECASE):
        raise ValidationError(_("Enter a name, without a web address or the characters / \\ < >."), code="address")
