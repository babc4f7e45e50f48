"""What is asked of a search for officers, and of an invitation."""

import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import DayField
from core.desk.widgets import CheckList
from core.pages.forms import choice, record_choice
from core.text.fields import CleanField
from core.text.languages import LANGUAGES
from deployments.limits.rule import Span
from deployments.models import Posting, PostingStatus
from deployments.openings.opening import published
from deployments.queries.find_officers import Wish
from missions.models import Operation
from officers.models import LanguageLevel, PoliceService, Qualification
from officers.ranks import Rank

LEVELS = [choice for choice in LanguageLevel.choices if choice[0]]


class FindOfficersForm(forms.Form):
    """Everything is optional; all that is given has to fit."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    level = forms.TypedChoiceField(
        label=_("At least in reading, writing and speaking"),
        coerce=int,
        choices=LEVELS,
        required=False,
        empty_value=cast(str, 1),
    )
    qualification = forms.MultipleChoiceField(label=_("Qualifications valid on these days"), required=False)
    first_day = DayField(label=_("Free from"), required=False)
    last_day = DayField(label=_("Free until"), required=False)
    service = forms.ModelChoiceField(PoliceService.objects.all(), label=_("Police service"), required=False)
    min_rank = forms.ChoiceField(label=_("Rank, at least"), required=False)
    operation = forms.ModelChoiceField(Operation.objects.all(), label=_("Served before in"), required=False)
    came_home_well = forms.BooleanField(
        label=_("Came home with an appraisal of what was asked, or better"), required=False
    )
    wished_operation = forms.ModelChoiceField(Operation.objects.all(), label=_("Wishes to serve in"), required=False)
    may_be_asked = forms.BooleanField(label=_("May be asked again"), required=False)
    q = CleanField(label=_("Name"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("Any"))]
        choice(self, "language").choices = [*anything, *LANGUAGES.items()]
        choice(self, "min_rank").choices = [*anything, *Rank.choices]
        kinds = [(kind.code, kind.name) for kind in Qualification.objects.filter(is_active=True)]
        field = choice(self, "qualification")
        field.choices = kinds
        field.widget = CheckList(field.label, choices=kinds)
        for name in ("service", "operation", "wished_operation"):
            record_choice(self, name).empty_label = gettext("Any")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", gettext("The last day is before the first day."))
        return cleaned

    def wish(self, today: datetime.date) -> Wish:
        """What is sought; one day given alone is both the first and the last."""
        given = self.cleaned_data
        first, last = given["first_day"] or given["last_day"], given["last_day"] or given["first_day"]
        return Wish(
            today=today,
            language=given["language"],
            level=given["level"],
            qualifications=tuple(given["qualification"]),
            days=Span(first, last) if first and last else None,
            service=given["service"],
            min_rank=given["min_rank"],
            operation=given["operation"],
            came_home_well=given["came_home_well"],
            wished_operation=given["wished_operation"],
            may_be_asked=given["may_be_asked"],
            q=given["q"],
        )


class InvitationForm(forms.Form):
    """The opening to which officers are invited: one whose closing time has not passed."""

    posting = forms.ModelChoiceField(
        Posting.objects.none(), to_field_name="reference", label=_("Opening"), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "posting").queryset = published().filter(
            status=PostingStatus.OPEN, closes_at__gte=timezone.now()
        )
