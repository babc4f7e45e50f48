"""The forms of acts on tours of duty and postings."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, DayField, Reason, ReasonForm, none_yet
from core.text.fields import CleanField
from deployments.domain.postings import MOST_PLACES
from deployments.domain.verbs.tours import TourVerb
from deployments.forms.successors import TakesOverForm
from deployments.models import EndReason, Posting, PostingStatus
from officers.models import Officer


class OfficerField(CleanField):
    """An officer, named by e-mail address or by service and number."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("E-mail address, or the police service's code and the service number, such as service:123456.")
        super().__init__(**{"label": _("Officer"), "help_text": help_text, "max_length": 254, **kwargs})

    def clean(self, value: Any) -> Officer:
        named = super().clean(value)
        service, _colon, number = (part.strip() for part in named.partition(":"))
        found = Officer.objects.select_related("user", "police_service")
        if "@" in named:
            officer = found.filter(user__email__iexact=named).first()
        else:
            officer = found.numbered(number).filter(police_service__code__iexact=service).first()
        if officer is None:
            raise forms.ValidationError(
                gettext("No officer has this e-mail address, or service and number: “%(value)s”.") % {"value": named}
            )
        return officer


class ReserveForm(TakesOverForm):
    officer = OfficerField()
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("Both days count."))
    hold_until = DayField(
        label=_("Held until"),
        required=False,
        help_text=_("The last day on which the place is held for an answer; empty: held without end."),
    )
    field_order = ["officer", "first_day", "last_day", "hold_until", "relieves"]


class LastDayForm(ReasonForm):
    last_day = DayField(label=_("Last day"))
    field_order = ["last_day", "reason"]


class DaysForm(ReasonForm):
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), help_text=_("Both days count."))
    field_order = ["first_day", "last_day", "reason"]


class TransferForm(DaysForm):
    posting = forms.ModelChoiceField(
        Posting.objects.filter(status=PostingStatus.OPEN),
        label=_("To the posting"),
        to_field_name="reference",
        empty_label=_("Choose"),
    )
    first_day = DayField(label=_("First day in the new posting"), help_text=_("The tour here ends the day before."))
    field_order = ["posting", "first_day", "last_day", "reason"]


class CompleteForm(ActForm):
    """The actual last day; where a late return has no room, it is asked whether the officer did stay."""

    confirmations = ("acknowledge_late",)
    last_day = DayField(label=_("Actual last day"))
    reason = Reason(required=False, help_text=_("Needed for a late return; kept in the history."))
    acknowledge_late = forms.BooleanField(
        label=_("The officer did stay that long: record the late return."), required=False
    )
    field_order = ["last_day", "reason", "acknowledge_late"]


class RepatriateForm(CompleteForm):
    reason = Reason()
    end_reason = forms.ChoiceField(
        label=_("Ground of the repatriation"),
        choices=none_yet((value, EndReason(value).label) for value in TourVerb.REPATRIATE.facts.reasons),
    )
    field_order = ["end_reason", "last_day", "reason", "acknowledge_late"]


class PlacesForm(ActForm):
    places = forms.IntegerField(label=_("Places"), min_value=1, validators=[MaxValueValidator(MOST_PLACES)])
    reason = Reason(required=False)
