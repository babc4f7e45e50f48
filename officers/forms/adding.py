"""The form with which the desk enters an officer."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm
from core.text.fields import CleanField
from core.text.validators import refuse_addresses, refuse_disguises

NAME = [refuse_addresses, refuse_disguises]


class AddOfficerForm(ReasonForm):
    """``record`` is the police service."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The invitation to set a password goes there."))
    given_name = CleanField(label=_("Given name"), max_length=100, required=False, validators=NAME)
    family_name = CleanField(
        label=_("Family name"),
        max_length=100,
        required=False,
        validators=NAME,
        help_text=_("A person with one name has it here."),
    )
    language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    service_number = CleanField(label=_("Service number"), max_length=30)
    rank = CleanField(label=_("Rank"), max_length=80, required=False)
    member_since = DayField(label=_("Member since"), required=False, help_text=_("Without the time in training."))
    field_order = [
        *("email", "given_name", "family_name", "language", "service_number", "rank", "member_since", "reason"),
    ]
