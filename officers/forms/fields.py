"""Fields of the profile's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text.fields import CleanField
from core.text.validators import refuse_addresses


class GivenName(CleanField):
    """A person's given name; who has one name only leaves it empty."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Given name"),
            max_length=100,
            required=False,
            validators=[refuse_addresses],
            widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        )


class FamilyName(CleanField):
    """A person's family name, or the only name."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Family name"),
            max_length=100,
            validators=[refuse_addresses],
            help_text=_("If you have one name only, write it here and leave the given name empty."),
            widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        )


class ProfileDayField(forms.DateField):
    """A day as 2027-03-01 in both languages; browsers show a calendar."""

    def __init__(self, *, autocomplete: str = "", **kwargs: Any) -> None:
        kind = {"type": "date"} | ({"autocomplete": autocomplete} if autocomplete else {})
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs=kind))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": _("Enter a day as year-month-day, such as 2027-03-01.")})
        super().__init__(**kwargs)


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons, none of them chosen beforehand; gives True or False."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
            error_messages={"required": _("Answer yes or no.")},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
