"""What became of the nominations of officers, in numbers and one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from deployments.models import HostAnswer, Nomination, latest_answer
from officers.models import Officer


@dataclass(frozen=True)
class NominationCounts:
    """How often an officer was nominated, and how often with each answer."""

    by_answer: Mapping[str, int]

    @property
    def sent(self) -> int:
        return sum(self.by_answer.values())

    @property
    def words(self) -> str:
        """Such as "3: Accepted 1, Declined 2"; "" for none."""
        parts = [f"{answer.label} {self.by_answer[answer]}" for answer in HostAnswer if self.by_answer.get(answer)]
        return f"{self.sent} ({', '.join(parts)})" if parts else ""


def nomination_counts(officers: Iterable[Officer]) -> dict[int, NominationCounts]:
    """The counts of each officer, by primary key; one query."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Nomination.objects.filter(application__officer__in=[each.pk for each in officers]).order_by()
    counted = rows.annotate(now=latest_answer()).values_list("application__officer", "now").annotate(number=Count("pk"))
    for officer, answer, number in counted:
        found[officer][answer] = number
    return {officer.pk: NominationCounts(found[officer.pk]) for officer in officers}


def nominations_of(officer: Officer) -> QuerySet[Nomination]:
    """The nominations of an officer, latest first, with what a table shows."""
    return whole(Nomination.objects.filter(application__officer=officer)).order_by("-pk")


def whole(nominations: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """``nominations`` with their posting, organization and answers."""
    chain = ("application__officer__user", "application__posting__mission__operation", "organization", "sent_by")
    return nominations.select_related(*chain).prefetch_related("answers")
