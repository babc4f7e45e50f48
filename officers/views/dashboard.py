"""The first page after log-in: what there is to do."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from officers.domain import expiry, profile
from officers.views.own import officer_of


@login_required
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """The profile's gaps, what ends soon, and the account."""
    officer = officer_of(request.user, whole=True)
    context = {"officer": officer}
    if officer:
        context |= {
            "missing": profile.completeness(officer).missing,
            "endings": expiry.endings(officer.grants.all()),
        }
    return render(request, "officers/my.html", context)
