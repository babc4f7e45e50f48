"""One search over what the public may read: operations, missions, openings and help, in the reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.text.dates import today_here
from core.text.folded import fold, named
from core.text.markdown import excerpt, to_words
from deployments.eligibility.candidate import REQUIREMENTS
from deployments.openings.job import duties_of, own_sections
from deployments.openings.opening import published
from deployments.queries.questions import OF_HELP, OF_PAGES, asks, telling
from missions import queries
from missions.help_words import filled
from missions.models import HelpPage

EXCERPT = 200
ANSWERS = -1
_Page = tuple[str, str, str, str]  # title, address, text, and what is found but not shown


@dataclass(frozen=True)
class Hit:
    """A page with its title, its address and the beginning of what it says.

    ``words`` is how many of the words asked for it has, ``rank`` 0 where the title has each of these,
    and ANSWERS where the question is one that the page answers.
    """

    title: str
    url: str
    excerpt: str
    rank: int
    words: int


@dataclass(frozen=True)
class HitGroup:
    """The hits of one kind, the best first."""

    label: str | Promise
    hits: list[Hit]


@dataclass(frozen=True)
class Found:
    """The groups with a hit; ``is_partial`` where no page has every word, and those with most of them are shown."""

    groups: list[HitGroup]
    is_partial: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


def found(asked: str) -> Found:
    """Pages that hold every word of ``asked``, without accents and case; where there is none, those with most of them.

    Words that say nothing do not count ("whom do I ask"), and the page that answers a question comes before all others.
    """
    words = telling(asked)
    if not words:
        return Found([])
    kinds = (
        (_("Operations"), _operations()),
        (_("Missions"), _missions()),
        (_("Openings"), _openings()),
        (_("Help"), _help()),
        (_("Other pages"), _other_pages()),
    )
    groups = [HitGroup(label, sorted(_hits(pages, words), key=lambda hit: hit.rank)) for label, pages in kinds]
    most = max((hit.words for group in groups for hit in group.hits), default=0)
    best = [HitGroup(group.label, [hit for hit in group.hits if hit.words == most]) for group in groups]
    best.sort(key=lambda group: min((hit.rank for hit in group.hits), default=0) >= 0)
    return Found([group for group in best if group.hits], is_partial=0 < most < len(words))


def _hits(pages: Iterable[_Page], words: list[str]) -> Iterator[Hit]:
    is_question_of = asks(words)
    for title, url, text, also in pages:
        if is_question_of(also):
            yield Hit(title, url, excerpt(text, EXCERPT), ANSWERS, len(words))
            continue
        everything, name = fold(f"{title} {to_words(text)} {also}"), fold(title)
        has = [word for word in words if word in everything]
        if has:
            rank = int(not all(word in name for word in has))
            yield Hit(title, url, excerpt(text, EXCERPT), rank, len(has))


def _operations() -> Iterator[_Page]:
    for each in queries.operations_on(today_here()).prefetch_related("countries"):
        countries = ", ".join(country.name for country in each.countries.all())
        yield each.name, each.get_absolute_url(), each.summary, countries


def _missions() -> Iterator[_Page]:
    for each in queries.missions_on(today_here()).prefetch_related("host_countries"):
        lead = each.lead_organization.name if each.lead_organization else ""
        countries = ", ".join(country.name for country in each.host_countries.all())
        parts = (each.summary, each.objectives, each.activities)
        yield str(each), each.get_absolute_url(), "\n\n".join(filter(None, parts)), f"{lead} {countries}"


def _openings() -> Iterator[_Page]:
    running = published().filter(closes_at__gte=timezone.now()).order_by("closes_at", "reference")
    for each in running.select_related("role_profile").prefetch_related(*REQUIREMENTS, "assessment_requirements"):
        place = ", ".join(filter(None, (each.mission.operation.name, each.duty_station)))
        job = own_sections(each)
        said = " ".join(to_words(section.text) for section in job)
        duties = to_words(duties_of(job))
        text = named(place, duties) if duties else place
        yield each.title, reverse("opening", args=[each.reference]), text, f"{each.reference} {said}"


def _help() -> Iterator[_Page]:
    for each in HelpPage.objects.all():
        yield each.title, each.get_absolute_url(), filled(each.body), str(OF_HELP[each.code])


def _other_pages() -> Iterator[_Page]:
    for name, (title, questions) in OF_PAGES.items():
        yield str(title), reverse(name), "", str(questions)
