"""Openings for everybody: the list with its filters, and one opening with its requirements."""

import functools
from collections.abc import Callable

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.pages.public import View, in_plain_words, page_with_room
from deployments.eligibility.candidate import REQUIREMENTS, eligibility, with_profiles
from deployments.limits.days import planned_tour
from deployments.models import Application, ApplicationState, Posting, PostingStatus
from deployments.openings import feeds
from deployments.openings.filters import OpeningFilter
from deployments.openings.job import duties_of, job_sections
from deployments.openings.judged import current, for_the_list, listed, one, whole
from deployments.openings.opening import Opening, openings, published, with_chain
from deployments.views.mending import rows_of
from officers.models import Officer

PER_PAGE = 20
KNOWN = {*OpeningFilter.base_filters, "page"}
OPENINGS_FEED = feeds.OpeningsFeed()


@page_with_room
def opening_list(request: HttpRequest) -> HttpResponse:
    """The openings that the filters leave; a value that a filter does not know is said (400), and nothing is listed."""
    chosen = OpeningFilter(request.GET, queryset=published(), officer=officer_of(request))
    found = chosen_openings(chosen) if chosen.is_right() else []
    page = chosen.page_of(found, PER_PAGE)
    is_right = chosen.form.is_valid()
    context = {
        "filter": chosen,
        "is_right": is_right,
        "page": page,
        "shown": for_the_list(list(page.object_list)) if page else [],
        "count": len(found),
        "shows_all": chosen.chosen.get("state") == "all",
        "is_filtered": any(value for name, value in request.GET.items() if name in KNOWN),
        "date_modified": max((each.posting.changed_at for each in found), default=None),
        "asks_to_sign_in": "fits" in request.GET and chosen.officer is None,
        "downloads": request.GET.urlencode(),
    }
    return render(request, "deployments/openings.html", context, status=200 if is_right else 400)


def for_machines(answer: Callable[[HttpRequest, list[Opening]], HttpResponse]) -> View:
    """The list as filtered, given to ``answer``; values that a filter does not know are answered in words (400)."""

    @functools.wraps(answer)
    def view(request: HttpRequest) -> HttpResponse:
        chosen = OpeningFilter(request.GET, queryset=published(), officer=officer_of(request))
        found = chosen_openings(chosen) if chosen.is_right() else []
        chosen.page_of(found, PER_PAGE)
        if not chosen.form.is_valid():
            return in_plain_words(chosen.words_of_errors(), 400)
        return answer(request, whole(found))

    return page_with_room(view)


@for_machines
def openings_csv(request: HttpRequest, listed: list[Opening]) -> HttpResponse:
    """For a spreadsheet."""
    return feeds.openings_csv(listed)


@for_machines
def openings_atom(request: HttpRequest, listed: list[Opening]) -> HttpResponse:
    """Those that take applications, as a feed."""
    return OPENINGS_FEED(request, listed=listed)


@for_machines
def openings_ics(request: HttpRequest, listed: list[Opening]) -> HttpResponse:
    """The closing days of those that take applications."""
    return feeds.closing_days(feeds.taking(listed))


@page_with_room
def opening_ics(request: HttpRequest, reference: str) -> HttpResponse:
    """The closing day of one opening as a calendar entry, while it takes applications or is about to."""
    shown = one_opening(reference)
    if not shown.is_listed:
        raise Http404
    return feeds.closing_days([shown], filename=f"{reference}.ics")


@page_with_room
def opening(request: HttpRequest, reference: str) -> HttpResponse:
    """One opening; to an officer also how the requirements are met, and the own application if there is one."""
    return show_opening(request, one_opening(reference))


def preview_posting(request: HttpRequest, posting: Posting) -> HttpResponse:
    """The page of a posting as the public will read it, whatever its status."""
    whole_posting = with_chain().prefetch_related(*REQUIREMENTS).get(pk=posting.pk)
    return show_opening(request, one(whole_posting, now=timezone.now()), is_preview=True)


def show_opening(request: HttpRequest, shown: Opening, *, is_preview: bool = False) -> HttpResponse:
    officer = officer_of(request)
    with_profiles([officer] if officer else [])
    posting = shown.posting
    tour = planned_tour(posting, timezone.localdate())
    shown_eligibility = eligibility(officer, posting, tour) if officer else None
    prefetch_related_objects([posting], "assessment_requirements")
    job = job_sections(posting)
    context = {
        "opening": shown,
        "posting": posting,
        "tour": tour,
        "job": job,
        "duties": duties_of(job),
        "is_listed": shown.is_listed and not is_preview,
        "is_draft": is_preview and posting.status == PostingStatus.DRAFT,
        "officer": officer,
        "eligibility": shown_eligibility,
        "rows": rows_of(shown_eligibility, officer, back=request.path),
        "application": running_application(officer, posting),
        "date_modified": posting.changed_at,
    }
    return render(request, "deployments/opening.html", context)


def chosen_openings(chosen: OpeningFilter) -> list[Opening]:
    """The openings after every filter, in the chosen order; their postings are lean where nothing asks for more."""
    now = timezone.now()
    if chosen.chosen.get("state") == "all":
        return openings(chosen.qs.order_by(*chosen.order), now=now)
    if chosen.takes_all:
        found = current(chosen.judged, now=now)
    else:
        found = listed(chosen.qs.order_by(*chosen.order), chosen.judged, now=now)
    found = [each for each in found if each.is_listed]
    if chosen.officer and chosen.chosen.get("fits"):
        with_profiles([chosen.officer])
        found = whole(found)
        prefetch_related_objects([each.posting for each in found], *REQUIREMENTS)
        found = [each for each in found if eligibility(chosen.officer, each.posting).is_eligible]
    return found


def one_opening(reference: str) -> Opening:
    """The published opening of that reference. Raises Http404."""
    posting = published().prefetch_related(*REQUIREMENTS).filter(reference=reference).first()
    if posting is None:
        raise Http404
    return one(posting, now=timezone.now())


def officer_of(request: HttpRequest) -> Officer | None:
    """The officer profile of who is logged in."""
    if not request.user.is_authenticated:
        return None
    return Officer.objects.select_related("user", "police_service").filter(user=request.user).first()


def running_application(officer: Officer | None, posting: Posting) -> Application | None:
    """The officer's application for ``posting`` that is not ended."""
    if officer is None:
        return None
    return officer.applications.filter(posting=posting, state__in=ApplicationState.running_states()).first()
