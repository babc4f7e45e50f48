"""The forms of the desk's acts on applications."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason, none_yet
from core.pages.forms import choice
from core.text.fields import CleanField
from deployments.eligibility.candidate import eligibility_of
from deployments.forms.successors import TakesOverForm
from deployments.models import Posting, PostingStatus, ReasonCode


class RemarkForm(ActForm):
    reason = Reason(label=_("Remark"), required=False)


class DecisionForm(ActForm):
    """An end, with the label that the applicant reads and the desk's own reason."""

    reason_code = forms.ChoiceField(label=_("Reason that the applicant reads"), choices=none_yet(ReasonCode.choices))
    words = CleanField(
        label=_("Words to the applicant"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads them beside the reason, on the page and in the mail."),
    )
    reason = Reason(help_text=_("Kept in the history; the applicant does not read it."))
    is_told = forms.BooleanField(
        label=_("Tell the applicant now"),
        required=False,
        initial=True,
        help_text=_("Otherwise the applicant sees the decision once you tell it."),
    )


class QualifyForm(ActForm):
    qualified_until = DayField(label=_("On the stand-by roster until"))
    is_told = forms.BooleanField(label=_("Tell the applicant now"), required=False, initial=True)


class WaiveRequirementForm(ActForm):
    requirement = forms.ChoiceField(label=_("Requirement that is not met"))
    reason = Reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unmet = eligibility_of(self.record).unmet
        choice(self, "requirement").choices = none_yet((finding.code, finding) for finding in unmet)
        self.fields["requirement"].help_text = "" if unmet else _("Every requirement is met.")


class SelectForm(TakesOverForm):
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("Both days count."))
    hold_until = DayField(
        label=_("Held until"), help_text=_("The last day on which the officer can accept; then the place is free.")
    )
    field_order = ["first_day", "last_day", "hold_until", "relieves"]


class ProposeForm(ActForm):
    posting = forms.ModelChoiceField(
        Posting.objects.filter(status=PostingStatus.OPEN), label=_("Posting"), to_field_name="reference"
    )
    consent = forms.BooleanField(label=_("The officer agreed to this posting."), required=False)
    reason = Reason(required=False)

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "consent": self.cleaned_data["consent"]}
