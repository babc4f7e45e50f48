"""One search over what the public may read: operations, missions, openings and help, in the reader's language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.text.dates import today_here
from core.text.folded import fold, words_of
from core.text.markdown import to_html
from deployments.openings.opening import published
from missions import queries
from missions.models import HelpPage

EXCERPT = 200


@dataclass(frozen=True)
class Hit:
    """A page with its title, its address and the beginning of what it says; ``rank`` 0 where the title has every word."""

    title: str
    url: str
    excerpt: str
    rank: int


@dataclass(frozen=True)
class HitGroup:
    """The hits of one kind, the best first."""

    label: str | Promise
    hits: list[Hit]


def found(asked: str) -> list[HitGroup]:
    """Pages that hold every word of ``asked``, without accents and case; kinds without a hit are left out."""
    words = words_of(fold(asked).split())
    if not words:
        return []
    kinds = (
        (_("Operations"), _operations()),
        (_("Missions"), _missions()),
        (_("Openings"), _openings()),
        (_("Help"), _help()),
    )
    groups = [HitGroup(label, sorted(_hits(pages, words), key=lambda hit: hit.rank)) for label, pages in kinds]
    return [group for group in groups if group.hits]


def _hits(pages: Iterable[tuple[str, str, str]], words: list[str]) -> Iterator[Hit]:
    for title, url, text in pages:
        everything, name = fold(f"{title} {text}"), fold(title)
        if all(word in everything for word in words):
            yield Hit(title, url, _excerpt(text), rank=int(not all(word in name for word in words)))


def _excerpt(text: str) -> str:
    """The beginning of an editorial text in one line, its lists with a semicolon after each item."""
    plain = unescape(strip_tags(to_html(text).replace("</li>\n<li>", "; ")))
    return Truncator(re.sub(r"[ \n]+", " ", plain.strip())).chars(EXCERPT)


def _operations() -> Iterator[tuple[str, str, str]]:
    for each in queries.operations_on(today_here()).prefetch_related("countries"):
        countries = ", ".join(country.name for country in each.countries.all())
        yield each.name, each.get_absolute_url(), f"{each.summary}\n\n{countries}"


def _missions() -> Iterator[tuple[str, str, str]]:
    for each in queries.missions_on(today_here()).prefetch_related("host_countries"):
        lead = each.lead_organization.name if each.lead_organization else ""
        countries = ", ".join(country.name for country in each.host_countries.all())
        parts = (each.summary, each.objectives, each.activities, lead, countries)
        yield str(each), each.get_absolute_url(), "\n\n".join(filter(None, parts))


def _openings() -> Iterator[tuple[str, str, str]]:
    for each in published().filter(closes_at__gte=timezone.now()).order_by("closes_at", "reference"):
        parts = (each.description, each.duty_station, each.mission.operation.name, each.reference)
        yield each.title, reverse("opening", args=[each.reference]), "\n\n".join(filter(None, parts))


def _help() -> Iterator[tuple[str, str, str]]:
    for each in HelpPage.objects.all():
        yield each.title, each.get_absolute_url(), each.body
