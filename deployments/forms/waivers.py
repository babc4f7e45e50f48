"""The forms of acts on waivers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm
from core.text.dates import today_here
from deployments.eligibility.findings import findings_by_group
from deployments.models import OfficerWaiver, Posting


class WaiveFindingForm(ReasonForm):
    posting = forms.ModelChoiceField(
        Posting.objects.all(), label=_("Posting"), to_field_name="reference", empty_label=_("Choose")
    )
    finding = forms.ChoiceField(label=_("Finding"), help_text=_("What is not met, as the refusal names it."))
    last_day = DayField(label=_("Last day"), help_text=_("The last day on which the waiver counts."))
    field_order = ["posting", "finding", "last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["finding"]
        field.choices = [("", _("Choose")), *findings_by_group()]


class WithdrawWaiverForm(ReasonForm):
    waiver = forms.ModelChoiceField(OfficerWaiver.objects.none(), label=_("Waiver"), empty_label=_("Choose"))
    field_order = ["waiver", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["waiver"]
        field.queryset = OfficerWaiver.objects.in_force(today_here()).filter(officer=self.record)
