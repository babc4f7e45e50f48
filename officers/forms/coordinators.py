"""Forms with which an Administrator names coordinators of a police service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm
from core.pages.forms import record_choice
from core.text.dates import today_here
from officers.domain.naming import in_office
from officers.models import Coordinator


class NameCoordinatorForm(ReasonForm):
    """``record`` is the police service."""

    email = forms.EmailField(label=_("E-mail address of the coordinator's account"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty if no end is planned."))
    deputy_of = forms.ModelChoiceField(
        Coordinator.objects.none(),
        label=_("Deputy of"),
        required=False,
        empty_label=_("Nobody: coordinator in person"),
        help_text=_("A deputy acts for one year at most, beside the coordinator, and names nobody."),
    )
    field_order = ["email", "first_day", "last_day", "deputy_of", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "deputy_of").queryset = in_office(self.record, on=today_here()).filter(named_by=None)


class EndCoordinatorForm(ReasonForm):
    coordinator = forms.ModelChoiceField(Coordinator.objects.none(), label=_("Coordinator"), empty_label=_("Choose"))
    last_day = DayField(label=_("Last day"), help_text=_("Yesterday ends it at once."))
    field_order = ["coordinator", "last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "coordinator").queryset = in_office(self.record, on=today_here())
