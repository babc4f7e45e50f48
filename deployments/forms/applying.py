"""What an officer fills in to apply, and the reasons that acts on an application ask for."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from core.pages.forms import DocumentField
from core.text.fields import CleanField
from core.text.validators import refuse_disguises

TEXT = [ProhibitNullCharactersValidator(), refuse_disguises]


class ApplicationForm(forms.Form):
    """Why the officer applies, from when, and one document at a time."""

    motivation = CleanField(
        label=_("Why you apply"),
        max_length=4000,
        required=False,
        strip=True,
        validators=TEXT,
        help_text=_("What you bring to this posting, in English or French. At most 4,000 characters."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    available_from = forms.DateField(
        label=_("Available from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only where it differs from the planned departure."),
    )
    document = DocumentField(label=_("Add a document"), required=False)


class ReasonForm(forms.Form):
    """The reason of an act."""

    reason = CleanField(label=_("Reason"), max_length=1000, validators=TEXT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, is_required: bool = True, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required


class ExtensionAnswerForm(ReasonForm):
    """The police service's word; ``extension`` is the request that the page shows."""

    extension = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ExtensionForm(ReasonForm):
    """Until when an officer would stay, and why."""

    last_day = forms.DateField(
        label=_("Last day asked for"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ["last_day", "reason"]


class DeputyForm(forms.Form):
    """Whom a coordinator names as deputy, and for which days."""

    email = forms.EmailField(label=_("E-mail address of the deputy's account"), validators=TEXT)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
