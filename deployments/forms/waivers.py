"""The forms of acts on waivers."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm
from core.generics import RecordChoiceField
from core.text.dates import in_words, today_here
from deployments.eligibility.findings import findings_by_group, qualification_names, words_of
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


class WaiverField(RecordChoiceField):
    """A waiver by what it waives, for which posting, and until when."""

    @cached_property
    def names(self) -> dict[str, str]:
        return qualification_names()

    def label_from_instance(self, obj: OfficerWaiver) -> str:
        finding = words_of(obj.finding, self.names) or obj.finding
        words = {"finding": finding, "posting": obj.posting.reference, "day": in_words(obj.last_day)}
        return gettext("%(finding)s, for %(posting)s, until %(day)s") % words


class WithdrawWaiverForm(ReasonForm):
    waiver = WaiverField(queryset=OfficerWaiver.objects.none(), label=_("Waiver"), empty_label=_("Choose"))
    field_order = ["waiver", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["waiver"]
        field.queryset = (
            OfficerWaiver.objects.in_force(today_here()).filter(officer=self.record).select_related("posting")
        )
