"""Waivers for an officer, and the reading and asking of clearance before an act."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, require
from core.text.dates import today_here
from deployments.domain.four_eyes import OtherEyes
from deployments.domain.stakes import require_another
from deployments.domain.verbs.applications import MAY_SELECT
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.eligibility.clearance import ClearanceAct, open_findings
from deployments.eligibility.findings import assessment_of, words_of
from deployments.eligibility.reading import read_file, records_and_whether_to_ask
from deployments.eligibility.rule import Finding
from deployments.eligibility.waived import OnRecord, on_record
from deployments.limits.days import check_day, check_reason
from deployments.limits.rule import Span
from deployments.models import (
    Application,
    Assessment,
    AssessmentOutcome,
    Deployment,
    OfficerWaiver,
    Posting,
)
from officers.models import Officer


class OfficerRefusal(Refusal):
    """Findings about an officer that keep the act from being done, with what would mend each.

    ``is_of_officer`` is False of what stands against the days, whoever would go.
    """

    findings: Sequence[Finding] = ()
    is_of_officer = True


class NotCleared(OfficerRefusal):
    """Something that the act asks of the officer is not met: everything is named together, ``walls`` as well."""

    code = "not_cleared"

    def __init__(self, findings: Sequence[Finding], walls: Sequence[OfficerRefusal] = ()) -> None:
        super().__init__("", field="officer")
        self.walls = walls
        self.instead = ("last_day",) if walls else ()  # walls stand against the days
        self.findings = [*(finding for wall in walls for finding in wall.findings), *findings]

    def __str__(self) -> str:
        words = {"list": " ".join(self.sentences())}
        if all(wall.is_of_officer for wall in self.walls):
            return _("The officer is not cleared: %(list)s") % words
        return _("Several things stand against this: %(list)s") % words

    def sentences(self) -> list[str]:
        return [finding.sentence() for finding in self.findings]

    def as_json(self) -> dict[str, Any]:
        known = {name: value for wall in self.walls for name, value in wall.as_json().items()}
        findings = [
            {"code": each.code, "label": str(each.label), "reason": str(each.reason), "mend": str(each.mend)}
            for each in self.findings
        ]
        return {**known, **super().as_json(), "findings": findings}


def raise_together(refusals: Iterable[OfficerRefusal | None]) -> None:
    """Raise the one refusal that there is, or one that names all of them together; nothing where there is none."""
    found = [refusal for refusal in refusals if refusal is not None]
    if len(found) == 1:
        raise found[0]
    if found:
        walls = [refusal for refusal in found if not isinstance(refusal, NotCleared)]
        unmet_by_code = {
            finding.code: finding
            for refusal in found
            if isinstance(refusal, NotCleared)
            for finding in refusal.findings
        }
        raise NotCleared(list(unmet_by_code.values()), walls)


def not_cleared(
    act: ClearanceAct,
    officer: Officer,
    posting: Posting,
    days: Span,
    *,
    today: datetime.date | None = None,
    application: Application | None = None,
    tour: Deployment | None = None,
) -> NotCleared | None:
    """The refusal with everything that ``act`` asks of the officer and that is neither met nor waived; None without any.

    Days before the records of the operation begin are not asked. At most two queries.
    """
    found = unmet(act, officer, posting, days, today=today or today_here(), application=application, tour=tour)
    return NotCleared(found) if found else None


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
    begin, is_asked = records_and_whether_to_ask(officer, posting, days)
    if (begin and days.last_day < begin) or (application is None and not is_asked):
        return []
    since = max(days.first_day, begin) if begin else days.first_day
    days = Span(since, days.last_day)
    return open_findings(act, read_file(officer, posting, days, today=today, application=application, tour=tour), days)


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
    """Accept until ``last_day`` that ``finding`` is not met by the officer for the posting.

    It counts as long as no more is found than is on record now. Never of an own record, nor by who recorded the
    assessment that was not passed. Raises NotPermitted, OwnMatter, OtherEyes, and Refusal without a reason, for a day that is past, or where
    the finding is waived already as it is.
    """
    require(by, MAY_SELECT)
    today = today or today_here()
    require_another(by, officer)
    if by.pk is not None and _recorded(officer, finding, by):
        words = _("You recorded the assessment that was not passed: another approver waives it.")
        raise OtherEyes(words, field="finding")
    check_reason(reason)
    if not words_of(finding):
        raise Refusal(_("Nothing that can be waived has this code."), code="bad_value", field="finding")
    check_day(last_day, today, field="last_day")
    if last_day < today:
        raise Refusal(_("The last day of the waiver is past."), code="bad_value", field="last_day")
    known = on_record_now(officer, posting, finding, today)
    given = OfficerWaiver.objects.filter(officer=officer, posting=posting, finding=finding, withdrawn_at=None)
    if any(each.on_record in (None, known) for each in given.in_force(today)):
        raise Refusal(_("This finding is waived already."), code="nothing_changes", field="finding")
    given.update(withdrawn_at=timezone.now())
    made = OfficerWaiver.objects.create(
        officer=officer,
        posting=posting,
        finding=finding,
        reason=reason,
        on_record=known,
        last_day=last_day,
        given_by_id=by.pk,
    )
    _record(CandidateVerb.WAIVE, made, by=by, reason=reason)
    return made


@transaction.atomic
def withdraw_waiver(waiver: OfficerWaiver, *, by: Actor, reason: str) -> OfficerWaiver:
    """The waiver counts no more; nothing ends by it. Raises NotPermitted, OwnMatter, Refusal without a reason or withdrawn."""
    require(by, MAY_SELECT)
    waiver = (
        OfficerWaiver.objects.select_for_update(of=("self",))
        .select_related("officer__user", "posting")
        .get(pk=waiver.pk)
    )
    require_another(by, waiver.officer)
    check_reason(reason)
    if waiver.withdrawn_at is not None:
        raise Refusal(_("This waiver is withdrawn already."), code="nothing_changes")
    waiver.withdrawn_at, waiver.withdrawn_by_id = timezone.now(), by.pk
    waiver.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(CandidateVerb.WITHDRAW_WAIVER, waiver, by=by, reason=reason)
    return waiver


def on_record_now(officer: Officer, posting: Posting, finding: str, today: datetime.date) -> OnRecord:
    """What is on record about the finding, as a waiver keeps it."""
    file = read_file(officer, posting, Span(today, today), today=today)
    return on_record(finding, file.candidate, file.results)


def _record(verb: CandidateVerb, waiver: OfficerWaiver, *, by: Actor, reason: str) -> None:
    detail = {"finding": waiver.finding, "for_posting": waiver.posting.reference, "last_day": str(waiver.last_day)}
    record_act(waiver.officer, verb, by=by, reason=reason, **detail)


def _recorded(officer: Officer, finding: str, by: Actor) -> bool:
    """Whether ``by`` recorded the assessment of which the finding speaks."""
    kind, language = assessment_of(finding) or ("", "")
    results = Assessment.objects.filter(officer=officer, kind=kind, language=language, recorded_by_id=by.pk)
    return results.exclude(outcome__in=["", AssessmentOutcome.PASSED]).exists()
