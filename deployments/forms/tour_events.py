"""The forms of acts around a departure, during a tour and at its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason, ReasonForm, none_yet
from core.desk.widgets import CheckList
from core.generics import RecordsChoiceField
from core.pages.forms import record_choice
from core.text.fields import CleanField
from core.text.keys import MAX_KEY_DIGITS
from deployments.domain.tours import PARTY_LABELS, checklist, items_to_check
from deployments.models import AppraisalOutcome, ChecklistItem, ExtensionState


class SomeOf(RecordsChoiceField):
    """Records by their keys; a key that no database holds is no choice."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if len(str(key)) > MAX_KEY_DIGITS:
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(value)


class CheckOffForm(ActForm):
    items = SomeOf(ChecklistItem.objects.none(), label=_("Done"), required=True)
    done_on = DayField(label=_("Day on which it was done"), required=False, help_text=_("Empty: today."))
    note = CleanField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = record_choice(self, "items")
        field.queryset = items_to_check(self.record).exclude(marks__deployment=self.record)
        field.widget = CheckList(field.label, choices=field.choices)


class DueDayForm(ActForm):
    item = forms.ModelChoiceField(ChecklistItem.objects.none(), label=_("Item"), empty_label=_("Choose"))
    due_on = DayField(label=_("Due"))
    reason = Reason(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "item").queryset = items_to_check(self.record).exclude(marks__deployment=self.record)


class CheckInForm(ActForm):
    """Asks for a reason where the checklist is not worked off."""

    reason = Reason(label=_("Why the officer is checked in all the same"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not checklist(self.record).open:
            del self.fields["reason"]


class ReopenItemForm(ReasonForm):
    item = forms.ModelChoiceField(ChecklistItem.objects.none(), label=_("Not done after all"), empty_label=_("Choose"))
    field_order = ["item", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "item").queryset = items_to_check(self.record).filter(marks__deployment=self.record)


class EmergencyContactForm(ActForm):
    name = CleanField(label=_("Name"), max_length=120)
    relationship = CleanField(label=_("Relationship"), max_length=80)
    telephone = CleanField(label=_("Telephone"), max_length=40)


class LeaveForm(ActForm):
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("Both days count."))


class AskExtensionForm(ReasonForm):
    last_day = DayField(label=_("Last day asked for"))
    field_order = ["last_day", "reason"]


class ExtensionShownForm(ActForm):
    """``extension`` is the request that the page shows: another one that is asked for meanwhile is not decided by it."""

    extension = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.record.extensions.filter(state=ExtensionState.OPEN).first()
        self.initial["extension"] = shown.pk if shown else None


class DeclineExtensionForm(ExtensionShownForm, ReasonForm):
    reason = Reason(help_text=_("The officer reads it; it is kept in the history."))


class AgreeExtensionForm(ExtensionShownForm):
    party = forms.ChoiceField(label=_("Who agrees"), choices=none_yet(PARTY_LABELS.items()))
    reason = Reason(label=_("Remark"), required=False, help_text=_("By whom, with which letter; kept in the history."))


class AppraisalForm(ActForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=none_yet(AppraisalOutcome.choices))
    given_on = DayField(label=_("Given on"))
    remarks = CleanField(label=_("Remarks"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
