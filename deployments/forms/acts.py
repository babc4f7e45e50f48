"""The forms of the desk's acts: what is asked for, as days, numbers and words; the rules are the domain's."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.desk.widgets import CheckList, DayInput
from core.text.languages import LanguageCodesFormField
from missions.models import Operation, TermsStatus
from missions.models.versions import EARLIEST, LATEST

LARGEST = 1_000_000


class DayField(forms.DateField):
    """A day between 1900 and 2199, as browsers ask for it."""

    widget = DayInput

    def __init__(self, **kwargs) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = _("Give the day as year, month and day, such as 2027-03-01.")

    def validate(self, value) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(_("Give a day from 1900 to 2199."))


class Reason(forms.CharField):
    """Words that the history keeps."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"label": _("Reason"), "help_text": _("Kept in the history."), **kwargs}, max_length=2000)


def none_yet(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The choices after an empty one: nobody decides by not looking."""
    return [("", _("Choose")), *choices]


class ActForm(forms.Form):
    """``record`` is what the act is done to; ``arguments`` is what the domain function is told.

    ``confirmations`` are fields that the page shows once a refusal has asked for them (``asked``).
    """

    required_css_class = "required"
    confirmations: tuple[str, ...] = ()

    def __init__(self, *args, record: Model, **kwargs) -> None:
        self.record = record
        self.asked: set[str] = set()
        super().__init__(*args, **kwargs)

    def shown_fields(self) -> list[forms.BoundField]:
        """The fields to fill in, without confirmations that nobody asked for."""
        waiting = set(self.confirmations) - self.asked
        return [field for field in self.visible_fields() if field.name not in waiting or field.value()]

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(ActForm):
    reason = Reason()


class NothingToAskForm(ActForm):
    """The act alone says it all."""


class FromDayForm(ActForm):
    effective_from = DayField(label=_("From"), help_text=_("The first day on which it holds."))
    reason = Reason()


class MissionTermsForm(FromDayForm):
    status = forms.ChoiceField(label=_("Status"), choices=TermsStatus.choices)
    field_order = ["effective_from", "status", "reason"]


class OperationTermsForm(MissionTermsForm):
    is_armed = forms.TypedChoiceField(
        label=_("Armed or unarmed"),
        choices=[("", _("nothing is said")), ("yes", _("Armed")), ("no", _("Unarmed"))],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=False,
    )
    languages = LanguageCodesFormField(label=_("Languages of operation"), required=False)
    field_order = ["effective_from", "status", "is_armed", "languages", "reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["languages"]
        field.widget = CheckList(field.label, choices=field.choices)


class AcknowledgedForm(ActForm):
    """An act that may put somebody over strength: first it shows who and when, then it asks.

    ``shown`` names what was shown, so that nobody accepts what has changed since. The confirmation is part of what is
    shown.
    """

    confirmations = ("acknowledge_lowering",)
    acknowledge_lowering = forms.BooleanField(
        label=_("I have read what this does, and record it all the same."), required=False
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if name != "shown"}


class InstrumentInFrench(forms.CharField):
    """The French name of an instrument that has one."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Instrument in French"),
            max_length=200,
            required=False,
            help_text=_("Where it has a name of its own in French. Empty: the name is the same in both languages."),
        )


class StrengthForm(AcknowledgedForm):
    effective_from = DayField(label=_("In force from"), help_text=_("The first day on which the number holds."))
    maximum = forms.IntegerField(
        label=_("Authorized number"), min_value=0, validators=[MaxValueValidator(LARGEST)], required=False
    )
    instrument = forms.CharField(
        label=_("Instrument"),
        max_length=200,
        help_text=_("The decision, memorandum or order that sets the number."),
    )
    instrument_fr = InstrumentInFrench()
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why; needed for a day in the past."),
    )
    field_order = ["effective_from", "maximum", "instrument", "instrument_fr", "note"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.record, Operation):
            self.fields["maximum"].required = True
        else:
            self.fields["maximum"].help_text = _("Leave it empty to end the limit of its own.")


class WithdrawStrengthForm(AcknowledgedForm):
    reason = Reason(help_text=_("Why the version is wrong; kept in the history."))
    maximum = forms.IntegerField(
        label=_("The right number, from the same day"),
        min_value=0,
        validators=[MaxValueValidator(LARGEST)],
        required=False,
        help_text=_("Leave it empty to let the version before it hold on."),
    )
    instrument = forms.CharField(label=_("Instrument of the right number"), max_length=200, required=False)
    instrument_fr = InstrumentInFrench()
    field_order = ["reason", "maximum", "instrument", "instrument_fr"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("maximum") is not None and not cleaned.get("instrument"):
            self.add_error("instrument", _("Name the instrument that sets the right number."))
        return cleaned
