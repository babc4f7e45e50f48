"""Forms of acts on authorised numbers and on terms."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, PreviewedForm, Reason
from core.desk.widgets import CheckList
from core.pages.forms import choice
from core.text.fields import CleanField
from core.text.languages import LanguageCodesFormField
from missions.models import Operation, TermsStatus
from missions.models.strength import GREATEST_NUMBER


class FromDayForm(ActForm):
    effective_from = DayField(label=_("From"), help_text=_("The first day on which it holds."))
    reason = Reason()


class LaterForm(ActForm):
    """Asks what becomes of what is planned for later days, where there is something."""

    confirmations: tuple[str, ...] = ("later",)
    later = forms.ChoiceField(
        label=_("What is planned for later days"),
        choices=[("stays", _("It stays")), ("withdraw", _("It is withdrawn"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def arguments(self) -> dict[str, Any]:
        typed = super().arguments()
        if "later" in typed:
            typed["withdraw_later"] = typed.pop("later") == "withdraw"
        return typed


class LaterFromDayForm(LaterForm, FromDayForm):
    """From a day on, with a word on what is planned after it."""


class ExplainedFromDayForm(LaterFromDayForm):
    """From a day on, with words for the public beside the desk's own reason."""

    explanation_en = CleanField(
        label=_("Explanation for the public in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown on the public pages. Give it in both languages, or leave both empty."),
    )
    explanation_fr = CleanField(
        label=_("Explanation for the public in French"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["effective_from", "reason", "explanation_en", "explanation_fr"]


class RecordsDayForm(ActForm):
    records_from = DayField(
        label=_("First day of the records"),
        help_text=_(
            "Mostly the day of the first number, not that of the first tour: tours before this day meet no number. Today at the"
            " latest. A day that is too early cannot be put right: afterwards it only moves earlier."
        ),
    )
    reason = Reason()


class MissionTermsForm(ExplainedFromDayForm):
    status = forms.ChoiceField(label=_("Status"), choices=TermsStatus.choices)
    field_order = ["effective_from", "status", "reason", "explanation_en", "explanation_fr"]


class OperationTermsForm(MissionTermsForm):
    is_armed = forms.TypedChoiceField(
        label=_("Armed or unarmed"),
        choices=[("", _("nothing is said")), ("yes", _("Armed")), ("no", _("Unarmed"))],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=False,
    )
    languages = LanguageCodesFormField(label=_("Languages of operation"), required=False)
    field_order = [
        *("effective_from", "status", "is_armed", "languages", "reason"),
        *("explanation_en", "explanation_fr"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice(self, "languages")
        field.widget = CheckList(field.label, choices=field.choices)


class AcknowledgedForm(PreviewedForm):
    """An act that may put somebody over strength: first it shows who and when, then it asks."""

    confirmations: tuple[str, ...] = ("acknowledge_lowering",)
    acknowledgement = "acknowledge_lowering"
    acknowledge_lowering = forms.BooleanField(
        label=_("I have read what this does, and record it all the same."), required=False
    )


class InstrumentInFrench(CleanField):
    """The French name of an instrument that has one."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Instrument in French"),
            max_length=200,
            required=False,
            help_text=_("Where it has a name of its own in French. Empty: the name is the same in both languages."),
        )


class StrengthForm(LaterForm, AcknowledgedForm):
    confirmations: tuple[str, ...] = ("acknowledge_lowering", "later")
    effective_from = DayField(label=_("In force from"), help_text=_("The first day on which the number holds."))
    maximum = forms.IntegerField(
        label=_("Authorized number"), min_value=0, validators=[MaxValueValidator(GREATEST_NUMBER)], required=False
    )
    instrument = CleanField(
        label=_("Instrument"),
        max_length=200,
        help_text=_("The decision, memorandum or order that sets the number."),
    )
    instrument_fr = InstrumentInFrench()
    note = CleanField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why; needed for a day in the past."),
    )
    on_record_only = forms.BooleanField(
        label=_("The source gives no first day"),
        required=False,
        help_text=_("The public pages then say “on record since” in place of a first day."),
    )
    field_order = ["effective_from", "on_record_only", "maximum", "instrument", "instrument_fr", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.record, Operation):
            self.fields["maximum"].required = True
        else:
            self.fields["maximum"].help_text = _("Leave it empty to end the limit of its own.")

    def arguments(self) -> dict[str, Any]:
        typed = super().arguments()
        if "on_record_only" in typed:
            typed["is_first_day_known"] = not typed.pop("on_record_only")
        return typed


class WithdrawStrengthForm(AcknowledgedForm):
    reason = Reason(help_text=_("Why the version is wrong; kept in the history."))
    maximum = forms.IntegerField(
        label=_("The right number, from the same day"),
        min_value=0,
        validators=[MaxValueValidator(GREATEST_NUMBER)],
        required=False,
        help_text=_("Leave it empty to let the version before it hold on."),
    )
    instrument = CleanField(label=_("Instrument of the right number"), max_length=200, required=False)
    instrument_fr = InstrumentInFrench()
    field_order = ["reason", "maximum", "instrument", "instrument_fr"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("maximum") is not None and not cleaned.get("instrument"):
            self.add_error("instrument", _("Name the instrument that sets the right number."))
        return cleaned
