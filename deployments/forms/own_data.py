"""What is asked before an account is closed."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseAccountForm(forms.Form):
    """Nobody closes an account by a slip."""

    sure = forms.BooleanField(
        label=_("I want to close my account"), error_messages={"required": _("Tick the box to close the account.")}
    )
