"""What is asked of the desk's boards."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField
from missions.models.strength import GREATEST_NUMBER

LONGEST = 366 * 5


class ExplainForm(forms.Form):
    """The days to explain, both inclusive, at most five years."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first_day, last_day = cleaned.get("first_day"), cleaned.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", gettext("The last day is before the first day."))
        elif first_day and last_day and (last_day - first_day).days > LONGEST:
            self.add_error("last_day", gettext("Ask for five years at most."))
        return cleaned


class WhatIfForm(forms.Form):
    """A number that the operation could have, from a day on."""

    maximum = forms.IntegerField(label=_("Number"), min_value=0, max_value=GREATEST_NUMBER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = DayField(label=_("From"))
