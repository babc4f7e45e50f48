"""Whether an opening would be within reach, for visitors without an account. Nothing of it is kept anywhere."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from deployments.eligibility.candidate import requirements
from deployments.eligibility.rule import Eligibility, Finding, assess
from deployments.forms.self_check import SelfCheckForm
from deployments.limits.days import planned_tour
from deployments.views.openings import one_opening

OF_THE_PROFILE = {"availability", "other-tour", "rest"}


@sensitive_post_parameters()
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: HttpRequest, reference: str) -> HttpResponse:
    """The questions of one opening; a POST answers them on the same page, and no browser or server keeps it."""
    opening = one_opening(reference)
    asked = requirements(opening.posting)
    tour = planned_tour(opening.posting, timezone.localdate())
    form = SelfCheckForm(request.POST if request.method == "POST" else None, requirements=asked)
    result: Eligibility | None = None
    unanswered: list[Finding] = []
    if form.is_valid():
        result, unanswered = _checked(assess(form.candidate(tour), asked, tour), form.answered())
    context = {"opening": opening, "posting": opening.posting, "tour": tour, "form": form}
    context |= {"eligibility": result, "unanswered": unanswered, "has_answers": bool(result and result.findings)}
    return render(request, "deployments/self_check.html", context, status=400 if form.errors else 200)


def _checked(found: Eligibility, answered: set[str]) -> tuple[Eligibility, list[Finding]]:
    """The findings on what was answered, in words without a profile, and those on what was not."""
    findings = [finding for finding in found.findings if finding.code not in OF_THE_PROFILE]
    worded = [_worded(finding) for finding in findings if finding.code in answered]
    return Eligibility(tuple(worded)), [finding for finding in findings if finding.code not in answered]


def _worded(finding: Finding) -> Finding:
    if finding.is_met or not finding.code.startswith("qualification-"):
        return finding
    return replace(finding, reason=_("You would need it for the whole tour."))
