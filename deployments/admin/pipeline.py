"""The pipeline of a posting, the list of postings with their applicants, and the stand-by roster."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.desk.exports import downloads, sheet
from core.desk.site import DeskPage, Panel, desk_site
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.pages.query import WrongQuery, check_names, page_asked
from core.text.dates import today_here
from core.text.keys import keys_in
from deployments.admin.bulk import bulk_acts
from deployments.admin.sheets import Sheet, pipelines_sheet, roster_sheet
from deployments.eligibility.candidate import with_profiles
from deployments.limits.days import planned_tour
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, Posting, PostingStatus
from deployments.openings.opening import openings
from deployments.queries.pipeline import (
    SHOWN_STATES,
    Applicant,
    StateGroup,
    applicants,
    comparison,
    counts_of,
    fitting_roster,
    groups_of,
    in_state,
    matches,
    on_roster,
    room_for,
    with_requirements,
)

PERMISSION = "deployments.view_application"
MIN_COMPARED, MAX_COMPARED = 2, 4
PER_PAGE = 25
desk_site.pages += [
    DeskPage(_("Pipeline"), _("Who applied for which posting, and how far each is."), "pipelines", PERMISSION),
    DeskPage(
        _("Stand-by roster"), _("Qualified officers, until when, and the openings they fit."), "roster", PERMISSION
    ),
]


def require_reader(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    require_reader(request)
    whole = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, f"admin/deployments/{template}.html", whole, status=status)


def applications_url(posting: Posting, state: str) -> str:
    """The list of the posting's applications in one state."""
    address = reverse("admin:deployments_application_changelist")
    return f"{address}?posting__id__exact={posting.pk}&state__exact={state}"


@require_safe
def pipelines(request: HttpRequest) -> HttpResponse:
    """Openings and postings with open applications: how many are in which state, and the places left."""
    require_reader(request)
    check_names(request, "p", "format")
    running = Application.objects.filter(posting=OuterRef("pk"), state__in=SHOWN_STATES)
    seeking = Q(status=PostingStatus.OPEN, closes_at__isnull=False)
    listed = Posting.objects.filter(seeking | Exists(running)).select_related("mission__operation__programme")
    listed = listed.order_by("reference")
    if request.GET.get("format") and (download := sheet(request, "pipeline", *_all_of(listed))):
        return download
    shown = page_asked(listed, PER_PAGE, request)
    counts = counts_of(shown.object_list)
    rows = [
        (
            opening,
            [(counts[opening.posting.pk][state], applications_url(opening.posting, state)) for state in SHOWN_STATES],
        )
        for opening in openings(shown.object_list, now=timezone.now())
    ]
    states = [ApplicationState(state).label for state in SHOWN_STATES]
    context = {
        "title": gettext("Pipeline"),
        "rows": rows,
        "states": states,
        "page": shown,
        "downloads": downloads(request.GET),
    }
    return page(request, "pipelines", context)


def _all_of(postings: Iterable[Posting]) -> Sheet:
    whole = list(postings)
    return pipelines_sheet(openings(whole, now=timezone.now()), counts_of(whole), SHOWN_STATES)


@require_safe
def pipeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicants of one posting by state, some of them side by side (``?compare=1&compare=2``), and who else fits.

    ``?state=`` shows those in one state alone, page by page.
    """
    check_names(request, "state", "compare", "act", "p")
    posting = get_object_or_404(with_requirements(), pk=pk)
    today = today_here()
    tour = planned_tour(posting, today)
    asked = set(request.GET.getlist("compare"))
    compared = _compared(request, posting, asked) if asked else []
    if not compared and "act" in request.GET:
        messages.error(request, gettext("Choose whom to compare first."))
    context = {
        "title": gettext("Pipeline: %(posting)s") % {"posting": posting},
        "record": posting,
        "opts": posting._meta,
        "tour": tour,
        "room": room_for(posting, tour, today),
        **_groups(request, posting, tour),
        "ended": _ended(posting),
        "roster": fitting_roster(posting, tour),
        "chosen": {each.application.pk for each in compared},
        "compared": compared,
        "comparison": comparison(compared),
        "can_propose": request.user.has_perm("deployments.assess"),
        "bulk_acts": bulk_acts(request, Application),
    }
    return page(request, "pipeline", context, 400 if asked and not compared else 200)


def _groups(request: HttpRequest, posting: Posting, tour: Span) -> dict[str, Any]:
    """The first applicants in each state, or a page of those in the state asked for."""
    state = request.GET.get("state", "")
    if not state:
        return {"groups": groups_of(posting, tour)}
    if state not in SHOWN_STATES:
        raise WrongQuery.value("state", state)
    part = page_asked(in_state(posting, state), PER_PAGE, request)
    listed = tuple(applicants(cast(QuerySet[Application], part.object_list), posting, tour))
    return {"groups": [StateGroup(ApplicationState(state), part.paginator.count, listed)], "page": part}


@require_safe
def roster(request: HttpRequest) -> HttpResponse:
    """Qualified officers, who runs out first first, with the openings that each fits."""
    require_reader(request)
    check_names(request, "p", "format")
    if download := sheet(request, "roster", *roster_sheet(on_roster().iterator(chunk_size=2000))):
        return download
    shown = page_asked(on_roster(), PER_PAGE, request)
    entries = list(shown.object_list)
    with_profiles([entry.officer for entry in entries])
    fits = matches(entries, today_here())
    context = {
        "title": gettext("Stand-by roster"),
        "rows": [(entry, fits[entry.pk]) for entry in entries],
        "page": shown,
        "downloads": downloads(request.GET),
        "can_propose": request.user.has_perm("deployments.assess"),
    }
    return page(request, "roster", context)


def applicants_panel(request: HttpRequest, posting: Posting) -> list[Panel]:
    """How many applied and how far they are, for the posting's own page."""
    if not request.user.has_perm(PERMISSION):
        return []
    counts = counts_of([posting])[posting.pk]
    rows = [
        (ApplicationState(state).label, counts[state], applications_url(posting, state))
        for state in ApplicationState.values
        if counts[state]
    ]
    context = {"posting": posting, "rows": rows}
    return [Panel("applicants", _("Applicants"), "admin/deployments/applicants_panel.html", context)]


def _compared(request: HttpRequest, posting: Posting, asked: set[str]) -> list[Applicant]:
    """The applicants asked for, two to four of this posting; else none, and the page says so. The views are logged."""
    keys = keys_in(asked)
    chosen = posting.applications.exclude(state=ApplicationState.DRAFT).filter(pk__in=keys).order_by("pk")
    found = applicants(chosen[: MAX_COMPARED + 1], posting, planned_tour(posting, today_here()))
    if not (MIN_COMPARED <= len(found) <= MAX_COMPARED and len(found) == len(asked)) or not request.user.has_perm(
        PERMISSION
    ):
        messages.error(request, gettext("Choose two to four applicants of this posting to compare."))
        return []
    for each in found:
        record_act(each.application, CoreVerb.VIEW, by=request.user)
    return found


def _ended(posting: Posting) -> list[tuple[str | Promise, int, str]]:
    counts = counts_of([posting])[posting.pk]
    return [
        (ApplicationState(state).label, counts[state], applications_url(posting, state))
        for state in ApplicationState.ended_states()
        if counts[state]
    ]
