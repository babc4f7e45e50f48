"""What the desk is asked when it verifies a qualification: nothing but the version that it looked at."""

from django import forms

from core.desk.act_forms import ActForm, Reason
from core.text.fields import CleanField


class VerifyForm(ActForm):
    """``seen`` names the state of the qualification that the page showed; without it, the present one."""

    seen = CleanField(required=False, max_length=60, widget=forms.HiddenInput)


class WithdrawVerificationForm(VerifyForm):
    reason = Reason()
