"""Pages as of a day: ``?on=YYYY-MM-DD``."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.dates import today_here

FIRST_YEAR, LAST_YEAR = 1900, 2199


class PageDayField(forms.DateField):
    """A day for which a page can be asked, from 1900 to 2199."""

    default_error_messages = {"invalid": _("Write the day as year-month-day, such as 2026-11-24.")}

    def __init__(self, label: Any) -> None:
        attributes = {
            "type": "date",
            "min": f"{FIRST_YEAR}-01-01",
            "max": f"{LAST_YEAR}-12-31",
            "class": "form-control",
        }
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs=attributes, format="%Y-%m-%d"),
        )

    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext("Choose a day from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


class DayForm(forms.Form):
    """The day of a page."""

    on = PageDayField(_("Show this page as of"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="as-of-%s")


class TwoDaysForm(forms.Form):
    """Two days to compare. In the address they are ``on`` and ``with``."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="compare-%s")
        self.fields["on"] = PageDayField(_("First date"))
        self.fields["with"] = PageDayField(_("Second date"))


def two_days(request: HttpRequest, *, today: datetime.date | None = None) -> tuple[TwoDaysForm, list[datetime.date]]:
    """The form with both days, and the days in their order: by default today and the same day a year before."""
    today = today or today_here()
    asked = {name: request.GET.get(name, "").strip() for name in ("on", "with")}
    form = TwoDaysForm(asked)
    typed = form.cleaned_data if form.is_valid() else {}
    on = typed.get("on") or today
    other = typed.get("with") or _year_before(on)
    first, second = sorted([on, other])
    form.data = {"on": asked["on"] or on.isoformat(), "with": asked["with"] or other.isoformat()}
    if form.is_valid():
        form.data = {"on": first.isoformat(), "with": second.isoformat()}
    return form, [first, second]


def _year_before(day: datetime.date) -> datetime.date:
    if day.year == FIRST_YEAR:
        return day
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class AsOf:
    """The day that a page is about; today's page, and the form's errors, where the wish makes no sense."""

    day: datetime.date
    today: datetime.date
    form: DayForm = field(compare=False)

    @property
    def is_other_day(self) -> bool:
        return self.day != self.today

    @property
    def is_planned(self) -> bool:
        """The day lies ahead, so the page shows what is recorded for then."""
        return self.day > self.today

    @property
    def is_past(self) -> bool:
        return self.day < self.today

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return 200 if self.form.is_valid() else 400

    @property
    def fault(self) -> str:
        """What is wrong with the day that was asked for, in words; "" for nothing."""
        return "\n".join(map(str, self.form.errors.get("on", ())))


def as_of(request: HttpRequest, *, today: datetime.date | None = None) -> AsOf:
    """The day asked for in the query, else today."""
    today = today or today_here()
    form = DayForm({"on": request.GET.get("on", today.isoformat())})
    wished = form.cleaned_data["on"] if form.is_valid() else None
    return AsOf(wished or today, today, form)
