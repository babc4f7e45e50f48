"""The filters of the openings list; they live in the address, so that a choice can be kept and sent."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.text.folded import fold, words_of
from core.text.languages import LANGUAGES
from deployments.models import Posting
from deployments.openings.judged import judged
from deployments.openings.opening import Opening, end_of_day
from missions.models import OperationCategory
from officers.models import Officer

SORTS = {
    "closing": (_("Closing first"), ("closes_at", "reference")),
    "departure": (_("Departing first"), ("tour_first_day", "reference")),
    "title": (_("Title"), ("search_text", "reference")),
}
LATEST = datetime.date(9999, 12, 30)  # the last day whose end any time zone can name
ARMED = [("yes", pgettext_lazy("posting", "Armed")), ("no", pgettext_lazy("posting", "Unarmed"))]
ANY_COUNTRY, ANY_OTHER = pgettext_lazy("country, posting", "Any"), pgettext_lazy("language, organization", "Any")
LONGEST_SEARCH = 200
LONGEST_PAGE_NUMBER = 6
MOST_YEARS = 60  # of service, that the filter takes
YES_OR_NO = ("", "on", "off", "1", "0", "true", "false", "yes", "no")
MORE = ("service", "armed", "category", "lead", "closing_before", "state", "fits", "sort")  # behind "More filters"


class WholeNumberFilter(django_filters.Filter):
    """A whole number, as its form field limits it."""

    field_class = forms.IntegerField


class OpeningFilter(django_filters.FilterSet):
    """Narrows published openings; what nobody chose changes nothing. Only an ``officer`` is asked about requirements."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=LONGEST_SEARCH)
    country = django_filters.ChoiceFilter(
        label=_("Country or region"), choices=(), method="in_country", empty_label=ANY_COUNTRY
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=list(LANGUAGES.items()), method="in_language", empty_label=ANY_OTHER
    )
    service = WholeNumberFilter(
        label=_("My years of service"), method="within_service", min_value=0, max_value=MOST_YEARS
    )
    armed = django_filters.ChoiceFilter(
        label=pgettext_lazy("posting", "Armed or unarmed"), choices=ARMED, method="is_armed_as", empty_label=ANY_COUNTRY
    )
    category = django_filters.ChoiceFilter(
        field_name="mission__operation__category", label=_("Category"), choices=OperationCategory.choices,
        empty_label=ANY_OTHER,
    )  # fmt: skip
    lead = django_filters.ChoiceFilter(
        field_name="mission__lead_organization__code", label=_("Lead organization"), choices=(), empty_label=ANY_OTHER
    )
    closing_before = django_filters.DateFilter(
        label=_("Closing by"), method="closes_by", widget=forms.DateInput(attrs={"type": "date"})
    )
    state = django_filters.ChoiceFilter(
        label=_("Show"),
        choices=[("all", _("All, including closed ones"))],
        empty_label=_("Open and opening soon"),
        method="unchanged",
    )
    fits = django_filters.BooleanFilter(
        label=_("Only where I meet the requirements"), method="unchanged", widget=forms.CheckboxInput
    )
    sort = django_filters.ChoiceFilter(
        label=_("Sort by"), choices=[(key, label) for key, (label, _order) in SORTS.items() if key != "closing"],
        empty_label=SORTS["closing"][0], method="unchanged",
    )  # fmt: skip

    class Meta:
        model = Posting
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        if officer is None:
            del self.filters["fits"]
        self.judged = judged(timezone.now())
        self.filters["country"].extra["choices"] = self.judged.countries["fr" if get_language() == "fr" else "en"]
        self.filters["lead"].extra["choices"] = [(lead.code, str(lead)) for lead in self.judged.leads]

    def held(self) -> tuple[Any, ...]:
        """What its fields show, for a part of a page: what was typed, what is wrong, and the choices there are."""
        typed = tuple((name, self.data.get(name)) for name in self.filters)
        choices = tuple(tuple(self.filters[name].extra["choices"]) for name in ("country", "lead"))
        return typed, str(self.form.errors), choices

    def search(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        """Every word, folded, in the reader's own language. The column holds both languages, so it only narrows first."""
        words = words_of(fold(value).split())
        for word in words:
            queryset = queryset.filter(
                Q(search_text__contains=word)
                | Q(mission__search_text__contains=word)
                | Q(mission__operation__search_text__contains=word)
            )
        return queryset.filter(pk__in=_in_own_language(queryset, words)) if words else queryset

    def in_country(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        wanted = Q(mission__host_countries__code=value) | Q(mission__operation__countries__code=value)
        return queryset.filter(pk__in=Posting.objects.filter(wanted).values("pk"))

    def in_language(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        return queryset.filter(pk__in=Posting.objects.filter(language_requirements__language=value).values("pk"))

    def within_service(self, queryset: QuerySet[Posting], name: str, value: int) -> QuerySet[Posting]:
        """Those that ask for no more years of service than the reader has."""
        return queryset.filter(Q(min_service_years=None) | Q(min_service_years__lte=value))

    def is_armed_as(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        return queryset.filter(is_armed=value == "yes")

    def closes_by(self, queryset: QuerySet[Posting], name: str, value: Any) -> QuerySet[Posting]:
        return queryset.filter(closes_at__lte=end_of_day(min(value, LATEST)))

    def unchanged(self, queryset: QuerySet[Posting], name: str, value: Any) -> QuerySet[Posting]:
        """Chosen in the view, from values that no query can give."""
        return queryset

    @property
    def order(self) -> tuple[str, ...]:
        """The columns of the chosen order."""
        return SORTS[self.chosen.get("sort") or "closing"][1]

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that are right; a wrong one is said at its field."""
        self.form.is_valid()
        return dict(self.form.cleaned_data)

    @property
    def takes_all(self) -> bool:
        """Whether nothing narrows the openings, and they stand in their usual order."""
        return all(value is None or value == "" for name, value in self.chosen.items() if name != "fits")

    def is_right(self) -> bool:
        """Whether every value of a known filter is one that it knows. Names that are no filter do not matter."""
        if not self.form.errors and self.data.get("fits", "").casefold() not in YES_OR_NO:
            self.form.add_error("fits" if "fits" in self.form.fields else None, _now("Choose yes or no."))
        return bool(self.form.is_valid())

    def page_of(self, found: list[Opening], per_page: int) -> Page[Opening] | None:
        """The page of ``found`` that was asked for; None with an error in the form where there is no such page."""
        if not self.form.is_valid():
            return None
        pages = Paginator(found, per_page)
        asked = self.data.get("page") or "1"
        try:
            return pages.page(asked if len(asked) <= LONGEST_PAGE_NUMBER else 0)
        except (PageNotAnInteger, EmptyPage):
            self.form.add_error(None, _no_such_page(pages.num_pages))
            return None

    def basic_fields(self) -> list[forms.BoundField]:
        return [field for field in self.form if field.name not in MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self.form if field.name in MORE]

    def is_more_open(self) -> bool:
        """One of the further filters is in use, or wrong."""
        return any(self.data.get(name) for name in MORE)

    def words_of_errors(self) -> str:
        """What is wrong, a line each, for machines."""
        lines = []
        for name, errors in self.form.errors.items():
            label = f"{self.form.fields[name].label} ({name})" if name in self.form.fields else ""
            lines += [f"{label}: {error}" if label else str(error) for error in errors]
        return "\n".join(lines)


def _no_such_page(pages: int) -> str:
    words = ngettext(
        "There is no such page: the list has %(pages)s page.",
        "There is no such page: the list has %(pages)s pages.",
        pages,
    )
    return words % {"pages": pages}


def _in_own_language(postings: QuerySet[Posting], words: list[str]) -> list[int]:
    """Primary keys of those that have every word in the reader's language: title, duty station, mission or operation."""
    code = "fr" if get_language() == "fr" else "en"
    columns = (
        *("reference", f"title_{code}", f"duty_station_{code}", f"mission__acronym_{code}"),
        *(f"mission__name_{code}", f"mission__operation__name_{code}"),
    )
    rows = postings.order_by().values_list("pk", *columns)
    return [key for key, *texts in rows if all(word in fold(" ".join(texts)) for word in words)]
