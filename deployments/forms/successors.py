"""Naming the tour that takes over, or the one taken over from."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.desk.act_forms import ActForm, OptionalReasonForm
from core.generics import RecordChoiceField
from core.pages.forms import record_choice
from core.text.dates import days_in_words, today_here
from core.text.keys import is_key
from deployments.models import Deployment, DeploymentState
from deployments.queries.rotation import lasting


class TourField(RecordChoiceField):
    """A tour by its number. Any tour is found, also one that is not offered: the act says why it will not do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Deployment.objects.none(), empty_label=_("Choose"), **kwargs)

    def to_python(self, value: Any) -> Deployment | None:
        if value in self.empty_values:
            return None
        found = Deployment.objects.select_related("officer__user", "posting").filter(pk=value) if is_key(value) else ()
        for tour in found:
            return tour
        raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def label_from_instance(self, obj: Deployment) -> str:
        return f"{obj.officer}, {days_in_words(obj.first_day, obj.last_day)}"


class NameSuccessorForm(OptionalReasonForm):
    successor = TourField(label=_("Successor"), help_text=_("Tours in the same posting that begin later."))
    field_order = ["successor", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_choice(self, "successor").queryset = _listed(could_take_over(self.record))


class TakesOverForm(ActForm):
    """Takes a place that somebody may hand over. ``posting`` is the one of the form's record."""

    relieves = TourField(
        label=_("Takes over from"),
        required=False,
        help_text=_("Names this officer as the successor. It can also be said later, on the tour taken over from."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posting = getattr(self.record, "posting", self.record)
        there = lasting(today_here()).filter(posting=posting, relieved_by=None)
        record_choice(self, "relieves").queryset = _listed(there)


def could_take_over(tour: Deployment) -> QuerySet[Deployment]:
    """Live tours of others in the same posting that begin later and take over from nobody yet."""
    later = tour.posting.deployments.filter(first_day__gt=tour.first_day, state__in=DeploymentState.live_states())
    return later.filter(relieves=None).exclude(officer=tour.officer_id)


def _listed(tours: QuerySet[Deployment]) -> QuerySet[Deployment]:
    return tours.select_related("officer__user").order_by("last_day", "pk")
