"""Live tours with what is not met any more since they were cleared: a requirement, an assessment, or what was waived."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from deployments.domain.verbs.tours import BEFORE_DEPARTURE
from deployments.eligibility.findings import ASSESSMENT
from deployments.eligibility.many import Files
from deployments.eligibility.rule import DECLARED
from deployments.limits.rule import Span, since_records
from deployments.models import Assessment, AssessmentOutcome, Deployment, DeploymentState, OfficerWaiver, Waiver


def tours_not_cleared_any_more(today: datetime.date) -> list[int]:
    """Primary keys of live tours that meet no longer what clearance asks of them, from today to their last day.

    Nothing ends by itself: they are listed until somebody decides. Before a departure that is everything. Of tours under
    way the database finds those with an assessment that ends before the tour, or was not passed, a waiver, or something
    declared against the officer; few are left to be judged one by one.
    """
    candidates = list(_candidates(today).select_related("officer__user", "posting__mission__operation"))
    files = Files.of_tours(candidates, today)
    return [tour.pk for tour in candidates if _is_uncleared(tour, files, today)]


def _candidates(today: datetime.date) -> QuerySet[Deployment]:
    own = {"officer": OuterRef("officer")}
    lost = ~Q(outcome__in=["", AssessmentOutcome.PASSED]) | Q(valid_until__lt=OuterRef("last_day"))
    results = Assessment.objects.filter(lost, **own)
    live = Deployment.objects.filter(state__in=DeploymentState.live_states(), last_day__gte=today)
    has_declared = Q(officer__has_convictions=True) | Q(officer__has_open_investigations=True)
    by_act = OfficerWaiver.objects.filter(posting=OuterRef("posting"), **own)
    with_application = {f"application__{name}": OuterRef(name) for name in ("officer", "posting")}
    waivers = Exists(by_act) | Exists(Waiver.objects.filter(**with_application))
    return live.filter(Q(state__in=BEFORE_DEPARTURE) | has_declared | Exists(results) | waivers)


def _is_uncleared(tour: Deployment, files: Files, today: datetime.date) -> bool:
    """Whether anything is found before a departure; then an assessment, a declaration, or what a waiver covered that
    ended, or was given for less.
    """
    left = Span(max(tour.first_day, today), tour.last_day)
    answered = since_records(tour.posting.mission.operation.records_from, [left])
    codes = {finding.code for days in answered for finding in files.findings(tour.officer, tour.posting, days)}
    if tour.state in BEFORE_DEPARTURE or codes & DECLARED:
        return bool(codes)
    if any(code.startswith(ASSESSMENT) for code in codes):
        return True
    own = {"officer": tour.officer_id, "posting": tour.posting_id}
    by_act = OfficerWaiver.objects.filter(**own, finding__in=codes)
    with_application = {f"application__{name}": value for name, value in own.items()}
    of_application = Waiver.objects.filter(**with_application, requirement__in=codes)
    return bool(codes) and (by_act.exists() or of_application.exists())
