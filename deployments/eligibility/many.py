"""Clearance of many officers at once, as lists bring them: what is asked and known is read once for all of them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects

from deployments.eligibility.candidate import REQUIREMENTS, candidate, requirements
from deployments.eligibility.clearance import ClearanceAct, File, open_findings
from deployments.eligibility.rule import Finding, Requirements, Result
from deployments.eligibility.waived import Given
from deployments.limits.rule import Span
from deployments.models import Assessment, AssessmentKind, Deployment, OfficerWaiver, Posting, Waiver
from missions.models import OperationTerms
from officers.models import Officer

HELD = ("language_ratings", "grants__qualification")
AT_ONCE = 400


class Files:
    """What clearance asks of each officer for the posting in the same pair: requirements and assessments.

    Absences, rest and the roster are not known here: no act asks for them that a list brings.
    """

    def __init__(self, pairs: Iterable[tuple[Officer, Posting]], today: datetime.date) -> None:
        listed = list(pairs)
        self.officers = {officer.pk: officer for officer, _posting in listed}
        self.postings = {posting.pk: posting for _officer, posting in listed}
        results = Prefetch("assessments", Assessment.objects.held().select_related("application__posting"))
        officers = list(self.officers.values())
        for start in range(0, len(officers), AT_ONCE):
            prefetch_related_objects(officers[start : start + AT_ONCE], *HELD, results)
        prefetch_related_objects(list(self.postings.values()), *REQUIREMENTS, "assessment_requirements")
        self.waivers = self._read_waivers(today)
        self.armed = self._read_arms()

    @classmethod
    def of_tours(cls, tours: Iterable[Deployment], today: datetime.date) -> "Files":
        return cls(((tour.officer, tour.posting) for tour in tours), today)

    def findings(
        self, officer: Officer, posting: Posting, days: Span, act: ClearanceAct = ClearanceAct.RECORD
    ) -> list[Finding]:
        """Everything that ``act`` asks for ``days`` and that is neither met nor waived."""
        officer, posting = self.officers[officer.pk], self.postings[posting.pk]
        file = File(
            candidate=candidate(officer, tours=()),
            requirements=self._requirements(posting, days.first_day),
            results=_results(officer, posting),
            waivers=tuple(self.waivers[officer.pk, posting.pk]),
        )
        return open_findings(act, file, days)

    def _read_waivers(self, today: datetime.date) -> dict[tuple[int, int], list[Given]]:
        found: dict[tuple[int, int], list[Given]] = defaultdict(list)
        by_act = OfficerWaiver.objects.in_force(today).filter(posting__in=self.postings).order_by()
        for officer, posting, code, kept in by_act.values_list("officer", "posting", "finding", "on_record"):
            found[officer, posting].append(Given(code, kept))
        with_application = Waiver.objects.filter(application__posting__in=self.postings).order_by()
        columns = ("application__officer", "application__posting", "requirement", "on_record")
        for officer, posting, code, kept in with_application.values_list(*columns):
            found[officer, posting].append(Given(code, kept))
        return found

    def _read_arms(self) -> dict[int, list[tuple[datetime.date, bool | None]]]:
        """Whether each operation is armed, from which day on."""
        found: dict[int, list[tuple[datetime.date, bool | None]]] = defaultdict(list)
        terms = OperationTerms.objects.standing().filter(operation__missions__postings__in=self.postings).distinct()
        columns = ("operation", "effective_from", "is_armed")
        for operation, since, is_armed in terms.order_by("effective_from").values_list(*columns):
            found[operation].append((since, is_armed))
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
        in_force = [is_armed for since, is_armed in self.armed[posting.mission.operation_id] if since <= day]
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
