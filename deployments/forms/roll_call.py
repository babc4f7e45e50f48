"""What is asked of a mark in a roll-call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm
from core.text.fields import CleanField
from deployments.models import RollCallStatus


class MarkForm(ActForm):
    status = forms.ChoiceField(label=_("Status"), choices=RollCallStatus.choices, widget=forms.RadioSelect)
    place = CleanField(label=_("Where"), max_length=120, required=False)
    note = CleanField(label=_("Note"), max_length=500, required=False)
