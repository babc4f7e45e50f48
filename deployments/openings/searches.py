"""A search among openings that can be kept: as an address, in words, and what it finds now."""

import datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from deployments.eligibility.candidate import REQUIREMENTS
from deployments.openings.filters import OpeningFilter
from deployments.openings.opening import Opening, openings, published

KEPT = ("q", "country", "language", "service", "armed", "category", "lead")


def search_of(asked: QueryDict) -> OpeningFilter:
    """The filters of ``asked`` that can be kept; ``is_right`` says whether they are."""
    return OpeningFilter(QueryDict(kept_query(asked)), queryset=published(), officer=None)


def kept_query(asked: QueryDict) -> str:
    """The filters of ``asked`` that can be kept, as an address writes them, always in the same order."""
    typed = ((name, str(asked.get(name, "")).strip()) for name in KEPT)
    return urlencode([(name, value) for name, value in typed if value])


def in_words(search: OpeningFilter) -> str:
    """What is searched for, as people read it: "Country or region: Mali; Language: French"."""
    parts = []
    for field in search.form:
        value = search.chosen.get(field.name)
        if value in (None, ""):
            continue
        shown = dict(getattr(field.field, "choices", ())).get(value, value)
        parts.append(_("%(label)s: %(message)s") % {"label": field.label, "message": shown})
    return "; ".join(parts) or _("All openings")


def found_now(search: OpeningFilter, *, now: datetime.datetime) -> list[Opening]:
    """The openings that the search finds and that take applications at ``now``; none where it is right no more."""
    if not search.is_right():
        return []
    postings = search.qs.order_by("closes_at", "reference").prefetch_related(*REQUIREMENTS)
    return [each for each in openings(postings, now=now) if each.state.takes_applications]
