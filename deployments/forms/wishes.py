"""What an officer would like to do abroad."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.pages.forms import record_choice
from core.text.dates import today_here
from deployments.models import RoleProfile
from missions.models import Operation
from missions.queries import operations_on


class WishForm(forms.Form):
    operation = forms.ModelChoiceField(
        Operation.objects.none(), label=_("Operation"), to_field_name="code", required=False, empty_label=_("Any")
    )
    role = forms.ModelChoiceField(
        RoleProfile.objects.none(), label=_("Role"), to_field_name="code", required=False, empty_label=_("Any")
    )
    from_day = forms.DateField(
        label=_("Available from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [operation.pk for operation in operations_on(today_here())]
        record_choice(self, "operation").queryset = Operation.objects.filter(pk__in=shown)
        record_choice(self, "role").queryset = RoleProfile.objects.exclude(code=RoleProfile.STANDARD)
