"""The wall of release: days that become firm are released by the officer's police service, where it needs to."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.refusals import Refusal
from deployments.limits.refusals import days_words
from deployments.limits.releases import FIRM, lost_release, without_release
from deployments.limits.rule import Span, since_records
from deployments.models import Deployment, Posting
from officers.models import Officer


class ReleaseMissing(Refusal):
    """The officer's police service has not released the officer for some of the days."""

    code = "release_missing"

    def __init__(self, officer: Officer, days: Sequence[Span]) -> None:
        super().__init__("", field="officer")
        self.service, self.days = officer.police_service, tuple(days)

    def __str__(self) -> str:
        return _(
            "%(service)s has not released the officer %(days)s: its coordinator gives the release, or a letter."
        ) % {
            "service": self.service,
            "days": ", ".join(days_words(each.first_day, each.last_day) for each in self.days),
        }

    def as_json(self) -> dict[str, Any]:
        days = [{"first_day": str(each.first_day), "last_day": str(each.last_day)} for each in self.days]
        return {**super().as_json(), "days": days}


def require_released(officer: Officer, posting: Posting, days: Sequence[Span]) -> None:
    """Raises ReleaseMissing where a release is needed for a day of ``days`` and none covers it."""
    missing = without_release(officer, posting, since_records(posting.mission.operation.records_from, days))
    if missing:
        raise ReleaseMissing(officer, missing)


def require_not_lost(tour: Deployment) -> None:
    """Raises ReleaseMissing where a release of the tour's days was withdrawn, or is of a service that the officer left.

    Days that became firm without a release, because none was needed then, are not asked again.
    """
    lost = lost_release(tour.officer, tour.posting, [Span(tour.first_day, tour.last_day)])
    if lost:
        raise ReleaseMissing(tour.officer, lost)


def is_firm(tour: Deployment) -> bool:
    """Whether the days of ``tour`` need a release now: it is in preparation or in mission."""
    return tour.state in FIRM
