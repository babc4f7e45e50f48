"""The forms of the acts that switch a wall on or off."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ReasonForm, none_yet
from core.pages.forms import record_choice
from deployments.models import CountsAgainst
from missions.models import Programme


class ReleaseNeedForm(ReasonForm):
    needs_release = forms.TypedChoiceField(
        label=_("Release"),
        choices=none_yet([("yes", _("needed: nobody goes without it")), ("no", _("not needed"))]),
        coerce=lambda value: value == "yes",
    )
    field_order = ["needs_release", "reason"]


class CountingForm(ReasonForm):
    counts_against = forms.ChoiceField(label=_("Counts against"), choices=none_yet(CountsAgainst.choices))
    field_order = ["counts_against", "reason"]


class ProgrammeForm(ReasonForm):
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), empty_label=_("Choose"))
    field_order = ["programme", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "programme").queryset = Programme.objects.all()
