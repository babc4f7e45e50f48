"""The officer's own assessments (under /en/my/assessments/): appointments with a calendar file, and results."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from deployments.models import Assessment
from deployments.queries.appointments import calendar_of
from officers.signed_in import SignedInRequest


@login_required
@require_safe
def my_assessments(request: SignedInRequest) -> HttpResponse:
    """Appointments, the next one first, and results, the latest first. The desk's remark is not shown."""
    mine = Assessment.objects.filter(officer__user=request.user)
    context = {"ahead": mine.ahead(), "results": mine.held().reverse()}
    return render(request, "deployments/my_assessments.html", context)


@login_required
@require_safe
def appointment_ics(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own appointment as a file for a calendar."""
    mine = Assessment.objects.filter(officer__user=request.user)
    found = get_object_or_404(mine.ahead(), pk=pk)
    response = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="assessment-{found.pk}.ics"'
    return response
