"""Forms of acts: what is asked for, as days, numbers and words. The rules are the domain's."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.desk.widgets import DayInput, without_wheel
from core.text.dates import EARLIEST_DAY, LATEST_DAY
from core.text.fields import CleanField


class DayField(forms.DateField):
    """A day between 1900 and 2199, as browsers ask for it."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = _("Give the day as year, month and day, such as 2027-03-01.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not EARLIEST_DAY <= value <= LATEST_DAY:
            raise forms.ValidationError(_("Give a day from 1900 to 2199."))


class Reason(CleanField):
    """Words that the history keeps."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Reason"), "help_text": _("Kept in the history."), **kwargs}, max_length=2000)


def none_yet(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Put an empty choice first, so that nobody decides by not looking."""
    return [("", _("Choose")), *choices]


class ActForm(forms.Form):
    """``record`` is the record of the act; ``arguments`` are the keyword arguments of its domain function.

    ``confirmations`` are fields that the page shows once a refusal has asked for them (``asked``). ``acknowledgement``
    names the confirmation that the page shows inside the preview.
    """

    required_css_class = "required"
    confirmations: tuple[str, ...] = ()
    acknowledgement: str = ""

    def __init__(self, *args: Any, record: Model, **kwargs: Any) -> None:
        self.record: Any = record
        self.asked: set[str] = set()
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            without_wheel(field)
            if isinstance(field, forms.BooleanField):
                field.label_suffix = ""  # its words follow the tick

    def shown_fields(self) -> list[forms.BoundField]:
        """The fields to fill in, without confirmations that no refusal asked for."""
        waiting = set(self.confirmations) - self.asked
        return [field for field in self.visible_fields() if field.name not in waiting or field.value()]

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(ActForm):
    reason = Reason()


class OptionalReasonForm(ActForm):
    reason = Reason(required=False)


class NothingToAskForm(ActForm):
    """The act alone says it all."""


class PreviewedForm(ActForm):
    """An act whose effect is shown before it is confirmed by the field ``acknowledgement``.

    ``shown`` holds the fingerprint of the effect shown, so that nobody confirms what has changed since.
    """

    shown = CleanField(required=False, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if name != "shown"}
