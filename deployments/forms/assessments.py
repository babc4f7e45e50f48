"""The forms of acts on assessments of an officer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason, none_yet
from core.desk.widgets import MomentInput
from core.text.fields import CleanField
from core.text.languages import LANGUAGES
from deployments.models import Application, ApplicationState, AssessmentKind, AssessmentOutcome
from deployments.models.assessment import SKILLS
from officers.models import LanguageLevel

NO_LANGUAGE = [("", _("Of a language assessment alone")), *LANGUAGES.items()]
NO_LEVEL = [("", _("Of a passed language assessment alone")), *LanguageLevel.choices]
LEVEL_LABELS = {"reading": _("Reading"), "writing": _("Writing"), "speaking": _("Speaking")}


class OfApplicationForm(ActForm):
    """``application`` is one of the officer's, by its number, or none."""

    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), required=False, empty_label=_("No application")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["application"]
        mine = Application.objects.filter(officer=self.record).exclude(state=ApplicationState.DRAFT)
        field.queryset = mine.select_related("officer__user", "posting")


class ScheduleAssessmentForm(OfApplicationForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=none_yet(AssessmentKind.choices))
    language = forms.ChoiceField(label=_("Language"), choices=NO_LANGUAGE, required=False)
    scheduled_at = forms.DateTimeField(label=_("Date and time"), widget=MomentInput)
    place = CleanField(label=_("Place"), max_length=200, help_text=_("The officer reads it."))
    assessor = CleanField(label=_("Assessor"), max_length=120, required=False, help_text=_("The officer reads it."))
    field_order = ["kind", "language", "scheduled_at", "place", "assessor", "application"]


class ResultForm(ActForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=none_yet(AssessmentKind.choices))
    language = forms.ChoiceField(label=_("Language"), choices=NO_LANGUAGE, required=False)
    held_on = DayField(label=_("Held on"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=none_yet(AssessmentOutcome.choices))
    reading, writing, speaking = (
        forms.TypedChoiceField(
            label=LEVEL_LABELS[skill], choices=NO_LEVEL, coerce=int, empty_value=None, required=False
        )
        for skill in SKILLS
    )
    valid_until = DayField(label=_("Valid until"), required=False)
    remark = Reason(
        label=_("Remark"),
        required=False,
        help_text=_("For the desk alone. None is kept of medical, psychological and security assessments."),
    )


class RecordAssessmentForm(ResultForm, OfApplicationForm):
    field_order = [*ResultForm.base_fields, "application"]
