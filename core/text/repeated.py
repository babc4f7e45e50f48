"""What a refusal repeats of what was sent: the beginning, and nothing that cannot be read."""

from typing import Any

from django.forms import ChoiceField, ModelMultipleChoiceField, MultipleChoiceField
from django.utils.functional import Promise

MAX_SHOWN = 60


def repeated(text: str) -> str:
    """The beginning of ``text``, with a mark for each character that does not show."""
    printable = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[: MAX_SHOWN + 1])
    return printable if len(printable) <= MAX_SHOWN else f"{printable[:MAX_SHOWN]}…"


class RepeatingMessage:
    """An error message of a form field that names the value, with the beginning of it alone."""

    def __init__(self, message: str | Promise) -> None:
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def __mod__(self, params: dict[str, Any]) -> str:
        return str(self.message) % {name: repeated(str(value)) for name, value in params.items()}


def shorten_wrong_choices() -> None:
    """Let every form name no more than the beginning of a choice that it does not have."""
    for field in (ChoiceField, MultipleChoiceField, ModelMultipleChoiceField):
        for code in ("invalid_choice", "invalid_pk_value"):
            message = field.default_error_messages.get(code)
            if message is not None and not isinstance(message, RepeatingMessage):
                field.default_error_messages[code] = RepeatingMessage(message)  # type: ignore[assignment]
