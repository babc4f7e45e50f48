"""Openings for everybody: the list with its filters, and one opening with its requirements."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.text.markdown import to_html
from deployments.eligibility.candidate import REQUIREMENTS, eligibility, with_profiles
from deployments.limits.days import planned_tour
from deployments.models import Application, ApplicationState, Posting
from deployments.openings.feeds import openings_csv as as_csv
from deployments.openings.filters import OpeningFilter
from deployments.openings.opening import Opening, OpeningState, openings, published
from officers.models import Officer

PER_PAGE = 20
LISTED = {OpeningState.OPEN, OpeningState.CLOSING_SOON, OpeningState.UPCOMING}


@require_safe
def opening_list(request: HttpRequest) -> HttpResponse:
    """The openings that the filters leave; a wrong value is said at its filter, and the others still count."""
    chosen = OpeningFilter(request.GET, queryset=published(), officer=officer_of(request))
    listed = chosen_openings(chosen)
    context = {
        "filter": chosen,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "count": len(listed),
        "listed": LISTED,
        "is_filtered": any(value for name, value in request.GET.items() if name != "page"),
        "date_modified": max((each.posting.changed_at for each in listed), default=None),
        "asks_to_sign_in": "fits" in request.GET and chosen.officer is None,
        "downloads": request.GET.urlencode(),
    }
    return render(request, "deployments/openings.html", context)


@require_safe
def openings_csv(request: HttpRequest) -> HttpResponse:
    """The list as filtered, for a spreadsheet."""
    chosen = OpeningFilter(request.GET, queryset=published(), officer=officer_of(request))
    return as_csv(chosen_openings(chosen))


@require_safe
def opening(request: HttpRequest, reference: str) -> HttpResponse:
    """One opening; to an officer also how the requirements are met, and the own application if there is one."""
    shown = one_opening(reference)
    officer = officer_of(request)
    with_profiles([officer] if officer else [])
    posting = shown.posting
    tour = planned_tour(posting, timezone.localdate())
    context = {
        "opening": shown,
        "posting": posting,
        "tour": tour,
        "description": to_html(posting.description),
        "officer": officer,
        "eligibility": eligibility(officer, posting, tour) if officer else None,
        "application": running_application(officer, posting),
        "date_modified": posting.changed_at,
    }
    return render(request, "deployments/opening.html", context)


def chosen_openings(chosen: OpeningFilter) -> list[Opening]:
    """The openings after every filter, in the chosen order."""
    postings = chosen.qs.order_by(*chosen.order).prefetch_related(*REQUIREMENTS)
    found = openings(postings, now=timezone.now())
    if chosen.chosen.get("state") != "all":
        found = [each for each in found if each.state in LISTED]
    if chosen.officer and chosen.chosen.get("fits"):
        with_profiles([chosen.officer])
        found = [each for each in found if eligibility(chosen.officer, each.posting).is_eligible]
    return found


def one_opening(reference: str) -> Opening:
    """The published opening of that reference. Raises Http404."""
    posting = published().prefetch_related(*REQUIREMENTS).filter(reference=reference).first()
    if posting is None:
        raise Http404
    return openings([posting], now=timezone.now())[0]


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
