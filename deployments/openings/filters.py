"""The filters of the openings list; they live in the address, so that a choice can be kept and sent."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.text.folded import fold, words_of
from core.text.languages import LANGUAGES
from deployments.models import Posting
from deployments.openings.opening import end_of_day
from missions.models import Country, OperationCategory, Organization
from officers.models import Officer

SORTS = {
    "closing": (_("Closing first"), ("closes_at", "reference")),
    "departure": (_("Departing first"), ("tour_first_day", "reference")),
    "title": (_("Title"), ("search_text", "reference")),
}
LATEST = datetime.date(9999, 12, 30)  # the last day whose end any time zone can name
ARMED = [("yes", _("Armed")), ("no", _("Unarmed"))]


class OpeningFilter(django_filters.FilterSet):
    """Narrows published openings; what nobody chose changes nothing. Only an ``officer`` is asked about requirements."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    country = django_filters.ModelChoiceFilter(
        label=_("Country or region"), queryset=Country.objects.none(), to_field_name="code", method="in_country",
        empty_label=_("Any"),
    )  # fmt: skip
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=list(LANGUAGES.items()), method="in_language", empty_label=_("Any")
    )
    armed = django_filters.ChoiceFilter(
        label=_("Armed or unarmed"), choices=ARMED, method="is_armed_as", empty_label=_("Any")
    )
    category = django_filters.ChoiceFilter(
        field_name="mission__operation__category", label=_("Category"), choices=OperationCategory.choices,
        empty_label=_("Any"),
    )  # fmt: skip
    lead = django_filters.ModelChoiceFilter(
        field_name="mission__lead_organization", label=_("Lead organization"), queryset=Organization.objects.none(),
        to_field_name="code", empty_label=_("Any"),
    )  # fmt: skip
    closing_before = django_filters.DateFilter(
        label=_("Closing by"), method="closes_by", widget=forms.DateInput(attrs={"type": "date"})
    )
    state = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("all", _("All, closed ones too"))],
        empty_label=_("Open and opening soon"),
        method="unchanged",
    )
    fits = django_filters.BooleanFilter(
        label=_("Only where I meet the requirements"), method="unchanged", widget=forms.CheckboxInput
    )
    sort = django_filters.ChoiceFilter(
        label=_("Order"), choices=[(key, label) for key, (label, _order) in SORTS.items() if key != "closing"],
        empty_label=SORTS["closing"][0], method="unchanged",
    )  # fmt: skip

    class Meta:
        model = Posting
        fields: list[str] = []

    def __init__(self, *args, officer: Officer | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        if officer is None:
            del self.filters["fits"]
        published = Q(missions_hosted__postings__in=self.queryset) | Q(operations__missions__postings__in=self.queryset)
        self.filters["country"].queryset = Country.objects.filter(published).distinct()
        self.filters["lead"].queryset = Organization.objects.filter(missions_led__postings__in=self.queryset).distinct()

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in words_of(fold(value.replace("\x00", "")).split()):
            queryset = queryset.filter(
                Q(search_text__contains=word)
                | Q(mission__search_text__contains=word)
                | Q(mission__operation__search_text__contains=word)
            )
        return queryset

    def in_country(self, queryset: QuerySet, name: str, value: Country) -> QuerySet:
        wanted = Q(mission__host_countries=value) | Q(mission__operation__countries=value)
        return queryset.filter(pk__in=Posting.objects.filter(wanted).values("pk"))

    def in_language(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=Posting.objects.filter(language_requirements__language=value).values("pk"))

    def is_armed_as(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_armed=value == "yes")

    def closes_by(self, queryset: QuerySet, name: str, value) -> QuerySet:
        return queryset.filter(closes_at__lte=end_of_day(min(value, LATEST)))

    def unchanged(self, queryset: QuerySet, name: str, value) -> QuerySet:
        """Chosen in the view, from values that no query can give."""
        return queryset

    @property
    def order(self) -> tuple[str, ...]:
        """The columns of the chosen order."""
        return SORTS[self.chosen.get("sort") or "closing"][1]

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that are right; a wrong one is said at its field and leaves the others as they are."""
        self.form.is_valid()
        return self.form.cleaned_data
