"""The officers of the own police service: found by name or number, so that a release needs no application."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.desk.lists import found
from core.pages.query import page_asked
from core.text.dates import today_here
from core.text.folded import fold
from deployments.forms.search import SearchForm
from officers.domain.coordination import services_of
from officers.models import Officer

PER_PAGE = 25


@login_required
@require_safe
def coordinated_officers(request: HttpRequest) -> HttpResponse:
    """Officers of the own service with an active account; ``q`` takes names and service numbers."""
    services = services_of(request.user, on=today_here())
    if not services:
        raise PermissionDenied
    form = SearchForm({"q": request.GET.get("q", "")}, auto_id="officers-%s")
    is_valid = form.is_valid()
    asked = form.cleaned_data["q"] if is_valid else ""
    officers: QuerySet[Officer] = Officer.objects.filter(
        police_service__in=services, user__is_active=True
    ).select_related("user", "police_service")
    if asked:
        officers = found(officers, ["user__search_text__contains", "service_number"], fold(asked))
    context = {
        "form": form,
        "asked": asked,
        "page": page_asked(officers.order_by("user__sort_key", "pk"), PER_PAGE, request, "page"),
        "services": services,
    }
    return render(request, "deployments/coordinated_officers.html", context, status=200 if is_valid else 400)
