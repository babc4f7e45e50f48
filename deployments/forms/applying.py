"""What an officer fills in to apply, and the reasons that acts on an application ask for."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from core.pages.forms import DocumentField
from core.text.fields import CleanField
from core.text.validators import refuse_disguises
from deployments.models import DocumentKind, Posting, PostingStatus

TEXT: list[Callable[[Any], None]] = [ProhibitNullCharactersValidator(), refuse_disguises]


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
    document_kind = forms.ChoiceField(
        label=_("Kind of document"), choices=[("", _("Choose")), *DocumentKind.choices], required=False
    )
    document = DocumentField(label=_("Add a document"), required=False)


class OwnReasonForm(forms.Form):
    """The reason of an act."""

    reason = CleanField(label=_("Reason"), max_length=1000, validators=TEXT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, is_required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required


class ExtensionAnswerForm(OwnReasonForm):
    """The police service's word; ``extension`` is the request that the page shows."""

    extension = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ExtensionForm(OwnReasonForm):
    """Until when an officer would stay, and why."""

    last_day = forms.DateField(
        label=_("Last day asked for"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ["last_day", "reason"]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class EndorseForm(OwnReasonForm):
    """An endorsement is a release: from when to when the service lets the officer go."""

    first_day = _day(_("Released from"))
    last_day = _day(_("Released until"), help_text=_("Both days count."))
    field_order = ["first_day", "last_day", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Days that are not asked for at all, as by a machine, are the usual ones."""
        super().__init__(*args, is_required=False, **kwargs)
        for name in ("first_day", "last_day"):
            self.fields[name].required = not self.is_bound or name in self.data


class GiveReleaseForm(forms.Form):
    """The days for which a police service lets an officer go, for one posting or for any."""

    first_day = _day(_("Released from"))
    last_day = _day(_("Released until"), help_text=_("Both days count."))
    posting = forms.ModelChoiceField(
        Posting.objects.filter(status=PostingStatus.OPEN),
        label=_("Posting"),
        to_field_name="reference",
        required=False,
        empty_label=_("Any posting"),
    )
    letter_number = CleanField(label=_("Number of the letter"), max_length=60, required=False, validators=TEXT)
    letter_date = _day(_("Date of the letter"), required=False)
    reason = CleanField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        validators=TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The desk reads it."),
    )


class DeputyForm(forms.Form):
    """Whom a coordinator names as deputy, and for which days."""

    email = forms.EmailField(label=_("E-mail address of the deputy's account"), validators=TEXT)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Within the year ahead."),
    )
