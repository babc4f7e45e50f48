"""The filters of the desk's lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField
from core.pages.forms import choice, record_choice
from core.text.fields import CleanField
from deployments.queries.lists import Listing
from missions.models import Operation, Organization
from officers.models import PoliceService

# The word agrees with what the field chooses among.
EMPTY_LABELS = {
    "operation": pgettext_lazy("operations, organizations", "All"),
    "organization": pgettext_lazy("operations, organizations", "All"),
    "service": pgettext_lazy("services", "All"),
}


class ListFilters(forms.Form):
    """Each field narrows the list; an empty one asks for everything. A list shows the fields that it names."""

    on = DayField(label=_("On"), required=False)
    until = DayField(label=_("Until"), required=False)
    sent_from = DayField(label=_("Sent from"), required=False)
    sent_until = DayField(label=_("Sent until"), required=False)
    organization = forms.ModelChoiceField(Organization.objects.all(), label=_("Organization"), required=False)
    posting = CleanField(label=_("Posting"), required=False, max_length=100)
    operation = forms.ModelChoiceField(Operation.objects.all(), label=_("Operation"), required=False)
    service = forms.ModelChoiceField(PoliceService.objects.all(), label=_("Police service"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    q = CleanField(label=_("Name"), required=False, max_length=100)

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(listing.filters):
            del self.fields[name]
        for name in EMPTY_LABELS.keys() & self.fields.keys():
            record_choice(self, name).empty_label = str(EMPTY_LABELS[name])
        if "state" in self.fields:
            self.fields["state"].label = str(listing.state_label)
            choice(self, "state").choices = [("", _("All")), *listing.states]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for first, last in (("on", "until"), ("sent_from", "sent_until")):
            if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
                self.add_error(last, gettext("The last day is before the first day."))
        return cleaned
