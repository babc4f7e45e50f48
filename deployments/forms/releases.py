"""The forms of acts on releases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason
from core.pages.forms import DocumentField
from core.text.fields import CleanField
from deployments.models import Posting, PostingStatus


class ReleaseLetterForm(ActForm):
    """A release that came by letter."""

    first_day = DayField(label=_("Released from"))
    last_day = DayField(label=_("Released until"), help_text=_("Both days count."))
    posting = forms.ModelChoiceField(
        Posting.objects.filter(status=PostingStatus.OPEN),
        label=_("Posting"),
        to_field_name="reference",
        required=False,
        empty_label=_("Any posting"),
    )
    letter_number = CleanField(label=_("Number of the letter"), max_length=60)
    letter_date = DayField(label=_("Date of the letter"))
    document = DocumentField(label=_("The letter"), required=False)
    reason = Reason(label=_("Remark"), required=False)
