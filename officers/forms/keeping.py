"""Forms with which the desk keeps an officer's record: what is asked for; the rules are the domain's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField, ReasonForm, none_yet
from core.pages.forms import DocumentField, choice, record_choice
from core.text.fields import CleanField
from core.text.folded import fold
from core.text.languages import LANGUAGES
from officers.domain.keeping import RECORD_FIELDS
from officers.models import (
    LanguageLevel,
    LanguageRating,
    PoliceService,
    Qualification,
    QualificationGrant,
    QualificationKind,
)

SKILLS = ("reading", "writing", "speaking")


def _level(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=none_yet(LanguageLevel.choices), coerce=int)


class RecordForm(ReasonForm):
    """``seen`` names the version of the record that the page showed."""

    police_service = forms.ModelChoiceField(
        PoliceService.objects.all(),
        label=_("Police service"),
        help_text=_("Releases count from the officer's service alone: tours without one are then listed in My day."),
    )
    service_number = CleanField(label=_("Service number"), max_length=30)
    rank = CleanField(label=_("Rank"), max_length=80, required=False)
    member_since = DayField(label=_("Member since"), required=False, help_text=_("Without the time in training."))
    retired_on = DayField(
        label=_("Retirement date"), required=False, help_text=_("Past or planned; leave it empty if there is none.")
    )
    birth_date = DayField(label=_("Birth date"), required=False)
    telephone = CleanField(label=_("Telephone"), max_length=40, required=False, help_text=_("With the country code."))
    seen = CleanField(required=False, max_length=20, widget=forms.HiddenInput)
    field_order = [*RECORD_FIELDS, "reason", "seen"]


class RateLanguageForm(ReasonForm):
    language = forms.ChoiceField(label=_("Language"), help_text=_("One that is rated already is rated anew."))
    reading = _level(_("Reading"))
    writing = _level(_("Writing"))
    speaking = _level(_("Speaking"))
    field_order = ["language", *SKILLS, "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_name = sorted(LANGUAGES.items(), key=lambda choice: fold(str(choice[1])))
        choice(self, "language").choices = none_yet(by_name)


class RemoveLanguageForm(ReasonForm):
    rating = forms.ModelChoiceField(LanguageRating.objects.none(), label=_("Language"), empty_label=_("Choose"))
    field_order = ["rating", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "rating").queryset = self.record.language_ratings.all()


class ChangeQualificationForm(ReasonForm):
    """What an officer holds; ``record`` is the grant, or the officer where one is added."""

    grade = CleanField(label=_("Grade"), max_length=40, required=False, help_text=_("Where its kind has grades."))
    valid_from = DayField(label=_("Valid from"))
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("The last day on which it is valid."))
    evidence_note = CleanField(
        label=_("Who issued it, and its number"), max_length=300, required=False, help_text=_("No medical details.")
    )
    document = DocumentField(label=_("Evidence document"), required=False)
    field_order = ["qualification", "grade", "valid_from", "valid_until", "evidence_note", "document", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.record.qualification if isinstance(self.record, QualificationGrant) else None
        if held and held.kind != QualificationKind.MEDICAL:
            self.fields["evidence_note"].help_text = ""


class AddQualificationForm(ChangeQualificationForm):
    qualification = forms.ModelChoiceField(
        Qualification.objects.filter(is_active=True), label=_("Qualification"), empty_label=_("Choose")
    )
