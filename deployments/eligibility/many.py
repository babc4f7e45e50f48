"""Clearance of many tours at once, as lists bring them: what is asked and known is read once for all of them."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects

from deployments.eligibility.candidate import REQUIREMENTS, candidate, requirements
from deployments.eligibility.clearance import ClearanceAct, File, Result, open_findings
from deployments.eligibility.rule import Finding, Requirements
from deployments.limits.rule import Span
from deployments.models import Assessment, AssessmentKind, Deployment, OfficerWaiver, Posting, Waiver
from missions.models import OperationTerms
from officers.models import Officer

HELD = ("language_ratings", "grants__qualification")
AT_ONCE = 400


class Files:
    """What clearance asks of the officers of ``tours`` when tours are recorded: requirements and assessments."""

    def __init__(self, tours: Sequence[Deployment], today: datetime.date) -> None:
        self.officers = {tour.officer_id: tour.officer for tour in tours}
        self.postings = {tour.posting_id: tour.posting for tour in tours}
        results = Prefetch("assessments", Assessment.objects.held().select_related("application__posting"))
        listed = list(self.officers.values())
        for start in range(0, len(listed), AT_ONCE):
            prefetch_related_objects(listed[start : start + AT_ONCE], *HELD, results)
        prefetch_related_objects(list(self.postings.values()), *REQUIREMENTS, "assessment_requirements")
        self.waived = self._read_waivers(today)
        self.armed: dict[int, list[tuple[datetime.date, bool | None]]] = {}

    def findings(self, tour: Deployment, days: Span) -> list[Finding]:
        """Everything that recording ``tour`` asks for ``days`` and that is neither met nor waived."""
        officer, posting = self.officers[tour.officer_id], self.postings[tour.posting_id]
        file = File(
            candidate=candidate(officer, tours=()),
            requirements=self._requirements(posting, days.first_day),
            results=_results(officer, posting),
            waived=frozenset(self.waived[officer.pk, posting.pk]),
        )
        return open_findings(ClearanceAct.RECORD, file, days)

    def _read_waivers(self, today: datetime.date) -> dict[tuple[int, int], set[str]]:
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        by_act = OfficerWaiver.objects.in_force(today).filter(posting__in=self.postings).order_by()
        for officer, posting, code in by_act.values_list("officer", "posting", "finding"):
            found[officer, posting].add(code)
        with_application = Waiver.objects.filter(application__posting__in=self.postings).order_by()
        columns = ("application__officer", "application__posting", "requirement")
        for officer, posting, code in with_application.values_list(*columns):
            found[officer, posting].add(code)
        return found

    def _requirements(self, posting: Posting, first_day: datetime.date) -> Requirements:
        kinds = {each.kind for each in posting.assessment_requirements.all()}
        if AssessmentKind.FIREARMS in kinds and not self._is_armed(posting, first_day):
            kinds.remove(AssessmentKind.FIREARMS)
        return requirements(posting, assessments=frozenset(kinds))

    def _is_armed(self, posting: Posting, day: datetime.date) -> bool:
        """Whether the posting, or else its operation on the day, is armed; so long as nothing else is known, it is."""
        if posting.is_armed is not None:
            return posting.is_armed
        operation = posting.mission.operation_id
        if operation not in self.armed:
            terms = OperationTerms.objects.filter(operation=operation).order_by("effective_from")
            self.armed[operation] = list(terms.values_list("effective_from", "is_armed"))
        in_force = [is_armed for since, is_armed in self.armed[operation] if since <= day]
        return in_force[-1] is not False if in_force else True


def _results(officer: Officer, posting: Posting) -> tuple[Result, ...]:
    """The latest result of each kind, and of each language."""
    latest = {
        (each.kind, each.language): Result(
            each.kind,
            each.outcome,
            each.valid_until,
            each.language,
            is_of_posting=each.application is not None and each.application.posting_id == posting.pk,
        )
        for each in officer.assessments.all()
    }
    return tuple(latest.values())
