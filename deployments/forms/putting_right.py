"""The forms of acts that put a tour right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm
from deployments.domain.verbs.tours import OVER
from deployments.models import DeploymentState


class ReinstateForm(ReasonForm):
    """Asks the last day of a tour that was over; a cancelled one has its days."""

    last_day = DayField(
        label=_("Last day"), help_text=_("Until when the tour goes on. Days after the actual last day are new.")
    )
    field_order = ["last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record.state == DeploymentState.CANCELLED:
            del self.fields["last_day"]
        else:
            self.fields["last_day"].required = self.record.state in OVER


class CorrectLastDayForm(ReasonForm):
    """The true last day; where later days have no room, it is asked whether the officer did stay."""

    confirmations = ("acknowledge_late",)
    last_day = DayField(label=_("Actual last day"))
    acknowledge_late = forms.BooleanField(
        label=_("The officer did stay that long: record the late return."), required=False
    )
    field_order = ["last_day", "reason", "acknowledge_late"]
