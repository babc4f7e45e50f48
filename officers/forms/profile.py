"""The profile's forms: each a small page of its own."""

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from core.generics import RecordForm
from core.pages.forms import DocumentField, choice, record_choice
from core.text.dates import today_here
from core.text.fields import CleanField
from core.text.folded import fold
from core.text.languages import LANGUAGES
from officers.forms.fields import FamilyName, GivenName, ProfileDayField, YesNoField
from officers.models import (
    GenderAnswer,
    LanguageLevel,
    LanguageRating,
    Officer,
    PoliceService,
    Qualification,
    QualificationGrant,
    QualificationKind,
    Unavailability,
    User,
)

YOUNGEST, OLDEST = 16, 100


class RulesForm(RecordForm):
    """Says a rule of the database at the last of its fields that the form asks for.

    A rule counts also where other pages ask for some of its fields: those have their values in the record.
    """

    def _get_validation_exclusions(self) -> set[str]:
        elsewhere = {name for rule in self._meta.model._meta.constraints for name in _names_in(rule)} - set(self.fields)
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - elsewhere

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        said_of_all = self.errors.pop(NON_FIELD_ERRORS, None)
        for error in said_of_all.as_data() if said_of_all else ():
            self.add_error(self._field_of(error), error)

    def _field_of(self, error: ValidationError) -> str | None:
        for rule in self._meta.model._meta.constraints:
            if str(rule.get_violation_error_message()) == str(error.message):
                return next((name for name in reversed(self.fields) if name in _names_in(rule)), None)
        return None


def _names_in(rule: UniqueConstraint | CheckConstraint) -> set[str]:
    """The fields on which a rule depends."""
    if isinstance(rule, CheckConstraint):
        return set(cast(Q, rule.condition).referenced_base_fields)
    parts = [part for each in rule.expressions for part in (each.flatten() if hasattr(each, "flatten") else [each])]
    return {*rule.fields, *(cast(Any, part).name for part in parts if isinstance(part, F))}


class NameForm(RecordForm):
    """The account's name, and the language in which the portal writes."""

    given_name = GivenName()
    family_name = FamilyName()

    class Meta:
        model = User
        fields = ["given_name", "family_name", "language"]
        labels = {"language": _("Language in which we write to you")}


class ServiceForm(RulesForm):
    """Rank and time of service; the police service and its number once the officer has joined."""

    member_since = ProfileDayField(label=_("Member since"), help_text=_("Without the time in training."))
    retired_on = ProfileDayField(
        label=_("Retirement date"), required=False, help_text=_("Past or planned; leave it empty if there is none.")
    )

    class Meta:
        model = Officer
        fields = ["service_number", "rank", "member_since", "retired_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rank"].required = True

    def clean_member_since(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["member_since"]
        if day > today_here():
            raise ValidationError(_("This day is in the future."))
        return day


class JoinForm(ServiceForm):
    """The first page of a profile: the police service, which is not changed later but by staff."""

    class Meta(ServiceForm.Meta):
        fields = ["police_service", "service_number", "rank", "member_since"]

    retired_on = None  # type: ignore[assignment]  # so Django leaves out a field of the class above

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.instance.user = user
        record_choice(self, "police_service").empty_label = _("Choose your police service")

    def clean_police_service(self) -> PoliceService:
        service: PoliceService = self.cleaned_data["police_service"]
        if not service.accepts_address(self.user.email):
            raise ValidationError(service.address_refusal())
        return service


class PersonForm(RulesForm):
    """What an age limit and the statistics need, and where we call."""

    birth_date = ProfileDayField(label=_("Birth date"), autocomplete="bday")
    telephone = CleanField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("With the country code: in an emergency we call you first."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    class Meta:
        model = Officer
        fields = ["birth_date", "gender_answer", "gender", "telephone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gender_answer"] = forms.ChoiceField(
            label=_("Gender"),
            choices=GenderAnswer.choices,
            required=False,
            widget=forms.RadioSelect,
            help_text=_("You may leave it open. It is used for statistics only."),
        )
        self.fields["gender"].label = _("In your own words")

    def clean(self) -> dict[str, Any] | None:
        """Own words are kept with that answer alone; who writes some and answers nothing gives it."""
        cleaned = super().clean() or self.cleaned_data
        words, answer = cleaned.get("gender", ""), cleaned.get("gender_answer", "")
        if words and not answer:
            answer = cleaned["gender_answer"] = GenderAnswer.OWN_WORDS
        if answer == GenderAnswer.OWN_WORDS and not words and "gender" in cleaned:
            self.add_error("gender", _("Write your own words, or choose another answer."))
        if answer != GenderAnswer.OWN_WORDS:
            cleaned["gender"] = ""
        return cleaned

    def clean_birth_date(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["birth_date"]
        age = today_here().year - day.year
        if not YOUNGEST <= age <= OLDEST:
            raise ValidationError(_("Look at the year again: this is no officer's birth date."))
        return day


class DeclarationsForm(forms.Form):
    """Two questions that every host asks; the answers are the officer's own."""

    has_convictions = YesNoField(label=_("Have you ever been convicted of a criminal offence?"))
    has_open_investigations = YesNoField(
        label=_("Is a criminal or disciplinary investigation open against you?"),
    )


class PartForm(RulesForm):
    """A part of one officer's profile."""

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.officer = officer


class LanguageForm(PartForm):
    class Meta:
        model = LanguageRating
        fields = ["language", "reading", "writing", "speaking"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_name = sorted(LANGUAGES.items(), key=lambda choice: fold(str(choice[1])))
        choice(self, "language").choices = [("", _("Choose a language")), *by_name]
        for skill in ("reading", "writing", "speaking"):
            choice(self, skill).choices = [("", _("Choose a level")), *LanguageLevel.choices]


class QualificationForm(PartForm):
    """A qualification of one kind; the kind was chosen on the page before."""

    valid_from = ProfileDayField(label=_("Valid from"))
    valid_until = ProfileDayField(
        label=_("Valid until"), required=False, help_text=_("The last day on which it is valid.")
    )
    document = DocumentField(label=_("Evidence document"), required=False)

    class Meta:
        model = QualificationGrant
        fields = ["grade", "valid_from", "valid_until", "evidence_note"]
        labels = {"evidence_note": _("Who issued it, and its number")}
        help_texts = {"evidence_note": _("No medical details.")}

    def __init__(self, *args: Any, qualification: Qualification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.qualification = qualification
        if qualification.kind != QualificationKind.MEDICAL:
            self.fields["evidence_note"].help_text = ""
        if hasattr(self.instance, "evidence"):
            self.fields["document"].label = _("Another document in its place")
        self.fields["valid_until"].required = qualification.expires
        if qualification.grade_list():
            grades = [("", _("Choose a grade")), *((grade, grade) for grade in qualification.grade_list())]
            self.fields["grade"] = forms.ChoiceField(label=_("Grade"), choices=grades)
        else:
            del self.fields["grade"]


class UnavailabilityForm(PartForm):
    first_day = ProfileDayField(label=_("First day"))
    last_day = ProfileDayField(label=_("Last day"))

    class Meta:
        model = Unavailability
        fields = ["first_day", "last_day", "note"]
