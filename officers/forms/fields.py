"""Fields of the profile's forms."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day as 2027-03-01 in both languages; browsers show a calendar."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": _("Enter a day as year-month-day, such as 2027-03-01.")})
        super().__init__(**kwargs)


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons, none of them chosen beforehand; gives True or False."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
            error_messages={"required": _("Answer yes or no.")},
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
