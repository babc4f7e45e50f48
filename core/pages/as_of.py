"""Pages as of a day: ``?on=YYYY-MM-DD``."""

import datetime
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.dates import today_here

FIRST_YEAR, LAST_YEAR = 1900, 2199


class DayForm(forms.Form):
    """One day, from 1900 to 2199."""

    on = forms.DateField(
        label=_("Show this page as of"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "min": "1900-01-01", "max": "2199-12-31"}, format="%Y-%m-%d"),
    )

    def __init__(self, data=None) -> None:
        super().__init__(data, auto_id="as-of-%s")
        self.fields["on"].error_messages["invalid"] = _("Write the day as year-month-day, such as 2026-11-24.")

    def clean_on(self) -> datetime.date | None:
        day = self.cleaned_data["on"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext("Choose a day from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


@dataclass(frozen=True)
class AsOf:
    """The day that a page is about; today's page, and the form's errors, where the wish makes no sense."""

    day: datetime.date
    today: datetime.date
    form: DayForm

    @property
    def is_other_day(self) -> bool:
        return self.day != self.today

    @property
    def is_planned(self) -> bool:
        """The day lies ahead, so the page shows what is recorded for then."""
        return self.day > self.today

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return 200 if self.form.is_valid() else 400


def as_of(request: HttpRequest, *, today: datetime.date | None = None) -> AsOf:
    """The day asked for in the query, else today."""
    today = today or today_here()
    form = DayForm({"on": request.GET.get("on", today.isoformat())})
    wished = form.cleaned_data["on"] if form.is_valid() else None
    return AsOf(wished or today, today, form)
