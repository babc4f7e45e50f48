"""What deployments adds to the pages of operations, missions and programmes: numbers, terms, missions."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk.site import Panel, desk_site
from core.text.dates import days_in_words, today_here
from deployments.admin.papers import PapersShown, papers_shown
from deployments.admin.pipeline import applicants_panel
from deployments.admin.rotation import relays_panel
from deployments.domain import postings
from deployments.domain.publication import missing
from deployments.domain.verbs.authority import StrengthVerb, TermsVerb
from deployments.limits.levels import level_of, tours_counted
from deployments.limits.rule import headroom, over_strength
from deployments.models import DeploymentState, Paper, Posting, PostingStatus
from deployments.queries.boards import forecast_end
from deployments.queries.forecast import forecast, in_rows
from deployments.queries.standing_days import by_terms, closed_days, closed_runs
from missions.models import AuthorizedStrength, Mission, Operation, Programme
from missions.models.versions import Version
from missions.timeline import Entry, timeline

Level = Programme | Operation | Mission


@dataclass(frozen=True)
class VersionRow:
    """One dated version with its papers, and the links of its acts, for whoever may."""

    entry: Entry[Version]
    withdraw_url: str
    papers: PapersShown


def rows_of(request: HttpRequest, versions: QuerySet[Any], today: datetime.date) -> list[VersionRow]:
    """The versions, latest first."""
    found = versions.select_related("recorded_by", "withdrawn_by")
    loaded: Iterable[Version] = found.prefetch_related(Prefetch("papers", Paper.objects.with_people()))
    return [
        VersionRow(entry, _withdraw_url(request, entry.version), papers_shown(request, entry.version))
        for entry in timeline(loaded, day=today, today=today)
    ]


def _withdraw_url(request: HttpRequest, version: Version) -> str:
    verb = StrengthVerb.WITHDRAW if isinstance(version, AuthorizedStrength) else TermsVerb.WITHDRAW
    link = desk_site.link_to_act(request, version, verb)
    return link.url if link else ""


def strength_panel(request: HttpRequest, record: Level | Posting) -> Panel:
    """Number, count, free places today, who comes home next, and the forecast of 24 months."""
    today = today_here()
    level = level_of(record, today)
    steps = by_terms(headroom(level, today, forecast_end(today)), level, closed_days(record))
    rows = in_rows(steps)
    live = tours_counted(record).on(today).filter(state__in=DeploymentState.live_states())
    context = {
        "record": record,
        "kind": level.kind,
        "now": steps[0],
        "excesses": over_strength(level, today),
        "ending": live.select_related("officer__user").order_by("last_day", "pk").first(),
        "rows": rows,
        "is_by_month": rows is not steps,
        "forecast": forecast(steps),
        "closed": [days_in_words(first_day, last_day) for first_day, last_day in closed_runs(steps)],
    }
    return Panel("strength", _("Strength board"), "admin/deployments/strength.html", context)


def numbers_panel(request: HttpRequest, level: Level) -> Panel:
    rows = rows_of(request, level.strengths.all(), today_here())
    context = {"rows": rows, "level": level, "is_operation": isinstance(level, Operation)}
    return Panel("numbers", _("Authorized strength, by date"), "admin/deployments/numbers.html", context)


def terms_panel(request: HttpRequest, record: Operation | Mission) -> Panel:
    rows = rows_of(request, record.terms.all(), today_here())
    context = {"rows": rows, "is_operation": isinstance(record, Operation)}
    return Panel("terms", _("Terms, by date"), "admin/deployments/terms.html", context)


def missions_panel(request: HttpRequest, operation: Operation) -> Panel:
    missions = operation.missions.prefetch_related("postings")
    return Panel(
        "missions", _("Missions"), "admin/deployments/missions.html", {"missions": missions, "operation": operation}
    )


def programme_panels(request: HttpRequest, programme: Programme) -> list[Panel]:
    return [*_strength(request, programme), numbers_panel(request, programme)]


def operation_panels(request: HttpRequest, operation: Operation) -> list[Panel]:
    return [
        *publication_panel(operation),
        *_strength(request, operation),
        numbers_panel(request, operation),
        terms_panel(request, operation),
        missions_panel(request, operation),
    ]


def mission_panels(request: HttpRequest, mission: Mission) -> list[Panel]:
    return [
        *publication_panel(mission),
        *_strength(request, mission),
        numbers_panel(request, mission),
        terms_panel(request, mission),
    ]


def posting_panels(request: HttpRequest, posting: Posting) -> list[Panel]:
    drafted = draft_panel(posting, postings.missing(posting)) if posting.status == PostingStatus.DRAFT else []
    return [
        *drafted,
        *applicants_panel(request, posting),
        *relays_panel(request, posting),
        *_strength(request, posting),
    ]


def publication_panel(record: Operation | Mission) -> list[Panel]:
    """What a draft still lacks, and how it will look; nothing for what is published."""
    return [] if record.is_published else draft_panel(record, missing(record))


def draft_panel(record: Operation | Mission | Posting, lacking: list[str]) -> list[Panel]:
    context = {"missing": lacking, "kind": record._meta.model_name, "draft": record}
    return [Panel("publication", _("Draft"), "admin/deployments/publication.html", context)]


def _strength(request: HttpRequest, record: Level | Posting) -> list[Panel]:
    """The strength board, for whoever may see deployments."""
    return [strength_panel(request, record)] if request.user.has_perm("deployments.view_deployment") else []


desk_site.panels |= {
    Posting: posting_panels,
    Programme: programme_panels,
    Operation: operation_panels,
    Mission: mission_panels,
}
