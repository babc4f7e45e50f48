"""Waivers for an officer, and the reading and asking of clearance before an act."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import NotPermitted, Refusal, require
from core.text.dates import today_here
from deployments.domain.verbs.applications import MAY_SELECT
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.eligibility.candidate import candidate, requirements
from deployments.eligibility.clearance import ClearanceAct, File, Result, open_findings
from deployments.eligibility.rule import Finding
from deployments.limits.days import check_day, check_reason
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Assessment,
    AssessmentOutcome,
    Deployment,
    LanguageRequirement,
    OfficerWaiver,
    Posting,
    QualificationRequirement,
    Waiver,
)
from officers.models import Officer, Unavailability


class NotCleared(Refusal):
    """Something that the act asks of the officer is not met: everything is named together."""

    code = "not_cleared"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("", field="officer")
        self.findings = findings

    def __str__(self) -> str:
        listed = "; ".join(str(finding) for finding in self.findings)
        return _("The officer is not cleared: %(list)s. Mend it, or an approver waives it.") % {"list": listed}

    def as_json(self) -> dict[str, Any]:
        findings = [{"code": each.code, "label": str(each.label), "reason": each.reason} for each in self.findings]
        return {**super().as_json(), "findings": findings}


def require_cleared(
    act: ClearanceAct,
    officer: Officer,
    posting: Posting,
    days: Span,
    *,
    today: datetime.date | None = None,
    application: Application | None = None,
    tour: Deployment | None = None,
) -> None:
    """Raises NotCleared with everything that ``act`` asks of the officer and that is neither met nor waived.

    Days before the records of the operation begin are not asked.
    """
    begin = posting.mission.operation.records_from
    if begin and days.last_day < begin or (application is None and _nothing_to_ask(officer, posting, days)):
        return
    days = Span(max(days.first_day, begin), days.last_day) if begin else days
    found = unmet(act, officer, posting, days, today=today or today_here(), application=application, tour=tour)
    if found:
        raise NotCleared(found)


def unmet(
    act: ClearanceAct,
    officer: Officer,
    posting: Posting,
    days: Span,
    *,
    today: datetime.date,
    application: Application | None = None,
    tour: Deployment | None = None,
) -> list[Finding]:
    """Everything that ``act`` asks of the officer for ``days`` and that is neither met nor waived."""
    return open_findings(act, _file(officer, posting, today, application, tour), days)


@transaction.atomic
def waive(
    officer: Officer,
    *,
    by: Actor,
    posting: Posting,
    finding: str,
    reason: str,
    last_day: datetime.date,
    today: datetime.date | None = None,
) -> OfficerWaiver:
    """Accepts until ``last_day`` that ``finding`` is not met by the officer for the posting.

    Never of an own record, nor by who recorded the assessment that was not passed. Raises NotPermitted, and Refusal
    without a reason, for a day that is past, or where the finding is waived already.
    """
    require(by, MAY_SELECT)
    today = today or today_here()
    if by.pk is not None and (by.pk == officer.user_id or _recorded(officer, finding, by)):
        raise NotPermitted()
    check_reason(reason)
    check_day(last_day, today, field="last_day")
    if last_day < today:
        raise Refusal(_("The last day of the waiver is past."), code="bad_value", field="last_day")
    if OfficerWaiver.objects.in_force(today).filter(officer=officer, posting=posting, finding=finding).exists():
        raise Refusal(_("This finding is waived already."), code="nothing_changes", field="finding")
    past = OfficerWaiver.objects.filter(officer=officer, posting=posting, finding=finding, withdrawn_at=None)
    past.update(withdrawn_at=timezone.now())
    made = OfficerWaiver.objects.create(
        officer=officer, posting=posting, finding=finding, reason=reason, last_day=last_day, given_by_id=by.pk
    )
    _record(CandidateVerb.WAIVE, made, by=by, reason=reason)
    return made


@transaction.atomic
def withdraw_waiver(waiver: OfficerWaiver, *, by: Actor, reason: str) -> OfficerWaiver:
    """The waiver counts no more; nothing ends by it. Raises NotPermitted, Refusal without a reason or withdrawn."""
    require(by, MAY_SELECT)
    waiver = (
        OfficerWaiver.objects.select_for_update(of=("self",))
        .select_related("officer__user", "posting")
        .get(pk=waiver.pk)
    )
    if by.pk is not None and by.pk == waiver.officer.user_id:
        raise NotPermitted()
    check_reason(reason)
    if waiver.withdrawn_at is not None:
        raise Refusal(_("This waiver is withdrawn already."), code="nothing_changes")
    waiver.withdrawn_at, waiver.withdrawn_by_id = timezone.now(), by.pk
    waiver.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(CandidateVerb.WITHDRAW_WAIVER, waiver, by=by, reason=reason)
    return waiver


def _record(verb: CandidateVerb, waiver: OfficerWaiver, *, by: Actor, reason: str) -> None:
    detail = {"finding": waiver.finding, "for_posting": waiver.posting.reference, "last_day": str(waiver.last_day)}
    record_act(waiver.officer, verb, by=by, reason=reason, **detail)


def _recorded(officer: Officer, finding: str, by: Actor) -> bool:
    """Whether ``by`` recorded the assessment of which the finding speaks."""
    kind = finding.removeprefix("assessment-")
    results = Assessment.objects.filter(application__officer=officer, kind=kind, recorded_by_id=by.pk)
    return finding != kind and results.exclude(outcome=AssessmentOutcome.PASSED).exists()


def _nothing_to_ask(officer: Officer, posting: Posting, days: Span) -> bool:
    """Whether neither the posting, nor what is on record of the officer, can lead to a finding. One query.

    Most places are reserved in postings that ask nothing: there the rule need not be read.
    """
    own = {"officer": officer}
    away = Unavailability.objects.filter(**own, first_day__lte=days.last_day, last_day__gte=days.first_day)
    if settings.REST_MONTHS or posting.asks_in_columns:
        return False
    if officer.has_convictions or officer.has_open_investigations:
        return False
    return not Posting.objects.filter(
        Exists(LanguageRequirement.objects.filter(posting=posting))
        | Exists(QualificationRequirement.objects.filter(posting=posting))
        | Exists(Assessment.objects.filter(application__officer=officer))
        | Exists(away),
        pk=posting.pk,
    ).exists()


def _file(
    officer: Officer, posting: Posting, today: datetime.date, application: Application | None, tour: Deployment | None
) -> File:
    waived = set(
        OfficerWaiver.objects.in_force(today).filter(officer=officer, posting=posting).values_list("finding", flat=True)
    )
    waived |= set(
        Waiver.objects.filter(application__officer=officer, application__posting=posting).values_list(
            "requirement", flat=True
        )
    )
    latest: dict[str, Result] = {}
    for each in Assessment.objects.filter(application__officer=officer).order_by("held_on", "pk"):
        passed = each.outcome == AssessmentOutcome.PASSED
        latest[each.kind] = Result(each.kind, each.get_kind_display(), passed, each.valid_until)
    return File(
        candidate=candidate(officer, except_tour=tour),
        requirements=requirements(posting),
        results=tuple(latest.values()),
        roster_until=application.qualified_until if application else None,
        is_application=application is not None,
        waived=frozenset(waived),
    )
