"""The forms of the desk's acts on applications."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason, none_yet
from core.pages.forms import choice
from core.text.fields import CleanField
from deployments.eligibility.candidate import eligibility_of
from deployments.forms.successors import TakesOverForm
from deployments.models import ApplicationState, Posting, PostingStatus, ReasonCode
from missions.models import Organization


class AnsweredOn(DayField):
    """The day on which the receiving organization answered a nomination."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Day of the receiving organization's answer"),
            required=False,
            help_text=_("Where no day is given, today."),
        )


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


class NominateForm(RemarkForm):
    organization = forms.ModelChoiceField(
        Organization.objects.all(),
        label=_("Organization"),
        to_field_name="code",
        required=False,
        help_text=_("Where none is chosen, the one that leads the mission."),
    )
    sent_on = DayField(label=_("Sent"), required=False, help_text=_("Where no day is given, today."))
    field_order = ["organization", "sent_on", "reason"]


class RefuseForm(DecisionForm):
    """The receiving organization's refusal, with its day."""

    answered_on = AnsweredOn()
    field_order = ["answered_on"]


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
        label=_("Held until"),
        help_text=_(
            "The last day on which the officer can accept; then the place is free. Empty: as long as places are usually held."
        ),
        required=False,
    )
    answered_on = AnsweredOn()
    field_order = ["first_day", "last_day", "hold_until", "answered_on", "relieves"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record.state != ApplicationState.NOMINATED:
            del self.fields["answered_on"]


class ProposeForm(ActForm):
    posting = forms.ModelChoiceField(
        Posting.objects.filter(status=PostingStatus.OPEN),
        label=_("Posting"),
        to_field_name="reference",
        empty_label=_("Choose"),
    )
    consent = forms.BooleanField(label=_("The officer agreed to this posting."), required=False)
    reason = Reason(required=False)

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "consent": self.cleaned_data["consent"]}
