"""What is asked of a mark in a roll-call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm
from core.text.validators import refuse_disguises
from deployments.models import RollCallStatus


class MarkForm(ActForm):
    status = forms.ChoiceField(label=_("Status"), choices=RollCallStatus.choices, widget=forms.RadioSelect)
    place = forms.CharField(label=_("Where"), max_length=120, required=False, validators=[refuse_disguises])
    note = forms.CharField(label=_("Note"), max_length=500, required=False, validators=[refuse_disguises])
