"""Papers that the desk lets officers and coordinators see: a list each, and every paper as an attachment."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.files.uploads import download
from core.history.acts import record_act
from core.history.verbs import CoreVerb
from core.pages.query import page_asked
from core.text.dates import today_here
from deployments.domain.stakes import postings_at_stake
from deployments.models import Paper
from deployments.models.paper import PaperQuerySet
from officers.domain.coordination import services_of
from officers.signed_in import SignedInRequest

PER_PAGE = 25


@login_required
@require_safe
def my_papers(request: SignedInRequest) -> HttpResponse:
    """The papers about oneself that the desk lets one see, latest first."""
    return _page(request, Paper.objects.for_officer(request.user), "deployments/my_papers.html")


@login_required
@require_safe
def my_paper(request: SignedInRequest, pk: int) -> FileResponse:
    """One of them; any other is as good as missing."""
    return download(get_object_or_404(Paper.objects.for_officer(request.user), pk=pk))


@login_required
@require_safe
def coordinated_papers(request: SignedInRequest) -> HttpResponse:
    """Papers about the own service's officers that the desk lets the coordinator see, latest first."""
    found = _for_coordinator(request)
    response = _page(request, found.with_officers(), "deployments/coordinated_papers.html")
    record_act(request.user, CoreVerb.VIEW, by=request.user, list="papers")
    return response


@login_required
@require_safe
def coordinated_paper(request: SignedInRequest, pk: int) -> FileResponse:
    """One of them; the history of its record says who took it."""
    found = get_object_or_404(_for_coordinator(request), pk=pk)
    answer = download(found)
    record_act(found.subject, CoreVerb.VIEW, by=request.user, paper=found.pk)
    return answer


def _for_coordinator(request: SignedInRequest) -> PaperQuerySet:
    services = services_of(request.user, on=today_here())
    if not services:
        raise PermissionDenied
    return Paper.objects.for_coordinator(request.user, services, at_stake=postings_at_stake(request.user))


def _page(request: HttpRequest, found: QuerySet[Paper], template: str) -> HttpResponse:
    return render(request, template, {"page": page_asked(found, PER_PAGE, request, "page")})
